"""Verifications, for programs: lines drawn by lot, what people say, what it says of the plan."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.payments import actions, queries
from banyan.aid.payments.api import field_shapes as shapes
from banyan.aid.payments.queries.verification import VIEW
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["payments"])
VERIFY, SETTLE = "payments.verify", "payments.settle_verification"
MOST = 200


@router.get(
    "/{uuid:operation_id}/verifications", response=list[shapes.PaymentVerification], operation_id="payment_verifications",
    summary="Verifications",
)  # fmt: skip
@needs(VIEW)
def list_verifications(request: HttpRequest, operation_id: UUID, plan: UUID | None = None) -> Any:
    """The newest two hundred, of one plan or all."""
    rows = queries.verifications(operation_id, seen_by=request.viewer)
    return list((rows.filter(plan=plan) if plan else rows)[:MOST])


@router.post(
    "/plans/{uuid:plan_id}/verifications", response={201: shapes.PaymentVerification}, operation_id="payment_verification_start",
    summary="Draw lines to verify",
)  # fmt: skip
@needs(VERIFY)
def start_verification(request: HttpRequest, plan_id: UUID, given: shapes.PaymentVerificationNew) -> Any:
    """Lines by which something arrived, all of them or drawn by lot."""
    return Status(201, actions.start_verification(plan_id, by=request.viewer, **given.dict()))


@router.get(
    "/verifications/{uuid:verification_id}", response=shapes.PaymentVerificationFull, operation_id="payment_verification",
    summary="One verification",
)  # fmt: skip
@needs(VIEW)
def get_verification(request: HttpRequest, verification_id: UUID) -> Any:
    """How far it is, and what the answers say of every line of the plan, with intervals."""
    viewer = request.viewer
    return {
        "verification": queries.verification(verification_id, seen_by=viewer),
        "progress": queries.verification_progress(verification_id, seen_by=viewer),
        "finding": queries.verification_finding(verification_id, seen_by=viewer),
    }


@router.get(
    "/verifications/{uuid:verification_id}/items", response=shapes.PaymentVerificationItems, operation_id="payment_verification_items",
    summary="Lines to verify",
)  # fmt: skip
@needs(VIEW)
def list_items(request: HttpRequest, verification_id: UUID, waiting: bool = False, after: int = 0) -> Any:
    """Two hundred lines with numbers above `after`, in the order of the lot; only those without an outcome where asked. Logged."""
    row = queries.verification(verification_id, seen_by=request.viewer)
    rows = queries.verification_items(row.pk, seen_by=request.viewer).filter(position__gt=min(max(after, 0), 2**31 - 1))
    found = list((rows.filter(outcome="") if waiting else rows)[: MOST + 1])
    shown = found[:MOST]
    if shown:
        ids = list(dict.fromkeys(one.household_id for one in shown))
        log_read(request.viewer, kind="list", subject="registry.household", ids=ids, purpose="payments: verification")
    return {"items": shown, "after": shown[-1].position if len(found) > MOST else None}


@router.post(
    "/verification-items/{uuid:item_id}/answer", response=shapes.PaymentVerificationItem, operation_id="payment_verification_answer",
    summary="Note what came of asking",
)  # fmt: skip
@needs(VERIFY)
def answer_item(request: HttpRequest, item_id: UUID, given: shapes.PaymentAnswer) -> Any:
    """Not by whoever handed it out; entered again, it replaces."""
    return actions.answer_item(item_id, by=request.viewer, **given.dict())


@router.post(
    "/verification-items/{uuid:item_id}/settle", response=shapes.PaymentVerificationItem, operation_id="payment_verification_settle",
    summary="Settle a mismatch",
)  # fmt: skip
@needs(SETTLE)
def settle_item(request: HttpRequest, item_id: UUID, given: shapes.PaymentSettlement) -> Any:
    """What it turned out to be; nothing in the ledger changes by it."""
    return actions.settle_item(item_id, by=request.viewer, **given.dict())


@router.post(
    "/verifications/{uuid:verification_id}/close", response=shapes.PaymentVerification, operation_id="payment_verification_close",
    summary="Close a verification",
)  # fmt: skip
@needs(VERIFY)
def close_verification(request: HttpRequest, verification_id: UUID) -> Any:
    """When every line has an outcome; mismatches are still settled."""
    return actions.close_verification(verification_id, by=request.viewer)
