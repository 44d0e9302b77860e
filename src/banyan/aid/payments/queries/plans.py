"""Plans, their lines, steps and ledger, within the viewer's reach; and whose turn it is."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from banyan.aid.payments.models import ApprovalBand, Book, Entry, Hold, Line, Outcome, Plan, PlanBudget, PlanStep
from banyan.aid.payments.rules import duties
from banyan.aid.payments.rules.duties import Taken
from banyan.aid.payments.states import DUTIES, PLAN, Duty
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW, VIEW_LINE = "payments.view_plan", "payments.view_line"


def plans(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Plan]:
    """The plans of the operations in which the viewer sees plans anywhere: they hold nothing about people."""
    rows = Plan.objects.filter(operation__in=[one.pk for one in operations_within(VIEW, seen_by=seen_by)])
    return rows if operation_id is None else rows.filter(operation=operation_id)


def plan(plan_id: UUID, *, seen_by: Viewer) -> Plan:
    """One plan with programme and cycle. Raises Problem not_found, also for a plan out of reach."""
    found = (
        plans(seen_by=seen_by)
        .select_related("operation", "programme", "cycle", "follow_up_of")
        .filter(pk=plan_id)
        .first()
    )
    if found is None:
        raise Problem("not_found")
    return found


def lines(plan_id: UUID, *, seen_by: Viewer, states: Collection[str] | None = None) -> QuerySet[Line]:
    """The lines of a plan within reach."""
    seen_by.require(VIEW_LINE)
    rows = Line.objects.filter(within(seen_by.reach(VIEW_LINE)), plan=plan_id)
    return rows if states is None else rows.filter(state__in=states)


def line(line_id: UUID, *, seen_by: Viewer) -> Line:
    """One line with its plan. Raises Problem not_found, also for a line out of reach."""
    seen_by.require(VIEW_LINE)
    rows = Line.objects.filter(within(seen_by.reach(VIEW_LINE))).select_related(
        "plan", "household", "person", "collector"
    )
    found = rows.filter(pk=line_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def lines_of_household(household_id: UUID, *, seen_by: Viewer) -> QuerySet[Line]:
    """Everything a household and the people in it were to get, in money and in kind, each with its plan; the newest first."""
    seen_by.require(VIEW_LINE)
    rows = Line.objects.filter(within(seen_by.reach(VIEW_LINE)), household=household_id)
    return rows.select_related("plan", "plan__programme", "plan__cycle", "person").order_by("-plan__made_at", "no")


def double_paid(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Line]:
    """Lines that reached people although another line of the same entitlement had: late news of what was thought to have failed."""
    seen_by.require(VIEW_LINE)
    paid = Line.objects.filter(within(seen_by.reach(VIEW_LINE)), delivered_amount__gt=F("returned_amount"))
    if operation_id is not None:
        paid = paid.filter(operation=operation_id)
    twice = (
        paid.values("origin")
        .annotate(net=Sum(F("delivered_amount") - F("returned_amount")), times=Count("pk"))
        .filter(times__gt=1)
        .annotate(whole=Sum("due") / F("times"))
        .filter(net__gt=F("whole"))
    )
    return paid.filter(origin__in=twice.values("origin"))


@dataclass(frozen=True)
class StateSum:
    """How many lines are in a state, and how much they come to."""

    lines: int
    amount: Decimal
    delivered: Decimal
    returned: Decimal


def state_counts(plan_id: UUID, *, seen_by: Viewer) -> dict[str, StateSum]:
    """The lines of a plan within reach by state."""
    rows = (
        lines(plan_id, seen_by=seen_by)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"), Sum("amount"), Sum("delivered_amount"), Sum("returned_amount"))
    )
    return {state: StateSum(count, *sums) for state, count, *sums in rows}


def steps(plan_id: UUID, *, seen_by: Viewer) -> list[PlanStep]:
    """What was done with a plan by whom, the first step first."""
    return list(PlanStep.objects.filter(plan__in=plans(seen_by=seen_by).filter(pk=plan_id)).order_by("at", "pk"))


def budgets(plan_id: UUID, *, seen_by: Viewer) -> QuerySet[PlanBudget]:
    """The budget lines that pay for a plan, in their order."""
    rows = PlanBudget.objects.filter(plan__in=plans(seen_by=seen_by).filter(pk=plan_id))
    return rows.select_related("budget_line").order_by("position")


def entries(plan_id: UUID, *, seen_by: Viewer) -> QuerySet[Entry]:
    """The ledger of a plan, the first entry first. Its entries stand where the plan was made."""
    seen_by.require(VIEW_LINE)
    return Entry.objects.filter(within(seen_by.reach(VIEW_LINE)), plan=plan_id).order_by("at", "pk")


def ledger(plan_id: UUID, *, seen_by: Viewer) -> dict[tuple[UUID, str], Decimal]:
    """What stands in each account of each budget line of a plan; accounts with nothing in them are left out."""
    rows = entries(plan_id, seen_by=seen_by).order_by().values_list("budget_line_id", "account").annotate(Sum("amount"))
    return {(budget_line, account): amount for budget_line, account, amount in rows if amount}


def funds(budget_line_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, dict[str, Decimal]]:
    """What stands in each account of budget lines over all plans within reach, in the currencies of the plans' own budget lines."""
    seen_by.require(VIEW_LINE)
    rates = {
        (one.plan_id, one.budget_line_id): one.rate
        for one in PlanBudget.objects.filter(budget_line__in=budget_line_ids)
    }
    rows = Entry.objects.filter(within(seen_by.reach(VIEW_LINE)), budget_line__in=budget_line_ids).order_by()
    found: dict[UUID, dict[str, Decimal]] = {}
    for plan_id, budget_line, account, amount in rows.values_list("plan", "budget_line_id", "account").annotate(
        Sum("amount")
    ):
        sums = found.setdefault(budget_line, dict.fromkeys(Book.values, Decimal(0)))
        sums[account] += amount * rates.get((plan_id, budget_line), Decimal(1))
    return found


