"""What the overview tells: how far plans have come, where and when aid arrived, how long it took, what it cost, what is left."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone

from banyan.aid.payments.models import Line, Plan, PlanStep
from banyan.aid.payments.queries.plans import double_paid
from banyan.aid.payments.queries.plans import plans as all_plans
from banyan.aid.payments.rules.waiting import Waits, waits_of
from banyan.aid.payments.states import LineState, PlanState
from banyan.platform.access.viewers import Viewer, within

LINES = "payments.view_line"
_S = PlanState
# From which state on a plan has passed a stage; each stage holds all that come after it.
_RELEASED = (_S.RELEASED, _S.SENT, _S.RECONCILING, _S.CLOSED)
_APPROVED = (_S.APPROVED, _S.AUTHORISED, *_RELEASED)
_ASKED = (_S.IN_APPROVAL, *_APPROVED)
STAGES: Mapping[str, tuple[PlanState, ...]] = {
    "planned": tuple(state for state in _S if state != _S.ABORTED),
    "submitted": _ASKED,
    "approved": _APPROVED,
    "released": _RELEASED,
}


@dataclass(frozen=True)
class Figure:
    """How many lines, and how much money or, in kind, how many units."""

    lines: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class PlaceFigure:
    """What a place was to get and got."""

    place_id: UUID | None
    planned: Figure
    delivered: Figure


@dataclass(frozen=True)
class Price:
    """What one plan's transfers are charged by; the provider's fees are applied to it by whoever may see providers."""

    provider_id: Any
    provider_label: str
    transfers: int
    amount: Decimal


@dataclass
class Dashboard:
    """The figures of one operation in one currency; currency "" is aid in kind, where amounts of different items are not added."""

    currency: str
    currencies: list[str]
    plans: dict[str, int] = field(default_factory=dict)
    stages: dict[str, Figure] = field(default_factory=dict)
    delivered: Figure = Figure()
    weeks: list[tuple[date, Figure]] = field(default_factory=list)
    places: list[PlaceFigure] = field(default_factory=list)
    waits: Waits = field(default_factory=Waits)
    prices: list[Price] = field(default_factory=list)
    unclaimed: Figure = Figure()
    unheard: Figure = Figure()
    paid_twice: int = 0
    left_over: list[tuple[UUID, str, int]] = field(default_factory=list)


def dashboard(
    operation_id: UUID, *, seen_by: Viewer, today: date, currency: str | None = None, programme_id: UUID | None = None
) -> Dashboard:
    """All figures at once, in a number of queries that does not grow. Those that lines tell are for who may see lines.

    currency: one of those that plans have, "" for in kind; the one with most plans when it is None or not among them.
    """
    plans = all_plans(seen_by=seen_by, operation_id=operation_id).order_by()
    if programme_id is not None:
        plans = plans.filter(programme=programme_id)
    counted = Counter(dict(plans.values_list("currency").annotate(count=Count("pk"))))
    currencies = sorted(counted, key=lambda code: (-counted[code], code))
    chosen = currency if currency is not None and currency in counted else next(iter(currencies), "")
    plans = plans.filter(currency=chosen)
    found = Dashboard(chosen, currencies)
    _stages(found, plans)
    if seen_by.may(LINES):
        found.paid_twice = double_paid(seen_by=seen_by, operation_id=operation_id).filter(plan__in=plans).count()
        _lines(found, plans, seen_by, today)
    return found


def _stages(found: Dashboard, plans: "QuerySet[Plan]") -> None:
    rows = list(plans.values("state").annotate(plans=Count("pk"), count=Sum("lines"), total=Sum("amount")))
    found.plans = {row["state"]: row["plans"] for row in rows}
    for stage, states in STAGES.items():
        passed = [row for row in rows if row["state"] in states]
        found.stages[stage] = Figure(sum(row["count"] for row in passed), _sum(row["total"] for row in passed))


def _lines(found: Dashboard, plans: "QuerySet[Plan]", viewer: Viewer, today: date) -> None:
    lines = Line.objects.filter(within(viewer.reach(LINES)), plan__in=plans.exclude(state=_S.ABORTED)).order_by()
    came = lines.filter(delivered_amount__gt=F("returned_amount"))
    _arrived(found, came)
    _by_place(found, lines)
    _waits(found, came)
    _left_over(found, lines, today)
    rows = (
        came.exclude(plan__provider=None)
        .values("plan__provider", "plan__provider_label")
        .annotate(count=Count("pk"), total=Sum("delivered_amount"))
        .order_by("plan__provider_label")
    )
    found.prices = [
        Price(row["plan__provider"], row["plan__provider_label"], row["count"], row["total"]) for row in rows
    ]


def _arrived(found: Dashboard, came: "QuerySet[Line]") -> None:
    rows = (
        came.exclude(settled_on=None)
        .values(week=TruncWeek("settled_on", output_field=DateField()))
        .annotate(count=Count("pk"), total=Sum(_NET))
        .order_by("week")
    )
    by_week = {row["week"]: Figure(row["count"], row["total"]) for row in rows}
    if by_week:
        week, last = min(by_week), max(by_week)
        while week <= last:  # a week in which nothing arrived is a finding too
            found.weeks.append((week, by_week.get(week, Figure())))
            week += timedelta(days=7)


_NET = F("delivered_amount") - F("returned_amount")
_CAME = Q(delivered_amount__gt=F("returned_amount"))


def _by_place(found: Dashboard, lines: "QuerySet[Line]") -> None:
    rows = (
        lines.exclude(state=LineState.CANCELLED)
        .values("place")
        .annotate(
            count=Count("pk"), total=Sum("amount"), arrived=Count("pk", filter=_CAME), came=Sum(_NET, filter=_CAME)
        )
    )
    found.places = [
        PlaceFigure(row["place"], Figure(row["count"], row["total"]), Figure(row["arrived"], row["came"] or Decimal(0)))
        for row in rows
    ]
    found.delivered = Figure(
        sum(row.delivered.lines for row in found.places), _sum(row.delivered.amount for row in found.places)
    )


def _waits(found: Dashboard, came: "QuerySet[Line]") -> None:
    """Days from the day of the last approval of a plan to the day its line was settled."""
    rows = list(came.exclude(settled_on=None).values("plan", "settled_on").annotate(count=Count("pk")))
    steps = PlanStep.objects.filter(plan__in={row["plan"] for row in rows}, verb="approve")
    approved = dict(steps.values_list("plan").annotate(at=Max("at")).order_by())
    days: Counter[int] = Counter()
    for row in rows:
        if row["settled_on"] and (at := approved.get(row["plan"])):
            days[max((row["settled_on"] - timezone.localdate(at)).days, 0)] += row["count"]
    found.waits = waits_of(days)


def _left_over(found: Dashboard, lines: "QuerySet[Line]", today: date) -> None:
    """What nobody claimed, and what nobody has heard of although the days of paying are over."""
    unclaimed = Q(state=LineState.UNCLAIMED)
    unheard = Q(state=LineState.SENT, plan__pay_until__lt=today)
    rows = list(
        lines.filter(unclaimed | unheard)
        .values("plan", "plan__reference", "state")
        .annotate(count=Count("pk"), total=Sum("amount"))
        .order_by("-count", "plan__reference")
    )
    for name, state in (("unclaimed", LineState.UNCLAIMED), ("unheard", LineState.SENT)):
        some = [row for row in rows if row["state"] == state]
        setattr(found, name, Figure(sum(row["count"] for row in some), _sum(row["total"] for row in some)))
    found.left_over = [
        (row["plan"], row["plan__reference"], row["count"]) for row in rows if row["state"] == LineState.UNCLAIMED
    ]


def _sum(amounts: Iterable[Any]) -> Decimal:
    return sum((each for each in amounts if each is not None), Decimal(0))
