"""The filters of the lists of people and households: what pages, exports and the API narrow by.

None of them holds a value that names a person, so that their state may stand in an address. Who is looked for by name,
number or document is looked for by search, whose questions never stand in one.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.people.registry.models import Membership, Need, Status
from banyan.people.registry.queries.labels import NEEDS, RESIDENCE, SEX, Labels
from banyan.people.registry.queries.people import VIEW, households, people
from banyan.platform.access.queries import operation_scope, operations_within, scopes_below
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.fields import EarliestDay, LatestDay
from banyan.platform.kernel.listing import Filter, by_id
from banyan.platform.kernel.problems import Problem

OLDEST = 150  # years; beyond, a filter by age is a typing error


def people_filters(*, seen_by: Viewer, labels: Labels) -> list[Filter]:
    """Operation, place, status, sex, age, registration, need, batch. Needs only for who may see them all."""
    filters = [
        *_shared(seen_by),
        Filter("sex", gettext_lazy("Sex"), kind="choice", choices=labels.options(SEX)),
        Filter("age", gettext_lazy("Age in years"), kind="numbers", where=_aged),
        Filter("registered", gettext_lazy("Registered on"), kind="dates", where="registered_on"),
    ]
    if seen_by.may("registry.view_sensitive"):
        filters.append(
            Filter("need", gettext_lazy("Specific need"), kind="choice", choices=labels.options(NEEDS), where=_needing)
        )
    return [*filters, _batch()]


def household_filters(*, seen_by: Viewer, labels: Labels) -> list[Filter]:
    """Operation, place, status, residence status, registration and its group, whether it has a head, batch."""
    return [
        *_shared(seen_by),
        Filter("residence", gettext_lazy("Residence status"), kind="choice", choices=labels.options(RESIDENCE), where="residence_status"),
        Filter("registered", gettext_lazy("Registered on"), kind="dates", where="registered_on"),
        Filter("group", gettext_lazy("Registration group"), where="registration_group"),
        Filter("headed", gettext_lazy("Has a head"), kind="yesno", where=_headed),
        _batch(),
    ]  # fmt: skip


def filters_of(subject: str, *, seen_by: Viewer, labels: Labels) -> list[Filter]:
    """The filters of a list by its subject, "people" or "households"."""
    chosen = {"people": people_filters, "households": household_filters}[subject]
    return chosen(seen_by=seen_by, labels=labels)


def narrowed(
    subject: str, values: Mapping[str, list[str]], *, seen_by: Viewer, labels: Labels | None = None
) -> tuple["QuerySet[Any]", list[str]]:
    """People or households that these filter values leave, and every value that was not understood (then nobody is left)."""
    rows: QuerySet[Any] = people(seen_by=seen_by) if subject == "people" else households(seen_by=seen_by)
    filters = filters_of(subject, seen_by=seen_by, labels=labels or Labels())
    known = {name for item in filters for name in item.parameters()}
    # A filter that is not known must not leave everybody.
    errors = [_("There is no filter “%(name)s”.") % {"name": name} for name in sorted(values.keys() - known)]
    for item in filters:
        try:
            value = item.read(values)
            if value is not None:
                rows = item.apply(rows, value)
        except (ValueError, TypeError) as error:
            errors.append(f"{item.label}: {error}")
    return (rows.none() if errors else rows), errors


def _shared(seen_by: Viewer) -> list[Filter]:
    def operations() -> list[tuple[str, str]]:
        return [(str(each.pk), each.name) for each in operations_within(VIEW, seen_by=seen_by)]

    return [
        Filter("operation", gettext_lazy("Operation"), kind="choice", choices=operations, where=by_id("operation"), primary=True),
        Filter("place", gettext_lazy("Place (P-code)"), where=_lying_in(seen_by), hint=gettext_lazy("with all below it"), primary=True),
        Filter("status", gettext_lazy("Status"), kind="choice", choices=Status.choices, primary=True),
    ]  # fmt: skip


def _batch() -> Filter:
    return Filter("batch", gettext_lazy("Batch"), where=by_id("batch"))


def _lying_in(seen_by: Viewer) -> "Callable[[Any, str], Any]":
    def where(rows: Any, text: str) -> Any:
        code = text.strip().upper()[:40]
        scopes: set[int] = set()
        for operation in operations_within(VIEW, seen_by=seen_by):
            try:
                scope = operation_scope(operation.pk, seen_by=seen_by, area_key=code) if code else 0
            except Problem:
                continue  # the operation works in another country
            scopes |= scopes_below(scope, seen_by=seen_by) or {scope}
        if not scopes or not code:
            raise ValueError(
                _("No operation of yours works in “%(code)s”. Choose the place from the list.") % {"code": code}
            )
        return rows.filter(scope_id__in=scopes)

    return where


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February; a year is completed on 1 March of common years
        return day.replace(year=day.year - years, month=3, day=1)


def _aged(rows: Any, bounds: tuple[Decimal | None, Decimal | None]) -> Any:
    """Everybody who may be of this age today: an uncertain birth date counts when one of its days fits."""
    low, high = bounds
    if any(bound is not None and not 0 <= bound <= OLDEST for bound in bounds):
        raise ValueError(_("Ages go from 0 to %(most)s.") % {"most": OLDEST})
    today = timezone.localdate()
    if low is not None:
        rows = rows.alias(born_first=EarliestDay("birth_date")).filter(born_first__lte=_years_before(today, int(low)))
    if high is not None:
        rows = rows.alias(born_last=LatestDay("birth_date")).filter(born_last__gt=_years_before(today, int(high) + 1))
    return rows


def _needing(rows: Any, code: str) -> Any:
    return rows.filter(Exists(Need.objects.filter(person=OuterRef("pk"), code=code, until=None)))


def _headed(rows: Any, wanted: bool) -> Any:
    head = Exists(Membership.objects.filter(household=OuterRef("pk"), until=None, is_head=True))
    return rows.filter(head if wanted else ~head)
