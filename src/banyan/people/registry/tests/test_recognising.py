"""Who looks like the people on a form, as a room above says it, beside what search finds."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from banyan.people.registry import queries
from banyan.people.registry.declarations import Lookalike, Recogniser, gather
from banyan.people.registry.inputs import HouseholdForm, MemberForm
from banyan.people.registry.inputs.by_hand import attempt, working_choices
from banyan.people.registry.models import Person
from banyan.people.registry.queries.labels import DOCUMENTS, RELATIONSHIP, RESIDENCE, SEX
from banyan.people.registry.tests.conftest import SYSTEM
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import Viewer, viewing

MAY = "registry.register_person"


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A room above: what it says stands in the list, and what it was asked comes after."""
    said: list[Any] = []
    asked: list[pl.DataFrame] = []

    def lookalikes(records: pl.DataFrame, *, operation_id: Any, seen_by: Viewer) -> list[Lookalike]:
        asked.append(records)
        return said

    monkeypatch.setattr("banyan.people.registry.queries.recognising.recognisers", lambda: (Recogniser(lookalikes),))
    return [said, asked]


def form_of(country: Any, by: Viewer, *names: str) -> Any:
    labels = queries.labels((SEX, RELATIONSHIP, DOCUMENTS, RESIDENCE), seen_by=by)
    home = HouseholdForm(
        {"where": f"{country.operation.pk}:{country.scopes['']}", "registered_on": "2026-05-01"},
        labels=labels,
        areas=working_choices(by),
    )
    members = [
        MemberForm({"full_name": name, "sex": "male", "is_head": not place}, labels=labels)
        for place, name in enumerate(names)
    ]
    return lambda **more: attempt(home, members, place="XX010101", by=by, **({"confirmed": False} | more))


@pytest.fixture
def clerk(country: Any, viewer_with: Callable[..., Viewer]) -> Viewer:
    return country.officer(viewer_with)


def test_whom_a_room_knows_again_stands_first_and_is_logged(
    country: Any, register: Any, family: dict[str, Any], clerk: Viewer, room: list[Any]
) -> None:
    register(family)
    with viewing(SYSTEM):
        people = {person.full_name: person.pk for person in Person.objects.all()}
    room[0].extend([
        Lookalike(1, people["Su Su"], 0.8, ("why not",)), Lookalike(0, people["မောင်မောင်"], 0.99, ("the same face",)),
        Lookalike(1, people["Su Su"], 0.7),
    ])  # fmt: skip
    with viewing(clerk):
        made = form_of(country, clerk, "Nobody Known", "Somebody Else")()
    assert made.household is None
    assert [(each.person.full_name, name, each.why) for each, name in made.likely] == [
        ("မောင်မောင်", "Nobody Known", ("the same face",)), ("Su Su", "Somebody Else", ("why not",)),
    ]  # fmt: skip
    assert room[1][0]["full_name"].to_list() == ["Nobody Known", "Somebody Else"]
    assert room[1][0]["place"].to_list() == ["XX010101"] * 2
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="registry.person", kind="search").count() == 1
    with viewing(clerk):
        assert form_of(country, clerk, "Nobody Known")(confirmed=True).household is not None


def test_people_out_of_reach_are_not_told(
    country: Any, register: Any, family: dict[str, Any], viewer_with: Callable[..., Viewer], room: list[Any]
) -> None:
    register(family)
    with viewing(SYSTEM):
        person = Person.objects.get(full_name="Su Su")
    room[0].append(Lookalike(0, person.pk, 0.9))
    southern = country.officer(viewer_with, "XX02")
    with viewing(southern):
        assert queries.recognised(
            {}, [{"person.full_name": "Su Su"}], operation_id=country.operation.pk, scope_id=1, seen_by=southern, most=5
        ) == []  # fmt: skip


def test_without_a_room_search_alone_says_who_looks_the_same(
    country: Any, register: Any, family: dict[str, Any], clerk: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banyan.people.registry.queries.recognising.recognisers", lambda: ())
    register(family)
    with viewing(clerk):
        made = form_of(country, clerk, "Aung Kyaw Min")()
    assert [each.person.full_name for each, _name in made.likely] == ["Aung Kyaw Min"]


def test_modules_that_declare_nothing_give_nothing() -> None:
    assert gather([ModuleType("arrivals")]) == ()
