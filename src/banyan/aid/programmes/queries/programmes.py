"""Programmes and what belongs to them, within the operations a viewer reaches.

Whoever sees programmes anywhere in an operation sees all of its programmes: they hold nothing about people. Whoever changes one has
to reach where it works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models import Model as Row

from banyan.aid.programmes.models import BudgetLine, Cycle, Enrolment, Programme, Quota
from banyan.aid.programmes.states import EnrolmentState
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

VIEW = "programmes.view_programme"
VIEW_ENROLMENT = "programmes.view_enrolment"
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class QuotaStanding:
    """How far the quota of a place is taken, and how many wait there."""

    place_id: UUID
    place_name: str
    number: int
    taken: int
    waiting: int

    @property
    def room(self) -> int:
        """How many more may be enrolled there."""
        return max(0, self.number - self.taken)


def operations(*, seen_by: Viewer, permission: str = VIEW) -> list[Any]:
    """The operations in which the viewer holds this permission anywhere, by name."""
    return operations_within(permission, seen_by=seen_by)


def within_design(rows: "QuerySet[R]", *, seen_by: Viewer, permission: str = VIEW) -> "QuerySet[R]":
    """Rows of the design (programmes, packages, prices …) that the viewer sees; with another permission, those it reaches by that."""
    seen_by.require(permission)
    reach = seen_by.reach(permission)
    if reach.everything:
        return rows
    if permission == VIEW:
        return rows.filter(operation__in=[each.pk for each in operations_within(VIEW, seen_by=seen_by)])
    return rows.filter(within(reach))


def one_of(rows: "QuerySet[R]", row_id: UUID, *, seen_by: Viewer) -> R:
    """The row with this id among rows read for the viewer. Raises Problem not_found."""
    found = rows.filter(pk=row_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def programmes(*, seen_by: Viewer, operation_id: UUID | None = None, permission: str = VIEW) -> QuerySet[Programme]:
    """Programmes of the viewer's operations, those that began last first; with another permission, those it reaches by that."""
    rows = within_design(Programme.objects.all(), seen_by=seen_by, permission=permission)
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    return rows.order_by("-starts_on", "-id")


def programme(programme_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> Programme:
    """One programme with its operation. Raises Problem not_found."""
    rows = programmes(seen_by=seen_by, permission=permission).select_related("operation")
    return one_of(rows, programme_id, seen_by=seen_by)


def budget_lines(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[BudgetLine]:
    """Budget lines of a programme by code, each with its donor."""
    rows = within_design(BudgetLine.objects.filter(programme=programme_id), seen_by=seen_by)
    return rows.select_related("donor").order_by("code")


def budget_line(line_id: UUID, *, seen_by: Viewer) -> BudgetLine:
    """One budget line with its donor and programme. Raises Problem not_found."""
    rows = within_design(BudgetLine.objects.select_related("donor", "programme"), seen_by=seen_by)
    return one_of(rows, line_id, seen_by=seen_by)


def cycles(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[Cycle]:
    """Cycles of a programme, the newest first."""
    return within_design(Cycle.objects.filter(programme=programme_id), seen_by=seen_by).order_by("-number")


def cycle(cycle_id: UUID, *, seen_by: Viewer) -> Cycle:
    """One cycle with its programme. Raises Problem not_found."""
    return one_of(within_design(Cycle.objects.select_related("programme"), seen_by=seen_by), cycle_id, seen_by=seen_by)


def quotas(programme_id: UUID, *, seen_by: Viewer) -> QuerySet[Quota]:
    """Quotas of a programme, each with its place, by name."""
    rows = within_design(Quota.objects.filter(programme=programme_id), seen_by=seen_by)
    return rows.select_related("place").order_by("place__name", "id")


def enrolment_counts(programme_id: UUID, *, seen_by: Viewer) -> Mapping[str, int]:
    """How many stand in each state of enrolment, within the viewer's reach; states in which nobody stands are 0. One query."""
    seen_by.require(VIEW_ENROLMENT)
    rows = Enrolment.objects.filter(within(seen_by.reach(VIEW_ENROLMENT)), programme=programme_id)
    told = dict(rows.values_list("state").annotate(count=Count("pk")).order_by())
    return {state: told.get(state, 0) for state in EnrolmentState.values}


def nearest_quotas(programme_id: UUID, place_ids: set[UUID], *, seen_by: Viewer) -> dict[UUID, UUID]:
    """For each place the place of the quota that counts there: its own or the nearest above it; places under none are left out."""
    bounds = set(quotas(programme_id, seen_by=seen_by).values_list("place", flat=True))
    if not bounds:
        return {}
    found = {}
    for place_id, above in places.breadcrumbs(place_ids, seen_by=seen_by).items():
        # From the country down: the last is the nearest.
        for near in (place_id, *(pk for pk, _name in reversed(above))):
            if near in bounds:
                found[place_id] = near
                break
    return found


def quota_standing(programme_id: UUID, *, seen_by: Viewer) -> list[QuotaStanding]:
    """How far each quota is taken and how many wait, as far as the viewer reaches, by name of the place."""
    seen_by.require(VIEW_ENROLMENT)
    rows = Enrolment.objects.filter(within(seen_by.reach(VIEW_ENROLMENT)), programme=programme_id)
    open_states = [EnrolmentState.WAITING, EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED]
    counted = list(
        rows.filter(state__in=open_states).values_list("place", "state").annotate(count=Count("pk")).order_by()
    )
    near = nearest_quotas(programme_id, {place for place, _state, _count in counted if place}, seen_by=seen_by)
    sums: dict[tuple[UUID, bool], int] = {}
    for place, state, count in counted:
        if place in near:
            key = (near[place], state == EnrolmentState.WAITING)
            sums[key] = sums.get(key, 0) + count
    return [
        QuotaStanding(
            row.place_id, row.place.name, row.number, sums.get((row.place_id, False), 0), sums.get((row.place_id, True), 0)
        )
        for row in quotas(programme_id, seen_by=seen_by)
    ]  # fmt: skip
