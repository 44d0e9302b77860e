"""Sets of submissions that propose updates, and people who decide at the same moment."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from banyan.people.registry import actions, queries
from banyan.people.registry.actions.changing.writing import _change
from banyan.people.registry.models import (
    ChangeRequest,
    Household,
    Person,
)
from banyan.people.registry.rules.changing.records import Edit
from banyan.people.registry.tests.conftest import SYSTEM, Field, make_country
from banyan.people.registry.tests.families import Family, make_family, make_person
from banyan.people.registry.tests.test_changing import CLERK, composition
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def country(transactional_db: None) -> Field:
    """Made for each test: they commit."""
    return make_country()


@pytest.fixture
def family(country: Field) -> Family:
    return make_family(country, "Aung", "Khin", "Su")


@pytest.fixture
def clerk(country: Field, viewer_with: Any) -> Viewer:
    return viewer_with(*CLERK)


@pytest.fixture
def officer(country: Field, viewer_with: Any) -> Viewer:
    return country.officer(viewer_with, more=("places.view_place",))


def seen(by: Viewer, query: Any, *args: Any, **more: Any) -> Any:
    """What a query shows to a viewer, as a page would ask it."""
    with viewing(by):
        found = query(*args, seen_by=by, **more)
        return list(found) if hasattr(found, "iterator") else found


def refused(call: Any) -> str:
    """The code of the Problem that a call raises."""
    with pytest.raises(Problem) as caught:
        call()
    return caught.value.code.removeprefix("registry.").removeprefix("kernel.")


def named(family: Family, name: str = "New name", who: str = "Aung") -> tuple[str, dict[str, Any]]:
    return "correct_identity", {"person": family[who].pk, "fields": {"full_name": name}}


class TestUpdates:
    def update(self, family: Family, name: str, **more: Any) -> actions.ProposedUpdate:
        return actions.ProposedUpdate(
            new_id(), family.household.pk, {family.household.pk: {"address": "B", "place": "XX010101"}},
            {family["Aung"].pk: {"full_name": name}}, **more,
        )  # fmt: skip

    def test_a_set_of_submissions_in_constant_statements(
        self, country: Field, officer: Viewer, viewer_with: Any
    ) -> None:
        families = [make_family(country, "Aung", "Khin") for _number in range(6)]
        operation = country.operation.pk
        few = [self.update(families[0], "A")]
        many = [self.update(each, "A", added=[({"full_name": "Baby"}, "child")]) for each in families[1:]]
        with viewing(officer), CaptureQueriesContext(connection) as one:
            actions.propose_updates(few, by=officer, operation_id=operation)
        with viewing(officer), CaptureQueriesContext(connection) as five:
            outcomes = actions.propose_updates(
                many, by=officer, operation_id=operation, batch_id=new_id(), proposer=(new_id(), "Sender")
            )
        announced = 2 * (len(many) - len(few))  # the fact of each request, with its savepoint
        assert len(five) <= len(one) + announced + 2
        again = actions.propose_updates(many, by=officer, operation_id=operation)
        assert [each.request_id for each in again] == [each.request_id for each in outcomes], (
            "repeating it changes nothing"
        )
        made = outcomes[0].request_id
        assert made is not None
        assert actions.approve_change(made, by=officer).state == "applied", (
            "its proposer is who sent it, not who accepted it"
        )
        assert set(composition(families[1])) == {"A", "Khin", "Baby"}
        assert refused(lambda: actions.approve_change(actions.propose_update(self.update(families[0], "C"), by=officer, operation_id=operation).request_id, by=officer)) == "change_own"  # fmt: skip

    def test_somebody_without_household_or_place_stays_where_they_are(
        self, country: Field, officer: Viewer, family: Family
    ) -> None:
        alone = make_person(country, "Nu")
        update = actions.ProposedUpdate(
            new_id(),
            family.household.pk,
            people={alone.pk: {"occupation": "Tailor"}},
            added=[({"full_name": "Baby"}, "child")],
        )
        made = actions.propose_update(
            update, by=officer, operation_id=country.operation.pk, proposer=(new_id(), "Sender")
        ).request_id
        assert made is not None
        assert actions.approve_change(made, by=officer).state == "applied"
        with viewing(SYSTEM):
            assert Person.objects.get(pk=alone.pk).scope_id == alone.scope_id

    def test_what_the_database_refuses_is_told(self, clerk: Viewer, family: Family) -> None:
        with viewing(clerk):
            assert (
                refused(lambda: _change([Edit("change", "person", str(family["Su"].pk), {"full_name": "x"})]))
                == "not_allowed"
            )

    def test_what_says_nothing_new_and_what_cannot_be_written(
        self, country: Field, officer: Viewer, family: Family
    ) -> None:
        operation = country.operation.pk
        same = actions.ProposedUpdate(new_id(), None, people={family["Aung"].pk: {"full_name": "Aung"}})
        assert actions.propose_update(same, by=officer, operation_id=operation).request_id is None
        with viewing(SYSTEM):
            Household.objects.filter(pk=family.household.pk).update(status="closed", status_reason="left")
        made = actions.propose_update(self.update(family, "A"), by=officer, operation_id=operation).request_id
        assert made is not None
        request = seen(officer, queries.change_request, made)
        assert (request.state, request.moved[0]["code"]) == ("stale", "registry.change_record_closed")
        nobody = actions.ProposedUpdate(new_id(), new_id())
        assert refused(lambda: actions.propose_update(nobody, by=officer, operation_id=operation)) == "not_found"


@pytest.mark.django_db(transaction=True)
class TestConcurrently:
    def test_two_conflicting_approvals_one_wins_the_other_is_overtaken(self, country: Field, viewer_with: Any) -> None:
        family = make_family(country, "Aung", "Khin", "Su")
        clerk = viewer_with(*CLERK)
        officers = [country.officer(viewer_with, more=("places.view_place",)) for _number in range(2)]
        requests = [
            actions.propose_change(
                "remove_member",
                {"household": family.household.pk, "person": family["Aung"].pk, "new_head": family[name].pk},
                by=clerk,
            )
            for name in ("Khin", "Su")
        ]
        states = self.together(
            [
                lambda r=r, by=by: actions.approve_change(r.pk, by=by).state
                for r, by in zip(requests, officers, strict=True)
            ]
        )
        assert sorted(states) == ["applied", "stale"]
        assert sum(head for _relationship, head in composition(family).values()) == 1
        with viewing(SYSTEM):
            assert sorted(ChangeRequest.objects.values_list("state", flat=True)) == ["applied", "stale"]

    def test_the_same_request_is_approved_once(self, country: Field, viewer_with: Any) -> None:
        family = make_family(country, "Aung", "Khin")
        made = actions.propose_change(
            "add_member", {"household": family.household.pk, "fields": {"full_name": "Hla"}}, by=viewer_with(*CLERK)
        )
        officers = [country.officer(viewer_with, more=("places.view_place",)) for _number in range(2)]
        states = self.together([lambda by=by: actions.approve_change(made.pk, by=by).state for by in officers])
        assert sorted(states) == ["applied", "change_state"]
        assert len(composition(family)) == 3

    def together(self, calls: list[Any]) -> list[str]:
        """Run calls in threads that start together; the states or problems they end with."""
        gate, found = threading.Barrier(len(calls)), []

        def run(call: Any) -> None:
            gate.wait()
            try:
                found.append(str(call()))
            except Problem as problem:
                found.append(problem.code.removeprefix("registry."))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return found
