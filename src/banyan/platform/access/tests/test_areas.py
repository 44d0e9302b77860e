"""Areas mirrored from places, and how far grants reach over them, against a slow obvious reference."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.platform.access import actions, queries, resolving
from banyan.platform.access.models import Area, Operation, Scope
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db
COUNTRY = [
    ("MMR", "Myanmar", None, "MMR"),
    ("MMR001", "Kachin", "MMR", "MMR"),
    ("MMR001D001", "Myitkyina", "MMR001", "MMR"),
    ("MMR001001", "Myitkyina Township", "MMR001D001", "MMR"),
    ("MMR012", "Rakhine", "MMR", "MMR"),
    ("IRQ", "Iraq", None, "IRQ"),
    ("IQG01", "Anbar", "IRQ", "IRQ"),
]


@pytest.fixture
def country(system: Viewer) -> dict[str, int]:
    return actions.register_areas(COUNTRY, by=system)


def test_areas_know_their_lineage_in_any_order(system: Viewer) -> None:
    scopes = actions.register_areas(list(reversed(COUNTRY)), by=system)
    keys = dict(Area.objects.values_list("id", "key"))
    township = Area.objects.get(key="MMR001001")
    assert [keys[part] for part in township.lineage] == ["MMR", "MMR001", "MMR001D001", "MMR001001"]
    assert set(scopes) == {row[0] for row in COUNTRY}
    found = Scope.objects.filter(area__key__in=scopes, operation=None)
    assert set(scopes.values()) == set(found.values_list("id", flat=True))


def test_registering_again_changes_nothing_and_moving_an_area_moves_what_lies_in_it(
    system: Viewer, country: dict[str, int]
) -> None:
    assert actions.register_areas(COUNTRY, by=system) == country
    actions.register_areas([("MMR001D001", "Myitkyina", "MMR012", "MMR")], by=system)
    kachin, rakhine = Area.objects.get(key="MMR001"), Area.objects.get(key="MMR012")
    township = Area.objects.get(key="MMR001001")
    assert rakhine.pk in township.lineage
    assert kachin.pk not in township.lineage


def test_unknown_parents_and_cycles_are_all_told(system: Viewer, country: dict[str, int]) -> None:
    with pytest.raises(Problem) as caught:
        actions.register_areas(
            [("A", "A", "NOWHERE", "MMR"), ("B", "B", "GONE", "MMR"), ("MMR", "Myanmar", "MMR001001", "MMR")], by=system
        )
    assert [error.code for error in caught.value.errors] == [
        "access.area_unknown", "access.area_unknown", "access.area_cycle",
    ]  # fmt: skip
    assert not Area.objects.filter(key="A").exists()


def test_a_limited_viewer_registers_only_within_its_area(country: dict[str, int], viewer_with: Any) -> None:
    kachin = viewer_with("access.register_area", scopes={country[key] for key in ("MMR001", "MMR001D001", "MMR001001")})
    actions.register_areas([("X", "New", "MMR001D001", "MMR"), ("Y", "Newer", "X", "MMR")], by=kachin)
    for row in [
        ("Z", "New", "MMR012", "MMR"),
        ("Z", "New", None, "MMR"),
        ("MMR012", "Rakhine", "MMR001", "MMR"),
        ("MMR001", "Kachin", "MMR", "MMR"),
    ]:
        with pytest.raises(Problem) as caught:
            actions.register_areas([row], by=kachin)
        assert caught.value.code == "access.grant_beyond_own", row


def reference(role_area: Area | None, operation: Operation | None) -> set[int] | None:
    """Scopes of a grant, decided row by row; None = everything."""
    if role_area is None and operation is None:
        return None
    found = set()
    for scope in Scope.objects.select_related("area", "operation"):
        area = scope.area
        chain = set()
        while area is not None:
            chain.add(area.pk)
            area = area.parent
        within = role_area is None or role_area.pk in chain
        belongs = (
            operation is None
            or scope.operation == operation
            or (scope.operation is None and scope.area is not None and scope.area.country == operation.country)
        )
        if within and belongs:
            found.add(scope.pk)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grants=st.lists(
        st.tuples(st.sampled_from([None, *(row[0] for row in COUNTRY)]), st.sampled_from([None, "MMR1", "IRQ1"])),
        max_size=4, unique=True,
    )
)  # fmt: skip
def test_reach_is_what_the_reference_says(db: None, grants: list[tuple[str | None, str | None]]) -> None:
    from django.db import transaction

    system = system_viewer("tests")
    with transaction.atomic():
        actions.register_areas(COUNTRY, by=system)
        with viewing(system):
            operations = {
                code: Operation.objects.create(code=code, name=code, country=code[:3]) for code in ("MMR1", "IRQ1")
            }
            for operation in operations.values():
                for area in [None, *Area.objects.filter(country=operation.country)]:
                    Scope.objects.create(operation=operation, area=area)
        account = make_account()
        expected: set[int] | None = set()
        for key, code in grants:
            area = Area.objects.get(key=key) if key else None
            operation = operations.get(code or "")
            actions.give_role(
                account.pk, "auditor", by=system, area_id=area.pk if area else None,
                operation_id=operation.pk if operation else None,
            )  # fmt: skip
            one = reference(area, operation)
            expected = None if one is None or expected is None else expected | one
        reach = viewer_of(account).reach("access.view_grant")
        if expected is None:
            assert reach.everything
        else:
            assert not reach.everything
            assert reach.scopes == expected
        transaction.set_rollback(True)
    resolving.forget()


def test_an_operation_has_a_scope_for_every_area_of_its_country_whichever_came_first(system: Viewer) -> None:
    early = actions.add_operation("early", "Early", "mmr", by=system)
    reference = actions.register_areas(COUNTRY, by=system)
    late = actions.add_operation("late", "Late", "mmr", by=system)
    actions.register_areas(COUNTRY, by=system)
    burmese = {key for key, _label, _parent, country in COUNTRY if country == "MMR"}
    for operation in (early, late):
        scopes = queries.operation_scopes(operation.pk, seen_by=system)
        assert set(scopes) == {0, *(reference[key] for key in burmese)}
        assert Scope.objects.filter(operation=operation).count() == len(burmese) + 1
        for key in burmese:
            assert scopes[reference[key]] == queries.operation_scope(operation.pk, area_key=key, seen_by=system)
        assert scopes[0] == queries.operation_scope(operation.pk, seen_by=system)
        with pytest.raises(Problem) as caught:
            queries.operation_scope(operation.pk, area_key="IRQ", seen_by=system)
        assert caught.value.code == "access.area_unknown"


def test_a_viewer_works_in_the_operations_and_areas_of_its_grants(system: Viewer, country: dict[str, int]) -> None:
    ours = actions.add_operation("ours", "Ours", "mmr", by=system)
    actions.add_operation("other", "Other", "mmr", by=system)
    closed = actions.add_operation("closed", "Closed", "mmr", by=system)
    actions.change_operation(closed.pk, name="Closed", is_active=False, by=system)
    kachin = Area.objects.get(key="MMR001")
    limited = viewer_of(make_account("reader", operation=ours, area=kachin))
    wide = viewer_of(make_account("reader", operation=ours))
    anywhere = viewer_of(make_account("reader"))
    nobody = viewer_of(make_account())
    view = "places.view_place"

    def names(viewer: Viewer) -> list[str]:
        return [operation.name for operation in queries.operations_within(view, seen_by=viewer)]

    def areas(viewer: Viewer) -> list[str]:
        return [area.key for area in queries.working_areas(ours.pk, view, seen_by=viewer)]

    assert [names(viewer) for viewer in (limited, wide, anywhere, nobody)] == [
        ["Ours"],
        ["Ours"],
        ["Other", "Ours"],
        [],
    ]
    assert [areas(viewer) for viewer in (limited, wide, anywhere, nobody)] == [["MMR001"], ["", "MMR"], ["", "MMR"], []]
