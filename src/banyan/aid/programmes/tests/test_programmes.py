"""Programmes designed by one person, approved by another, seen from every part of their operation."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Package, Programme
from banyan.aid.programmes.tests.worlds import END, NORTH, START, SYSTEM, World, _viewer, seen
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem


def codes_of(error: pytest.ExceptionInfo[Problem]) -> list[tuple[str, str]]:
    return [(one.code, one.at.field if one.at else "") for one in error.value.errors or (error.value,)]


def refused(code: str, act: object, /, *args: object, **said: object) -> None:
    with pytest.raises(Problem) as error:
        act(*args, **said)  # type: ignore[operator]
    assert code in [name for name, _field in codes_of(error)]


def test_a_programme_is_designed_by_one_person_and_approved_by_another(world: World) -> None:
    draft = world.draft(purpose=" Food ", currency="mmk")
    assert (draft.state, draft.purpose, draft.currency, draft.made_by) == ("draft", "food", "MMK", world.officer.id)
    # The approver designs one too: neither approves their own.
    own = actions.create_programme(
        world.operation.pk, by=world.approver, code="OWN", name="Own", purpose="food", currency="MMK", starts_on=START
    )
    refused("programmes.own_design", actions.activate_programme, own.pk, by=world.approver)
    refused("kernel.not_allowed", actions.activate_programme, draft.pk, by=world.officer)
    active = actions.activate_programme(draft.pk, by=world.approver)
    assert (active.state, active.approved_by) == ("active", world.approver.id)
    refused("programmes.programme_state", actions.activate_programme, draft.pk, by=world.approver)


def test_the_database_refuses_one_and_the_same(world: World) -> None:
    draft = world.draft()
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=draft.pk).update(approved_by=draft.made_by)
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=draft.pk).update(state="active")


def test_every_fault_of_a_programme_is_told_at_once(world: World) -> None:
    world.draft()
    with pytest.raises(Problem) as error:
        actions.create_programme(
            world.operation.pk, by=world.officer, code="CASH", name=" ", purpose="", currency="ZZZ", starts_on=END,
            ends_on=START, for_whom="villages", overlap="?", restriction="secret",
        )  # fmt: skip
    assert sorted(codes_of(error)) == sorted([
        ("programmes.code_taken", "code"), ("programmes.days_reversed", "ends_on"), ("programmes.missing", "name"),
        ("programmes.missing", "purpose"), ("kernel.currency_unknown", "currency"), ("programmes.choice_unknown", "for_whom"),
        ("programmes.choice_unknown", "restriction"), ("programmes.choice_unknown", "overlap"),
    ])  # fmt: skip
    refused("programmes.code_odd", world.draft, "a b")


def test_a_programme_changes_only_as_it_was_read_and_after_approval_only_in_part(world: World) -> None:
    draft = world.draft()
    changed = actions.change_programme(draft.pk, by=world.approver, version=1, name="Other", purpose="winter")
    assert (changed.name, changed.purpose, changed.version, changed.made_by) == (
        "Other",
        "winter",
        2,
        world.approver.id,
    )
    refused("programmes.moved", actions.change_programme, draft.pk, by=world.officer, version=1, name="Lost")
    # Whoever saved it last stands for it.
    refused("programmes.own_design", actions.activate_programme, draft.pk, by=world.approver)
    actions.change_programme(draft.pk, by=world.officer, version=2)
    active = actions.activate_programme(draft.pk, by=world.approver)
    refused("programmes.fixed", actions.change_programme, draft.pk, by=world.officer, version=4, overlap="allow")
    later = actions.change_programme(draft.pk, by=world.approver, version=active.version, goal="More", ends_on=None)
    assert (later.goal, later.ends_on, later.made_by) == ("More", None, world.officer.id)
    actions.close_programme(draft.pk, "over", by=world.approver)
    refused("programmes.programme_state", actions.change_programme, draft.pk, by=world.officer, version=6)


def test_a_programme_stands_still_goes_on_and_ends_with_its_cycles(world: World) -> None:
    programme = world.active()
    cycle = actions.add_cycle(
        programme.pk, by=world.officer, name="March", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)
    )
    refused("programmes.missing", actions.suspend_programme, programme.pk, " ", by=world.approver)
    assert actions.suspend_programme(programme.pk, "flood", by=world.approver).state_reason == "flood"
    refused("programmes.programme_state", actions.open_cycle, cycle.pk, by=world.officer)
    assert actions.resume_programme(programme.pk, by=world.approver).state == "active"
    assert actions.open_cycle(cycle.pk, by=world.officer).state == "open"
    assert actions.close_programme(programme.pk, "over", by=world.approver).state == "closed"
    assert seen(world.officer, queries.cycle, cycle.pk).state == "closed"
    refused(
        "programmes.programme_state",
        actions.set_budget_line,
        programme.pk,
        by=world.officer,
        code="A",
        name="A",
        amount=Decimal(1),
    )


def test_cycles_of_a_programme_share_no_day(world: World) -> None:
    programme = world.active()
    march = {"name": "March", "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}
    cycle = actions.add_cycle(programme.pk, by=world.officer, **march)
    with pytest.raises(Problem) as error:
        actions.add_cycle(
            programme.pk, by=world.officer, name="", starts_on=date(2025, 12, 1), ends_on=date(2026, 3, 1)
        )
    assert [code for code, _field in codes_of(error)] == [
        "programmes.missing", "programmes.cycle_outside", "programmes.cycles_overlap",
    ]  # fmt: skip
    second = actions.add_cycle(
        programme.pk, by=world.officer, name="April", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30)
    )
    assert second.number == 2
    assert actions.change_cycle(cycle.pk, by=world.officer, **{**march, "name": "Spring"}).name == "Spring"
    actions.open_cycle(cycle.pk, by=world.officer)
    refused("programmes.cycle_state", actions.change_cycle, cycle.pk, by=world.officer, **march)
    assert actions.close_cycle(cycle.pk, by=world.officer).state == "closed"
    refused("programmes.cycle_state", actions.close_cycle, cycle.pk, by=world.officer)


def test_money_stands_by_line_and_donor(world: World) -> None:
    programme = world.draft()
    line = actions.set_budget_line(
        programme.pk, by=world.officer, code="D-1/26", name="Donor", amount=Decimal("1000.50")
    )
    again = actions.set_budget_line(
        programme.pk, by=world.officer, code="D-1/26", name="Donor", amount=Decimal(2000), currency="USD"
    )
    assert (line.pk, again.amount, again.currency, line.currency) == (again.pk, Decimal(2000), "USD", "MMK")
    with pytest.raises(Problem) as error:
        actions.set_budget_line(
            programme.pk, by=world.officer, code="1", name="", amount=Decimal(-1), donor_id=programme.pk
        )
    assert {code for code, _field in codes_of(error)} == {
        "programmes.code_odd", "programmes.missing", "programmes.number_low", "kernel.not_found",
    }  # fmt: skip
    assert seen(world.officer, queries.budget_line, line.pk).programme_id == programme.pk
    assert [one.code for one in seen(world.officer, queries.budget_lines, programme.pk)] == ["D-1/26"]


def test_a_package_is_written_by_version_and_approved_by_somebody_else(world: World) -> None:
    programme = world.active()
    food = {"code": "FOOD", "name": "Food", "kind": "cash", "step": Decimal(1000), "cap": Decimal(200000)}
    first = actions.write_package(programme.pk, by=world.officer, formula="50000", **food)
    again = actions.write_package(programme.pk, by=world.officer, formula="50000 + 1000 * members.size()", **food)
    assert (again.pk, again.version, again.formula) == (first.pk, 1, "50000 + 1000 * members.size()")
    refused("kernel.not_allowed", actions.approve_package, first.pk, by=world.officer)
    approved = actions.approve_package(first.pk, by=world.approver)
    second = actions.write_package(programme.pk, by=world.approver, formula="60000", **food)
    refused("programmes.own_design", actions.approve_package, second.pk, by=world.approver)
    actions.write_package(programme.pk, by=world.officer, formula="60000", **food)
    assert actions.approve_package(second.pk, by=world.approver).version == 2
    states = {one.version: one.state for one in seen(world.officer, queries.packages, programme.pk)}
    assert states == {1: "retired", 2: "approved"}
    assert seen(world.officer, queries.package, approved.pk).formula == "50000 + 1000 * members.size()"
    assert actions.retire_package(second.pk, by=world.approver).state == "retired"
    refused("programmes.package_state", actions.approve_package, second.pk, by=world.approver)


def test_what_a_package_lacks_is_told_at_once(world: World) -> None:
    programme = world.draft()
    with pytest.raises(Problem) as error:
        actions.write_package(
            programme.pk, by=world.officer, code="KIT", name="Kit", kind="in_kind", step=Decimal(0), formula="never kept",
            items=[actions.Item("RICE", "Rice", "", "members.size()"), actions.Item("RICE", "Rice", "kg", "no_such_thing")],
        )  # fmt: skip
    found = codes_of(error)
    assert ("programmes.number_low", "step") in found
    assert ("programmes.missing", "items.0.unit") in found
    assert ("programmes.twice", "items.1.code") in found
    assert any(field == "items.1.formula" for _code, field in found)
    refused(
        "programmes.items_missing",
        actions.write_package,
        programme.pk,
        by=world.officer,
        code="KIT",
        name="Kit",
        kind="in_kind",
    )
    refused(
        "programmes.formula_missing",
        actions.write_package,
        programme.pk,
        by=world.officer,
        code="C",
        name="C",
        kind="cash",
    )
    kit = actions.write_package(
        programme.pk,
        by=world.officer,
        code="KIT",
        name="Kit",
        kind="in_kind",
        items=[actions.Item("RICE", "Rice", "kg", "5 * members.size()")],
    )
    assert [one.name for one in seen(world.officer, queries.items, kit.pk)] == ["Rice"]
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Package.objects.filter(pk=kit.pk).update(state="approved")


def test_quotas_stand_by_place(world: World) -> None:
    programme = world.active()
    north = world.places["XX0101"].pk
    assert actions.set_quota(programme.pk, north, 3, by=world.officer).number == 3
    assert actions.set_quota(programme.pk, north, 2, by=world.officer).number == 2
    refused("programmes.number_low", actions.set_quota, programme.pk, north, -1, by=world.officer)
    (standing,) = seen(world.officer, queries.quota_standing, programme.pk)
    assert (standing.place_name, standing.number, standing.taken, standing.waiting, standing.room) == (
        "Place XX0101",
        2,
        0,
        0,
        2,
    )
    assert actions.set_quota(programme.pk, north, None, by=world.officer) is None
    assert seen(world.officer, queries.quota_standing, programme.pk) == []


def test_a_programme_is_seen_from_every_part_of_its_operation_and_changed_by_who_reaches_it(world: World) -> None:
    whole, north = world.draft("WHOLE"), world.draft("NORTH", area_key="XX01")
    there = world.officer_in("XX01", "XX0101")
    elsewhere = world.officer_in("XX02", "XX0201")
    for viewer in (there, elsewhere):
        with viewing(viewer):
            assert {one.code for one in Programme.objects.all()} == {"WHOLE", "NORTH"}
        assert {one.code for one in seen(viewer, queries.programmes)} == {"WHOLE", "NORTH"}
    refused("kernel.not_found", actions.change_programme, whole.pk, by=there, version=1, name="No")
    refused("kernel.not_found", actions.change_programme, north.pk, by=elsewhere, version=1, name="No")
    assert actions.change_programme(north.pk, by=there, version=1, name="Yes").name == "Yes"
    refused(
        "programmes.beyond_reach",
        actions.create_programme,
        world.operation.pk,
        by=there,
        code="X",
        name="X",
        purpose="x",
        currency="MMK",
        starts_on=START,
    )
    # Raw SQL as the application role: what is out of reach cannot be written.
    with viewing(elsewhere), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_programme SET name = 'mine'")
        assert cursor.rowcount == 0
    stranger = viewer_with("programmes.view_programme", scopes={-1})
    refused("kernel.not_found", seen, stranger, queries.programme, whole.pk)
    with viewing(stranger):
        assert not Programme.objects.exists()
    refused("kernel.not_allowed", seen, viewer_with("places.view_place"), queries.programmes)


def test_who_looks_after_accounts_sees_programmes_and_changes_none(world: World) -> None:
    world.draft()
    auditor = _viewer("auditor")
    assert [one.code for one in seen(auditor, queries.programmes)] == ["CASH"]
    refused("kernel.not_allowed", seen, auditor, queries.enrolments)
    assert NORTH in world.places


def test_a_price_is_taken_back_and_written_only_where_one_reaches(world: World) -> None:
    made = actions.write_price_list(world.operation.pk, by=world.officer, code="rice", name="Rice", currency="MMK")
    village = world.places[NORTH].pk
    assert actions.set_prices(made.pk, [], by=world.officer) == 0
    assert actions.set_prices(made.pk, [(village, Decimal("90.5"), START)], by=world.officer) == 1
    (price,) = seen(world.officer, queries.prices, made.pk)
    actions.remove_price(made.pk, price.pk, by=world.officer)
    refused("kernel.not_found", actions.remove_price, made.pk, price.pk, by=world.officer)
    there = world.officer_in("XX02", "XX0201")
    refused("kernel.not_found", actions.set_prices, made.pk, [], by=there)
    said = {"code": "oil", "name": "Oil", "currency": "MMK"}
    refused("programmes.beyond_reach", actions.write_price_list, world.operation.pk, by=there, **said)
    assert (
        actions.write_price_list(world.operation.pk, by=there, area_key="XX02", **said).scope_id == world.scopes["XX02"]
    )
