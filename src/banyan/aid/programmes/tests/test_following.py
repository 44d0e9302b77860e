"""Enrolments follow the register: merged, moved, closed, opened again. Nobody is copied, nobody gets twice."""

from uuid import UUID

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Enrolment, Programme
from banyan.aid.programmes.tests.test_enrolments import one_of, standing
from banyan.aid.programmes.tests.worlds import NORTH, SOUTH, SYSTEM, World, seen
from banyan.people.registry import actions as registry
from banyan.people.registry import queries as register
from banyan.people.registry.facts import (
    BatchWithdrawn,
    HouseholdChanged,
    HouseholdClosed,
    HouseholdReactivated,
    HouseholdsMerged,
    HouseholdSplit,
    MembershipChanged,
    PeopleUnmerged,
    PersonClosed,
    PersonReactivated,
)
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_id


def told(fact: object) -> None:
    """The register says something; whoever follows it does."""
    with viewing(SYSTEM):
        announce(fact, by=SYSTEM)  # type: ignore[arg-type]
    run_jobs()


def status(kind: str, key: UUID, value: str) -> None:
    with viewing(SYSTEM):
        rows = register.people(seen_by=SYSTEM) if kind == "person" else register.households(seen_by=SYSTEM)
        rows.filter(pk=key).update(status=value, status_reason="" if value == "active" else "left")


def people_of(programme: Programme) -> dict[UUID | None, tuple[str, str]]:
    with viewing(SYSTEM):
        return {row.person_id: (row.state, row.cause) for row in Enrolment.objects.filter(programme=programme)}


def test_whoever_is_closed_is_suspended_and_goes_on_when_opened_again(world: World) -> None:
    home, _people = world.household()
    other, _people = world.household()
    programme = world.active()
    actions.enrol(programme.pk, home, by=world.officer, reason="known")
    by_hand = actions.enrol(programme.pk, other, by=world.officer, reason="known")
    actions.suspend([by_hand.pk], by=world.officer, reason="absent")
    for key in (home, other):
        status("household", key, "inactive")
        told(HouseholdClosed(key))
    row = one_of(programme, home)
    assert (row.state, row.cause, row.by) == ("suspended", "closed", None)
    for key in (home, other):
        status("household", key, "active")
        told(HouseholdReactivated(key))
    # Whom a person suspended goes on only when a person says so.
    assert standing(programme) == {home: "enrolled", other: "suspended"}
    assert one_of(programme, home).cause == ""


def test_people_are_followed_where_the_programme_is_for_people(world: World) -> None:
    home, (mother, child) = world.household("1985-01-01", "2015-01-01")
    away, _people = world.household(area=SOUTH)
    programme = world.active(for_whom="person")
    for person in (mother, child):
        actions.enrol(programme.pk, person_id=person, by=world.officer, reason="known")
    status("person", child, "inactive")
    told(PersonClosed(child))
    assert people_of(programme) == {mother: ("enrolled", ""), child: ("suspended", "closed")}
    status("person", child, "active")
    told(PersonReactivated(child))
    assert people_of(programme)[child] == ("enrolled", "")
    with viewing(SYSTEM):
        one = register.membership_of([child], seen_by=SYSTEM)[child]
        one.household_id = away
        one.save(update_fields=["household"])
    told(HouseholdSplit(home, away))
    told(MembershipChanged(child, home, away))
    with viewing(SYSTEM):
        row = Enrolment.objects.get(person=child)
    assert (row.household_id, row.place_id, row.scope_id) == (away, world.places[SOUTH].pk, world.scopes["XX0201"])


def test_a_withdrawn_batch_gets_nothing_and_a_household_that_moved_is_seen_where_it_lives(world: World) -> None:
    home, _people = world.household()
    programme = world.active()
    actions.enrol(programme.pk, home, by=world.officer, reason="known")
    actions.note_appeal(programme.pk, home, by=world.officer, reason="too little")
    batch = new_id()
    with viewing(SYSTEM):
        register.households(seen_by=SYSTEM).filter(pk=home).update(
            batch=batch, scope_id=world.scopes["XX0201"], place=world.places[SOUTH].pk
        )
    told(HouseholdChanged(home))
    assert [row.scope_id for row in seen(world.officer_in("XX0201"), queries.enrolments)] == [world.scopes["XX0201"]]
    assert len(seen(world.officer_in("XX0201"), queries.appeals)) == 1
    assert standing(programme) == {home: "enrolled"}
    status("household", home, "withdrawn")
    told(BatchWithdrawn(batch, world.operation.pk))
    assert standing(programme) == {home: "suspended"}


