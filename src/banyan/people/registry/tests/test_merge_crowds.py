"""Merges at the same moment: nobody waits in a circle, and nothing is skipped in silence."""

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connections

from banyan.people.registry import actions
from banyan.people.registry.models import ChangeRequest, Document, Membership, Merge, Person
from banyan.people.registry.tests.conftest import SYSTEM, Field, make_country
from banyan.people.registry.tests.families import make_family
from banyan.people.registry.tests.test_merging import ASKER, MERGER
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

# Every night twenty (.ci/nightly); as many as show a circle of waiting within seconds otherwise.
ROUNDS = int(os.environ.get("BANYAN_CROWD_ROUNDS", "6"))


@pytest.fixture
def country(transactional_db: None) -> Field:
    """Made for each test: they commit."""
    return make_country()


def together(*calls: Callable[[], Any]) -> list[str]:
    """Run calls in threads that start together; how each ended."""
    gate, ended = threading.Barrier(len(calls)), [""] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            call()
            ended[place] = "done"
        except Problem as problem:
            ended[place] = problem.code.removeprefix("registry.")
        except DatabaseError as error:  # as a deadlock would be
            ended[place] = f"{type(error).__name__}: {error}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


def merging(one: Person, *others: Person, by: Any) -> Callable[[], Any]:
    return lambda: actions.merge_people(one.pk, [each.pk for each in others], reason="x", asked_by=ASKER, by=by)


@pytest.mark.django_db(transaction=True)
def test_two_merges_that_share_somebody(country: Field, viewer_with: Any) -> None:
    """One waits for the other and is then refused with a word; round after round, in either direction."""
    officers = [viewer_with(*MERGER) for _one in range(2)]
    for number in range(ROUNDS):
        homes = [make_family(country, f"Aung {letter}", "Khin") for letter in "ABC"]
        one, two, three = (home[f"Aung {letter}"] for home, letter in zip(homes, "ABC", strict=True))
        with viewing(SYSTEM):
            for each in (one, two, three):
                Document.objects.create(
                    person=each,
                    scope_id=each.scope_id,
                    type="passport",
                    number=each.full_name,
                    number_key=each.full_name,
                )
        second = (three, two) if number % 2 else (two, three)
        ended = together(merging(one, two, by=officers[0]), merging(*second, by=officers[1]))
        # With the shared one as a survivor of the second merge, both may be done, one after the other.
        assert "done" in ended, ended
        assert set(ended) <= {"done", "record_merged"}, ended
        with viewing(SYSTEM):
            away = Person.objects.filter(pk__in=[one.pk, two.pk, three.pk], merged_into__isnull=False)
            assert len(away) == ended.count("done") == Merge.objects.filter(merged__in=away).count()
            assert not Document.objects.filter(person__in=away).exists(), "no document was skipped"
            assert not Membership.objects.filter(person__in=away, until=None).exists()


@pytest.mark.django_db(transaction=True)
def test_merging_and_undoing_and_changing_the_same_families(country: Field, viewer_with: Any) -> None:
    officer, other = viewer_with(*MERGER), viewer_with(*MERGER)
    clerk = viewer_with("registry.view_person", "registry.propose_change", "places.view_place")
    approver = country.officer(viewer_with, more=("places.view_place",))
    for number in range(ROUNDS):
        left, right = make_family(country, f"Aung {number}", "Khin"), make_family(country, f"Aung {number}", "Khin")
        (made,) = merging(left["Khin"], right["Khin"], by=officer)()
        request = actions.propose_change(
            "transfer_member", {"person": left["Khin"].pk, "to": right.household.pk, "relationship": "child"}, by=clerk
        )
        ended = together(
            merging(left[f"Aung {number}"], right[f"Aung {number}"], by=officer),
            partial(actions.unmerge, made.pk, reason="x", by=other),
            partial(actions.approve_change, request.pk, by=approver),
        )
        assert ended[:2] == ["done", "done"], ended
        assert ended[2] == "done", ended
        with viewing(SYSTEM):
            stays = list(Membership.objects.filter(until=None).values_list("person_id", flat=True))
            assert len(stays) == len(set(stays))


@pytest.mark.django_db(transaction=True)
def test_a_merge_is_undone_once(country: Field, viewer_with: Any) -> None:
    home = make_family(country, "Aung", "Aung K")
    officer, other = viewer_with(*MERGER), viewer_with(*MERGER)
    (made,) = merging(home["Aung"], home["Aung K"], by=officer)()
    undoing = [partial(actions.unmerge, made.pk, reason="x", by=by) for by in (officer, other)]
    assert sorted(together(*undoing)) == ["done", "merge_undone"]


@pytest.mark.django_db(transaction=True)
def test_a_request_about_whoever_is_merged_is_decided_at_the_same_moment(country: Field, viewer_with: Any) -> None:
    officer, clerk = (
        viewer_with(*MERGER),
        viewer_with("registry.view_person", "registry.propose_change", "places.view_place"),
    )
    approver = country.officer(viewer_with, more=("places.view_place",))
    for number in range(ROUNDS):
        home = make_family(country, "Aung", "Aung K")
        one, two = home["Aung"], home["Aung K"]
        asked = {"person": two.pk, "fields": {"occupation": f"Tailor {number}"}}
        request = actions.propose_change("correct_identity", asked, by=clerk)
        ended = together(merging(one, two, by=officer), partial(actions.approve_change, request.pk, by=approver))
        assert ended[0] == "done", ended
        # Refused when the merge had it overtaken before.
        assert ended[1] in ("done", "change_state"), ended
        with viewing(SYSTEM):
            found, merged = ChangeRequest.objects.get(pk=request.pk), Person.objects.get(pk=two.pk)
        assert (found.state == "applied") == (merged.occupation != ""), "written before the merge, or overtaken by it"
        assert found.state in ("applied", "stale")
