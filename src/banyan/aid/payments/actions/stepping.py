"""The steps of a payment plan: locked, assigned, submitted, approved, authorised, released, sent, closed; or sent back, or aborted."""

from typing import Final
from uuid import UUID

from django.db import connection

from banyan.aid.payments import queries
from banyan.aid.payments.actions import booking
from banyan.aid.payments.actions.limiting import require_fit, require_limits
from banyan.aid.payments.actions.steps import (
    digest_of,
    locked,
    move,
    note_step,
    require_duty,
    require_reason,
    taken_steps,
)
from banyan.aid.payments.actions.tidying import doubtful, tidy
from banyan.aid.payments.models import Line, Plan
from banyan.aid.payments.rules import duties
from banyan.aid.payments.states import (
    APPROVE,
    AUTHORISE,
    DUTIES,
    PREPARE,
    RELEASE,
    LineState,
    PlanState,
    advance_plan,
)
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

MOVE: Final = "payments.move_plan"
# Into which account each line is paid by this mechanism: who approves the lines approves the accounts too.
_ACCOUNTS: Final = """
UPDATE payments_line l SET account = found.account FROM ({paid_to}) found
WHERE l.id = found.line AND l.account IS DISTINCT FROM found.account
"""
# Who may refuse in which state: whoever would take the next step.
_REFUSES: Final = {PlanState.IN_APPROVAL: APPROVE, PlanState.APPROVED: AUTHORISE, PlanState.AUTHORISED: RELEASE}


@action(PREPARE)
def lock_plan(plan_id: UUID, *, by: Viewer, version: int | None = None) -> Plan:
    """Lock the entitlements of a plan: from here on its lines are held or left out, and never changed.

    Raises Problem not_found, payments.plan_state, plan_moved, own_plan, plan_unready, plan_empty.
    """
    plan = locked(plan_id, PREPARE, by, version)
    state = advance_plan(plan.state, "lock")
    require_duty(plan, "lock", by)
    if plan.generated_at is None:
        raise Problem("payments.plan_unready")
    tidy(plan, by)
    _require_lines(plan)
    note_step(plan, "lock", by)
    return move(plan, by, {"state": state, "digest": digest_of(plan)})


@action(PREPARE)
def assign_provider(
    plan_id: UUID, *, by: Viewer, mechanism: str, provider_id: UUID | None = None, provider_label: str = "",
    version: int | None = None,
) -> Plan:  # fmt: skip
    """Say who pays the plan and how; without a provider the organisation hands out itself.

    Raises Problem not_found, payments.provider_missing, provider_retired, provider_unfit …
    """
    plan = locked(plan_id, PREPARE, by, version)
    state = advance_plan(plan.state, "assign")
    require_duty(plan, "assign", by)
    if not mechanism.strip() or (plan.is_money and provider_id is None):
        raise Problem("payments.provider_missing", at=Location(field="provider"))
    if provider_id is not None:
        require_fit(plan, provider_id, mechanism.strip())
    note_step(plan, "assign", by, note=provider_label)
    accounts, values = queries.paid_to(plan, mechanism.strip(), seen_by=by)
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS.replace("{paid_to}", accounts), values)
    return move(
        plan, by,
        {"state": state, "digest": digest_of(plan), "provider": provider_id, "provider_label": provider_label[:200],
         "mechanism": mechanism.strip()[:40]},
    )  # fmt: skip


