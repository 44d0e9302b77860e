"""Verifications: lines that are asked about, what people said, mismatches, and what it all says of the whole plan."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from banyan.aid.payments.declarations import gateway
from banyan.aid.payments.models.verification import Verification, VerificationItem
from banyan.aid.payments.rules.verifying import ANSWERS, LESS, NOTHING, Finding, Sums, finding
from banyan.people.registry import queries as registry
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, system_viewer, viewing, within
from banyan.platform.kernel.problems import Problem

VIEW = "payments.view_verification"
_SYSTEM = system_viewer("payments")


@dataclass(frozen=True)
class Asked:
    """A line to verify, with whom to ask."""

    item: VerificationItem
    reference: str
    collector: str
    phone: str


def verifications(operation_id: UUID, *, seen_by: Viewer) -> "QuerySet[Verification, Any]":
    """The verifications of an operation, the newest first; none out of reach."""
    seen_by.require(VIEW)
    rows = Verification.objects.filter(operation=operation_id, operation__in=operations_within(VIEW, seen_by=seen_by))
    return rows.annotate(plan_reference=F("plan__reference")).order_by("-made_at", "-id")


def verification(verification_id: UUID, *, seen_by: Viewer) -> Verification:
    """One verification with its plan. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = Verification.objects.select_related("plan", "operation").filter(pk=verification_id).first()
    if found is None or found.operation not in operations_within(VIEW, seen_by=seen_by):
        raise Problem("not_found")
    return found


def verification_items(verification_id: UUID, *, seen_by: Viewer) -> QuerySet[VerificationItem]:
    """The lines of a verification within reach, in the order of the lot."""
    seen_by.require(VIEW)
    rows = VerificationItem.objects.filter(within(seen_by.reach(VIEW)), verification=verification_id)
    return rows.order_by("position")


def verification_item(item_id: UUID, *, seen_by: Viewer) -> VerificationItem:
    """One line to verify. Raises Problem not_found."""
    seen_by.require(VIEW)
    rows = VerificationItem.objects.filter(within(seen_by.reach(VIEW)), pk=item_id)
    found = rows.select_related("verification", "line").first()
    if found is None:
        raise Problem("not_found")
    return found


def mismatches(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[VerificationItem]:
    """The work list: lines of which people say that less arrived, or nothing, and nobody has found out why yet."""
    seen_by.require(VIEW)
    rows = VerificationItem.objects.filter(
        within(seen_by.reach(VIEW)), verification__operation=operation_id, outcome__in=[LESS, NOTHING], settled=""
    )
    return rows.select_related("verification", "verification__plan").order_by("verification", "position")


def asked(items: list[VerificationItem], *, seen_by: Viewer, phones: bool = False) -> list[Asked]:
    """Whom to ask about these: household, collector and, where asked for, the telephone. Whoever shows it logs the reading."""
    seen_by.require(VIEW)
    collectors = dict(
        VerificationItem.objects.filter(pk__in=[each.pk for each in items]).values_list("pk", "line__collector")
    )
    homes = registry.households(seen_by=seen_by).filter(pk__in={each.household_id for each in items})
    references = dict(homes.values_list("pk", "reference"))
    people = {each for each in collectors.values() if each}
    names = dict(registry.people(seen_by=seen_by).filter(pk__in=people).values_list("pk", "full_name"))
    numbers: dict[UUID, str] = {}
    if phones:
        # The first of a person's telephones is the one to call.
        for person, number in registry.phones(people, seen_by=seen_by).values_list("person", "number"):
            numbers.setdefault(person, number)
    return [
        Asked(
            each, references.get(each.household_id, ""), names.get(collectors[each.pk], ""),
            numbers.get(collectors[each.pk], ""),
        )
        for each in items
    ]  # fmt: skip


def verification_finding(verification_id: UUID, *, seen_by: Viewer) -> Finding:
    """What the answers say of every line of the plan, whoever may see which of them: two statements. Raises Problem not_found."""
    row = verification(verification_id, seen_by=seen_by)
    with viewing(_SYSTEM):
        items = VerificationItem.objects.filter(verification=row)
        counts = dict(items.values_list("outcome").annotate(n=Count("pk")).order_by())
        told = items.filter(outcome__in=ANSWERS).aggregate(
            count=Count("pk"), x=Sum("recorded"), y=Sum("said"), xx=Sum(F("recorded") * F("recorded")),
            xy=Sum(F("recorded") * F("said")), yy=Sum(F("said") * F("said")),
        )  # fmt: skip
    sums = Sums(told.pop("count"), **{name: value or Decimal(0) for name, value in told.items()})
    return finding(counts, sums, of=row.population, confidence=row.confidence)


def verification_progress(verification_id: UUID, *, seen_by: Viewer) -> dict[str, int]:
    """How many lines within reach wait, have an answer, differ, and are settled."""
    rows = verification_items(verification_id, seen_by=seen_by).order_by()
    differing = Q(outcome__in=[LESS, NOTHING])
    return rows.aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(outcome="")), differing=Count("pk", filter=differing),
        settled=Count("pk", filter=differing & ~Q(settled="")),
    )  # fmt: skip


def gateway_ready(*, seen_by: Viewer) -> None:
    """Whether text messages can leave. Raises Problem payments.gateway_missing."""
    seen_by.require(VIEW)
    gateway()
