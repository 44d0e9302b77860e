"""One submission: household and members, what came beside what is clean, findings at their cells, corrections."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.people.collection import actions, queries, wording
from banyan.people.collection.actions import NewValue
from banyan.people.collection.models import Correction, Finding, Submission
from banyan.people.collection.queries.reviewing import CellView, RowView
from banyan.people.collection.views.framing import allowed, trail
from banyan.people.collection.views.stories import story
from banyan.platform.access.doors import needs
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import asked_id
from banyan.platform.kernel.problems import Problem

VIEW, SENSITIVE = "collection.view_batch", "collection.view_sensitive"
Choices = dict[str, list[tuple[str, str]]]
# The columns of the short table of members.
SHORT = ("person.full_name", "person.sex", "person.birth_date", "person.relationship")


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def submission_record(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """One submission. Sent as a form with "show", what is masked is shown, which the log of reads notes."""
    viewer = request.viewer
    submission = queries.submission(submission_id, seen_by=viewer)
    batch = queries.batch(submission.batch_id, seen_by=viewer)
    review = queries.review_of(submission, seen_by=viewer)
    open_ = request.method == "POST" and "show" in request.POST and viewer.may(SENSITIVE)
    purpose = "review: what is masked was shown" if open_ else "review"
    log_read(viewer, kind="open", subject="collection.submission", ids=[submission.pk], purpose=purpose)
    compared = queries.comparison(batch, seen_by=viewer)
    may = allowed(batch, queries.rules_of(batch.operation_id, seen_by=viewer), viewer, compared)
    choices = queries.choices_for({cell.name for row in review.rows for cell in row.cells}, seen_by=viewer)
    known = _matches(submission, viewer)
    rows = [_row(row, choices, shown=open_) | {"known": known.get(row.row.pk, [])} for row in review.rows]
    neighbours = _neighbours(submission, viewer)
    context = {
        "batch": batch,
        "submission": submission,
        "ordinal": submission.ordinal + 1,
        "decision_label": wording.DECISION_LABELS[submission.decision],
        "decision_tone": wording.DECISION_TONES[submission.decision],
        "outcome_label": wording.OUTCOME_LABELS[submission.outcome],
        "outcome_tone": wording.OUTCOME_TONES[submission.outcome],
        "rows": rows,
        "people": [row for row in rows if row["subject"] == "person"],
        "household": [row for row in rows if row["subject"] == "household"],
        "differences": _differences(submission, viewer, shown=open_),
        "masked": review.masked and not open_,
        "shown": open_,
        "may_show": viewer.may(SENSITIVE),
        "may": may,
        "may_mend": may["mend"] == "" and submission.decision == "pending",
        "corrections": _corrections(submission, viewer, shown=open_),
        "previous": neighbours[0],
        "next": neighbours[1],
        "timeline": story(Submission, submission.pk, viewer),
        "trail": trail(batch),
    }
    return TemplateResponse(request, "collection/submission.html", context)


@require_POST
@needs("collection.submit_batch")
def correct(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Correct one value, take over one proposal, or settle one warning."""
    viewer = request.viewer
    submission = queries.submission(submission_id, seen_by=viewer)
    verb, version = request.POST.get("verb", ""), request.POST.get("version", "")
    stands = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        if verb == "proposal":
            actions.accept_proposals(
                submission.batch_id, [asked_id(request.POST.get("finding", ""))], by=viewer, version=stands
            )
            messages.success(request, _("The value proposed was taken."))
        elif verb == "settle":
            actions.dismiss_findings(
                submission.batch_id, by=viewer, finding_ids=[asked_id(request.POST.get("finding", ""))], version=stands
            )
            messages.success(request, _("The warning is settled: the value stands as it is."))
        else:
            value = NewValue(
                asked_id(request.POST.get("row", "")), request.POST.get("field", ""), request.POST.get("text", "")
            )
            reason = request.POST.get("reason", "")
            actions.correct_values(submission.batch_id, [value], by=viewer, reason=reason, version=stands)
            messages.success(request, _("The value was corrected and checked again."))
    except Problem as problem:
        messages.error(request, problem.as_text())
    return redirect("collection:submission", submission.pk)


def _matches(submission: Submission, viewer: Viewer) -> dict[UUID, list[dict[str, Any]]]:
    """Whom the rows may be, by row; that registered people are shown is logged."""
    if submission.outcome != "new":
        return {}
    found = queries.matches(submission.pk, seen_by=viewer)
    shown = [match.person_id for many in found.values() for match in many if match.person_id]
    if shown:
        log_read(viewer, kind="list", subject="registry.person", ids=shown, purpose="review: who looks the same")
    return {
        row: [
            {
                "match": match,
                "label": wording.LIKENESS_LABELS[match.likeness],
                "tone": wording.ZONE_TONES.get(match.zone, "info"),
            }
            for match in many
        ]
        for row, many in found.items()
    }


