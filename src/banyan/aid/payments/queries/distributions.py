"""Distributions: sites and what lies there, lists of a day with names, what a card is due, what was handed out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from banyan.aid.payments.models.distributions import (
    Distribution,
    DistributionLine,
    Handout,
    HandoutItem,
    Site,
    StockBook,
    StockEntry,
    StockLevel,
)
from banyan.aid.payments.rules.handing import Due
from banyan.people.registry import queries as registry
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.problems import Location, Problem

VIEW = "payments.view_distribution"
# What a household is called on paper and by the code of its card.
CARD = "HHD"


@dataclass(frozen=True)
class Name:
    """Who may come: a person of the household as the list shows them."""

    person: UUID
    name: str
    reference: str


@dataclass
class Listed:
    """A household on the list of a day: what it is due, who collects, what it got here."""

    position: int
    household: UUID
    reference: str = ""
    collector: Name | None = None
    alternate: Name | None = None
    dues: list[Due] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether nothing is left to hand out."""
        return not any(due.left for due in self.dues)

    @property
    def begun(self) -> bool:
        """Whether something was handed out, and something is left."""
        return not self.done and any(due.handed for due in self.dues)


@dataclass(frozen=True)
class Need:
    """How much of an item a distribution still takes, and how much lies at its site."""

    item: str
    unit: str
    granted: Decimal
    handed: Decimal
    on_hand: Decimal

    @property
    def missing(self) -> Decimal:
        """What has to be brought before everybody gets theirs."""
        return max(self.granted - self.handed - self.on_hand, Decimal(0))


