"""Runs: when the register was compared, what came of it, what was too common to compare by; and starting one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import Run, RunKind
from banyan.people.linkage.views.framing import ACROSS, RUN, VIEW_RUNS, queue_url, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

# Figures of a run in the order in which they are told.
FIGURES = {
    "people": gettext_lazy("Records compared"),
    "pairs_compared": gettext_lazy("Pairs weighed"),
    "pairs_found": gettext_lazy("Pairs that look alike"),
    "probable": gettext_lazy("Probable pairs"),
    "possible": gettext_lazy("Possible pairs"),
    "new": gettext_lazy("New pairs"),
    "cases_opened": gettext_lazy("Cases opened"),
    "cases_grown": gettext_lazy("Cases that grew"),
    "cases_lapsed": gettext_lazy("Cases settled by themselves"),
    "capped_pairs_left_out": gettext_lazy("Pairs left out by common keys"),
}
KEYS = {
    "document": gettext_lazy("Document number"),
    "phone": gettext_lazy("Telephone and a word of the name"),
    "name+year": gettext_lazy("Name and birth year"),
    "written+month": gettext_lazy("Name and month of birth"),
    "words+month": gettext_lazy("Two words of the name and month of birth"),
    "word+birthday": gettext_lazy("A word of the name and birth date"),
    "words+village": gettext_lazy("Two words of the name and village"),
    "word+village+year": gettext_lazy("A word of the name, village and birth year"),
    "household": gettext_lazy("A word of the name and somebody of the household"),
    "birthday+area": gettext_lazy("Birth date and area"),
    "address+word": gettext_lazy("Address and a word of the name"),
    "name": gettext_lazy("Name alone, when nothing else is known"),
}


def listing() -> Listing:
    """All comparisons of an operation."""

    def unfinished(rows: Any, wanted: bool) -> Any:
        return rows.filter(finished_at=None) if wanted else rows.exclude(finished_at=None)

    return Listing(
        key="runs",
        title=gettext_lazy("Runs"),
        columns=[
            Column("started_at", gettext_lazy("Started"), kind="datetime", link=lambda row: reverse("linkage:run", args=[row["id"]])),
            Column("kind", gettext_lazy("Why"), kind="choice", choices=dict(RunKind.choices)),
            Column("people", gettext_lazy("Records compared"), wide_only=True, **_counted("people")),
            Column("found", gettext_lazy("Pairs that look alike"), wide_only=True, **_counted("pairs_found")),
            Column("opened", gettext_lazy("Cases opened"), wide_only=True, **_counted("cases_opened")),
            Column("asked_by_label", gettext_lazy("Asked by"), wide_only=True),
            Column("finished_at", gettext_lazy("Finished"), kind="datetime", wide_only=True),
        ],
        filters=[
            Filter("kind", gettext_lazy("Why"), kind="choice", choices=RunKind.choices),
            Filter("started", gettext_lazy("Started"), kind="dates", where="started_at__date"),
            Filter("running", gettext_lazy("Not finished"), kind="yesno", where=unfinished),
        ],
        sort="-started_at",
        extra=["counts"],
        empty=_("Nothing has been compared yet"),
        empty_next=_("The register is compared every night, and after each batch. You may start a run now."),
    )  # fmt: skip


def _counted(key: str) -> dict[str, Any]:
    """A column that tells one figure of a run."""
    return {"kind": "number", "computed": True, "sortable": False, "show": lambda row: (row["counts"] or {}).get(key)}


@require_GET
@needs(VIEW_RUNS)
def home(request: HttpRequest) -> HttpResponse:
    """The runs of the first operation within reach."""
    operation, _every = operations_here(request, VIEW_RUNS)
    if operation is None:
        raise Problem("not_found")
    return redirect("linkage:runs-of", operation.pk)


@require_GET
@needs(VIEW_RUNS)
def run_list(request: HttpRequest, operation_id: UUID) -> HttpResponseBase:
    """Runs of an operation, the newest first; the one that is going on with its progress."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, VIEW_RUNS)
    context = {
        "operation": operation,
        "operations": operations_within(VIEW_RUNS, seen_by=viewer),
        "tabs": tabs(viewer, operation, "runs"),
        "start_url": reverse("linkage:run-start", args=[operation.pk]),
        "why_not_start": why_not(viewer, RUN),
        "across_url": reverse("linkage:runs-across") if viewer.may(ACROSS) else "",
    }
    return _listed(request, operation.pk, "linkage/runs.html", context)


