"""Exports: asked for with a reason, fetched by who asked, for a few days."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.registry import actions, queries
from banyan.people.registry.inputs import ExportForm
from banyan.people.registry.rules.exporting import KEPT_DAYS, MOST_ROWS
from banyan.people.registry.vocabulary import FORMATS
from banyan.platform.access.doors import needs
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries as jobs
from banyan.platform.kernel.listing import Column, Listing, respond
from banyan.platform.kernel.problems import Problem

MAY = "registry.export_person"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SUBJECTS = {"people": _("People"), "households": _("Households")}

EXPORTS = Listing(
    key="exports",
    title=_("Exports"),
    columns=[
        Column("label", _("Export"), link="/registry/exports/{id}/"),
        Column("subject", _("About"), choices=SUBJECTS, sortable=False),
        Column("rows", _("Rows"), kind="number", sortable=False),
        Column("file_format", _("Format"), choices=FORMATS, sortable=False, wide_only=True),
        Column("reason", _("Reason"), sortable=False, wide_only=True),
        Column("asked_at", _("Asked for"), kind="datetime"),
        Column("expires_at", _("Kept until"), kind="datetime", sortable=False),
    ],
    sort="-asked_at",
    empty=_("You have exported nothing yet."),
)


@needs(MAY)
def export(request: HttpRequest, subject: str) -> HttpResponse:
    """Say what a list is exported for; the address carries its filters."""
    viewer = request.viewer
    if subject not in SUBJECTS:
        raise Problem("not_found")
    filters = _filters(request.POST.get("filters", "") if request.method == "POST" else request.GET.urlencode())
    may_show = viewer.may("registry.view_sensitive")
    form = ExportForm(request.POST if request.method == "POST" else None, may_show=may_show)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.request_export(
                subject, dict(filters.lists()), by=viewer, file_format=data["file_format"], use=data["use"],
                reason=data["reason"], with_sensitive=bool(data.get("with_sensitive")),
            )  # fmt: skip
            return redirect("registry:export-page", made.pk)
        except Problem as problem:
            if problem.status != 422:
                raise
            problems = list(problem.errors or [problem])
    rows, errors = queries.narrowed(subject, dict(filters.lists()), seen_by=viewer)
    count = queries.count_up_to(rows, MOST_ROWS, seen_by=viewer)
    back = reverse(f"registry:{subject}") + (f"?{filters.urlencode()}" if filters else "")
    context = {
        "form": form,
        "problems": problems or [Problem("registry.filter_unreadable", message=message) for message in errors],
        "subject": subject,
        "filters": filters.urlencode(),
        "filtered": bool(filters),
        "count": count,
        "most": MOST_ROWS,
        "too_many": count > MOST_ROWS,
        "kept_days": KEPT_DAYS,
        "cancel_url": back,
        "trail": [(SUBJECTS[subject], back)],
    }
    return TemplateResponse(request, "registry/export.html", context, status=422 if form.errors or problems else 200)


def _filters(text: str) -> QueryDict:
    filters = QueryDict(text, mutable=True)
    for name in ("sort", "after", "before", "page_size", "format"):
        filters.pop(name, None)
    return filters


@require_GET
@needs(MAY)
def export_list(request: HttpRequest) -> HttpResponseBase:
    """One's own exports, the latest first."""
    trail = [(_("Register"), reverse("registry:overview"))]
    return respond(
        request, EXPORTS, queries.own_exports(seen_by=request.viewer), "registry/exports.html", {"trail": trail}
    )


@require_GET
@needs(MAY)
def export_page(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """An export: on its way, ready, or over."""
    viewer = request.viewer
    found = queries.own_export(export_id, seen_by=viewer)
    over = found.expires_at <= timezone.now() or (found.job is None and not found.file)
    shown = None
    if found.job and not found.file and not over:
        try:
            shown = jobs.progress_of(jobs.job(found.job, seen_by=viewer))
        except Problem:
            shown = None  # the job was forgotten
    context: dict[str, Any] = {
        "export": found,
        "over": over,
        "ready": bool(found.file) and not over,
        "subject_label": SUBJECTS[found.subject],
        "job": shown,
        "poll_url": shown["poll_url"] if shown else "",
        "cancel_url": shown["cancel_url"] if shown else "",
        "trail": [(_("Exports"), reverse("registry:exports"))],
    }
    return TemplateResponse(request, "registry/export_ready.html", context)


@require_GET
@needs(MAY)
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The file itself, for the one who asked for it; fetching is an entry in the log of reads."""
    return file_response(request.viewer, export_id)


def file_response(viewer: Viewer, export_id: UUID) -> HttpResponse:
    """The file of one's own export, kept by nobody on the way. Raises Problem not_found, registry.export_over."""
    found = queries.own_export(export_id, seen_by=viewer)
    response = HttpResponse(actions.open_export(found.pk, by=viewer), content_type=TYPES[found.file_format])
    response["Content-Disposition"] = f'attachment; filename="{found.label}.{found.file_format}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
