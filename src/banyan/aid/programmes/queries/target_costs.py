"""What a run of targeting would cost: the approved packages of the programme, reckoned for those whom it chooses."""

# ruff: noqa: S608 — composed of the constants below and of what criteria compile; values are bound

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Sum

from banyan.aid.programmes.models import BudgetLine, Entitlement, ForWhom, Package, TargetingRun
from banyan.aid.programmes.queries.entitlements import VIEW_ENTITLEMENT
from banyan.aid.programmes.queries.packages import packages
from banyan.aid.programmes.queries.programmes import programme
from banyan.aid.programmes.queries.reckoning import Reckoning, answered, lines_of
from banyan.aid.programmes.queries.targeting import VIEW, target_rows, targeting_run
from banyan.aid.programmes.rules.entitling import terms_of
from banyan.aid.programmes.rules.targeting import CHOSEN
from banyan.aid.programmes.states import PackageState
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

NOTHING: Final = Decimal(0)
# Who is chosen, or would be at another threshold: `level` says how many of the thresholds they reach, lists reach them all.
# As row-level security says it: of the bare `<@` the planner expects next to no rows, and loops over all pairs.
_WHO: Final = f"""
SELECT t.verdict IN ('in', 'included') AS chosen, {{record}} AS record,
    CASE WHEN t.verdict = 'included' THEN cardinality(%(cuts)s::numeric[])
        WHEN t.eligible = 'c' AND t.score IS NOT NULL AND cardinality(%(cuts)s::numeric[]) > 0
            THEN width_bucket(t.score, %(cuts)s::numeric[]) ELSE 0 END AS level
FROM programmes_targetrow t
WHERE t.run_id = %(run)s AND (t.verdict IN ('in', 'included')
        OR t.verdict = 'out' AND t.eligible = 'c' AND t.score >= (%(cuts)s::numeric[])[1])
    AND (CASE WHEN coalesce(t.scope_id, 0) <@ (SELECT access_reach('{VIEW}')) THEN true ELSE false END)
"""
_COST: Final = """
SELECT r.item, r.unit, r.level, r.chosen, count(DISTINCT r.record) FILTER (WHERE r.came_to > 0),
    count(DISTINCT r.record) FILTER (WHERE r.cause <> ''), coalesce(sum(r.came_to), 0)
FROM ({reckoned}) r GROUP BY GROUPING SETS ((1, 2, 3, 4), (4)) ORDER BY 1, 2, 3, 4
"""


@dataclass
class PackageCost:
    """What one package comes to for those a run chooses, given to each of them once.

    `due` and `undecided` count households or people, whatever number of items each of them gets. `problem` says why nothing
    could be reckoned; then all is nought. `budget` and `standing` are what the programme has in this currency, and what was
    promised of it already.
    """

    package: Package
    due: int = 0
    undecided: int = 0
    sums: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    at: dict[Decimal, Decimal] = field(default_factory=dict)
    budget: Decimal = NOTHING
    standing: Decimal = NOTHING
    problem: Problem | None = None

    @property
    def amount(self) -> Decimal:
        """The sum of a package of money; pieces of different items are no sum."""
        return sum(self.sums.values(), NOTHING) if self.package.is_money else NOTHING

    @property
    def left(self) -> Decimal:
        """What would be left of the budget; below zero it is not enough."""
        return self.budget - self.standing - self.amount


def target_costs(
    run_id: UUID, *, seen_by: Viewer, cuts: Sequence[Decimal] = (), programme_id: UUID | None = None
) -> list[PackageCost]:
    """What each approved package would cost for those a run chooses, and in money at other thresholds; one statement each.

    Who is chosen is frozen; what they would get is asked of the register as it is now, on the day of the run. programme_id:
    whose packages, those of the run's own programme unless said. Raises Problem not_found; a formula that cannot be reckoned
    is told beside its package.
    """
    run = targeting_run(run_id, seen_by=seen_by)
    seen_by.require(VIEW_ENTITLEMENT)
    about = programme(programme_id or run.targeting.programme_id, seen_by=seen_by)
    known = packages(about.pk, seen_by=seen_by).filter(state=PackageState.APPROVED).prefetch_related("items")
    many = target_rows(run.pk, seen_by=seen_by).filter(verdict__in=CHOSEN).count()
    found = [_cost(run, each, sorted(cuts), many, seen_by) for each in known]
    budgets = _sums(BudgetLine.objects.filter(programme=about.pk))
    standing = _sums(
        Entitlement.objects.filter(
            within(seen_by.reach(VIEW_ENTITLEMENT)), run__programme=about.pk, stands=True
        ).order_by()
    )
    for each in found:
        if each.package.is_money:
            each.budget = budgets.get(each.package.currency, NOTHING)
            each.standing = standing.get(each.package.currency, NOTHING)
    return found


def _sums(rows: Any) -> dict[str, Decimal]:
    """Amounts by currency."""
    return dict(rows.values_list("currency").annotate(sum=Sum("amount", default=NOTHING)))


def _cost(run: TargetingRun, package: Package, cuts: Sequence[Decimal], many: int, viewer: Viewer) -> PackageCost:
    cost = PackageCost(package)
    currency = package.currency if package.is_money else ""
    if package.is_money:
        said = [{"item": "", "unit": "", "formula": package.formula}]
    else:
        said = [{"item": one.code, "unit": one.unit, "formula": one.formula} for one in package.items.all()]
    record = "t.person_id" if run.for_whom == ForWhom.PERSON else "t.household_id"
    # In kind nobody asks for sums of pieces at other thresholds.
    asked = {"run": run.pk, "cuts": list(cuts) if package.is_money else []}
    try:
        lines = lines_of(said, run.for_whom, run.operation_id, seen_by=viewer)
        sql, values = Reckoning(
            run.for_whom, run.operation_id, run.day, _WHO.format(record=record), asked, many
        ).statement(lines, terms_of(package.rounding, package.step, package.cap, currency), seen_by=viewer)
        with answered(many) as cursor:
            cursor.execute(_COST.format(reckoned=sql), values)
            rows = cursor.fetchall()
    except Problem as problem:
        cost.problem = (problem.errors or [problem])[0]
        return cost
    levels = dict.fromkeys(range(len(cuts) + 1), NOTHING)
    for item, unit, level, chosen, due, undecided, came_to in rows:
        if item is None:
            if chosen:
                cost.due, cost.undecided = due, undecided
            continue
        if chosen:
            cost.sums[item, unit] = cost.sums.get((item, unit), NOTHING) + came_to
        levels[level] += came_to
    if package.is_money:
        # Who reaches a threshold reaches all that are lower.
        cost.at = {
            cut: sum((levels[level] for level in levels if level > place), NOTHING) for place, cut in enumerate(cuts)
        }
    return cost