def outcomes(line_id: UUID, *, seen_by: Viewer) -> QuerySet[Outcome]:
    """What was recorded of a line, as it came in."""
    return Outcome.objects.filter(line=line(line_id, seen_by=seen_by).pk).order_by("at", "pk")


def holds(*, seen_by: Viewer, operation_id: UUID | None = None, standing: bool | None = None) -> QuerySet[Hold]:
    """Holds within reach, the newest first; standing: only those that hold today, or only those that do not."""
    seen_by.require(VIEW_LINE)
    rows = (
        Hold.objects.filter(within(seen_by.reach(VIEW_LINE)))
        .select_related("household", "person")
        .order_by("-made_at", "-pk")
    )
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    if standing is None:
        return rows
    today = timezone.localdate()
    holding = Q(lifted_at=None, from_on__lte=today) & (Q(until=None) | Q(until__gte=today))
    return rows.filter(holding) if standing else rows.exclude(holding)


def standing_hold(household_id: UUID, *, seen_by: Viewer) -> Hold | None:
    """The hold of a whole household that stands today, if there is one."""
    return holds(seen_by=seen_by, standing=True).filter(household=household_id, person=None).first()


def bands(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[ApprovalBand]:
    """How many people approve which amounts in an operation, the smallest amount first. None: one approves, one authorises."""
    within_reach = [one.pk for one in operations_within(VIEW, seen_by=seen_by)]
    return (
        ApprovalBand.objects.filter(operation__in=within_reach).filter(operation=operation_id).order_by("from_amount")
    )


AGREEING: Final = (Duty.APPROVE, Duty.AUTHORISE, Duty.RELEASE)


@dataclass(frozen=True)
class Part:
    """One of the four parts in a plan: who has taken it in this round, and how many of how many."""

    duty: Duty
    who: list[PlanStep]
    given: int
    needed: int


@dataclass(frozen=True)
class NextStep:
    """A step that fits the state of a plan: whether this viewer may take it, and the Problem that stands in the way."""

    verb: str
    may: bool
    why: str


@dataclass(frozen=True)
class Eyes:
    """Four pairs of eyes on a plan, as its page shows them."""

    parts: list[Part]
    next: list[NextStep]


def eyes(plan_id: UUID, *, seen_by: Viewer) -> Eyes:
    """Who has which part in a plan, what comes next, and whether the viewer may do it."""
    found = plan(plan_id, seen_by=seen_by)
    taken = steps(plan_id, seen_by=seen_by)
    told = [Taken(one.actor, one.duty, one.round, one.digest) for one in taken]
    needed = {Duty.APPROVE: found.approvals_needed, Duty.AUTHORISE: found.authorisations_needed}
    parts = []
    for duty in Duty:
        who = [one for one in taken if one.duty == duty and (duty == Duty.PREPARE or one.round == found.round)]
        given = (
            duties.agreed(duty, told, round_=found.round, digest=found.digest) if duty in AGREEING else int(bool(who))
        )
        parts.append(Part(duty, who, given, needed.get(duty, 1)))
    following = []
    for step in PLAN.steps:
        if found.state not in step.sources or step.verb in ("void", "record"):
            continue
        why = ""
        if found.scope_id not in seen_by.reach(step.permission):
            why = "not_allowed"
        elif step.verb in DUTIES:
            why = duties.hindrance(DUTIES[step.verb], told, actor=seen_by.id, round_=found.round, digest=found.digest)
            why = f"payments.{why}" if why else ""
        following.append(NextStep(step.verb, not why, why))
    return Eyes(parts, following)
