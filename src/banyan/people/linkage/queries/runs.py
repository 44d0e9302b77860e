"""Comparisons that were made, and the pairs they found."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from banyan.people.linkage.models import Pair, Run
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW, VIEW_RUNS = "linkage.view_case", "linkage.view_model"


def runs(operation_id: UUID | None, *, seen_by: Viewer) -> QuerySet[Run]:
    """Comparisons of an operation, the newest first; None: those across operations."""
    seen_by.require(VIEW_RUNS)
    return Run.objects.filter(operation=operation_id).select_related("model").order_by("-started_at", "-pk")


def run(run_id: UUID, *, seen_by: Viewer) -> Run:
    """One comparison. Raises Problem not_found."""
    seen_by.require(VIEW_RUNS)
    found = Run.objects.select_related("model", "operation").filter(pk=run_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def pairs(*, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Pair]:
    """Pairs of which both records are in reach, the likeliest first."""
    seen_by.require(VIEW)
    reach = seen_by.reach(VIEW)
    rows = Pair.objects.filter(within(reach), within(reach, scope="second_scope_id"))
    if operation_id is not None:
        rows = rows.filter(operation=operation_id, other_operation=None)
    return rows.order_by("-weight", "id")


def pairs_of(people: Collection[UUID], *, seen_by: Viewer) -> list[Pair]:
    """Pairs of which one of these people is part, whatever was decided, the likeliest first."""
    return list(pairs(seen_by=seen_by).filter(Q(first__in=people) | Q(second__in=people)))
