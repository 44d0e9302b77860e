"""Decisions about hits. A hit stops nothing by itself and no decision stops anything: it is a note for the few who may see it.

Nothing is announced and nothing enters history: whoever may see all history would learn who was a hit. Each step is written
into the hit's own log instead.
"""

from uuid import UUID

from django.utils import timezone

from banyan.people.linkage import queries
from banyan.people.linkage.models import ScreeningHit, ScreeningStep
from banyan.people.linkage.states import CONFIRM_HIT, HIT, SCREEN, HitState, advance_hit
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

SHORTEST_REASON, LONGEST_REASON = 5, 1_000


@action(SCREEN)
def clear_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Say that this is not the listed person. It comes back only when the data of one of the two change.

    seen: `queries.mark_of` of the hit as the decider saw it. Raises Problem not_found, linkage.hit_reason, hit_state, hit_moved.
    """
    return _step(hit_id, "clear", reason, by, seen)


@action(SCREEN)
def escalate_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Say that this may be the listed person, and leave it to a second one. Raises the Problems of clear_hit."""
    return _step(hit_id, "escalate", reason, by, seen)


@action(CONFIRM_HIT)
def confirm_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Agree that this is the listed person. Nothing follows by itself: what to do is decided outside of the system.

    Raises the Problems of clear_hit, and linkage.hit_own for who escalated it.
    """
    return _step(hit_id, "confirm", reason, by, seen)


@action(CONFIRM_HIT)
def dismiss_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Say of an escalated hit that it is not the listed person after all. Raises the Problems of confirm_hit."""
    return _step(hit_id, "dismiss", reason, by, seen)


@action(SCREEN)
def reopen_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Look again at what was cleared. Raises the Problems of clear_hit."""
    return _step(hit_id, "reopen", reason, by, seen)


@action(CONFIRM_HIT)
def withdraw_hit(hit_id: UUID, *, reason: str, by: Viewer, seen: str = "") -> ScreeningHit:
    """Take back a confirmation, for example when the person was taken off the list. Raises the Problems of clear_hit."""
    return _step(hit_id, "withdraw", reason, by, seen)


def _step(hit_id: UUID, verb: str, reason: str, by: Viewer, seen: str) -> ScreeningHit:
    row = (
        queries.screening_hits(seen_by=by)
        .select_related(None)
        .select_for_update(of=("self",))
        .filter(pk=hit_id)
        .first()
    )
    if row is None or row.scope_id not in by.reach(HIT.permission_for(verb)):
        raise Problem("not_found")
    written = reason.strip()
    if len(written) < SHORTEST_REASON:
        raise Problem("linkage.hit_reason", at=Location(field="reason"))
    if seen and seen != queries.mark_of(row, seen_by=by):
        raise Problem("linkage.hit_moved")
    row.state = advance_hit(row.state, verb)
    if verb in ("confirm", "dismiss") and (by.id is None or row.escalated_by == by.id):
        raise Problem("linkage.hit_own")
    who, label, now = by.id, str(by.label)[:200], timezone.now()
    if verb == "escalate":
        row.escalated_by, row.escalated_by_label, row.escalated_at = who, label, now
        row.escalated_why = written[:LONGEST_REASON]
    elif row.state == HitState.OPEN:
        row.escalated_by = row.decided_by = row.escalated_at = row.decided_at = None
        row.escalated_by_label = row.escalated_why = row.decided_by_label = row.decided_why = ""
    else:
        row.decided_by, row.decided_by_label, row.decided_at = who, label, now
        row.decided_why = written[:LONGEST_REASON]
    row.save()
    ScreeningStep.objects.create(
        hit=row, scope_id=row.scope_id, verb=verb, by=who, by_label=label, reason=written[:LONGEST_REASON]
    )
    return row
