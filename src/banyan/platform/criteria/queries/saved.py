"""Saved criteria, within the operations a viewer reaches: row-level security leaves no others."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import usages
from banyan.platform.criteria.models import Criterion, CriterionVersion
from banyan.platform.criteria.states import CriterionState
from banyan.platform.kernel.problems import Problem

VIEW = "criteria.view_criterion"


@dataclass(frozen=True)
class Use:
    """Something that a criterion is used for: by which room, its name, and its address."""

    room: str | Promise
    label: str
    url: str


def criteria(*, seen_by: Viewer, permission: str = VIEW) -> QuerySet[Criterion]:
    """Saved criteria of the viewer's operations and of all operations.

    Each with `text`, `changed_at` and `changed_by` of its version, and with `operation_code` and `operation_name`.
    """
    seen_by.require(permission)
    rows = Criterion.objects.all()
    reach = seen_by.reach(permission)
    if not reach.everything:
        within = [each.pk for each in operations_within(permission, seen_by=seen_by)]
        own = rows.filter(operation__in=within)
        # What all operations share is read by everybody, and changed by who reaches everything.
        rows = own | rows.filter(operation=None) if permission == VIEW else own
    now = CriterionVersion.objects.filter(criterion=OuterRef("pk"), number=OuterRef("number"))
    return rows.annotate(
        text=Subquery(now.values("text")),
        changed_at=Subquery(now.values("made_at")),
        changed_by=Subquery(now.values("made_by")),
        operation_code=F("operation__code"),
        operation_name=F("operation__name"),
    )


def criterion(criterion_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> Criterion:
    """One criterion, with the same as in the list. Raises Problem not_found outside of the viewer's operations."""
    found = criteria(seen_by=seen_by, permission=permission).select_related("operation").filter(pk=criterion_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def criterion_named(
    key: str, *, operation_id: UUID | None, seen_by: Viewer, active: bool = True
) -> CriterionVersion | None:
    """The present version of the criterion with this key, of the operation or else of all; None when there is none in use."""
    rows = criteria(seen_by=seen_by).filter(key=key).order_by(F("operation").desc(nulls_last=True))
    rows = rows.filter(operation=operation_id) | rows.filter(operation=None)
    found = (rows.filter(state=CriterionState.ACTIVE) if active else rows).first()
    return version(found.pk, found.number, seen_by=seen_by) if found else None


def versions(criterion_id: UUID, *, seen_by: Viewer) -> QuerySet[CriterionVersion]:
    """Every version of a criterion, the newest first. Raises Problem not_found."""
    found = criterion(criterion_id, seen_by=seen_by)
    return CriterionVersion.objects.filter(criterion=found).order_by("-number")


def version(criterion_id: UUID, number: int, *, seen_by: Viewer) -> CriterionVersion:
    """One version, with its criterion. Raises Problem not_found."""
    found = versions(criterion_id, seen_by=seen_by).select_related("criterion__operation").filter(number=number).first()
    if found is None:
        raise Problem("not_found")
    return found


def used_by(criterion_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, list[Use]]:
    """What the criteria are used for, by criterion: every room that uses criteria says it itself, seen by this viewer."""
    found: dict[UUID, list[Use]] = defaultdict(list)
    for usage in usages():
        for criterion_id, label, url in import_string(usage.uses)(criterion_ids, seen_by=seen_by):
            found[criterion_id].append(Use(usage.label, label, url))
    return dict(found)
