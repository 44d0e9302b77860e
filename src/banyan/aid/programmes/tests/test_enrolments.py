"""Who gets into a programme: by targeting, by hand, from the waiting list; never twice, never past a quota."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Enrolment, Programme, TargetingRun
from banyan.aid.programmes.tests.test_programmes import refused
from banyan.aid.programmes.tests.worlds import NORTH, NORTH_TOO, SOUTH, SYSTEM, World, seen
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import viewing
from banyan.platform.history.models import FactEntry
from banyan.platform.jobs.testing import run_jobs

CHILDREN = ("1985-01-01", "2015-01-01", "2017-01-01", "2019-01-01")


def targeted(world: World, programme: Programme, text: str = "members.size() >= 1") -> UUID:
    """An approved run of targeting, scored by the size of the household."""
    rules = [{"key": "r", "label": "Rule", "text": text}]
    score = [{"label": "Size", "formula": "1" if programme.for_whom == "person" else "members.size()", "weight": "1"}]
    made = actions.make_targeting(programme.pk, by=world.officer, name="T", rules=rules, score=score)
    run = actions.run_targeting(made.pk, by=world.officer)
    actions.freeze_run(run.pk, by=world.officer)
    actions.propose_targeting(made.pk, run.pk, by=world.officer)
    actions.approve_targeting(made.pk, by=world.approver)
    return run.pk


def standing(programme: Programme, **only: Any) -> dict[Any, str]:
    """The state of each open or ended enrolment by household."""
    with viewing(SYSTEM):
        return {
            row.person_id or row.household_id: row.state
            for row in Enrolment.objects.filter(programme=programme, **only)
        }


def one_of(programme: Programme, household: UUID) -> Enrolment:
    with viewing(SYSTEM):
        return Enrolment.objects.get(programme=programme, household=household)


def test_whom_targeting_chose_is_enrolled_once(world: World) -> None:
    small, _people = world.household()
    large, _people = world.household(*CHILDREN)
    programme = world.active()
    run = targeted(world, programme, "members.size() >= 3")
    told = actions.enrol_targeted(run, by=world.officer)
    assert (told.enrolled, told.waiting, told.known) == (1, 0, 0)
    assert standing(programme) == {large: "enrolled"}
    assert small not in standing(programme)
    row = one_of(programme, large)
    assert (row.score, row.targeting_run, row.by, row.place_id) == (4, run, world.officer.id, world.places[NORTH].pk)
    again = actions.enrol_targeted(run, by=world.officer)
    assert (again.enrolled, again.known) == (0, 1)
    assert seen(world.officer, queries.enrolment_counts, programme.pk)["enrolled"] == 1
    with viewing(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(
            programme=programme, operation=world.operation, scope_id=row.scope_id, household_id=large, state="waiting", since=row.since
        )  # fmt: skip


def test_nobody_is_enrolled_by_a_run_that_nobody_approved_or_into_a_programme_that_is_not_active(world: World) -> None:
    world.household()
    draft = world.draft()
    made = actions.make_targeting(
        draft.pk, by=world.officer, name="T", rules=[{"key": "r", "label": "R", "text": "members.size() >= 1"}]
    )
    run = actions.run_targeting(made.pk, by=world.officer)
    actions.freeze_run(run.pk, by=world.officer)
    refused("programmes.run_unapproved", actions.enrol_targeted, run.pk, by=world.officer)
    actions.propose_targeting(made.pk, run.pk, by=world.officer)
    actions.approve_targeting(made.pk, by=world.approver)
    refused("programmes.programme_state", actions.enrol_targeted, run.pk, by=world.officer)
    refused("programmes.programme_state", actions.admit_waiting, draft.pk, by=world.officer)
    assert standing(draft) == {}


def test_beyond_the_quota_they_wait_the_highest_score_first(world: World) -> None:
    programme = world.active()
    actions.set_quota(programme.pk, world.places["XX01"].pk, 1, by=world.officer)
    actions.set_quota(programme.pk, world.places[NORTH_TOO].pk, 1, by=world.officer)
    one, _people = world.household()
    two, _people = world.household(*CHILDREN[:2])
    three, _people = world.household(*CHILDREN[:3])
    own, _people = world.household(area=NORTH_TOO)
    outside, _people = world.household(*CHILDREN, area=SOUTH)
    told = actions.enrol_targeted(targeted(world, programme), by=world.officer)
    assert (told.enrolled, told.waiting) == (2, 3)
    # A place under no quota has no room, as long as there are quotas; the nearer quota counts.
    assert standing(programme) == {
        three: "enrolled",
        own: "enrolled",
        one: "waiting",
        two: "waiting",
        outside: "waiting",
    }
    assert [row.household_id for row in seen(world.officer, queries.waiting_list, programme.pk)] == [outside, two, one]
    told_by_place = {one.place_name: one for one in seen(world.officer, queries.quota_standing, programme.pk)}
    assert (told_by_place["Place XX01"].taken, told_by_place["Place XX01"].waiting) == (1, 2)
    refused("programmes.quota_full", actions.admit, [one_of(programme, two).pk], by=world.officer, reason="urgent")
    refused("programmes.quota_full", actions.admit, [one_of(programme, outside).pk], by=world.officer, reason="urgent")
    actions.set_quota(programme.pk, world.places["XX01"].pk, 2, by=world.officer)
    assert actions.admit_waiting(programme.pk, by=world.officer) == 1
    assert standing(programme)[two] == "enrolled"
    assert standing(programme)[one] == "waiting"
    actions.graduate([one_of(programme, three).pk], by=world.officer, reason="earns enough")
    assert actions.admit([one_of(programme, one).pk], by=world.officer, reason="next") == 1
    actions.set_quota(programme.pk, world.places["XX01"].pk, None, by=world.officer)
    actions.set_quota(programme.pk, world.places[NORTH_TOO].pk, None, by=world.officer)
    assert actions.admit_waiting(programme.pk, by=world.officer) == 1  # the one outside


@pytest.mark.parametrize(
    ("one", "other", "enrolled", "listed"),
    [
        ("forbid", "allow", False, "forbid"),
        ("allow", "forbid", False, "forbid"),
        ("warn", "allow", True, "warn"),
        ("allow", "allow", True, None),
    ],
)
def test_the_same_household_in_two_programmes_of_one_purpose_is_ruled_by_the_stricter(
    world: World, one: str, other: str, enrolled: bool, listed: str | None
) -> None:
    home, _people = world.household()
    first = world.active("ONE", overlap=one)
    actions.enrol(first.pk, home, by=world.officer, reason="known")
    second = world.active("TWO", overlap=other, purpose="FOOD")
    told = actions.enrol_targeted(targeted(world, second), by=world.officer)
    assert (told.enrolled, told.left_out, told.flagged) == (int(enrolled), int(not enrolled), int(listed == "warn"))
    rows = seen(world.officer, queries.overlaps, second.pk)
    assert [(row.household_id, row.other_id, row.ruling) for row in rows] == (
        [(home, first.pk, listed)] if listed else []
    )
    if enrolled:
        assert one_of(second, home).overlap is (listed == "warn")
    else:
        refused("programmes.enrolled_elsewhere", actions.enrol, second.pk, home, by=world.officer, reason="please")
        # The same run again lists nobody twice.
        actions.enrol_targeted(one_run(second), by=world.officer)
        assert len(seen(world.officer, queries.overlaps, second.pk)) == 1


def one_run(programme: Programme) -> UUID:
    with viewing(SYSTEM):
        return TargetingRun.objects.get(targeting__programme=programme).pk


def test_programmes_of_other_days_or_purposes_do_not_meet(world: World) -> None:
    home, _people = world.household()
    actions.enrol(world.active("ONE", ends_on=date(2026, 5, 31)).pk, home, by=world.officer, reason="known")
    later = world.active("TWO", starts_on=date(2026, 6, 1), ends_on=None)
    assert actions.enrol(later.pk, home, by=world.officer, reason="known").state == "enrolled"
    assert (
        actions.enrol(world.active("WIN", purpose="winter").pk, home, by=world.officer, reason="cold").state
        == "enrolled"
    )
    third = world.active("THREE", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    refused("programmes.enrolled_elsewhere", actions.enrol, third.pk, home, by=world.officer, reason="known")
    # Whoever left leaves no trace for others.
    actions.end_enrolments([one_of(Programme(pk=_only("ONE")), home).pk], by=world.officer, reason="moved away")
    assert actions.enrol(third.pk, home, by=world.officer, reason="known").state == "enrolled"


def _only(code: str) -> UUID:
    with viewing(SYSTEM):
        return Programme.objects.get(code=code).pk


def test_people_are_enrolled_one_by_one_where_the_programme_is_for_people(world: World) -> None:
    home, (mother, child) = world.household("1985-01-01", "2015-01-01")
    programme = world.active(for_whom="person")
    told = actions.enrol_targeted(targeted(world, programme, "age < 18"), by=world.officer)
    assert told.enrolled == 1
    assert standing(programme) == {child: "enrolled"}
    refused("programmes.for_others", actions.enrol, programme.pk, home, by=world.officer, reason="x")
    made = actions.enrol(programme.pk, person_id=mother, by=world.officer, reason="nurses")
    assert (made.household_id, made.person_id, made.place_id) == (home, mother, world.places[NORTH].pk)
    refused("programmes.enrolled_already", actions.enrol, programme.pk, person_id=mother, by=world.officer, reason="x")
    # The household as such is in a programme of the same purpose then: one of its people is already.
    whole = world.active("HH")
    refused("programmes.enrolled_elsewhere", actions.enrol, whole.pk, home, by=world.officer, reason="x")


def test_by_hand_needs_a_reason_and_a_registration_that_stands(world: World) -> None:
    home, (person,) = world.household()
    programme = world.active()
    refused("programmes.missing", actions.enrol, programme.pk, home, by=world.officer, reason=" ")
    refused("programmes.for_others", actions.enrol, programme.pk, home, person_id=person, by=world.officer, reason="x")
    refused("kernel.not_found", actions.enrol, programme.pk, programme.pk, by=world.officer, reason="x")
    refused("kernel.not_found", actions.enrol, programme.pk, home, by=world.officer_in("XX02", "XX0201"), reason="x")
    with viewing(SYSTEM):
        registry.households(seen_by=SYSTEM).filter(pk=home).update(status="inactive", status_reason="left")
    refused("programmes.registration_ended", actions.enrol, programme.pk, home, by=world.officer, reason="x")
    assert standing(programme) == {}


def test_enrolments_move_as_the_table_says_with_a_reason(world: World) -> None:
    home, _people = world.household()
    programme = world.active()
    row = actions.enrol(programme.pk, home, by=world.officer, reason="known")
    refused("programmes.enrolment_state", actions.admit, [row.pk], by=world.officer, reason="x")
    refused("programmes.missing", actions.suspend, [row.pk], by=world.officer, reason="")
    refused("kernel.not_found", actions.suspend, [row.pk, programme.pk], by=world.officer, reason="x")
    refused("kernel.not_found", actions.suspend, [row.pk], by=world.officer_in("XX02", "XX0201"), reason="x")
    assert actions.suspend([row.pk], by=world.officer, reason="absent") == 1
    assert actions.suspend([], by=world.officer, reason="nobody") == 0
    with viewing(SYSTEM):
        registry.households(seen_by=SYSTEM).filter(pk=home).update(status="inactive", status_reason="left")
    refused("programmes.registration_ended", actions.resume, [row.pk], by=world.officer, reason="back")
    with viewing(SYSTEM):
        registry.households(seen_by=SYSTEM).filter(pk=home).update(status="active", status_reason="")
    assert actions.resume([row.pk], by=world.officer, reason="back") == 1
    assert actions.end_enrolments([row.pk], by=world.officer, reason="moved") == 1
    ended = one_of(programme, home)
    assert (ended.state, ended.reason, ended.until is not None) == ("exited", "moved", True)
    refused("programmes.enrolment_state", actions.resume, [row.pk], by=world.officer, reason="x")
    with viewing(SYSTEM):
        told = FactEntry.objects.filter(name__startswith="programmes.enrolment").values_list("name", flat=True)
        assert sorted(told) == ["programmes.enrolment_ended", "programmes.enrolment_started"]


def test_whoever_enrols_in_one_area_counts_what_is_taken_in_the_next_and_enrols_only_theirs(world: World) -> None:
    programme = world.active()
    actions.set_quota(programme.pk, world.places["XX01"].pk, 1, by=world.officer)
    north, _people = world.household()
    south, _people = world.household(area=SOUTH)
    run = targeted(world, programme)
    there = world.officer_in("XX02", "XX0201")
    told = actions.enrol_targeted(run, by=there)
    assert (told.enrolled, told.waiting) == (0, 1)
    assert standing(programme) == {south: "waiting"}
    with viewing(there):
        assert [row.household_id for row in Enrolment.objects.all()] == [south]
    actions.enrol_targeted(run, by=world.officer)
    assert standing(programme) == {south: "waiting", north: "enrolled"}
    refused("kernel.not_found", seen, there, queries.enrolment, one_of(programme, north).pk)


def test_the_number_of_statements_does_not_depend_on_how_many_are_enrolled(world: World) -> None:
    counts = []
    for number, code in ((1, "A"), (4, "B")):
        for _each in range(number):
            world.household()
        programme = world.active(code, purpose=code)
        run = targeted(world, programme)
        with CaptureQueriesContext(connection) as captured:
            actions.enrol_targeted(run, by=world.officer)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 30


def test_a_run_is_enrolled_in_the_background(world: World) -> None:
    home, _people = world.household()
    programme = world.active()
    job = actions.start_enrolling(targeted(world, programme), by=world.officer)
    run_jobs()
    assert standing(programme) == {home: "enrolled"}
    assert job.name == "programmes.enrol_targeted"
