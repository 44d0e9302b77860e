"""Appeals: noted by one person, decided on by another."""

from uuid import UUID

from django.utils import timezone

from banyan.aid.programmes import queries
from banyan.aid.programmes.actions.enrolling import enrol, resume
from banyan.aid.programmes.actions.faults import Faults
from banyan.aid.programmes.facts import AppealDecided
from banyan.aid.programmes.models import Appeal, Enrolment
from banyan.aid.programmes.states import (
    APPEAL,
    DECIDE_APPEAL,
    ENROL,
    OPEN_ENROLMENT,
    AppealState,
    EnrolmentState,
    ProgrammeState,
)
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem


@action(ENROL)
def note_appeal(
    programme_id: UUID, household_id: UUID | None = None, *, by: Viewer, reason: str, person_id: UUID | None = None,
    targeting_run_id: UUID | None = None, enrolment_id: UUID | None = None,
) -> Appeal:  # fmt: skip
    """Note that somebody says they were left out, or put out, wrongly; somebody else decides.

    targeting_run_id, enrolment_id: what it is about. Raises Problem not_found, programmes.programme_state, missing, appealed_already.
    """
    programme = queries.programme(programme_id, seen_by=by)
    if programme.state in (ProgrammeState.DRAFT, ProgrammeState.CLOSED):
        raise Problem("programmes.programme_state", state=ProgrammeState(programme.state).label)
    faults = Faults()
    why = faults.text(reason, "reason", 2000)
    faults.tell()
    scope_id, household_id = _who(household_id, person_id, by)
    if enrolment_id is not None and queries.enrolment(enrolment_id, seen_by=by).programme_id != programme.pk:
        raise Problem("not_found")
    theirs = Appeal.objects.filter(programme=programme, person=person_id, state=AppealState.OPEN)
    if (theirs if person_id else theirs.filter(household=household_id)).exists():
        raise Problem("programmes.appealed_already")
    return Appeal.objects.create(
        programme=programme, operation_id=programme.operation_id, scope_id=scope_id, household_id=household_id,
        person_id=person_id, targeting_run=targeting_run_id, enrolment_id=enrolment_id, reason=why, asked_by=by.id,
        asked_by_label=str(by.label)[:200],
    )  # fmt: skip


def _who(household_id: UUID | None, person_id: UUID | None, by: Viewer) -> tuple[int, UUID | None]:
    """The scope of who appeals, and the household. Raises Problem not_found."""
    if person_id is not None:
        belonging = registry.membership_of([person_id], seen_by=by).get(person_id)
        return registry.person(person_id, seen_by=by).scope_id, belonging.household_id if belonging else None
    if household_id is None:
        raise Problem("not_found")
    return registry.household(household_id, seen_by=by).scope_id, household_id


@action(DECIDE_APPEAL)
def uphold_appeal(appeal_id: UUID, decision: str, *, by: Viewer) -> Appeal:
    """Say that they are right, and why: they are enrolled, or go on; without room they wait.

    Raises Problem not_found, programmes.appeal_state, own_appeal, missing, and those of enrol and resume.
    """
    row = _decided(appeal_id, "uphold", decision, by)
    rows = Enrolment.objects.filter(programme=row.programme_id, person=row.person_id, state__in=OPEN_ENROLMENT)
    standing = (rows if row.person_id else rows.filter(household=row.household_id)).first()
    if standing is None:
        enrol(
            row.programme_id, None if row.person_id else row.household_id, person_id=row.person_id, by=by,
            reason=row.decision[:300],
        )  # fmt: skip
    elif standing.state == EnrolmentState.SUSPENDED:
        resume([standing.pk], by=by, reason=row.decision[:300])
    return row


@action(DECIDE_APPEAL)
def refuse_appeal(appeal_id: UUID, decision: str, *, by: Viewer) -> Appeal:
    """Say that it stays as it is, and why. Raises Problem not_found, programmes.appeal_state, own_appeal, missing."""
    return _decided(appeal_id, "refuse", decision, by)


def _decided(appeal_id: UUID, verb: str, decision: str, by: Viewer) -> Appeal:
    row = Appeal.objects.select_for_update().filter(pk=appeal_id).first()
    if row is None or row.scope_id not in by.reach(DECIDE_APPEAL):
        raise Problem("not_found")
    row.state = APPEAL.after(row.state, verb)
    if row.asked_by == by.id:
        raise Problem("programmes.own_appeal")
    faults = Faults()
    row.decision = faults.text(decision, "decision", 2000)
    faults.tell()
    row.decided_by, row.decided_by_label, row.decided_at = by.id, str(by.label)[:200], timezone.now()
    row.save()
    announce(AppealDecided(row.pk, row.state), by=by)
    return row
