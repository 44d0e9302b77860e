"""Payment plans for programs: the same four pairs of eyes as on the pages."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import polars as pl
from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.payments import actions, queries
from banyan.aid.payments.api import plan_shapes as shapes
from banyan.aid.payments.models import BY_ACCOUNT, Plan
from banyan.aid.payments.queries.plans import VIEW, VIEW_LINE
from banyan.aid.payments.queries.providers import VIEW_ACCOUNT, VIEW_PROVIDER
from banyan.aid.payments.states import APPROVE, AUTHORISE, PREPARE, RECORD, RELEASE
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer

router = Router(tags=["payments"])
PAGE, LINES = 100, 1000
MOVE, HOLD = "payments.move_plan", "payments.hold_payment"


@router.get("/plans", response=shapes.PaymentPlans, operation_id="payment_plans", summary="Payment plans")
@needs(VIEW)
def list_plans(request: HttpRequest, operation: UUID | None = None, state: str = "", after: UUID | None = None) -> Any:
    """Plans in the order of their ids; nothing of whom they pay."""
    rows = queries.plans(seen_by=request.viewer, operation_id=operation)
    if state:
        rows = rows.filter(state=state.replace("\x00", ""))
    if after:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1].pk if len(found) > PAGE else None}


@router.get("/plans/{uuid:plan_id}", response=shapes.PaymentPlanFull, operation_id="payment_plan", summary="One plan")
@needs(VIEW)
def get_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """Its totals, who took which step, who may take the next, and its ledger as far as the viewer may see it."""
    found = queries.plan(plan_id, seen_by=request.viewer)
    ledger: dict[str, Any] = {}
    if request.viewer.may(VIEW_LINE):
        for (_line, account), amount in queries.ledger(plan_id, seen_by=request.viewer).items():
            ledger[account] = ledger.get(account, 0) + amount
    eyes = queries.eyes(plan_id, seen_by=request.viewer)
    told = {"plan": found, "steps": queries.steps(plan_id, seen_by=request.viewer), "next": eyes.next, "ledger": ledger}
    return {**told, **_of_provider(found, request.viewer)}


def _of_provider(plan: Plan, viewer: Viewer) -> dict[str, Any]:
    """What its provider takes for the plan, and which lines it would not pay."""
    cost = queries.plan_cost(plan, seen_by=viewer) if viewer.may(VIEW_PROVIDER) else None
    if cost is None or plan.provider is None or not viewer.may(VIEW_LINE):
        return {"cost": cost, "unpayable": None}
    found = queries.unpayable(plan.pk, plan.provider, plan.mechanism, seen_by=viewer)
    # Whoever comes and shows who they are needs no account.
    needs_none = plan.mechanism not in BY_ACCOUNT or not viewer.may(VIEW_ACCOUNT)
    return {"cost": cost, "unpayable": replace(found, without_account=0) if needs_none else found}


@router.get(
    "/plans/{uuid:plan_id}/lines", response=shapes.PaymentLines, operation_id="payment_lines", summary="Lines of a plan"
)
@needs(VIEW_LINE)
def list_lines(request: HttpRequest, plan_id: UUID, state: str = "", after: int = 0) -> Any:
    """Lines within reach, in the order of their numbers. Listing them is an entry in the log of reads."""
    rows = queries.lines(queries.plan(plan_id, seen_by=request.viewer).pk, seen_by=request.viewer)
    if state:
        rows = rows.filter(state=state.replace("\x00", ""))
    found = list(rows.filter(no__gt=min(max(after, 0), 2**31 - 1)).order_by("no")[: LINES + 1])
    log_read(
        request.viewer,
        kind="list",
        subject="payments.line",
        ids=[one.pk for one in found[:LINES]],
        purpose="payments: lines",
    )
    return {"items": found[:LINES], "after": found[LINES - 1].no if len(found) > LINES else None}


@router.post("/plans", response={201: shapes.PaymentPlan}, operation_id="payment_plan_make", summary="Make a plan")
@needs(PREPARE)
def make_plan(request: HttpRequest, given: shapes.PaymentPlanNew) -> Any:
    """A draft of everything that is due of approved entitlements; its lines are made in the background."""
    said = given.dict(exclude={"run", "budgets"})
    budgets = [actions.Budget(one.budget_line, one.until, one.rate) for one in given.budgets]
    return Status(201, actions.make_plan(given.run, by=request.viewer, budgets=budgets, **said))


@router.post(
    "/plans/{uuid:plan_id}/follow-up", response={201: shapes.PaymentPlan}, operation_id="payment_plan_follow_up",
    summary="Pay again what did not arrive",
)  # fmt: skip
@needs(PREPARE)
def make_follow_up(request: HttpRequest, plan_id: UUID, given: shapes.PaymentFollowUpNew) -> Any:
    """A plan of what failed, came back, was not claimed or arrived in part: only what is still due."""
    return Status(201, actions.make_follow_up(plan_id, by=request.viewer, **given.dict()))


@router.post(
    "/plans/{uuid:plan_id}/lock",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_lock",
    summary="Lock the entitlements",
)
@needs(PREPARE)
def lock_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """From here on lines are held or left out, and never changed."""
    return actions.lock_plan(plan_id, by=request.viewer)


@router.post(
    "/plans/{uuid:plan_id}/provider",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_provider",
    summary="Assign a provider",
)
@needs(PREPARE)
def assign_provider(request: HttpRequest, plan_id: UUID, given: shapes.PaymentProviderChoice) -> Any:
    """Who pays the plan, and how; lines get the accounts that people have there."""
    label = queries.provider(given.provider, seen_by=request.viewer).name if given.provider else ""
    return actions.assign_provider(
        plan_id,
        by=request.viewer,
        provider_id=given.provider,
        provider_label=label,
        mechanism=given.mechanism,
        version=given.version,
    )


@router.post(
    "/plans/{uuid:plan_id}/submit",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_submit",
    summary="Ask for approval",
)
@needs(PREPARE)
def submit_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """How many people have to approve and authorise follows from the amount."""
    return actions.submit_plan(plan_id, by=request.viewer)


@router.post(
    "/plans/{uuid:plan_id}/approve",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_approve",
    summary="Approve a plan",
)
@needs(APPROVE)
def approve_plan(request: HttpRequest, plan_id: UUID, given: shapes.PaymentAgreement) -> Any:
    """By somebody who has no other part in it; with the last approval its funds are checked and committed."""
    return actions.approve_plan(plan_id, by=request.viewer, **given.dict())


@router.post(
    "/plans/{uuid:plan_id}/authorise",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_authorise",
    summary="Authorise a plan",
)
@needs(AUTHORISE)
def authorise_plan(request: HttpRequest, plan_id: UUID, given: shapes.PaymentAgreement) -> Any:
    """By somebody who has no other part in it."""
    return actions.authorise_plan(plan_id, by=request.viewer, **given.dict())


@router.post(
    "/plans/{uuid:plan_id}/release",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_release",
    summary="Release a plan",
)
@needs(RELEASE)
def release_plan(request: HttpRequest, plan_id: UUID, given: shapes.PaymentAgreement) -> Any:
    """By somebody who has no other part in it; its funds may go."""
    return actions.release_plan(plan_id, by=request.viewer, **given.dict())


@router.post(
    "/plans/{uuid:plan_id}/refuse",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_refuse",
    summary="Send a plan back",
)
@needs(MOVE)
def refuse_plan(request: HttpRequest, plan_id: UUID, given: shapes.PaymentReason) -> Any:
    """By whoever would take the next step, or who prepared it: what was approved is void."""
    return actions.refuse_plan(plan_id, by=request.viewer, reason=given.reason)


@router.post(
    "/plans/{uuid:plan_id}/abort",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_abort",
    summary="Give a plan up",
)
@needs(PREPARE)
def abort_plan(request: HttpRequest, plan_id: UUID, given: shapes.PaymentReason) -> Any:
    """Before its funds are released; its entitlements are free for another plan."""
    return actions.abort_plan(plan_id, by=request.viewer, reason=given.reason)


@router.post(
    "/plans/{uuid:plan_id}/leave-out",
    response=shapes.PaymentPlan,
    operation_id="payment_lines_leave_out",
    summary="Leave out",
)
@needs(PREPARE)
def leave_out(request: HttpRequest, plan_id: UUID, given: shapes.PaymentLeaveOut) -> Any:
    """Before the plan is released; what was approved of it is void."""
    actions.leave_out(plan_id, given.lines, by=request.viewer, reason=given.reason)
    return queries.plan(plan_id, seen_by=request.viewer)


@router.post(
    "/plans/{uuid:plan_id}/send",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_send",
    summary="Plan was sent",
)
@needs(PREPARE)
def mark_sent(request: HttpRequest, plan_id: UUID) -> Any:
    """The provider was told: every line that is not held is on its way."""
    return actions.mark_sent(plan_id, by=request.viewer)


@router.post(
    "/plans/{uuid:plan_id}/outcomes",
    response=shapes.PaymentRecorded,
    operation_id="payment_outcomes",
    summary="Record outcomes",
)
@needs(RECORD)
def record_outcomes(request: HttpRequest, plan_id: UUID, given: shapes.PaymentOutcomes) -> Any:
    """Sent twice, they count once; their order does not matter."""
    rows = pl.DataFrame(
        [
            {**one.dict(), "line": str(one.line), "on_day": str(one.on_day), "amount": None if one.amount is None else str(one.amount)}
            for one in given.rows
        ],
        schema=dict.fromkeys(("line", "outcome", "amount", "on_day", "provider_reference", "cause_key"), pl.String),
    )  # fmt: skip
    return actions.record_outcomes(plan_id, rows, by=request.viewer)


@router.post(
    "/plans/{uuid:plan_id}/close",
    response=shapes.PaymentPlan,
    operation_id="payment_plan_close",
    summary="Close a plan",
)
@needs(PREPARE)
def close_plan(request: HttpRequest, plan_id: UUID) -> Any:
    """When every line is settled; what did not stay with anybody is free again."""
    return actions.close_plan(plan_id, by=request.viewer)


@router.get("/holds", response=list[shapes.PaymentHold], operation_id="payment_holds", summary="Holds")
@needs(VIEW_LINE)
def list_holds(request: HttpRequest, operation: UUID | None = None, standing: bool | None = None) -> Any:
    """The newest hundred holds within reach. Listing them is an entry in the log of reads."""
    found = list(queries.holds(seen_by=request.viewer, operation_id=operation, standing=standing)[:PAGE])
    log_read(
        request.viewer, kind="list", subject="payments.hold", ids=[one.pk for one in found], purpose="payments: holds"
    )
    return found


@router.post("/holds", response={201: shapes.PaymentHold}, operation_id="payment_hold", summary="Hold payments")
@needs(HOLD)
def hold_payment(request: HttpRequest, given: shapes.PaymentHoldNew) -> Any:
    """To a household, or to one person in it; plans not released yet leave them out."""
    said = given.dict(exclude={"household", "person"})
    return Status(201, actions.hold_payment(given.household, by=request.viewer, person_id=given.person, **said))


@router.post(
    "/holds/{uuid:hold_id}/lift", response=shapes.PaymentHold, operation_id="payment_hold_lift", summary="Lift a hold"
)
@needs(HOLD)
def lift_hold(request: HttpRequest, hold_id: UUID, given: shapes.PaymentReason) -> Any:
    """Plans not released yet take the lines in again."""
    return actions.lift_hold(hold_id, by=request.viewer, reason=given.reason)