def test_of_merged_households_one_is_enrolled(world: World) -> None:
    (stays, _a), (closed, _b), (second, _c) = world.household(), world.household(area=SOUTH), world.household()
    programme, other = world.active(), world.active("OTHER", purpose="winter")
    actions.enrol(programme.pk, closed, by=world.officer, reason="known")
    for home in (stays, second):
        actions.enrol(other.pk, home, by=world.officer, reason="known")
    appeal = actions.note_appeal(programme.pk, closed, by=world.officer, reason="too little")
    for gone in (closed, second):
        status("household", gone, "closed")
        told(HouseholdsMerged(stays, gone))
    # Where only the closed one was in, its enrolment is that of the household it went into; it is the same row.
    assert standing(programme) == {stays: "enrolled"}
    assert one_of(programme, stays).place_id == world.places[NORTH].pk
    # Where both were, one of them gets.
    assert standing(other) == {stays: "enrolled", second: "suspended"}
    assert seen(world.officer, queries.appeal, appeal.pk).household_id == stays


def test_merged_people_get_once_and_undoing_it_lets_both_go_on(world: World) -> None:
    home, (survivor,) = world.household()
    _away, (double,) = world.household()
    programme, other = world.active(for_whom="person"), world.active("OTHER", purpose="winter", for_whom="person")
    whole = world.active("HOME", purpose="shelter")
    for person in (survivor, double):
        actions.enrol(programme.pk, person_id=person, by=world.officer, reason="known")
    actions.enrol(other.pk, person_id=double, by=world.officer, reason="known")
    actions.enrol(whole.pk, _away, by=world.officer, reason="known")
    second = viewer_of(make_account("protection-officer"))
    (merge,) = registry.merge_people(
        survivor, [double], reason="one person", asked_by=(new_id(), "Somebody"), by=second
    )
    run_jobs()
    assert people_of(programme) == {survivor: ("enrolled", ""), double: ("suspended", "merged")}
    assert people_of(other) == {survivor: ("enrolled", "")}
    with viewing(SYSTEM):
        assert Enrolment.objects.get(programme=other).household_id == home
    # The household that nobody lives in any more gets nothing.
    assert standing(whole) == {_away: "suspended"}
    registry.unmerge(merge.pk, reason="two people", by=second)
    run_jobs()
    assert people_of(programme) == {survivor: ("enrolled", ""), double: ("enrolled", "")}
    # What had come to the survivor is again whose it was, and where they live.
    assert people_of(other) == {double: ("enrolled", "")}
    with viewing(SYSTEM):
        assert Enrolment.objects.get(programme=other).household_id == _away
    assert standing(whole) == {_away: "enrolled"}


def test_merged_one_after_the_other_and_parted_again_each_has_what_was_theirs(world: World) -> None:
    (_home, (first,)), (_away, (second,)), (_far, (third,)) = (world.household() for _one in range(3))
    ones, full = world.active(for_whom="person"), world.active("FULL", purpose="winter", for_whom="person")
    actions.set_quota(full.pk, world.places["XX02"].pk, 1, by=world.officer)
    actions.enrol(ones.pk, person_id=first, by=world.officer, reason="known")
    appeal = actions.note_appeal(ones.pk, person_id=first, by=world.officer, reason="too little")
    for person in (first, second, third):
        assert actions.enrol(full.pk, person_id=person, by=world.officer, reason="known").state == "waiting"
    officer = viewer_of(make_account("protection-officer"))
    merges = []
    for survivor, gone in ((second, first), (third, second)):
        merges += registry.merge_people(survivor, [gone], reason="one", asked_by=(new_id(), "Somebody"), by=officer)
        run_jobs()
    assert people_of(ones) == {third: ("enrolled", "")}
    assert people_of(full) == {first: ("exited", ""), second: ("exited", ""), third: ("waiting", "")}
    told(PeopleUnmerged(second, (first,)))
    assert people_of(ones) == {third: ("enrolled", "")}, "they are one still"
    for merge, holder in zip(reversed(merges), (second, first), strict=True):
        registry.unmerge(merge.pk, reason="three people", by=officer)
        run_jobs()
        assert people_of(ones) == {holder: ("enrolled", "")}
        assert seen(world.officer, queries.appeal, appeal.pk).person_id == holder
    assert {state for state, _cause in people_of(full).values()} == {"waiting"}


def test_who_waits_twice_waits_once(world: World) -> None:
    (stays, _a), (gone, _b) = world.household(), world.household()
    programme = world.active()
    actions.set_quota(programme.pk, world.places["XX02"].pk, 1, by=world.officer)
    for home in (stays, gone):
        assert actions.enrol(programme.pk, home, by=world.officer, reason="known").state == "waiting"
    assert actions.follow_merged("household", stays, [gone], by=SYSTEM) == 0
    assert standing(programme) == {stays: "waiting", gone: "exited"}
    assert actions.follow_register(by=SYSTEM) == 0