@action(PREPARE)
def submit_plan(plan_id: UUID, *, by: Viewer, version: int | None = None) -> Plan:
    """Ask for approval of the lines as they are now: those held, or not entitled any more, are left out of it.

    How many people have to approve and authorise follows from the amount. Raises Problem payments.plan_state, plan_empty,
    lines_below and lines_above where the provider would not pay all of them …
    """
    plan = locked(plan_id, PREPARE, by, version)
    state = advance_plan(plan.state, "submit")
    require_duty(plan, "submit", by)
    tidy(plan, by)
    _require_lines(plan)
    require_limits(plan)
    note_step(plan, "submit", by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_band(%s, %s)", [plan.operation_id, plan.amount * plan.rate])
        approvals, authorisations = cursor.fetchone()
    return move(
        plan, by,
        {"state": state, "digest": digest_of(plan), "approvals_needed": approvals, "authorisations_needed": authorisations},
    )  # fmt: skip


@action(APPROVE)
def approve_plan(plan_id: UUID, *, by: Viewer, digest: str, note: str = "") -> Plan:
    """Approve the lines that one has seen; with the last approval that the amount asks for, their funds are checked and committed.

    digest: that of the plan as it was looked at. Raises Problem payments.plan_state, plan_stale, own_plan, approved_twice, funds_short.
    """
    plan, last = _agree(plan_id, "approve", by, digest, note)
    if last is None:
        return move(plan, by, {})
    booking.commit(plan, by)
    return move(plan, by, {"state": last})


@action(AUTHORISE)
def authorise_plan(plan_id: UUID, *, by: Viewer, digest: str, note: str = "") -> Plan:
    """Authorise what others approved. Raises the same Problems as approving."""
    plan, last = _agree(plan_id, "authorise", by, digest, note)
    return move(plan, by, {} if last is None else {"state": last})


@action(RELEASE)
def release_plan(plan_id: UUID, *, by: Viewer, digest: str, note: str = "") -> Plan:
    """Release the funds of a plan that three others prepared, approved and authorised.

    Raises Problem payments.plan_stale when somebody in it is held by now or entitled no more, line_paid_elsewhere when another plan
    has paid meanwhile, and those of approving.
    """
    plan, last = _agree(plan_id, "release", by, digest, note)
    doubts = doubtful(plan, by)
    if doubts.paid:
        raise Problem("payments.line_paid_elsewhere", count=doubts.paid)
    if doubts.held or doubts.ended:
        raise Problem("payments.plan_stale")
    booking.release(plan, by)
    return move(plan, by, {"state": last})


@action(MOVE)
def refuse_plan(plan_id: UUID, *, by: Viewer, reason: str) -> Plan:
    """Send a plan back, or take it back oneself: everything that was approved is void, and committed funds are free again."""
    plan = locked(plan_id, MOVE, by)
    permission = _REFUSES.get(PlanState(plan.state), APPROVE)
    if not by.may(PREPARE):
        by.require(permission)
    advance_plan(plan.state, "refuse")
    return void(plan, by, verb="refuse", note=require_reason(reason))


def void(plan: Plan, by: Viewer, *, verb: str = "void", note: str = "") -> Plan:
    """Begin another round: what was approved counts no more."""
    state = advance_plan(plan.state, verb)
    note_step(plan, verb, by, note=note)
    booking.free(plan, f"void {plan.round}", by)
    return move(plan, by, {"state": state, "round": plan.round + 1, "digest": digest_of(plan)})


@action(PREPARE)
def abort_plan(plan_id: UUID, *, by: Viewer, reason: str) -> Plan:
    """Give a plan up before its funds are released: its lines are cancelled, their entitlements free for another plan."""
    plan = locked(plan_id, PREPARE, by)
    state = advance_plan(plan.state, "abort")
    note_step(plan, "abort", by, note=require_reason(reason))
    Line.objects.filter(plan=plan).exclude(state=LineState.CANCELLED).update(state=LineState.CANCELLED)
    booking.free(plan, f"abort {plan.round}", by)
    return move(plan, by, {"state": state})


@action(PREPARE)
def mark_sent(plan_id: UUID, *, by: Viewer, note: str = "") -> Plan:
    """The provider was told, or the distribution begins: every line that is not held is on its way. Does nothing when it is already."""
    plan = locked(plan_id, PREPARE, by)
    if plan.state in (PlanState.SENT, PlanState.RECONCILING):
        return plan
    state = advance_plan(plan.state, "send")
    note_step(plan, "send", by, note=note)
    Line.objects.filter(plan=plan, state=LineState.PENDING).update(state=LineState.SENT)
    return move(plan, by, {"state": state})


@action(PREPARE)
def close_plan(plan_id: UUID, *, by: Viewer, note: str = "") -> Plan:
    """Close a plan of which everything is known: held lines are cancelled, what did not stay with anybody is free again.

    Raises Problem payments.lines_unsettled, plan_state.
    """
    plan = locked(plan_id, PREPARE, by)
    state = advance_plan(plan.state, "close")
    unsettled = Line.objects.filter(plan=plan, state__in=[LineState.PENDING, LineState.SENT]).count()
    if unsettled:
        raise Problem("payments.lines_unsettled", count=unsettled)
    note_step(plan, "close", by, note=note)
    Line.objects.filter(plan=plan, state=LineState.HELD).update(state=LineState.CANCELLED)
    booking.free(plan, "close", by)
    return move(plan, by, {"state": state})


def _agree(plan_id: UUID, verb: str, by: Viewer, digest: str, note: str) -> tuple[Plan, str | None]:
    """Note that somebody agrees to these lines; and the state in which the plan is now, when nobody else has to."""
    plan = locked(plan_id, {"approve": APPROVE, "authorise": AUTHORISE, "release": RELEASE}[verb], by)
    state = advance_plan(plan.state, verb)
    if digest != plan.digest or digest != digest_of(plan):
        raise Problem("payments.plan_stale")
    require_duty(plan, verb, by)
    note_step(plan, verb, by, note=note.strip())
    needed = {"approve": plan.approvals_needed, "authorise": plan.authorisations_needed, "release": 1}[verb]
    given = duties.agreed(DUTIES[verb], taken_steps(plan), round_=plan.round, digest=plan.digest)
    return plan, state if given >= needed else None


def _require_lines(plan: Plan) -> None:
    plan.refresh_from_db()
    if plan.lines == 0:
        raise Problem("payments.plan_empty")
