"""Who gets into a programme: by an approved run of targeting, by hand, or from the waiting list; and how it goes on."""

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.actions.faults import Faults
from banyan.aid.programmes.actions.queueing import Enrolled, One, queue_up, rooms_for
from banyan.aid.programmes.facts import EnrolmentEnded, EnrolmentStarted, HouseholdsEnrolled
from banyan.aid.programmes.models import Enrolment, ForWhom, Programme
from banyan.aid.programmes.queries.targeting import approved_run, target_rows
from banyan.aid.programmes.rules.enrolling import CHOSEN, crowded
from banyan.aid.programmes.states import ENROL, ENROLMENT, OPEN_ENROLMENT, EnrolmentState, ProgrammeState
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem


@action(ENROL)
def start_enrolling(run_id: UUID, *, by: Viewer) -> Any:
    """Have whom an approved run chose enrolled in the background; the job. Raises Problem not_found, run_unapproved, programme_state."""
    programme = _running(approved_run(run_id, seen_by=by).targeting.programme_id, by)
    return jobs.start("programmes.enrol_targeted", by=by, label=programme.name, run=str(run_id))


@action(ENROL)
def enrol_targeted(run_id: UUID, *, by: Viewer) -> Enrolled:
    """Enrol whom an approved run of targeting chose, within the reach of `by`; beyond the quotas they wait, the highest score first.

    Whoever is enrolled in another programme of the same purpose at the same time is left out and listed, or enrolled and listed, as
    the stricter of the two programmes rules. Whoever is in already stays as they are: the same run again changes nothing.
    Raises Problem not_found, programmes.run_unapproved, programme_state.
    """
    run = approved_run(run_id, seen_by=by)
    programme = _running(run.targeting.programme_id, by)
    chosen = target_rows(run_id, seen_by=by).filter(verdict__in=CHOSEN, place__isnull=False)
    places = list(chosen.order_by().values_list("place", flat=True).distinct())
    told, _other, _made = queue_up(programme, by=by, run_id=run.pk, places=places)
    announce(HouseholdsEnrolled(programme.pk, run.pk), by=by)
    return told


@action(ENROL)
def admit_waiting(programme_id: UUID, *, by: Viewer) -> int:
    """Admit who waits, in the order of the list, as far as quotas leave room; how many. Raises Problem not_found, programme_state."""
    told, _other, _made = queue_up(_running(programme_id, by), by=by)
    return told.admitted


@action(ENROL)
def enrol(
    programme_id: UUID, household_id: UUID | None = None, *, by: Viewer, reason: str, person_id: UUID | None = None
) -> Enrolment:
    """Enrol one household, or in a programme for people one person, by hand and with a reason; without room they wait.

    Raises Problem not_found, and programmes.programme_state, missing, for_others, registration_ended, enrolled_already,
    enrolled_elsewhere.
    """
    programme = _running(programme_id, by)
    faults = Faults()
    why = faults.text(reason, "reason", 300)
    people = programme.for_whom == ForWhom.PERSON
    if (person_id is None) == people or (household_id is None and not people):
        faults.note(
            "programmes.for_others", "person" if people else "household", whom=ForWhom(programme.for_whom).label
        )
    faults.tell()
    one = _one(household_id, person_id, by)
    told, other, made = queue_up(
        programme, by=by, one=one, places=[one.place] if one.place else [], reason=why, admit=False
    )
    if told.gone:
        raise Problem("programmes.registration_ended")
    if told.known:
        raise Problem("programmes.enrolled_already")
    if made is None:
        raise Problem("programmes.enrolled_elsewhere", programme=_name(other, by))
    found = queries.enrolment(made, seen_by=by)
    if found.state == EnrolmentState.ENROLLED:
        announce(EnrolmentStarted(programme.pk, (made,)), by=by)
    return found


def _one(household_id: UUID | None, person_id: UUID | None, by: Viewer) -> One:
    """Where they live now. Raises Problem not_found."""
    if person_id is None:
        # One of the two is there: asked above.
        home = registry.household(cast("UUID", household_id), seen_by=by)
        return One(home.pk, None, home.scope_id, home.place_id)
    person = registry.person(person_id, seen_by=by)
    belonging = registry.membership_of([person_id], seen_by=by).get(person_id)
    place = belonging.household.place_id if belonging else person.place_id
    return One(belonging.household_id if belonging else None, person.pk, person.scope_id, place)


