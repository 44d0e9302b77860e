"""Verification exercises: records drawn from findings, a sheet for paper, and what whoever went there found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.quality import actions, queries
from banyan.people.quality.inputs import ExerciseForm, OutcomeForm
from banyan.people.quality.rules.outcomes import confirmed
from banyan.people.quality.views import showing
from banyan.people.quality.views.checks import note_shown
from banyan.people.quality.views.framing import CHANGE, FINDINGS, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

Text = str | Promise

OUTCOME_LABELS: dict[str, Text] = {
    "right": gettext_lazy("as recorded"),
    "wrong": gettext_lazy("differs from what is recorded"),
    "mended": gettext_lazy("differed, and is mended"),
    "unfound": gettext_lazy("not found"),
}
"""What is said of a record, by the codes of rules.outcomes."""


def exercise_listing(operation: Any) -> Listing:
    """The exercises of an operation."""

    def closed(rows: Any, wanted: bool) -> Any:
        return rows.exclude(closed_at=None) if wanted else rows.filter(closed_at=None)

    return Listing(
        key="exercises",
        title=gettext_lazy("Verification exercises"),
        columns=[
            Column("label", gettext_lazy("Name"), link=lambda row: reverse("quality:exercise", args=[row["id"]])),
            Column("made_at", gettext_lazy("Made"), kind="date"),
            Column("made_by_label", gettext_lazy("Made by"), wide_only=True),
            Column("due_on", gettext_lazy("Until"), kind="date"),
            Column("closed_at", gettext_lazy("Closed"), kind="date", wide_only=True),
        ],
        filters=[Filter("closed", gettext_lazy("Closed"), kind="yesno", where=closed)],
        sort="-made_at",
        empty=_("No verification exercise yet."),
        empty_next=_("Draw records to verify"),
        empty_url=reverse("quality:exercise-new", args=[operation.pk]),
    )


@require_GET
@needs(FINDINGS)
def exercise_list(request: HttpRequest, operation_id: UUID) -> HttpResponseBase:
    """All exercises of an operation, the newest first."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    context = {
        "operation": operation,
        "tabs": tabs(viewer, operation, "exercises"),
        "new_url": reverse("quality:exercise-new", args=[operation.pk]),
        "why_not_new": why_not(viewer, CHANGE),
    }
    rows = queries.exercises(operation.pk, seen_by=viewer)
    return respond(request, exercise_listing(operation), rows, "quality/exercises.html", context)


