"""What a review shows: findings by problem, the values behind one problem, a submission cell by cell, what waits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.models import Batch, Finding, StagedRow, Submission
from banyan.people.collection.queries.batches import batches, findings, rows
from banyan.people.collection.rules.shapes import EXTRA
from banyan.people.collection.states import BatchState
from banyan.people.collection.wording import sensitive_kind
from banyan.people.forms.declarations import register_fields
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, system_viewer, viewing, within
from banyan.platform.kernel.listing import Waiting
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.codes import queries as codes

REVIEW, SUBMIT = "collection.review_batch", "collection.submit_batch"
# So many different values of one problem are shown for replacing.
MOST_VALUES = 100
# Values that tell something about one person alone are not worth replacing everywhere.
_RANK = {"quarantine": 0, "error": 1, "warning": 2}


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All open findings of one kind in one field of a batch."""

    severity: str
    code: str
    field: str
    count: int
    submissions: int
    proposals: int


def problems(batch_id: UUID, *, seen_by: Viewer) -> list[ProblemGroup]:
    """What is open in a batch, by weight, kind and field; the heaviest and most frequent first. One query."""
    told = (
        findings(batch_id, seen_by=seen_by)
        .filter(settled="")
        .order_by()
        .values("severity", "code", "field")
        .annotate(
            count=Count("pk"),
            many=Count("submission_id", distinct=True),
            proposals=Count("pk", filter=~Q(proposed="")),
        )
    )
    found = [
        ProblemGroup(row["severity"], row["code"], row["field"], row["count"], row["many"], row["proposals"])
        for row in told
    ]
    return sorted(found, key=lambda group: (_RANK[group.severity], -group.count, group.code, group.field))


def problem_cells(batch_id: UUID, *, code: str, field: str, seen_by: Viewer) -> QuerySet[Finding]:
    """The open findings of one kind, in one field when it is named, of submissions that wait."""
    found = findings(batch_id, seen_by=seen_by).filter(code=code, settled="")
    return found.filter(field=field) if field else found


def problem_values(batch_id: UUID, *, code: str, field: str, seen_by: Viewer) -> list[dict[str, Any]]:
    """The different values behind a problem with how often each came and what is proposed, most frequent first."""
    cells = problem_cells(batch_id, code=code, field=field, seen_by=seen_by)
    told = cells.order_by().values("field", "raw").annotate(count=Count("pk"), proposed=Min("proposed"))
    return [dict(row) for row in told.order_by("-count", "raw")[:MOST_VALUES]]


@dataclass(frozen=True, slots=True)
class CellView:
    """One value of a staged row: clean and as it came, the kind for which it is masked, and what was found at it."""

    name: str
    clean: str
    raw: str
    kind: str
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RowView:
    """A household or person of a submission, cell by cell; `found` is said of the row as a whole."""

    row: StagedRow
    cells: tuple[CellView, ...]
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """All of a submission, ready to be reviewed."""

    submission: Submission
    rows: tuple[RowView, ...]
    masked: bool = field(default=False)


def review_of(submission: Submission, *, seen_by: Viewer, kinds: Mapping[str, str] | None = None) -> SubmissionView:
    """A submission with its rows and what was found in them. Two queries."""
    own = list(rows([submission.pk], seen_by=seen_by))
    open_ = (
        findings(submission.batch_id, seen_by=seen_by).filter(submission_id=submission.pk).order_by("severity", "pk")
    )
    by_row: dict[UUID, list[Finding]] = {}
    for found in open_:
        by_row.setdefault(found.staged_row_id, []).append(found)
    shown = tuple(_row_view(row, by_row.get(row.pk, []), kinds or {}) for row in own)
    return SubmissionView(submission, shown, masked=any(cell.kind for row in shown for cell in row.cells))


def _row_view(row: StagedRow, found: list[Finding], kinds: Mapping[str, str]) -> RowView:
    extras = {EXTRA + name: value for name, value in row.extras.items()}
    values = {**row.values, **extras}
    names = list(dict.fromkeys([*values, *row.raw, *(each.field for each in found if _is_cell(each.field))]))
    names.sort(key=lambda name: (name.startswith(EXTRA), name))
    at: dict[str, list[Finding]] = {}
    for each in found:
        at.setdefault(each.field, []).append(each)
    cells = tuple(
        CellView(
            name=name,
            clean=str(values.get(name) or ""),
            raw=str(row.raw.get(name) or ""),
            kind=sensitive_kind(name, kinds),
            found=tuple(at.get(name, ())),
        )
        for name in names
    )
    whole = tuple(each for name, many in at.items() if not _is_cell(name) for each in many)
    return RowView(row, cells, whole)