def _name(programme_id: UUID | None, by: Viewer) -> str:
    found = queries.programmes(seen_by=by).filter(pk__in=[programme_id]).values_list("name", flat=True).first()
    return found or "–"


@action(ENROL)
def admit(ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """Admit these from the waiting list, out of its order and with a reason; how many.

    Raises Problem not_found, programmes.enrolment_state, missing, programme_state, registration_ended, quota_full.
    """
    rows = _rows(ids, "admit", by)
    _live(rows, by)
    for programme_id, those in _by_programme(rows).items():
        programme = _running(programme_id, by)
        places = [one.place_id for one in those]
        near, rooms = rooms_for(programme, {place for place in places if place})
        if crowded(places, near, rooms):
            raise Problem("programmes.quota_full")
    moved = _moved(rows, "admit", reason, by)
    for programme_id, those in _by_programme(rows).items():
        announce(EnrolmentStarted(programme_id, tuple(one.pk for one in those)), by=by)
    return moved


@action(ENROL)
def suspend(ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """Let these enrolments stand still, with a reason; how many. Nothing is computed for who is suspended.

    Raises Problem not_found, programmes.enrolment_state, missing.
    """
    return _moved(_rows(ids, "suspend", by), "suspend", reason, by)


@action(ENROL)
def resume(ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """Let these go on; how many. Raises Problem not_found, programmes.enrolment_state, missing, registration_ended."""
    rows = _rows(ids, "resume", by)
    _live(rows, by)
    return _moved(rows, "resume", reason, by)


@action(ENROL)
def graduate(ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """End these because they need the programme no more; how many. Raises Problem not_found, programmes.enrolment_state, missing."""
    return _ended(ids, "graduate", reason, by)


@action(ENROL)
def end_enrolments(ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """End these for another reason; how many. Raises Problem not_found, programmes.enrolment_state, missing."""
    return _ended(ids, "exit", reason, by)


def _ended(ids: Collection[UUID], verb: str, reason: str, by: Viewer) -> int:
    rows = _rows(ids, verb, by)
    moved = _moved(rows, verb, reason, by)
    for programme_id, those in _by_programme(rows).items():
        state = ENROLMENT.after(those[0].state, verb)
        announce(EnrolmentEnded(programme_id, tuple(one.pk for one in those), state), by=by)
    return moved


def _rows(ids: Collection[UUID], verb: str, by: Viewer) -> list[Enrolment]:
    """These enrolments, locked in the order of their ids, if the verb fits each of them."""
    wanted = set(ids)
    rows = list(Enrolment.objects.select_for_update().filter(within(by.reach(ENROL)), pk__in=wanted).order_by("pk"))
    if len(rows) != len(wanted):
        raise Problem("not_found")
    for state in {row.state for row in rows}:
        ENROLMENT.after(state, verb)
    return rows


def _moved(rows: list[Enrolment], verb: str, reason: str, by: Viewer) -> int:
    faults = Faults()
    why = faults.text(reason, "reason", 300)
    faults.tell()
    if not rows:
        return 0
    target, today = ENROLMENT.after(rows[0].state, verb), timezone.localdate()
    return Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=target, since=today, until=None if target in OPEN_ENROLMENT else today, reason=why, cause="", by=by.id,
        by_label=str(by.label)[:200], at=timezone.now(),
    )  # fmt: skip


def _live(rows: list[Enrolment], by: Viewer) -> None:
    """Raises Problem programmes.registration_ended where the register knows one of them as active no more."""
    people = {row.person_id for row in rows if row.person_id}
    homes = {row.household_id for row in rows if row.household_id and not row.person_id}
    active = registry.people(seen_by=by).filter(pk__in=people, status="active").count()
    active += registry.households(seen_by=by).filter(pk__in=homes, status="active").count()
    if active != len(people) + len(homes):
        raise Problem("programmes.registration_ended")


def _by_programme(rows: list[Enrolment]) -> dict[UUID, list[Enrolment]]:
    found: dict[UUID, list[Enrolment]] = {}
    for row in rows:
        found.setdefault(row.programme_id, []).append(row)
    return found


def _running(programme_id: UUID, by: Viewer) -> Programme:
    programme = queries.programme(programme_id, seen_by=by)
    if programme.state != ProgrammeState.ACTIVE:
        raise Problem("programmes.programme_state", state=ProgrammeState(programme.state).label)
    return programme
