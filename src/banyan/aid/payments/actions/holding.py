"""Holds: somebody decides, with a reason, that payments to a household or person wait. Nothing else ever holds anybody."""

from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone

from banyan.aid.payments.actions.planning import renew
from banyan.aid.payments.actions.steps import require_reason
from banyan.aid.payments.actions.tidying import tidy
from banyan.aid.payments.models import Hold, Line, Plan
from banyan.aid.payments.states import UNSENT, LineState
from banyan.people.registry import queries as registered
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.problems import Location, Problem

HOLD: Final = "payments.hold_payment"


@action(HOLD)
def hold_payment(
    household_id: UUID, *, by: Viewer, reason: str, person_id: UUID | None = None, from_on: date | None = None, until: date | None = None
) -> Hold:  # fmt: skip
    """Hold payments to a household, or to one person in it. Plans not released yet leave them out; what was approved of these is void.

    What is on its way already is not stopped. Raises Problem not_found, payments.reason_missing, hold_days.
    """
    household = registered.household(household_id, seen_by=by)
    person = registered.person(person_id, seen_by=by) if person_id else None
    note = require_reason(reason)
    first = from_on or timezone.localdate()
    if until is not None and until < first:
        raise Problem(
            "payments.hold_days", first=first.isoformat(), until=until.isoformat(), at=Location(field="until")
        )
    if by.id is None:
        raise Problem("not_allowed", permission=HOLD)
    held = Hold.objects.create(
        operation_id=household.operation_id, scope_id=household.scope_id, household=household, person=person, reason=note[:300],
        from_on=first, until=until, made_by=by.id, made_by_label=str(by.label)[:200],
    )  # fmt: skip
    _follow(household.pk)
    return held


@action(HOLD)
def lift_hold(hold_id: UUID, *, by: Viewer, reason: str) -> Hold:
    """Lift a hold: plans not released yet take the lines in again. Raises Problem not_found, payments.hold_over, reason_missing."""
    held = Hold.objects.select_for_update().filter(pk=hold_id).first()
    if held is None or held.scope_id not in by.reach(HOLD):
        raise Problem("not_found")
    if held.lifted_at is not None:
        raise Problem("payments.hold_over")
    held.lifted_reason = require_reason(reason)[:300]
    held.lifted_by, held.lifted_by_label, held.lifted_at = by.id, str(by.label)[:200], timezone.now()
    held.save()
    _follow(held.household_id)
    return held


def _follow(household_id: UUID) -> None:
    """Plans not released yet stand for their lines as they are now. As the system: who holds need not work on plans."""
    with viewing(system_viewer("payments")) as system:
        lines = Line.objects.filter(household=household_id, state__in=[LineState.PENDING, LineState.HELD])
        # In the order of ids, so that two holds never wait for each other.
        for plan in (
            Plan.objects.select_for_update().filter(pk__in=lines.values("plan"), state__in=UNSENT).order_by("pk")
        ):
            if tidy(plan, system):
                renew(Plan.objects.get(pk=plan.pk), system, "")