def _is_cell(name: str) -> bool:
    return bool(name) and not name.startswith("@")


def searched(rows_: QuerySet[Submission], text: str, *, seen_by: Viewer) -> QuerySet[Submission]:
    """Submissions whose head, number, or any value contains a text, in any case. For one batch at a time."""
    seen_by.require("collection.view_batch")
    needle = text.strip().replace("\x00", "")[:100]
    if not needle:
        return rows_.none()
    holding = StagedRow.objects.filter(batch_id__in=rows_.values("batch_id"), values__icontains=needle)
    return rows_.filter(
        Q(label__icontains=needle) | Q(number__icontains=needle) | Q(pk__in=holding.values("submission_id"))
    )


def choices_for(names: Collection[str], *, seen_by: Viewer) -> dict[str, list[tuple[str, str]]]:
    """Field → what may be chosen there, (code, label in the reader's language); fields without a list are left out.

    One query for any number of fields.
    """
    seen_by.require("collection.view_batch")
    known = register_fields()
    fields = {name: known[name] for name in names if name in known}
    lists = {
        name: field.code_list
        for name, field in fields.items()
        if field.code_list and field.kind in ("choice", "choices")
    }
    labels: dict[str, dict[str, str]] = {}
    if lists:
        # Code lists are the same for everybody; not every role of registration may open their pages.
        with viewing(reader := system_viewer("review of submissions")):
            labels = codes.labels(sorted(set(lists.values())), seen_by=reader)
    found = {name: list(labels.get(code_list, {}).items()) for name, code_list in lists.items()}
    yes_or_no = [("true", gettext("yes")), ("false", gettext("no"))]
    return found | {name: yes_or_no for name, field in fields.items() if field.kind == "boolean"}


def scope_of(operation_id: UUID, area: str, *, seen_by: Viewer) -> int:
    """The scope of an area (by its P-code, empty for the whole operation) in which the viewer may submit.

    Raises Problem collection.area_closed.
    """
    for working in access.working_areas(operation_id, SUBMIT, seen_by=seen_by):
        if working.key == area:
            return working.scope_id
    try:
        found = access.operation_scope(operation_id, seen_by=seen_by, area_key=area)
    except Problem:
        raise Problem("collection.area_closed", at=Location(field="area")) from None
    reach = seen_by.reach(SUBMIT)
    if not reach.everything and found not in reach.scopes:
        raise Problem("collection.area_closed", at=Location(field="area"))
    return found


def may_review(batch: Batch, *, seen_by: Viewer, permission: str = REVIEW) -> bool:
    """Whether the viewer holds the permission where the batch lies."""
    reach = seen_by.reach(permission)
    return bool(reach) and (reach.everything or batch.scope_id in reach.scopes)


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Batches whose columns wait to be confirmed, and batches that wait for a review, within the viewer's areas."""
    if not seen_by.may("collection.view_batch"):
        return []
    found = []
    for permission, state, title in (
        (SUBMIT, BatchState.MAPPING, _("Submissions whose columns wait to be confirmed")),
        (REVIEW, BatchState.REVIEW, _("Submissions to review")),
    ):
        if not seen_by.may(permission):
            continue
        open_ = batches(seen_by=seen_by).filter(within(seen_by.reach(permission)), state=state)
        if permission == SUBMIT and seen_by.id is not None:
            open_ = open_.filter(submitted_by=seen_by.id)
        rows_ = list(open_.order_by("submitted_at").values_list("pk", "submitted_at")[:100])
        if rows_:
            url = (
                reverse("collection:batch", args=[rows_[0][0]])
                if len(rows_) == 1
                else f"{reverse('collection:list')}?state={state}"
            )
            found.append(Waiting(title=title, url=url, count=len(rows_), since=rows_[0][1]))
    return found


__all__ = [
    "CellView",
    "ProblemGroup",
    "RowView",
    "SubmissionView",
    "choices_for",
    "may_review",
    "problem_cells",
    "problem_values",
    "problems",
    "review_of",
    "scope_of",
    "searched",
    "waiting",
]
