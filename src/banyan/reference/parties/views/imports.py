"""Pages of imports: send a list, see what it would do, take it, read its report."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.history.queries import timeline
from banyan.platform.jobs import queries as jobs
from banyan.platform.kernel.listing import Column, Filter, Listing, as_csv, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import actions, queries
from banyan.reference.parties.inputs import ListInput, read_upload
from banyan.reference.parties.models import Import
from banyan.reference.parties.states import LABELS, ImportState
from banyan.reference.parties.views.organisations import trail

_IMPORT = "parties.import_organisations"
SEVERITIES = {"error": _("not taken"), "warning": _("look at it")}

IMPORTS = Listing(
    key="organisation-imports",
    title=_("Imports of organisations"),
    columns=[
        Column("file_name", _("File"), link="/parties/imports/{id}/"),
        Column("source", _("Source"), wide_only=True),
        Column("at", _("Sent"), kind="datetime"),
        Column("state", _("State"), kind="badge", choices=LABELS, tones={"taken": "good", "checked": "warn"}),
    ],
    filters=[
        Filter("state", _("State"), kind="choice", choices=[(str(state), label) for state, label in LABELS.items()])
    ],
    sort="-at",
    empty=_("Nothing was imported yet."),
    empty_next=_("Import a list"),
    empty_url="/parties/imports/new/",
)


def _findings(viewer: Any, *, whole: bool = False) -> Listing:
    """The report: every finding in words, with place and mend; long values are cut unless `whole`."""

    def said(row: Any) -> Problem:
        return queries.finding_texts(row["code"], row["parameters"], row["row"], row["column"], seen_by=viewer)

    return Listing(
        key="findings",
        title=_("Report"),
        columns=[
            Column("row", _("Row"), kind="number"),
            Column("column", _("Column"), sortable=False, wide_only=True),
            Column(
                "severity", _("Effect"), kind="badge", choices=SEVERITIES, tones={"error": "bad", "warning": "warn"}
            ),
            Column("code", _("What"), sortable=False, show=lambda row: said(row).detail),
            Column(
                "value",
                _("What stood there"),
                sortable=False,
                wide_only=True,
                show=lambda row: row["value"] if whole else Truncator(row["value"]).chars(60),
            ),
            Column("mend", _("How to mend it"), computed=True, sortable=False, show=lambda row: said(row).mend),
        ],
        extra=["parameters"],
        filters=[Filter("severity", _("Effect"), kind="choice", choices=list(SEVERITIES.items()))],
        sort="row",
        empty=_("Nothing was found to be wrong."),
    )


@require_GET
@needs(_IMPORT)
def import_list(request: HttpRequest) -> HttpResponseBase:
    """All imports, newest first."""
    return respond(
        request, IMPORTS, queries.imports(seen_by=request.viewer), "parties/imports.html", {"trail": trail()}
    )


@require_http_methods(["GET", "POST"])
@needs(_IMPORT)
def import_new(request: HttpRequest) -> HttpResponseBase:
    """Send a list; nothing is registered before the next page is confirmed."""
    form = ListInput(request.POST or None, request.FILES or None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            candidates, findings = read_upload(file.name, file.read(), queries.vocabulary(seen_by=request.viewer))
            batch = actions.check_import(
                by=request.viewer,
                file_name=file.name,
                source=form.cleaned_data["source"],
                candidates=candidates,
                findings=findings,
            )
        except Problem as problem:
            problems = list(problem.errors or (problem,))
        else:
            return redirect("parties:import", batch.id)
    context = {"form": form, "problems": problems, "trail": trail((_("Imports"), reverse("parties:imports")))}
    return TemplateResponse(request, "parties/import_new.html", context, status=422 if problems or form.errors else 200)


@require_GET
@needs(_IMPORT)
def import_record(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """What a list would do or has done, with every finding; taken or discarded from here."""
    viewer = request.viewer
    batch = queries.import_named(import_id, seen_by=viewer)
    job = _job(batch, viewer)
    counts = batch.counts
    context = {
        "batch": batch,
        "state": LABELS[batch.state],
        "is_checked": batch.state == ImportState.CHECKED,
        "stats": [
            (_("New"), counts.get("added", 0)),
            (_("Changed"), counts.get("changed", 0)),
            (_("The same as before"), counts.get("same", 0)),
            (_("Rows not taken"), counts.get("refused", 0)),
        ],
        "job": job,
        "poll_url": job["poll_url"] if job else "",
        "trail": trail((_("Imports"), reverse("parties:imports"))),
        "timeline": timeline(Import, batch.id, seen_by=viewer),
    }
    found = queries.import_findings(batch.id, seen_by=viewer)
    return respond(request, _findings(viewer), found, "parties/import.html", context, may_export=True)


@require_GET
@needs(_IMPORT)
def import_report(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Every row that was not taken and why, as CSV."""
    batch = queries.import_named(import_id, seen_by=request.viewer)
    listing = _findings(request.viewer, whole=True)

    def rows() -> Iterator[dict[str, Any]]:
        found = queries.import_findings(batch.id, seen_by=request.viewer).order_by("row", "id")
        for row in found.values("id", "row", "column", "severity", "code", "value", "parameters"):
            yield dict(row)

    return FileResponse(
        as_csv(listing.columns, rows()),
        as_attachment=True,
        filename="report.csv",
        content_type="text/csv; charset=utf-8",
    )


@require_POST
@needs(_IMPORT)
def import_accept(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Start taking the list."""
    actions.accept_import(by=request.viewer, import_id=import_id)
    return redirect("parties:import", import_id)


@require_POST
@needs(_IMPORT)
def import_discard(request: HttpRequest, import_id: UUID) -> HttpResponseBase:
    """Put the list away."""
    actions.discard_import(by=request.viewer, import_id=import_id)
    messages.success(request, _("The list was put away; nothing was registered."))
    return redirect("parties:imports")


def _job(batch: Import, viewer: Any) -> dict[str, Any] | None:
    """The job's progress, for those who may see it: whoever started it, and those who see all."""
    if batch.job_id is None:
        return None
    try:
        return jobs.progress_of(jobs.job(batch.job_id, seen_by=viewer))
    except Problem:
        return None
