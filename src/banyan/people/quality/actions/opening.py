"""Gates opened for a record: one person asks and says why, another decides, and a day ends it."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import queries
from banyan.people.quality.actions.deciding import SHORTEST_REASON
from banyan.people.quality.facts import OverrideConfirmed
from banyan.people.quality.models import Override
from banyan.people.quality.states import CONFIRM, OverrideState, advance_override
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem

ASK = queries.ASK
MOST_DAYS = 30


@action(ASK)
def ask_override(subject: str, record_id: UUID, *, by: Viewer, reason: str, days: int = 7) -> Override:
    """Ask that the gate be opened for a record, for the checks that stop it now. Repeating it gives the request that waits.

    Raises Problem not_found, quality.nothing_stops, reason_missing, override_days.
    """
    written = reason.strip()
    if len(written) < SHORTEST_REASON:
        raise Problem("quality.reason_missing", at=Location(field="reason"))
    if not 1 <= days <= MOST_DAYS:
        raise Problem("quality.override_days", most=MOST_DAYS, at=Location(field="days"))
    place = queries.place_of(subject, record_id, seen_by=by)
    stopping = queries.gate(subject, [record_id], seen_by=by).get(record_id)
    if not stopping:
        raise Problem("quality.nothing_stops")
    keys = [one.key for one in stopping]
    waiting = Override.objects.filter(record_id=record_id, state=OverrideState.ASKED).first()
    if waiting is not None and set(waiting.checks) == set(keys):
        return waiting
    return Override.objects.create(
        record_id=record_id, subject=subject, operation_id=place.operation_id, scope_id=place.scope_id, checks=keys,
        reason=written[:300], asked_by=by.id, asked_by_label=str(by.label)[:200], days=days,
    )  # fmt: skip


@action(CONFIRM)
def confirm_override(override_id: UUID, *, by: Viewer, answer: str = "") -> Override:
    """Open the gate for as many days as were asked for. Announces OverrideConfirmed.

    Raises Problem not_found, quality.override_own, override_state.
    """
    row = _decided(override_id, "confirm", by, answer)
    row.expires_at = timezone.now() + timedelta(days=row.days)
    row.save()
    announce(OverrideConfirmed(override_id=row.pk, record_id=row.record_id), by=by)
    return row


@action(CONFIRM)
def refuse_override(override_id: UUID, *, by: Viewer, answer: str) -> Override:
    """Leave the gate closed and say why. Raises Problem not_found, quality.reason_missing, override_own, override_state."""
    if not answer.strip():
        raise Problem("quality.reason_missing", at=Location(field="answer"))
    row = _decided(override_id, "refuse", by, answer)
    row.save()
    return row


def _decided(override_id: UUID, verb: str, by: Viewer, answer: str) -> Override:
    row = queries.override(override_id, seen_by=by)
    if row.scope_id not in by.reach(CONFIRM):
        raise Problem("not_found")
    row.state = advance_override(row.state, verb)
    if row.asked_by == by.id:
        raise Problem("quality.override_own")
    row.decided_by, row.decided_by_label, row.decided_at = by.id, str(by.label)[:200], timezone.now()
    row.answer = answer.strip()[:300]
    return row