@needs(CHANGE)
def exercise_new(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Choose checks and how many records; they are drawn by chance and shared out."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, CHANGE)
    checks = [(each.key, each.label) for each in queries.checks(operation.pk, seen_by=viewer) if each.asked]
    form = ExerciseForm(
        request.POST if request.method == "POST" else None,
        checks=checks,
        colleagues=queries.assignees(operation.pk, seen_by=viewer),
        initial={"checks": request.GET.getlist("check")},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(operation, form.cleaned_data, viewer)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The records were drawn."))
            return redirect("quality:exercise", made.pk)
    list_url = reverse("quality:exercises", args=[operation.pk])
    context = {
        "form": form,
        "problems": problems,
        "cancel_url": list_url,
        "trail": trail(operation, (gettext_lazy("Verification"), list_url)),
        "submit": _("Draw the records"),
        "heading": _("Draw records to verify"),
    }
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)


def _make(operation: Any, wanted: dict[str, Any], viewer: Viewer) -> Any:
    """The exercise with its records, shared out in turn among who was chosen."""
    keys = wanted["checks"]
    subject = queries.check(operation.pk, keys[0], seen_by=viewer).subject
    made = actions.make_exercise(
        operation.pk, by=viewer, label=wanted["label"], subject=subject, keys=keys, size=wanted["size"],
        due_on=wanted["due_on"],
    )  # fmt: skip
    if chosen := wanted["assignees"]:
        places = list(queries.exercise_records(made.pk, seen_by=viewer).values_list("position", flat=True))
        for number, assignee in enumerate(chosen):
            if share := places[number :: len(chosen)]:
                actions.assign_exercise(made.pk, share, by=viewer, assignee=assignee)
    return made


@require_GET
@needs(FINDINGS)
def exercise_page(request: HttpRequest, exercise_id: UUID) -> HttpResponse:
    """The records of an exercise with what was found, and what that says about the checks."""
    return _show(request, exercise_id)


def _show(request: HttpRequest, exercise_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    context = _records(exercise_id, viewer)
    exercise, operation, records = context["exercise"], context["operation"], context["records"]
    counts: dict[str, int] = {}
    for each in records:
        counts[each["record"].outcome] = counts.get(each["record"].outcome, 0) + 1
    mistakes, looked = confirmed(counts)
    context |= {
        "problems": problems or [],
        "outcomes": list(OUTCOME_LABELS.items()),
        "counts": [(label, counts.get(code, 0)) for code, label in OUTCOME_LABELS.items()],
        "open": counts.get("", 0),
        "mistakes": mistakes,
        "looked": looked,
        "share": showing.percent(mistakes, looked),
        "may_write": viewer.may(CHANGE) and exercise.closed_at is None,
        "why_not_close": why_not(viewer, CHANGE) or (_("This exercise is closed.") if exercise.closed_at else ""),
        "close_url": reverse("quality:exercise-close", args=[exercise.pk]),
        "outcome_url": reverse("quality:outcome", args=[exercise.pk]),
        "sheet_url": reverse("quality:sheet", args=[exercise.pk]),
        "trail": trail(operation, (gettext_lazy("Verification"), reverse("quality:exercises", args=[operation.pk]))),
    }
    return TemplateResponse(request, "quality/exercise.html", context, status=422 if problems else 200)


def _records(exercise_id: UUID, viewer: Viewer) -> dict[str, Any]:
    """An exercise with the records in reach and their cards; showing them is logged."""
    exercise = queries.exercise(exercise_id, seen_by=viewer)
    operation = operation_of(exercise.operation_id, viewer, FINDINGS)
    rows = list(queries.exercise_records(exercise_id, seen_by=viewer))
    cards = queries.cards(exercise.subject, [row.record_id for row in rows], seen_by=viewer)
    note_shown(exercise.subject, list(cards), viewer, "quality: verification")
    labels = {check.key: check.label for check in queries.checks(operation.pk, seen_by=viewer)}
    return {
        "exercise": exercise,
        "operation": operation,
        "checks": [labels.get(key, key) for key in exercise.checks],
        "records": [
            {"record": row, "card": cards.get(row.record_id), "outcome": OUTCOME_LABELS.get(row.outcome, "")}
            for row in rows
        ],
    }


@require_GET
@needs(FINDINGS)
def sheet(request: HttpRequest, exercise_id: UUID) -> HttpResponse:
    """The exercise for paper, A4: one line for each record, with room to write. Only what is needed to find people."""
    viewer = request.viewer
    context = _records(exercise_id, viewer)
    mine = request.GET.get("mine") == "yes"
    if mine:
        context["records"] = [each for each in context["records"] if each["record"].assignee == viewer.id]
    return TemplateResponse(request, "quality/sheet.html", {**context, "outcomes": list(OUTCOME_LABELS.values())})


@require_POST
@needs(CHANGE)
def outcome(request: HttpRequest, exercise_id: UUID) -> HttpResponse:
    """Enter what was found, for every line that was filled in; all faults at once."""
    viewer = request.viewer
    problems: list[Problem] = []
    done = 0
    for row in queries.exercise_records(exercise_id, seen_by=viewer):
        given, note = request.POST.get(f"outcome.{row.pk}", ""), request.POST.get(f"note.{row.pk}", "").strip()
        if not given or (given == row.outcome and note == row.note):
            continue
        form = OutcomeForm({"record": row.pk, "outcome": given, "note": note}, outcomes=list(OUTCOME_LABELS.items()))
        if not form.is_valid():
            problems.append(Problem("quality.outcome_unknown", outcome=given))
            continue
        try:
            actions.record_outcome(row.pk, by=viewer, outcome=given, note=note)
            done += 1
        except Problem as problem:
            problems += problems_of(problem)
    if problems:
        return _show(request, exercise_id, problems)
    messages.success(request, _("%(n)d outcomes saved.") % {"n": done} if done else _("Nothing was changed."))
    return redirect("quality:exercise", exercise_id)


@require_POST
@needs(CHANGE)
def close(request: HttpRequest, exercise_id: UUID) -> HttpResponse:
    """Nothing more is entered after this."""
    actions.close_exercise(exercise_id, by=request.viewer)
    messages.success(request, _("The exercise is closed."))
    return redirect("quality:exercise", exercise_id)
