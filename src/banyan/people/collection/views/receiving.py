"""Uploading submissions, and what an operation asks of reviews."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.people.collection import actions, inputs, queries
from banyan.people.collection.models import SourceKind
from banyan.people.collection.views.framing import trail
from banyan.people.forms import queries as forms
from banyan.platform.access import queries as access
from banyan.platform.access.doors import needs
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

SUBMIT = "collection.submit_batch"


@require_http_methods(["GET", "POST"])
@needs(SUBMIT)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose operation, area, form and files; the files are received, everything else happens behind."""
    viewer = request.viewer
    operations = access.operations_within(SUBMIT, seen_by=viewer)
    places = _places(operations, viewer)
    sources = _sources(operations, viewer)
    form = inputs.UploadForm(
        request.POST or None, request.FILES or None, places=places, sources=sources,
        initial={"source": request.GET.get("source", "")},
    )  # fmt: skip
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        operation, scope = form.cleaned_data["where"].split("|")
        kind, _bar, chosen = form.cleaned_data["source"].partition("|")
        try:
            batch = actions.submit_batch(
                [(file.name, file.read()) for file in form.cleaned_data["files"]],
                by=viewer,
                operation_id=UUID(operation),
                scope_id=int(scope),
                source_id=UUID(chosen) if kind == "source" else None,
                form_version_id=UUID(chosen) if kind == "form" else None,
                name=form.cleaned_data["name"],
                media=[(file.name, file.read()) for file in form.cleaned_data["attachments"] if file],
            )
        except Problem as problem:
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, _("The files were received. They are read and checked now."))
            return redirect("collection:batch", batch.pk)
    status = 422 if problems or form.errors else 200
    context = {"form": form, "problems": problems, "trail": trail(), "nowhere": not places}
    return TemplateResponse(request, "collection/upload.html", context, status=status)


@require_POST
@needs(SUBMIT)
def fill(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take a form that was filled in the browser into today's batch of who filled it. Answers in JSON.

    As OpenRosa sends it: xml_submission_file and the files its answers mention.
    """
    viewer = request.viewer
    try:
        version = forms.version(version_id, seen_by=viewer)
        operation_id = version.form.operation_id
        areas = access.working_areas(operation_id, SUBMIT, seen_by=viewer)
        sent = request.FILES.get("xml_submission_file")
        if not isinstance(sent, UploadedFile):
            raise Problem("collection.no_file")
        if not areas:
            raise Problem("collection.area_closed")
        others = ((name, file) for name, file in request.FILES.items() if name != "xml_submission_file")
        media = [(str(file.name or name), file.read()) for name, file in others if isinstance(file, UploadedFile)]
        batch = actions.add_to_day(
            [(sent.name or "submission.xml", sent.read())], by=viewer, operation_id=operation_id,
            # Whoever works in the whole operation registers there; everybody else where their own area begins.
            scope_id=areas[0].scope_id, kind=SourceKind.BROWSER, form_version_id=version.pk, media=media,
        )  # fmt: skip
    except Problem as problem:
        return JsonResponse(problem.as_dict(), status=problem.status)
    url = reverse("collection:batch", args=[batch.pk]) if batch else reverse("collection:list")
    return JsonResponse({"url": url}, status=201)


def _places(operations: list[Any], viewer: Viewer) -> list[tuple[str, Any]]:
    """Areas to choose from, grouped by operation where there are several: "operation|scope" and its name."""
    groups = []
    for operation in operations:
        areas = access.working_areas(operation.pk, SUBMIT, seen_by=viewer)
        options = [
            (f"{operation.pk}|{area.scope_id}", area.label or _("the whole operation")) for area in areas
        ]  # fmt: skip
        if options:
            groups.append((operation.name, options))
    return (
        groups if len(groups) > 1 else [(value, f"{name}: {label}") for name, many in groups for value, label in many]
    )


def _sources(operations: list[Any], viewer: Viewer) -> list[tuple[str, Any]]:
    """Published forms and remembered sources of these operations."""
    found: list[tuple[str, Any]] = []
    ids = [operation.pk for operation in operations]
    if viewer.may("forms.view_form"):
        rows = forms.forms(seen_by=viewer).filter(operation__in=ids, current_version__isnull=False, is_active=True)
        options = [
            (f"form|{row['current_version']}", row["title"])
            for row in rows.order_by("title").values("title", "current_version")
        ]
        found += [(_("Forms"), options)] if options else []
    named = queries.sources(seen_by=viewer).filter(operation__in=ids, is_active=True, kind="file").order_by("name")
    options = [(f"source|{row['id']}", row["name"]) for row in named.values("id", "name")[:200]]
    return [*found, (_("Sources"), options)] if options else found


@require_http_methods(["GET", "POST"])
@needs("collection.change_rules")
def rules(request: HttpRequest) -> HttpResponse:
    """What each operation asks of reviews."""
    viewer = request.viewer
    operations = access.operations_within("collection.change_rules", seen_by=viewer)
    if request.method == "POST":
        chosen = next((one for one in operations if str(one.pk) == request.POST.get("operation")), None)
        if chosen is None:
            raise Problem("not_found")
        actions.change_rules(
            chosen.pk,
            by=viewer,
            separate_duties="separate_duties" in request.POST,
            warnings_block="warnings_block" in request.POST,
        )
        messages.success(request, _("The rules were changed."))
        return redirect("collection:rules")
    rows = []
    for operation in operations:
        found = queries.rules_of(operation.pk, seen_by=viewer)
        initial = {"separate_duties": found.separate_duties, "warnings_block": found.warnings_block}
        rows.append(
            (operation, found, inputs.RulesForm(initial=initial, prefix=None, auto_id=f"id_{operation.code}_%s"))
        )
    context = {"rows": rows, "trail": trail(), "back": reverse("collection:list")}
    return TemplateResponse(request, "collection/rules.html", context)