def sites(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[Site]:
    """The sites of an operation within reach, by name."""
    seen_by.require(VIEW)
    rows = Site.objects.filter(within(seen_by.reach(VIEW)), operation=operation_id)
    return rows.filter(operation__in=operations_within(VIEW, seen_by=seen_by)).order_by("name", "id")


def site(site_id: UUID, *, seen_by: Viewer) -> Site:
    """One site. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = Site.objects.filter(within(seen_by.reach(VIEW)), pk=site_id).select_related("operation", "place").first()
    if found is None:
        raise Problem("not_found")
    return found


def on_hand(site_id: UUID, *, seen_by: Viewer) -> dict[tuple[str, str], Decimal]:
    """What lies at a site, by item and unit."""
    seen_by.require(VIEW)
    rows = StockLevel.objects.filter(site=site_id).order_by("item", "unit")
    return {(item, unit): quantity for item, unit, quantity in rows.values_list("item", "unit", "quantity")}


def stock_entries(site_id: UUID, *, seen_by: Viewer) -> QuerySet[StockEntry]:
    """What came to a site and went from it, the latest first; the other side of each movement is left out."""
    where = site(site_id, seen_by=seen_by)
    return StockEntry.objects.filter(site=where, account=StockBook.STOCK).order_by("-made_at", "-id")


def distributions(operation_id: UUID, *, seen_by: Viewer) -> "QuerySet[Distribution, Any]":
    """The distributions of an operation within reach, the latest day first."""
    seen_by.require(VIEW)
    rows = Distribution.objects.filter(within(seen_by.reach(VIEW)), operation=operation_id)
    known = rows.filter(operation__in=operations_within(VIEW, seen_by=seen_by))
    return known.annotate(site_name=F("site__name"), plan_reference=F("plan__reference")).order_by("-day", "-id")


def distribution(distribution_id: UUID, *, seen_by: Viewer) -> Distribution:
    """One distribution with plan and site. Raises Problem not_found."""
    seen_by.require(VIEW)
    rows = Distribution.objects.filter(within(seen_by.reach(VIEW)), pk=distribution_id)
    found = rows.select_related("plan", "site", "operation").first()
    if found is None:
        raise Problem("not_found")
    return found


def _lines(distribution_id: UUID, viewer: Viewer) -> QuerySet[DistributionLine]:
    return DistributionLine.objects.filter(within(viewer.reach(VIEW)), distribution=distribution_id)


def _due(row: Mapping[str, Any]) -> Due:
    return Due(str(row["line_id"]), row["item"], row["unit"], row["granted"], row["handed"])


def listed(
    distribution_id: UUID, *, seen_by: Viewer, households: Collection[UUID] | None = None, first: int | None = None,
    after: int = 0,
) -> list[Listed]:  # fmt: skip
    """The households on a list, in its order, with names; some of them, or the first so many after a number of the list.

    A constant number of queries.

    Whoever shows the names logs the reading.
    """
    seen_by.require(VIEW)
    rows = _lines(distribution_id, seen_by).filter(position__gt=after)
    if households is not None:
        rows = rows.filter(household__in=households)
    if first is not None:
        rows = rows.filter(position__lte=first)
    found: dict[UUID, Listed] = {}
    who: dict[UUID, tuple[UUID | None, UUID | None]] = {}
    for row in rows.order_by("position", "item", "id").values(
        "position", "household_id", "line_id", "item", "unit", "granted", "handed", "line__collector_id", "line__alternate_id"
    ):  # fmt: skip
        one = found.setdefault(row["household_id"], Listed(row["position"], row["household_id"]))
        one.dues.append(_due(row))
        who.setdefault(one.household, (row["line__collector_id"], row["line__alternate_id"]))
    references = dict(
        registry.households(seen_by=seen_by).filter(pk__in=found).values_list("pk", "reference") if found else ()
    )
    people = {each for pair in who.values() for each in pair if each}
    names = {
        pk: Name(pk, name, reference)
        for pk, name, reference in registry.people(seen_by=seen_by)
        .filter(pk__in=people)
        .values_list("pk", "full_name", "reference")
    }
    for key, one in found.items():
        collector, alternate = who[key]
        one.reference = references.get(key, "")
        one.collector, one.alternate = (names.get(each) if each else None for each in (collector, alternate))
    return list(found.values())


def household_of_card(distribution_id: UUID, text: str, *, seen_by: Viewer) -> UUID:
    """The household whose card this is, if it stands on the list. text: what the camera read or somebody typed.

    Raises Problem not_found, reference_malformed, reference_mistyped, payments.distribution_stranger.
    """
    distribution(distribution_id, seen_by=seen_by)
    at = Location(field="reference")
    try:
        reference = check_reference(text, prefix=CARD)
    except Problem as problem:
        raise problem.placed(at) from None
    key: UUID | None = (
        registry.households(seen_by=seen_by).filter(reference=reference).values_list("pk", flat=True).first()
    )
    if key is None or not _lines(distribution_id, seen_by).filter(household=key).exists():
        raise Problem("payments.distribution_stranger", at=at)
    return key


def household_due(distribution_id: UUID, household_id: UUID, *, seen_by: Viewer) -> Listed:
    """What a household is due at a distribution. Raises Problem not_found."""
    found = listed(distribution_id, seen_by=seen_by, households=[household_id])
    if not found:
        raise Problem("not_found")
    return found[0]


def needs(distribution_id: UUID, *, seen_by: Viewer) -> list[Need]:
    """What a distribution still takes of each item, beside what lies at its site."""
    one = distribution(distribution_id, seen_by=seen_by)
    lying = on_hand(one.site_id, seen_by=seen_by)
    rows = _lines(distribution_id, seen_by).values("item", "unit").order_by("item", "unit")
    return [
        Need(row["item"], row["unit"], row["all"], row["done"], lying.get((row["item"], row["unit"]), Decimal(0)))
        for row in rows.annotate(all=Sum("granted"), done=Sum("handed"))
    ]


def distribution_counts(distribution_id: UUID, *, seen_by: Viewer) -> dict[str, int]:
    """Households of a list by how far they are: done, begun, waiting."""
    seen_by.require(VIEW)
    found = {"done": 0, "begun": 0, "waiting": 0}
    rows = _lines(distribution_id, seen_by).values("household").order_by()
    for row in rows.annotate(all=Sum("granted"), done=Sum("handed")):
        found["done" if row["done"] >= row["all"] else "begun" if row["done"] else "waiting"] += 1
    return found


def handouts(distribution_id: UUID, *, seen_by: Viewer, household_id: UUID | None = None) -> list[Handout]:
    """What was handed out, the latest first, each with `given`: (item, unit, quantity). Two queries."""
    seen_by.require(VIEW)
    rows = Handout.objects.filter(within(seen_by.reach(VIEW)), distribution=distribution_id)
    if household_id is not None:
        rows = rows.filter(household=household_id)
    found = list(rows.order_by("-handed_at", "-id"))
    given: dict[UUID, list[tuple[str, str, Decimal]]] = defaultdict(list)
    items = HandoutItem.objects.filter(within(seen_by.reach(VIEW)), handout__in=found).order_by("line__item", "id")
    for handout, item, unit, quantity in items.values_list("handout", "line__item", "line__unit", "quantity"):
        given[handout].append((item, unit, quantity))
    for each in found:
        each.given = given[each.pk]  # type: ignore[attr-defined]
    return found


def handout(handout_id: UUID, *, seen_by: Viewer) -> Handout:
    """One handing out with its distribution. Raises Problem not_found."""
    seen_by.require(VIEW)
    rows = Handout.objects.filter(within(seen_by.reach(VIEW)), pk=handout_id)
    found = rows.select_related("distribution", "distribution__plan", "distribution__site").first()
    if found is None:
        raise Problem("not_found")
    return found
