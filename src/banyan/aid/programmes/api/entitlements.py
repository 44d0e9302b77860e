"""Entitlements for programs: computed, compared, approved and amended by the same people and rules as on the pages."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.api import entitlement_shapes as shapes
from banyan.aid.programmes.queries.entitlements import VIEW_ENTITLEMENT, SumsBy
from banyan.aid.programmes.states import APPROVE_ENTITLEMENT, ENTITLE
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["programmes"])
PAGE = 200


@router.get(
    "/cycles/{uuid:cycle_id}/entitlement-runs", response=list[shapes.EntitlementRunOut], operation_id="entitlement_runs",
    summary="Computations of a cycle",
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def list_runs(request: HttpRequest, cycle_id: UUID) -> Any:
    """Computations of entitlements for a cycle, the newest first."""
    return list(queries.entitlement_runs(seen_by=request.viewer, cycle_id=cycle_id))


@router.post(
    "/cycles/{uuid:cycle_id}/entitlement-runs", response={201: shapes.EntitlementRunOut}, operation_id="entitlements_simulate",
    summary="Simulate entitlements",
)  # fmt: skip
@needs(ENTITLE)
def simulate(request: HttpRequest, cycle_id: UUID, given: shapes.EntitlementRunIn) -> Any:
    """Have it computed, in the background, what everybody enrolled is entitled to. Nothing is promised by it."""
    return Status(201, actions.simulate_entitlements(cycle_id, given.package, by=request.viewer, day=given.day))


@router.get(
    "/entitlement-runs/{uuid:run_id}", response=shapes.EntitlementRunOut, operation_id="entitlement_run", summary="One computation"
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def get_run(request: HttpRequest, run_id: UUID) -> Any:
    """The terms of a computation, and what it came to."""
    return queries.entitlement_run(run_id, seen_by=request.viewer)


@router.get(
    "/entitlement-runs/{uuid:run_id}/entitlements", response=shapes.EntitlementPage, operation_id="entitlements",
    summary="Entitlements of a computation",
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def list_entitlements(request: HttpRequest, run_id: UUID, verdict: str = "", after: UUID | None = None) -> Any:
    """Rows within reach in the order of their ids; of one verdict (due, nothing, undecided). It is an entry in the log of reads."""
    run = queries.entitlement_run(run_id, seen_by=request.viewer)
    rows = queries.entitlements(run.pk, seen_by=request.viewer, verdict=verdict)
    if after:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: PAGE + 1])
    shown = [row.household_id for row in found[:PAGE] if row.household_id]
    log_read(request.viewer, kind="list", subject="registry.household", ids=shown, purpose="programmes: entitlements")
    return {"items": found[:PAGE], "after": found[PAGE - 1].pk if len(found) > PAGE else None}


@router.get(
    "/entitlement-runs/{uuid:run_id}/sums", response=list[shapes.EntitlementSumOut], operation_id="entitlement_sums",
    summary="Entitlements added up",
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def list_sums(request: HttpRequest, run_id: UUID, by: SumsBy = "place") -> Any:
    """Rows added up by place, size of the household, item, verdict or cause."""
    run = queries.entitlement_run(run_id, seen_by=request.viewer)
    return queries.entitled_sums(run.pk, by, seen_by=request.viewer)


@router.post(
    "/entitlement-runs/{uuid:run_id}/compare", response=list[shapes.EntitlementCost], operation_id="entitlements_compare",
    summary="Compare formulas",
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def compare(request: HttpRequest, run_id: UUID, given: list[shapes.EntitlementAlternativeIn]) -> Any:
    """What other formulas would cost for the same people; first the computation's own, asked of the register as it is now."""
    alternatives = [queries.Alternative(**one.dict()) for one in given[:10]]
    return queries.compare_formulas(run_id, alternatives, seen_by=request.viewer)


@router.post(
    "/entitlement-runs/{uuid:run_id}/propose", response=shapes.EntitlementRunOut, operation_id="entitlements_propose",
    summary="Propose entitlements",
)  # fmt: skip
@needs(ENTITLE)
def propose(request: HttpRequest, run_id: UUID) -> Any:
    """Ask somebody else to approve."""
    return actions.propose_entitlements(run_id, by=request.viewer)


@router.post(
    "/entitlement-runs/{uuid:run_id}/refuse", response=shapes.EntitlementRunOut, operation_id="entitlements_refuse",
    summary="Refuse entitlements",
)  # fmt: skip
@needs(ENTITLE)
def refuse(request: HttpRequest, run_id: UUID, given: shapes.EntitlementRefusal) -> Any:
    """Send a proposal back, or take one's own back."""
    return actions.refuse_entitlements(run_id, by=request.viewer, reason=given.reason.replace("\x00", ""))


@router.post(
    "/entitlement-runs/{uuid:run_id}/approve", response=shapes.EntitlementRunOut, operation_id="entitlements_approve",
    summary="Approve entitlements",
)  # fmt: skip
@needs(APPROVE_ENTITLEMENT)
def approve(request: HttpRequest, run_id: UUID) -> Any:
    """By somebody else than who made or proposed them."""
    return actions.approve_entitlements(run_id, by=request.viewer)


@router.post(
    "/entitlement-runs/{uuid:run_id}/amend", response={201: shapes.EntitlementRunOut}, operation_id="entitlements_amend",
    summary="Amend entitlements",
)  # fmt: skip
@needs(ENTITLE)
def amend(request: HttpRequest, run_id: UUID, given: shapes.EntitlementAmendmentIn) -> Any:
    """Compute again, or take back, what some are entitled to by an approved computation; somebody else approves it again."""
    made = actions.amend_entitlements(
        run_id, given.enrolments, by=request.viewer, reason=given.reason.replace("\x00", ""), package_id=given.package, day=given.day,
        withdraw=given.withdraw,
    )  # fmt: skip
    return Status(201, made)


@router.delete(
    "/entitlement-runs/{uuid:run_id}", response={204: None}, operation_id="entitlements_drop", summary="Drop a simulation"
)  # fmt: skip
@needs(ENTITLE)
def drop(request: HttpRequest, run_id: UUID) -> Any:
    """Forget a simulation that nobody proposed."""
    actions.drop_simulation(run_id, by=request.viewer)
    return Status(204, None)


@router.get(
    "/entitlements/{uuid:entitlement_id}/why", response=shapes.EntitlementWhy, operation_id="entitlement_why",
    summary="Why somebody is entitled to this",
)  # fmt: skip
@needs(VIEW_ENTITLEMENT)
def why(request: HttpRequest, entitlement_id: UUID) -> Any:
    """In words, from the figures kept when it was computed. Opening it is an entry in the log of reads."""
    told = queries.explain_entitlement(entitlement_id, seen_by=request.viewer)
    row = told.entitlement
    subject, record = ("registry.person", row.person_id) if row.person_id else ("registry.household", row.household_id)
    ids = [record] if record else []
    log_read(request.viewer, kind="open", subject=subject, ids=ids, purpose="programmes: entitlement")
    return {"formula": told.formula, "working": told.working, "steps": told.steps}