@require_GET
@needs(ACROSS)
def across(request: HttpRequest) -> HttpResponseBase:
    """Comparisons of all operations with each other."""
    context = {
        "start_url": reverse("linkage:run-start-across"),
        "why_not_start": "",
        "trail": [(_("Runs"), reverse("linkage:runs"))],
    }
    return _listed(request, None, "linkage/across.html", context)


def _listed(
    request: HttpRequest, operation_id: UUID | None, template: str, context: dict[str, Any]
) -> HttpResponseBase:
    rows = queries.runs(operation_id, seen_by=request.viewer)
    last = rows.filter(finished_at=None).exclude(job=None).first()
    return respond(request, listing(), rows, template, {**context, "job": _progress(last, request.viewer)})


def _progress(run: Run | None, viewer: Viewer) -> dict[str, Any] | None:
    """The job of a run as the progress component shows it; None when it is over, or somebody else's."""
    if run is None or run.job is None:
        return None
    try:
        shown: dict[str, Any] = running.progress_of(running.job(run.job, seen_by=viewer))
    except Problem:
        return None
    return shown if shown["is_running"] else None


@require_GET
@needs(VIEW_RUNS)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run: progress while it goes on, then figures, model, and keys that were too common."""
    viewer = request.viewer
    run = queries.run(run_id, seen_by=viewer)
    job = _progress(run if run.finished_at is None else None, viewer)
    counts: dict[str, Any] = run.counts or {}
    zones = counts.get("zones") or {}
    known = {**counts, **{key: zones[key] for key in ("probable", "possible") if key in zones}}
    context = {
        "run": run,
        "kind_label": _("Comparison %(why)s") % {"why": run.get_kind_display()},
        "job": job,
        "poll_url": reverse("jobs:progress", args=[run.job]) if job else "",
        "figures": [(label, known[key]) for key, label in FIGURES.items() if known.get(key) is not None],
        "facts": _facts(run, counts),
        "oversized": _oversized(counts),
        "trail": _trail(run),
    }
    return TemplateResponse(request, "linkage/run.html", context)


def _facts(run: Run, counts: dict[str, Any]) -> list[tuple[Any, Any]]:
    finished = date_format(run.finished_at, "DATETIME_FORMAT") if run.finished_at else ""
    return [
        (_("Started"), date_format(run.started_at, "DATETIME_FORMAT")),
        (_("Finished"), finished),
        (_("Asked by"), run.asked_by_label or _("nobody: it starts by itself")),
        (_("What was compared"), _("the whole register") if run.whole else _("what had changed")),
        (_("Model"), str(run.model) if run.model_id else _("the one that came with Banyan")),
    ]


def _oversized(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """Keys that too many records share, by kind."""
    return [
        {
            "label": KEYS.get(str(each.get("kind")), each.get("kind")),
            "keys": each.get("keys", 1),
            "largest": each.get("most_people", 0),
            "left_out": each.get("left_out", 0),
        }
        for each in counts.get("capped") or []
    ]


def _trail(run: Run) -> list[tuple[Any, str]]:
    if run.operation_id is None:
        return [(_("Runs"), reverse("linkage:runs")), (_("Across operations"), reverse("linkage:runs-across"))]
    return trail(run.operation_id, (_("Runs"), reverse("linkage:runs-of", args=[run.operation_id])))


@require_POST
@needs(RUN)
def start(request: HttpRequest, operation_id: UUID) -> HttpResponse:
    """Compare the register of an operation now."""
    operation = operation_of(operation_id, request.viewer, RUN)
    try:
        run = actions.start_run(operation.pk, by=request.viewer)
    except Problem as problem:
        messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))
        return redirect("linkage:runs-of", operation.pk)
    messages.success(request, _("Started. You may leave this page; cases come in when it is done."))
    return redirect("linkage:run", run.pk) if request.viewer.may(VIEW_RUNS) else redirect(queue_url(operation.pk))


@require_POST
@needs(ACROSS)
def start_across(request: HttpRequest) -> HttpResponse:
    """Compare all operations with each other now; whoever asked sees of it what lies within their reach."""
    try:
        run = actions.start_across(by=request.viewer)
    except Problem as problem:
        messages.error(request, " ".join(f"{each.detail} {each.mend}" for each in problems_of(problem)))
        return redirect("linkage:runs-across")
    messages.success(request, _("Started. You may leave this page; cases come in when it is done."))
    return redirect("linkage:run", run.pk)
