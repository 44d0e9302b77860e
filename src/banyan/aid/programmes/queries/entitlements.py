"""What the enrolled are entitled to: runs, their rows, sums of them, and what may be paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from banyan.aid.programmes.models import BudgetLine, Entitlement, EntitlementRun
from banyan.aid.programmes.queries.programmes import one_of
from banyan.aid.programmes.rules.entitling import Verdict
from banyan.aid.programmes.states import EnrolmentState
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.criteria.queries import Selection
from banyan.platform.kernel.problems import Problem

VIEW_ENTITLEMENT: Final = "programmes.view_entitlement"
SumsBy = Literal["place", "size", "item", "verdict", "cause"]

_PAYABLE: Final = """
SELECT t.id AS entitlement_id, t.origin AS origin_id, t.enrolment_id, t.household_id, t.person_id, t.scope_id, t.place_id, t.size,
       t.item, t.unit, t.amount, t.currency, t.quantity
FROM programmes_entitlement t JOIN programmes_enrolment e ON e.id = t.enrolment_id
WHERE t.run_id = %(payable_run)s AND t.verdict = 'due' AND t.stands AND e.state = 'enrolled'
"""


@dataclass(frozen=True)
class EntitledSum:
    """Rows of a run that have something in common, added up. Amounts and quantities are None where there is none."""

    key: Any
    rows: int
    due: int
    undecided: int
    people: int
    amount: Decimal | None
    quantity: Decimal | None


@dataclass(frozen=True)
class Affordable:
    """What a run asks for beside what the programme has: budget lines and what stands already, in the currency of the run."""

    budget: Decimal
    standing: Decimal
    asked: Decimal

    @property
    def left(self) -> Decimal:
        """What would be left of the budget; below zero it is not enough."""
        return self.budget - self.standing - self.asked


def entitlement_runs(
    *, seen_by: Viewer, programme_id: UUID | None = None, cycle_id: UUID | None = None
) -> QuerySet[EntitlementRun]:
    """Runs of the viewer's operations with cycle and package, the newest first."""
    seen_by.require(VIEW_ENTITLEMENT)
    rows = EntitlementRun.objects.select_related("cycle", "package", "programme")
    if not seen_by.reach(VIEW_ENTITLEMENT).everything:
        rows = rows.filter(operation__in=[one.pk for one in operations_within(VIEW_ENTITLEMENT, seen_by=seen_by)])
    if programme_id is not None:
        rows = rows.filter(programme=programme_id)
    if cycle_id is not None:
        rows = rows.filter(cycle=cycle_id)
    return rows.order_by("-id")


def entitlement_run(run_id: UUID, *, seen_by: Viewer) -> EntitlementRun:
    """One run with its cycle, package and programme. Raises Problem not_found."""
    return one_of(entitlement_runs(seen_by=seen_by), run_id, seen_by=seen_by)


def entitlements(run_id: UUID, *, seen_by: Viewer, verdict: str = "") -> QuerySet[Entitlement]:
    """Rows of a run within reach, in the order of their ids; of one verdict where one is named.

    Whoever shows them to people writes that into the log of reads.
    """
    seen_by.require(VIEW_ENTITLEMENT)
    rows = Entitlement.objects.filter(within(seen_by.reach(VIEW_ENTITLEMENT)), run=run_id)
    if verdict:
        rows = rows.filter(verdict=verdict)
    return rows.select_related("household", "person", "place").order_by("id")


def undecided(run_id: UUID, *, seen_by: Viewer) -> QuerySet[Entitlement]:
    """Rows that could not be decided, each with its cause: what has to be mended before anything is paid."""
    return entitlements(run_id, seen_by=seen_by, verdict=Verdict.UNDECIDED)


def entitlement(entitlement_id: UUID, *, seen_by: Viewer) -> Entitlement:
    """One row with its run, household and person. Raises Problem not_found."""
    seen_by.require(VIEW_ENTITLEMENT)
    rows = Entitlement.objects.filter(within(seen_by.reach(VIEW_ENTITLEMENT)))
    return one_of(rows.select_related("run", "household", "person", "place"), entitlement_id, seen_by=seen_by)