def _row(row: RowView, choices: Choices, *, shown: bool) -> dict[str, Any]:
    cells = [_cell(cell, choices, shown=shown) for cell in row.cells]
    by_name = {cell["name"]: cell for cell in cells}
    return {
        "id": row.row.pk,
        "subject": row.row.subject,
        "sheet": row.row.sheet,
        "row": row.row.row,
        "name": row.row.values.get("person.full_name", ""),
        "cells": cells,
        "found": [_finding(each, "", shown=True) for each in row.found],
        "errors": sum(cell["errors"] for cell in cells) + sum(each.severity == "error" for each in row.found),
        "warnings": sum(cell["warnings"] for cell in cells) + sum(each.severity == "warning" for each in row.found),
        "short": [by_name[name]["clean"] if name in by_name else "" for name in SHORT],
    }


def _cell(cell: CellView, choices: Choices, *, shown: bool) -> dict[str, Any]:
    hide = bool(cell.kind) and not shown
    options = choices.get(cell.name, [])
    labels = dict(options)

    def seen(text: str) -> str:
        return wording.masked(text, cell.kind) if hide else labels.get(text, text)

    return {
        "name": cell.name,
        "label": wording.field_label(cell.name),
        "clean": seen(cell.clean),
        "raw": seen(cell.raw) if cell.raw else "",
        "hidden": hide,
        "choices": options,
        "text": "" if hide else cell.clean or cell.raw,
        "code": "" if hide else cell.clean,
        "found": [_finding(each, cell.kind, shown=not hide) for each in cell.found],
        "errors": sum(each.severity == "error" and not each.settled for each in cell.found),
        "warnings": sum(each.severity == "warning" and not each.settled for each in cell.found),
        "quarantined": any(each.severity == "quarantine" for each in cell.found),
    }


def _finding(found: Finding, kind: str, *, shown: bool) -> dict[str, Any]:
    def seen(text: str) -> str:
        return text if shown else wording.masked(text, kind)

    problem = wording.problem_of(
        found.code,
        raw=seen(found.raw),
        proposed=seen(found.proposed),
        parameters=found.parameters if shown else wording.covered(found.parameters),
    )
    return {
        "id": found.pk,
        "severity": found.severity,
        "label": wording.SEVERITY_LABELS[found.severity],
        "tone": wording.SEVERITY_TONES[found.severity],
        "told": problem.detail,
        "mend": problem.mend,
        "proposed": seen(found.proposed),
        "settled": found.settled,
        "settled_by": found.settled_by,
    }


def _differences(submission: Submission, viewer: Viewer, *, shown: bool) -> list[dict[str, Any]]:
    """What a changed submission changes against the one accepted before, field by field."""
    if submission.earlier_id is None or submission.outcome != "changed":
        return []
    try:
        found = queries.differences(submission.pk, seen_by=viewer)
    except Problem:  # the one before lies in an area that the viewer does not reach
        return []
    came = {"came": _("new in the household"), "went": _("no longer in the household")}
    told = []
    for each in found:
        kind = wording.sensitive_kind(each.field)
        old, new = (wording.masked(text, kind) if kind and not shown else text for text in (each.old, each.new))
        label = each.label or (_("Household") if each.subject == "household" else _("Person"))
        told.append(
            {"who": label, "field": came.get(each.field) or wording.field_label(each.field), "old": old, "new": new}
        )
    return told


def _corrections(submission: Submission, viewer: Viewer, *, shown: bool) -> list[dict[str, Any]]:
    rows: list[Correction] = list(
        queries.corrections(submission.batch_id, seen_by=viewer).filter(submission_id=submission.pk)[:50]
    )
    told = []
    for each in rows:
        kind = wording.sensitive_kind(each.field)
        old, new = (wording.masked(text, kind) if kind and not shown else text for text in (each.old, each.new))
        told.append(
            {
                "at": each.at,
                "by": each.by_label,
                "field": wording.field_label(each.field),
                "old": old,
                "new": new,
                "reason": each.reason,
            }
        )
    return told


def _neighbours(submission: Submission, viewer: Viewer) -> tuple[UUID | None, UUID | None]:
    """The submissions before and after this one in its batch."""
    rows = queries.submissions(submission.batch_id, seen_by=viewer)
    around = (
        rows.filter(ordinal__in=[submission.ordinal - 1, submission.ordinal + 1])
        .order_by()
        .values_list("ordinal", "pk")
    )
    found = dict(around)
    return found.get(submission.ordinal - 1), found.get(submission.ordinal + 1)
