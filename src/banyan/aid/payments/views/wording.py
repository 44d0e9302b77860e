"""Amounts, shares and states of payments in words, the same on every page."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format

from banyan.aid.payments.states import LineState, PlanState
from banyan.platform.kernel.money import decimals_of

PLAN_TONES: dict[Any, str] = {
    PlanState.DRAFT: "plain", PlanState.LOCKED: "plain", PlanState.ASSIGNED: "plain", PlanState.IN_APPROVAL: "warn",
    PlanState.APPROVED: "info", PlanState.AUTHORISED: "info", PlanState.RELEASED: "info", PlanState.SENT: "info",
    PlanState.RECONCILING: "warn", PlanState.CLOSED: "good", PlanState.ABORTED: "bad",
}  # fmt: skip
LINE_TONES: dict[Any, str] = {
    LineState.PENDING: "plain", LineState.HELD: "warn", LineState.SENT: "info", LineState.DELIVERED: "good",
    LineState.PARTIAL: "warn", LineState.RETURNED: "bad", LineState.FAILED: "bad", LineState.UNCLAIMED: "warn",
    LineState.LOST: "bad", LineState.CANCELLED: "plain",
}  # fmt: skip


def exact(amount: Decimal, currency: str) -> Decimal:
    """An amount of money with the decimals of its currency."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)


def money(amount: Decimal | None, currency: str) -> str:
    """An amount of money as the reader's language writes it, with the decimals of the currency."""
    return "–" if amount is None else f"{number_format(exact(amount, currency), force_grouping=True)} {currency}"


def quantity(amount: Decimal | None, unit: str) -> str:
    """A number of units, without zeros behind the point."""
    if amount is None:
        return "–"
    plain = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()
    return f"{number_format(plain, force_grouping=True)} {unit}".strip()


def worth(amount: Decimal | None, plan: Any, unit: str = "") -> str:
    """Money or, in kind, units: whatever a plan counts in."""
    return money(amount, plan.currency) if plan.is_money else quantity(amount, unit)


def share(part: int, whole: int) -> Decimal | None:
    """A share in per cent; None of nothing."""
    return Decimal(part * 100) / whole if whole else None
