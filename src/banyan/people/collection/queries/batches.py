"""Batches, their submissions, rows, findings and corrections, within a viewer's reach."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from banyan.people.collection.models import (
    Batch,
    Correction,
    Finding,
    OperationRules,
    RawFile,
    Source,
    StagedRow,
    Submission,
)
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW = "collection.view_batch"


def _reached(model: type[Any], seen_by: Viewer) -> QuerySet[Any]:
    seen_by.require(VIEW)
    found: QuerySet[Any] = model.objects.filter(within(seen_by.reach(VIEW)))
    return found


def batches(*, seen_by: Viewer) -> QuerySet[Batch]:
    """Batches within the viewer's areas."""
    rows: QuerySet[Batch] = _reached(Batch, seen_by).select_related("operation", "source", "form_version__form")
    return rows


def batch(batch_id: UUID, *, seen_by: Viewer) -> Batch:
    """One batch. Raises Problem not_found outside of the viewer's areas."""
    found = batches(seen_by=seen_by).filter(pk=batch_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def files(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[RawFile]:
    """The files of a batch as they came, in order."""
    return _reached(RawFile, seen_by).filter(batch_id=batch_id).order_by("position")


def submissions(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[Submission]:
    """The submissions of a batch, in the order in which they came."""
    return _reached(Submission, seen_by).filter(batch_id=batch_id).order_by("ordinal")


def submission(submission_id: UUID, *, seen_by: Viewer) -> Submission:
    """One submission, with its batch. Raises Problem not_found."""
    found: Submission | None = _reached(Submission, seen_by).select_related("batch").filter(pk=submission_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def rows(submission_ids: list[UUID], *, seen_by: Viewer) -> QuerySet[StagedRow]:
    """Households and people of submissions: households first, each in the order of the file."""
    return (
        _reached(StagedRow, seen_by)
        .filter(submission_id__in=submission_ids)
        .order_by("submission", "subject", "ordinal")
    )


def staged_row(row_id: UUID, *, seen_by: Viewer) -> StagedRow:
    """One household or person of a submission, with it. Raises Problem not_found."""
    found: StagedRow | None = _reached(StagedRow, seen_by).select_related("submission").filter(pk=row_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def findings(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[Finding]:
    """What was found in a batch, settled or not."""
    return _reached(Finding, seen_by).filter(batch_id=batch_id)


def corrections(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[Correction]:
    """What was corrected in a batch, latest first."""
    return _reached(Correction, seen_by).filter(batch_id=batch_id).order_by("-at", "-id")


def sources(*, seen_by: Viewer, permission: str = VIEW) -> QuerySet[Source]:
    """Sources of the operations in which the viewer holds the permission, by name."""
    seen_by.require(permission)
    operations = [each.pk for each in operations_within(permission, seen_by=seen_by)]
    return Source.objects.filter(operation__in=operations).select_related("operation", "form").order_by("name", "id")


def source(source_id: UUID, *, seen_by: Viewer, permission: str = VIEW) -> Source:
    """One source. Raises Problem not_found."""
    found = sources(seen_by=seen_by, permission=permission).filter(pk=source_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def rules_of(operation_id: UUID, *, seen_by: Viewer) -> OperationRules:
    """What an operation asks of reviews: its own rules, or the usual ones (not stored)."""
    if not (seen_by.may(VIEW) or seen_by.may("collection.change_rules")):
        seen_by.require(VIEW)
    return OperationRules.objects.filter(operation_id=operation_id).first() or OperationRules(operation_id=operation_id)


def acceptable(rules: OperationRules) -> Q:
    """The condition on submissions that may be accepted: waiting, without errors, bringing something."""
    condition = Q(decision="pending", errors=0, outcome__in=("new", "changed"))
    return condition & Q(warnings__lte=0) if rules.warnings_block else condition
