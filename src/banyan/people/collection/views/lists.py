"""The lists of collection: batches, submissions of a batch, cells with a problem."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import queries, wording
from banyan.people.collection.declarations import Likeness, comparers
from banyan.people.collection.models import Finding
from banyan.people.collection.states import LABELS
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing


def _count(name: str) -> Any:
    return lambda row: row["counts"].get(name, 0)


BATCHES = Listing(
    key="batches",
    title=_("Submissions"),
    columns=[
        Column("name", _("Batch"), link="/collection/{id}/"),
        Column("operation__name", _("Operation"), wide_only=True),
        Column("state", _("State"), kind="badge", choices=LABELS, tones=wording.STATE_TONES),
        Column(
            "submissions", _("Submissions"), kind="number", computed=True, sortable=False, show=_count("submissions")
        ),
        Column("people", _("People"), kind="number", computed=True, sortable=False, show=_count("people")),
        Column("errors", _("With errors"), kind="number", computed=True, sortable=False, show=_count("errors")),
        Column("accepted", _("Accepted"), kind="number", computed=True, sortable=False, show=_count("accepted")),
        Column("submitted_label", _("Submitted by"), wide_only=True),
        Column("submitted_at", _("Submitted"), kind="datetime"),
    ],
    filters=[
        Filter("state", _("State"), kind="choice", choices=list(LABELS.items()), primary=True),
        Filter("operation", _("Operation"), where="operation__code__iexact", hint=_("its code")),
        Filter("submitted", _("Submitted"), kind="dates", where="submitted_at__date"),
    ],
    extra=["counts"],
    sort="-submitted_at",
    empty=_("No submissions yet."),
    empty_next=_("Upload submissions"),
    empty_url="/collection/new/",
)


def _with_problem(rows: Any, value: str) -> Any:
    code, _bar, field = value.partition("|")
    found = Finding.objects.filter(submission_id=OuterRef("pk"), settled="", code=code)
    return rows.filter(Exists(found.filter(field=field) if field else found))


def _with_errors(rows: Any, value: bool) -> Any:
    return rows.filter(errors__gt=0) if value else rows.filter(errors=0)


def _with_warnings(rows: Any, value: bool) -> Any:
    return rows.filter(warnings__gt=0) if value else rows.filter(warnings=0)


def submission_filters(
    problems: Sequence[tuple[str, Any]] = (), *, batch_id: UUID | None = None, viewer: Viewer | None = None
) -> list[Filter]:
    """How submissions of a batch are chosen; the same for the list and for what decides about all it shows.

    batch_id and viewer: offer the filter by whom people look like, where a room compares them.
    """
    found = [
        Filter("decision", _("Decision"), kind="choice", choices=list(wording.DECISION_LABELS.items()), primary=True),
        Filter("problem", _("Problem"), kind="choice", choices=list(problems), where=_with_problem, primary=True),
        Filter("outcome", _("Compared with before"), kind="choice", choices=list(wording.OUTCOME_LABELS.items())),
        Filter("errors", _("With errors"), kind="yesno", where=_with_errors),
        Filter("warnings", _("With warnings"), kind="yesno", where=_with_warnings),
    ]
    if batch_id is not None and viewer is not None and comparers():

        def alike(rows: Any, value: str) -> Any:
            likeness: Likeness = "twice" if value == "twice" else "known"
            return queries.holding(rows, batch_id, likeness, seen_by=viewer)

        labels = list(wording.LIKENESS_LABELS.items())
        found.append(Filter("likeness", _("Looks known"), kind="choice", choices=labels, where=alike, primary=True))
    return found


def submissions_listing(
    groups: Sequence[Any], *, searched: bool = False, batch_id: UUID | None = None, viewer: Viewer | None = None
) -> Listing:
    """Submissions of a batch; `groups` are its problems, by which they can be filtered, as by whom people look like."""
    problems = [
        (
            f"{group.code}|{group.field}",
            f"{wording.heading_of(group.code)} ({wording.field_label(group.field)}, {group.count})",
        )
        for group in groups
    ]
    return Listing(
        key="submissions",
        title=_("Submissions"),
        columns=[
            Column("ordinal", _("No."), kind="number", link="/collection/submissions/{id}/", show=lambda row: row["ordinal"] + 1),
            Column("label", _("Head of the household"), sortable=False),
            Column("number", _("Number"), wide_only=True, sortable=False),
            Column("people", _("People"), kind="number", sortable=False),
            Column("errors", _("Errors"), kind="number", sortable=False),
            Column("warnings", _("Warnings"), kind="number", sortable=False),
            Column("outcome", _("Compared with before"), kind="badge", choices=wording.OUTCOME_LABELS,
                   tones=wording.OUTCOME_TONES, sortable=False, wide_only=True),
            Column("decision", _("Decision"), kind="badge", choices=wording.DECISION_LABELS, tones=wording.DECISION_TONES,
                   sortable=False),
        ],
        filters=[] if searched else submission_filters(problems, batch_id=batch_id, viewer=viewer),
        sort="ordinal",
        empty=_("Nothing fits.") if searched else _("No submissions in this batch."),
    )  # fmt: skip


def cells_listing(viewer: Viewer) -> Listing:
    """Cells with a problem, masked where the viewer may not see the value."""
    sees = viewer.may("collection.view_sensitive")

    def value(row: Mapping[str, Any]) -> str:
        kind = wording.sensitive_kind(row["field"])
        return wording.masked(row["raw"], kind) if kind and not sees else row["raw"]

    def proposed(row: Mapping[str, Any]) -> str:
        kind = wording.sensitive_kind(row["field"])
        return wording.masked(row["proposed"], kind) if kind and not sees else row["proposed"]

    def told(row: Mapping[str, Any]) -> str:
        hide = bool(wording.sensitive_kind(row["field"])) and not sees
        given = wording.covered(row["parameters"]) if hide else row["parameters"]
        return wording.problem_of(row["code"], raw=value(row), proposed=proposed(row), parameters=given).detail

    return Listing(
        key="cells",
        title=_("Cells"),
        columns=[
            Column("row", _("Row"), kind="number", sortable=False, link="/collection/submissions/{submission_id}/"),
            Column("sheet", _("Sheet"), sortable=False, wide_only=True),
            Column("letter", _("Column"), sortable=False, wide_only=True),
            Column("field", _("Field"), sortable=False, show=lambda row: wording.field_label(row["field"])),
            Column("raw", _("Value"), sortable=False, show=value),
            Column("proposed", _("Proposed"), sortable=False, wide_only=True, show=proposed),
            Column("told", _("What is wrong"), computed=True, sortable=False, show=told),
        ],
        extra=["code", "parameters", "submission_id"],
        sort="id",
        empty=_("Nothing is open."),
    )
