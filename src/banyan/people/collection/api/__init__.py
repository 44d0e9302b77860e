"""REST API of collection: send batches, see what was found, decide."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from banyan.people.collection import actions, queries, wording
from banyan.people.collection.actions import Chosen
from banyan.people.collection.api import shapes
from banyan.people.collection.models import Batch
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.kernel.problems import Problem

VIEW, SUBMIT, REVIEW, UNDO = (f"collection.{verb}_batch" for verb in ("view", "submit", "review", "undo"))
PAGE = 100
router = Router(tags=["collection"])


def _out(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.pk, "operation": batch.operation.code, "name": batch.name, "kind": batch.kind, "state": batch.state,
        "version": batch.version, "submitted_by": batch.submitted_label, "submitted_at": batch.submitted_at.isoformat(),
        "counts": batch.counts, "job": batch.job,
    }  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("\x00", "")


@router.get(
    "/batches", response=shapes.CollectedBatchesOut, operation_id="collection_batches", summary="Batches of submissions"
)
@needs(VIEW)
def list_batches(request: HttpRequest, state: str = "", operation: str = "", after: UUID | None = None) -> Any:
    """Batches within reach, the latest first, a hundred at a time."""
    rows = queries.batches(seen_by=request.viewer)
    if state:
        rows = rows.filter(state=_plain(state))
    if operation:
        rows = rows.filter(operation__code=_plain(operation))
    if after:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    return {
        "items": [_out(batch) for batch in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
    }


@router.post(
    "/batches", response={201: shapes.CollectedBatchOut}, operation_id="collection_submit", summary="Send submissions"
)
@needs(SUBMIT)
def submit_batch(request: HttpRequest, details: Form[shapes.CollectedUploadIn], files: File[list[UploadedFile]]) -> Any:
    """Files as a new batch; they are read and checked in the background. Follow `job`, then the batch."""
    batch = actions.submit_batch(
        [(_plain(file.name or "file"), file.read()) for file in files],
        by=request.viewer,
        operation_id=details.operation,
        scope_id=queries.scope_of(details.operation, _plain(details.area), seen_by=request.viewer),
        source_id=details.source,
        form_version_id=details.form_version,
        name=_plain(details.name),
    )
    return Status(201, _out(batch))


@router.get(
    "/batches/{uuid:batch_id}",
    response=shapes.CollectedBatchRecordOut,
    operation_id="collection_batch",
    summary="One batch",
)
@needs(VIEW)
def get_batch(request: HttpRequest, batch_id: UUID) -> Any:
    """Where a batch stands."""
    batch = queries.batch(batch_id, seen_by=request.viewer)
    return _out(batch) | {"comparison": queries.comparison(batch, seen_by=request.viewer)}


@router.get(
    "/batches/{uuid:batch_id}/submissions", response=shapes.CollectedSubmissionsOut, operation_id="collection_submissions",
    summary="Submissions of a batch",
)  # fmt: skip
@needs(VIEW)
def list_submissions(request: HttpRequest, batch_id: UUID, decision: str = "", after: int = -1) -> Any:
    """Submissions in the order in which they came, a hundred at a time. The reading is logged."""
    queries.batch(batch_id, seen_by=request.viewer)
    rows = queries.submissions(batch_id, seen_by=request.viewer).filter(ordinal__gt=_bounded(after))
    if decision:
        rows = rows.filter(decision=_plain(decision))
    found = list(rows.values(*shapes.CollectedSubmissionOut.model_fields)[: PAGE + 1])
    ids = [row["id"] for row in found[:PAGE]]
    if ids:
        log_read(request.viewer, kind="list", subject="collection.submission", ids=ids, purpose="api")
    return {"items": found[:PAGE], "after": found[PAGE - 1]["ordinal"] if len(found) > PAGE else None}


@router.get(
    "/submissions/{uuid:submission_id}", response=shapes.CollectedDetailOut, operation_id="collection_submission",
    summary="One submission with its values",
)  # fmt: skip
@needs(VIEW)
def get_submission(request: HttpRequest, submission_id: UUID, sensitive: bool = False) -> Any:
    """Household and people with clean and raw values. `sensitive` shows what is masked, to who may see it; it is logged."""
    viewer = request.viewer
    submission = queries.submission(submission_id, seen_by=viewer)
    review = queries.review_of(submission, seen_by=viewer)
    if sensitive:
        viewer.require("collection.view_sensitive")
    purpose = "api: what is masked was shown" if sensitive else "api"
    log_read(viewer, kind="open", subject="collection.submission", ids=[submission.pk], purpose=purpose)

    def cell(each: Any) -> dict[str, Any]:
        hide = bool(each.kind) and not sensitive
        clean, raw = ((wording.masked(text, each.kind) if hide else text) for text in (each.clean, each.raw))
        return {"field": each.name, "clean": clean, "raw": raw, "hidden": hide}

    rows = [
        {"id": row.row.pk, "subject": row.row.subject, "sheet": row.row.sheet, "row": row.row.row,
         "cells": [cell(each) for each in row.cells]}
        for row in review.rows
    ]  # fmt: skip
    return {name: getattr(submission, name) for name in shapes.CollectedSubmissionOut.model_fields} | {"rows": rows}


@router.get(
    "/submissions/{uuid:submission_id}/matches", response=list[shapes.CollectedMatchOut], operation_id="collection_matches",
    summary="Whom the people of a submission may be",
)  # fmt: skip
@needs(VIEW)
def list_matches(request: HttpRequest, submission_id: UUID) -> Any:
    """Registered people, and other rows of the batch, that look the same. That people are told is logged."""
    viewer = request.viewer
    found = [match for many in queries.matches(submission_id, seen_by=viewer).values() for match in many]
    if people := [match.person_id for match in found if match.person_id]:
        log_read(viewer, kind="list", subject="registry.person", ids=people, purpose="api: who looks the same")
    return [
        {"row": each.row_id, "likeness": each.likeness, "zone": each.zone, "person": each.person_id, "label": each.label,
         "reference": each.reference, "why": [str(reason) for reason in each.why]}
        for each in found
    ]  # fmt: skip


@router.get(
    "/batches/{uuid:batch_id}/findings", response=list[shapes.CollectedFindingOut], operation_id="collection_findings",
    summary="What was found in a batch",
)  # fmt: skip
@needs(VIEW)
def list_findings(
    request: HttpRequest, batch_id: UUID, code: str = "", severity: str = "", submission: UUID | None = None,
    after: UUID | None = None,
) -> Any:  # fmt: skip
    """At most a hundred findings; continue after the last id."""
    viewer = request.viewer
    queries.batch(batch_id, seen_by=viewer)
    rows = queries.findings(batch_id, seen_by=viewer)
    for name, value in (
        ("code", _plain(code)),
        ("severity", _plain(severity)),
        ("submission_id", submission),
        ("id__gt", after),
    ):
        if value:
            rows = rows.filter(**{name: value})
    found = list(rows.order_by("id")[:PAGE])
    if found:
        log_read(viewer, kind="list", subject="collection.finding", ids=[each.pk for each in found], purpose="api")
    sees = viewer.may("collection.view_sensitive")
    return [_finding(each, sees=sees) for each in found]


@router.post(
    "/batches/{uuid:batch_id}/decisions", response=shapes.CollectedBatchOut, operation_id="collection_decide",
    summary="Accept, reject or reopen submissions",
)  # fmt: skip
@needs(REVIEW)
def decide(request: HttpRequest, batch_id: UUID, decision: shapes.CollectedDecisionIn) -> Any:
    """Decide about some or all submissions of a batch. `verb`: accept, reject, reopen."""
    by = request.viewer
    chosen = Chosen(
        ids=decision.submissions, code=_plain(decision.code), field=_plain(decision.field), outcome=_plain(decision.outcome),
        everything=decision.everything,
    )  # fmt: skip
    reason = _plain(decision.reason)
    if decision.verb == "accept":
        batch = actions.accept_batch(
            batch_id,
            by=by,
            version=decision.version,
            chosen=chosen,
            reason=reason,
            uncompared=_plain(decision.uncompared),
        )
    elif decision.verb == "reject":
        batch = actions.reject_submissions(batch_id, chosen, by=by, reason=reason, version=decision.version)
    elif decision.verb == "reopen":
        batch = actions.reopen_submissions(batch_id, chosen, by=by, version=decision.version)
    else:
        raise Problem("collection.verb_unknown", verb=_plain(decision.verb))
    return _out(queries.batch(batch.pk, seen_by=by))


@router.post(
    "/batches/{uuid:batch_id}/corrections", response=shapes.CollectedBatchOut, operation_id="collection_correct",
    summary="Correct values of waiting submissions",
)  # fmt: skip
@needs(SUBMIT)
def correct(request: HttpRequest, batch_id: UUID, corrections: list[shapes.CollectedCorrectionIn]) -> Any:
    """Every correction is kept with who, when and why; the submissions are checked again."""
    values = [actions.NewValue(each.row, _plain(each.field), _plain(each.text)) for each in corrections]
    reason = "; ".join(dict.fromkeys(_plain(each.reason) for each in corrections if each.reason))
    actions.correct_values(batch_id, values, by=request.viewer, reason=reason)
    return _out(queries.batch(batch_id, seen_by=request.viewer))


@router.post(
    "/batches/{uuid:batch_id}/undo",
    response=shapes.CollectedBatchOut,
    operation_id="collection_undo",
    summary="Undo a batch",
)
@needs(UNDO)
def undo(request: HttpRequest, batch_id: UUID, why: shapes.CollectedReasonIn) -> Any:
    """People of the batch whom nothing else touched are withdrawn from the register."""
    actions.undo_batch(batch_id, by=request.viewer, reason=_plain(why.reason))
    return _out(queries.batch(batch_id, seen_by=request.viewer))


def _bounded(ordinal: int) -> int:
    return max(-1, min(ordinal, 2**31 - 1))


def _finding(found: Any, *, sees: bool) -> dict[str, Any]:
    kind = wording.sensitive_kind(found.field)
    hide = bool(kind) and not sees
    value, proposed = ((wording.masked(text, kind) if hide else text) for text in (found.raw, found.proposed))
    problem = wording.problem_of(
        found.code,
        raw=value,
        proposed=proposed,
        parameters=wording.covered(found.parameters) if hide else found.parameters,
    )
    return {
        "id": found.pk, "submission": found.submission_id, "row_id": found.staged_row_id, "severity": found.severity,
        "code": found.code, "field": found.field, "sheet": found.sheet, "row": found.row, "column": found.letter,
        "value": value, "proposed": proposed, "detail": problem.detail, "mend": problem.mend, "settled": found.settled,
    }  # fmt: skip