def entitlements_of(household_id: UUID, *, seen_by: Viewer) -> QuerySet[Entitlement]:
    """What stands for a household and its people, in every cycle and programme, the newest first."""
    seen_by.require(VIEW_ENTITLEMENT)
    rows = Entitlement.objects.filter(within(seen_by.reach(VIEW_ENTITLEMENT)), household=household_id, stands=True)
    return rows.select_related("run", "run__programme", "cycle", "package", "person").order_by("-id")


def entitled_sums(run_id: UUID, by: SumsBy, *, seen_by: Viewer) -> list[EntitledSum]:
    """Rows of a run added up by place, size of the household, item, verdict or cause, as far as the viewer reaches. One query."""
    seen_by.require(VIEW_ENTITLEMENT)
    rows = Entitlement.objects.filter(within(seen_by.reach(VIEW_ENTITLEMENT)), run=run_id)
    found = rows.values(key=F(by)).annotate(
        rows=Count("pk"), due=Count("pk", filter=Q(verdict=Verdict.DUE)),
        unsure=Count("pk", filter=Q(verdict=Verdict.UNDECIDED)), people=Sum("size", default=0),
        amount_sum=Sum("amount"), quantity_sum=Sum("quantity"),
    )  # fmt: skip
    return [
        EntitledSum(
            one["key"], one["rows"], one["due"], one["unsure"], one["people"], one["amount_sum"], one["quantity_sum"]
        )
        for one in found.order_by(F("key").asc(nulls_last=True))
    ]


def affordable(run_id: UUID, *, seen_by: Viewer) -> Affordable:
    """What the budget lines of the programme hold, what stands of other runs, and what this one asks for. In kind all is zero."""
    run = entitlement_run(run_id, seen_by=seen_by)
    rows = Entitlement.objects.filter(within(seen_by.reach(VIEW_ENTITLEMENT)), currency=run.currency)
    lines = BudgetLine.objects.filter(programme=run.programme_id, currency=run.currency)
    # What an amendment replaces stands no more once it is approved.
    replaced = rows.filter(run=run).exclude(replaces=None).exclude(verdict=Verdict.UNDECIDED).values("replaces")
    others = rows.filter(run__programme=run.programme_id, stands=True).exclude(run=run).exclude(pk__in=replaced)
    return Affordable(
        budget=lines.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"],
        standing=others.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"],
        asked=rows.filter(run=run).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"],
    )


def payable_sql(run_id: UUID, *, seen_by: Viewer) -> Selection:
    """A statement giving what may be paid of a run, for INSERT … SELECT under the same viewer: what is due and stands, of who is
    still enrolled. Nothing that is not approved, and nobody who could not be decided, is in it.

    Columns: entitlement_id, origin_id, enrolment_id, household_id, person_id, scope_id, place_id, size, item, unit, amount, currency,
    quantity. `origin_id` is the same for an entitlement and for all that amend it: whoever pays one pays the others only what they
    differ. Raises Problem not_found, programmes.entitlement_unapproved.
    """
    run = entitlement_run(run_id, seen_by=seen_by)
    if not run.payable:
        raise Problem("programmes.entitlement_unapproved")
    return Selection(_PAYABLE, {"payable_run": run.pk})


def not_payable(run_id: UUID, *, seen_by: Viewer) -> Mapping[str, int]:
    """Why rows of a run are not paid: how many are undecided, entitled to nothing, replaced by an amendment, or enrolled no more."""
    rows = entitlements(run_id, seen_by=seen_by).order_by()
    due = Q(verdict=Verdict.DUE)
    enrolled = Q(enrolment__state=EnrolmentState.ENROLLED)
    return rows.aggregate(
        undecided=Count("pk", filter=Q(verdict=Verdict.UNDECIDED)),
        nothing=Count("pk", filter=Q(verdict=Verdict.NOTHING)),
        replaced=Count("pk", filter=due & ~Q(replaced_by=None)),
        ended=Count("pk", filter=due & Q(replaced_by=None) & ~enrolled),
    )
