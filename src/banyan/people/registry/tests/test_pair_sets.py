"""Suspected duplicates noted and decided on by set."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.people.registry import actions
from banyan.people.registry.models import Person, SuspectedPair
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import make_person
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(viewer_with: Any) -> Viewer:
    return viewer_with("registry.view_person", "registry.propose_change")


@pytest.fixture
def decider(viewer_with: Any) -> Viewer:
    return viewer_with("registry.view_person", "registry.approve_change")


def pairs() -> list[tuple[Any, Any, str, str]]:
    with viewing(SYSTEM):
        rows = SuspectedPair.objects.order_by("pk")
        return [(row.first_id, row.second_id, row.reason, row.resolution) for row in rows]


def test_noted_once_the_smaller_id_first(country: Field, clerk: Viewer, decider: Viewer) -> None:
    one, two, three = (make_person(country, name).pk for name in ("Aung", "Aung K", "Aung Ko"))
    given = [
        (two, one, "name"),
        (one, two, "name"),
        (two, three, "x" * 400),
        (one, one, "itself"),
        (one, new_id(), "nobody"),
    ]
    assert actions.note_pairs(given, by=clerk) == 2
    assert actions.note_pairs(given, by=clerk) == 0
    assert actions.note_pairs([], by=clerk) == 0
    assert {row[:2] for row in pairs()} == {(one, two), (two, three)}
    assert {len(row[2]) for row in pairs()} == {4, 300}
    assert actions.decide_pairs([(two, one, "different"), (one, three, "same")], by=decider) == 1
    assert actions.decide_pairs([(two, one, "same")], by=decider) == 0, "decided already"
    assert sorted(row[3] for row in pairs()) == ["", "different"]
    with pytest.raises(Problem) as caught:
        actions.decide_pairs([(two, three, "folded")], by=decider)
    assert caught.value.code == "registry.value_unknown"
    assert actions.note_pairs([(one, two, "a reason came up")], by=clerk) == 1


def test_only_within_reach_and_of_one_operation(country: Field, viewer_with: Any, clerk: Viewer) -> None:
    one, two, far = (make_person(country, "Aung", area).pk for area in ("XX010101", "XX010101", "XX020101"))
    other = make_person(country, "Aung").pk
    with viewing(SYSTEM):
        Person.objects.filter(pk=other).update(operation_id=new_id())
    north = viewer_with("registry.view_person", "registry.propose_change", scopes={country.scopes["XX0101"]})
    assert actions.note_pairs([(one, two, ""), (one, far, ""), (one, other, "")], by=north) == 1
    assert actions.note_pairs([(one, far, ""), (one, other, "")], by=clerk) == 1
    with viewing(SYSTEM):
        Person.objects.filter(pk=two).update(status="withdrawn", status_reason="error")
    assert actions.note_pairs([(two, far, "")], by=clerk) == 0
    with pytest.raises(Problem) as caught:
        actions.note_pair(two, far, by=clerk)
    assert caught.value.code == "registry.record_withdrawn"


def test_as_many_statements_for_many(country: Field, clerk: Viewer) -> None:
    people = [make_person(country, f"Aung {number}").pk for number in range(12)]
    with viewing(clerk), CaptureQueriesContext(connection) as few:
        actions.note_pairs([(people[0], people[1], "")], by=clerk)
    with viewing(clerk), CaptureQueriesContext(connection) as many:
        assert actions.note_pairs([(people[0], each, "") for each in people[2:]], by=clerk) == 10
    assert len(many) <= len(few)
