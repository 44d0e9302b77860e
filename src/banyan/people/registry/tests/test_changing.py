"""Change requests through their whole life, on a real database."""

from typing import Any
from uuid import UUID

import pytest

from banyan.people.registry import actions, queries
from banyan.people.registry.models import Household, Membership, Person
from banyan.people.registry.states import ChangeState
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.platform.access.viewers import Viewer, viewing

pytestmark = pytest.mark.django_db
CLERK = ("registry.view_person", "registry.propose_change", "places.view_place")


@pytest.fixture
def home(register: Any, family: Any) -> dict[str, Any]:
    """One household of four; people by the first word of their name."""
    register(family)
    with viewing(SYSTEM):
        household = Household.objects.get()
        found = {person.full_name.split()[0]: person for person in Person.objects.all()}
    return {"household": household, **found}


@pytest.fixture
def clerk(country: Field, viewer_with: Any) -> Viewer:
    return viewer_with(*CLERK)


@pytest.fixture
def officer(country: Field, viewer_with: Any) -> Viewer:
    return country.officer(viewer_with, more=("places.view_place",))


def test_a_name_is_corrected(home: Any, clerk: Viewer, officer: Viewer) -> None:
    person = home["Aung"]
    request = actions.propose_change(
        "correct_identity", {"person": person.pk, "fields": {"full_name": "Aung Kyaw Moe", "birth_date": "1981~"}},
        by=clerk, reason="The card says so",
    )  # fmt: skip
    assert request.state == ChangeState.PROPOSED
    done = actions.approve_change(request.pk, by=officer)
    assert done.state == ChangeState.APPLIED
    with viewing(SYSTEM):
        person.refresh_from_db()
    assert (person.full_name, str(person.birth_date), person.version) == ("Aung Kyaw Moe", "1981~", 2)
