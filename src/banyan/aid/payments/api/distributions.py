"""Days of handing out, for programs: the same list, rights and proofs as at the table."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from banyan.aid.payments import actions, queries
from banyan.aid.payments.api import field_shapes as shapes
from banyan.aid.payments.api.plan_shapes import PaymentReason
from banyan.aid.payments.queries.distributions import VIEW
from banyan.aid.payments.states import HAND_OUT, PLAN_DAY
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read

router = Router(tags=["payments"])
MOST = 200


@router.get(
    "/{uuid:operation_id}/sites", response=list[shapes.PaymentSite], operation_id="payment_sites",
    summary="Sites of distributions",
)  # fmt: skip
@needs(VIEW)
def list_sites(request: HttpRequest, operation_id: UUID) -> Any:
    """Where goods lie and are handed out, by name."""
    return list(queries.sites(operation_id, seen_by=request.viewer))


@router.get(
    "/sites/{uuid:site_id}", response=shapes.PaymentSiteFull, operation_id="payment_site", summary="One site"
)  # fmt: skip
@needs(VIEW)
def get_site(request: HttpRequest, site_id: UUID) -> Any:
    """A site and what lies there."""
    one = queries.site(site_id, seen_by=request.viewer)
    lying = queries.on_hand(one.pk, seen_by=request.viewer)
    stock = [{"item": item, "unit": unit, "quantity": quantity} for (item, unit), quantity in lying.items()]
    return {"site": one, "stock": stock}


@router.get(
    "/{uuid:operation_id}/distributions", response=list[shapes.PaymentDistribution], operation_id="payment_distributions",
    summary="Distributions",
)  # fmt: skip
@needs(VIEW)
def list_distributions(
    request: HttpRequest, operation_id: UUID, plan: UUID | None = None, state: shapes.DayWord = ""
) -> Any:
    """The latest two hundred days, of one plan and in one state or all."""
    rows = queries.distributions(operation_id, seen_by=request.viewer)
    rows = rows.filter(plan=plan) if plan else rows
    return list((rows.filter(state=state) if state else rows)[:MOST])


@router.post(
    "/plans/{uuid:plan_id}/distributions", response={201: shapes.PaymentDistribution}, operation_id="payment_distribution_plan",
    summary="Plan a distribution",
)  # fmt: skip
@needs(PLAN_DAY)
def plan_distribution(request: HttpRequest, plan_id: UUID, given: shapes.PaymentDistributionNew) -> Any:
    """The list is drawn up of lines that stand on no other; with the first of them the plan is sent."""
    made = actions.plan_distribution(
        plan_id, by=request.viewer, site_id=given.site, day=given.day, place_ids=given.places, most=given.most,
        note=given.note,
    )  # fmt: skip
    return Status(201, made)


@router.get(
    "/distributions/{uuid:distribution_id}", response=shapes.PaymentDistributionFull, operation_id="payment_distribution",
    summary="One distribution",
)  # fmt: skip
@needs(VIEW)
def get_distribution(request: HttpRequest, distribution_id: UUID) -> Any:
    """How far it is, and what it still takes of each item."""
    viewer = request.viewer
    return {
        "distribution": queries.distribution(distribution_id, seen_by=viewer),
        "households": queries.distribution_counts(distribution_id, seen_by=viewer),
        "needs": queries.needs(distribution_id, seen_by=viewer),
    }


@router.post(
    "/distributions/{uuid:distribution_id}/open", response=shapes.PaymentDistribution, operation_id="payment_distribution_open",
    summary="Begin to hand out",
)  # fmt: skip
@needs(HAND_OUT)
def open_distribution(request: HttpRequest, distribution_id: UUID) -> Any:
    """The day begins."""
    return actions.open_distribution(distribution_id, by=request.viewer)


@router.post(
    "/distributions/{uuid:distribution_id}/close", response=shapes.PaymentDistribution, operation_id="payment_distribution_close",
    summary="End a day",
)  # fmt: skip
@needs(HAND_OUT)
def close_distribution(request: HttpRequest, distribution_id: UUID, given: shapes.PaymentDistributionClose) -> Any:
    """What was not handed out whole may stand on another list."""
    return actions.close_distribution(distribution_id, by=request.viewer, unclaimed=given.unclaimed)


@router.post(
    "/distributions/{uuid:distribution_id}/cancel", response=shapes.PaymentDistribution, operation_id="payment_distribution_cancel",
    summary="Call a day off",
)  # fmt: skip
@needs(PLAN_DAY)
def cancel_distribution(request: HttpRequest, distribution_id: UUID) -> Any:
    """Before it begins; its lines are free for other lists."""
    return actions.cancel_distribution(distribution_id, by=request.viewer)


@router.get(
    "/distributions/{uuid:distribution_id}/households", response=shapes.PaymentListedPage, operation_id="payment_distribution_list",
    summary="List of a day",
)  # fmt: skip
@needs(VIEW)
def list_households(request: HttpRequest, distribution_id: UUID, after: int = 0) -> Any:
    """Two hundred households with numbers above `after`, who may come for them, and what they are due: an entry in the log of reads."""
    day = queries.distribution(distribution_id, seen_by=request.viewer)
    start = min(max(after, 0), 2**31 - 1 - MOST)
    found = queries.listed(day.pk, seen_by=request.viewer, after=start, first=start + MOST)
    _note(request, [one.household for one in found], "list")
    return {"items": found, "after": start + MOST if start + MOST < day.households else None}


@router.get(
    "/distributions/{uuid:distribution_id}/card", response=shapes.PaymentListed, operation_id="payment_distribution_card",
    summary="Household of a card",
)  # fmt: skip
@needs(VIEW)
def household_of_card(request: HttpRequest, distribution_id: UUID, reference: str) -> Any:
    """The household whose card was read or typed, where it stands on the list: an entry in the log of reads."""
    key = queries.household_of_card(distribution_id, reference.replace("\x00", ""), seen_by=request.viewer)
    _note(request, [key], "open")
    return queries.household_due(distribution_id, key, seen_by=request.viewer)


@router.post(
    "/distributions/{uuid:distribution_id}/handouts", response={201: shapes.PaymentHandout}, operation_id="payment_hand_out",
    summary="Hand out",
)  # fmt: skip
@needs(HAND_OUT)
def hand_out(request: HttpRequest, distribution_id: UUID, given: shapes.PaymentHandoutNew) -> Any:
    """No more than is due and no more than lies there; the same key again is the handing out there is already."""
    quantities = {one.line: one.quantity for one in given.quantities}
    said = given.dict(include={"key", "who", "name", "signature", "photo"})
    return Status(201, actions.hand_out(distribution_id, given.household, quantities, by=request.viewer, **said))


@router.get(
    "/distributions/{uuid:distribution_id}/handouts", response=list[shapes.PaymentHandout], operation_id="payment_handouts",
    summary="What was handed out",
)  # fmt: skip
@needs(VIEW)
def list_handouts(request: HttpRequest, distribution_id: UUID, household: UUID | None = None) -> Any:
    """The latest first, of one household or all: an entry in the log of reads."""
    day = queries.distribution(distribution_id, seen_by=request.viewer)
    found = queries.handouts(day.pk, seen_by=request.viewer, household_id=household)
    _note(request, [one.household_id for one in found], "list")
    return found


@router.post(
    "/handouts/{uuid:handout_id}/back", response=shapes.PaymentHandout, operation_id="payment_handout_back",
    summary="Take goods back",
)  # fmt: skip
@needs(HAND_OUT)
def take_goods_back(request: HttpRequest, handout_id: UUID, given: PaymentReason) -> Any:
    """What was handed out by mistake, while the day is open; its trail stays."""
    return actions.take_goods_back(handout_id, by=request.viewer, reason=given.reason)


def _note(request: HttpRequest, households: list[UUID], kind: Any) -> None:
    """Whose names were shown."""
    if households:
        ids = list(dict.fromkeys(households))
        log_read(request.viewer, kind=kind, subject="registry.household", ids=ids, purpose="payments: distribution")
