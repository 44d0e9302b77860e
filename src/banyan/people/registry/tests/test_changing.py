"""Change requests through their whole life, on a real database."""

from typing import Any

import pytest

from banyan.people.registry import actions
from banyan.people.registry.models import Household, Membership, NameKey, Person
from banyan.people.registry.states import ChangeState
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import Family, make_family, make_person
from banyan.platform.access.viewers import Viewer, viewing

pytestmark = pytest.mark.django_db
CLERK = ("registry.view_person", "registry.propose_change", "places.view_place")


@pytest.fixture
def family(country: Field) -> Family:
    return make_family(country, "Aung", "Khin", "Su")


@pytest.fixture
def other(country: Field) -> Family:
    return make_family(country, "Min", "Zaw", area="XX020101")


@pytest.fixture
def clerk(country: Field, viewer_with: Any) -> Viewer:
    return viewer_with(*CLERK)


@pytest.fixture
def officer(country: Field, viewer_with: Any) -> Viewer:
    return country.officer(viewer_with, more=("places.view_place",))


def done(kind: str, given: dict[str, Any], clerk: Viewer, officer: Viewer) -> Any:
    """Propose and approve; the request as it stands then."""
    request = actions.propose_change(kind, given, by=clerk)
    if request.state == ChangeState.PROPOSED:
        request = actions.approve_change(request.pk, by=officer)
    return request


def composition(family: Family) -> dict[str, tuple[str, bool]]:
    """Open memberships of a household: name → (relationship, head)."""
    with viewing(SYSTEM):
        rows = Membership.objects.filter(household=family.household.pk, until=None).select_related("person")
        return {row.person.full_name: (row.relationship, row.is_head) for row in rows}


def test_a_name_is_corrected(family: Family, clerk: Viewer, officer: Viewer) -> None:
    person = family["Aung"]
    request = actions.propose_change(
        "correct_identity", {"person": person.pk, "fields": {"full_name": "Aung Kyaw Moe", "birth_date": "1981~"}},
        by=clerk, reason="The card says so",
    )  # fmt: skip
    assert request.state == ChangeState.PROPOSED
    with viewing(SYSTEM):
        before = set(NameKey.objects.filter(person=person.pk).values_list("key", flat=True))
    request = actions.approve_change(request.pk, by=officer)
    assert request.state == ChangeState.APPLIED
    with viewing(SYSTEM):
        person.refresh_from_db()
        after = set(NameKey.objects.filter(person=person.pk).values_list("key", flat=True))
    assert (person.full_name, str(person.birth_date), person.version) == ("Aung Kyaw Moe", "1981~", 2)
    assert after != before


def test_a_member_is_added_and_removed(family: Family, clerk: Viewer, officer: Viewer, country: Field) -> None:
    given = {"household": family.household.pk, "fields": {"full_name": "Hla"}, "relationship": "child"}
    assert done("add_member", given, clerk, officer).state == ChangeState.APPLIED
    assert composition(family)["Hla"] == ("child", False)
    alone = make_person(country, "Nu")
    given = {"household": family.household.pk, "person": alone.pk, "relationship": "sibling"}
    assert done("add_member", given, clerk, officer).state == ChangeState.APPLIED
    assert composition(family)["Nu"] == ("sibling", False)
    given = {"household": family.household.pk, "person": family["Aung"].pk, "new_head": family["Khin"].pk}
    assert done("remove_member", given, clerk, officer).state == ChangeState.APPLIED
    assert composition(family)["Khin"] == ("head", True)
    assert "Aung" not in composition(family)


def test_a_household_splits_and_merges(family: Family, other: Family, clerk: Viewer, officer: Viewer) -> None:
    given = {
        "household": family.household.pk,
        "members": [family["Khin"].pk, family["Su"].pk],
        "head": family["Khin"].pk,
    }
    assert done("split_household", given, clerk, officer).state == ChangeState.APPLIED
    assert composition(family) == {"Aung": ("head", True)}
    given = {"household": other.household.pk, "other": family.household.pk}
    assert done("merge_households", given, clerk, officer).state == ChangeState.APPLIED
    assert set(composition(other)) == {"Min", "Zaw", "Aung"}
    with viewing(SYSTEM):
        closed = Household.objects.get(pk=family.household.pk)
        moved = Person.objects.get(pk=family["Aung"].pk)
    assert (closed.status, closed.status_reason) == ("closed", "merged")
    assert moved.scope_id == other.household.scope_id, "who joins a household lies where it lies"
