"""Pages of forms: the list, one form with its versions, uploads."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from banyan.people.forms import actions, inputs, queries
from banyan.people.forms.models import Form
from banyan.people.forms.states import VERSION_LABELS
from banyan.people.forms.views.stories import story
from banyan.people.forms.views.telling import STATE_TONES
from banyan.platform.access.doors import needs
from banyan.platform.access.queries import operations_within
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

VIEW, CHANGE = "forms.view_form", "forms.change_form"


def _named(forms: QuerySet[Form], text: str) -> QuerySet[Form]:
    return forms.filter(Q(title__icontains=text) | Q(code__icontains=text))


def _published(forms: QuerySet[Form], yes: bool) -> QuerySet[Form]:
    return forms.filter(current_version__isnull=not yes)


FORMS = Listing(
    key="forms",
    title=_("Forms"),
    columns=[
        Column("title", _("Form"), link="/forms/{id}/"),
        Column("code", _("Code"), kind="code"),
        Column("operation__name", _("Operation")),
        Column("current_version__number", _("Version to fill"), kind="number", show=lambda row: row["current_version__number"] or "–"),
        Column("is_active", _("In use"), kind="yesno", wide_only=True),
        Column("created_at", _("Added"), kind="datetime", wide_only=True),
    ],
    filters=[
        Filter("q", _("Title or code"), where=_named),
        Filter("operation", _("Operation"), where="operation__code__iexact", hint=_("Code of the operation, such as MMR.")),
        Filter("published", _("Published"), kind="yesno", where=_published, primary=True),
        Filter("active", _("In use"), kind="yesno", where="is_active"),
    ],
    sort="title",
    empty=_("No forms yet. Write your form in Excel as an XLSForm, as for KoBo or ODK, and upload it here."),
    empty_next=_("Upload a form"),
    empty_url="/forms/new/",
)  # fmt: skip


def trail(form: Form | None = None) -> list[tuple[Any, str]]:
    """The way to a page of forms."""
    way: list[tuple[Any, str]] = [(_("Forms"), reverse("forms:list"))]
    return [*way, (form.title, reverse("forms:form", args=[form.pk]))] if form else way


def sent_file(request: HttpRequest) -> tuple[str, bytes]:
    """Name and content of the uploaded file."""
    file = request.FILES["file"]
    return (file.name or "form", file.read())  # type: ignore[union-attr]  # one field holds one file


@require_GET
@needs(VIEW)
def form_list(request: HttpRequest) -> HttpResponseBase:
    """Forms of the operations within reach."""
    context = {"may_change": request.viewer.may(CHANGE), "may_policy": request.viewer.may("forms.change_policy")}
    return respond(request, FORMS, queries.forms(seen_by=request.viewer), "forms/list.html", context, may_export=True)


@needs(CHANGE)
def upload(request: HttpRequest) -> HttpResponse:
    """Choose operation and workbook; the next page says what it holds and what has to be mended."""
    viewer = request.viewer
    problems: list[Problem] = []
    form = inputs.UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()), viewer=viewer)
    if request.method == "POST" and form.is_valid():
        name, content = sent_file(request)
        try:
            version = actions.upload_form(
                name, content, by=viewer, operation_id=UUID(form.cleaned_data["operation"]),
                **{field: form.cleaned_data[field] for field in ("code", "title", "purpose")},
            )  # fmt: skip
            return redirect("forms:version", version.pk)
        except Problem as problem:
            problems = list(problem.errors or [problem])
    nowhere = not operations_within(CHANGE, seen_by=viewer)
    context = {"form": form, "problems": problems, "trail": trail(), "nowhere": nowhere}
    return TemplateResponse(request, "forms/upload.html", context, status=422 if problems or form.errors else 200)


@needs(CHANGE)
def upload_version(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """A further version of a form."""
    viewer = request.viewer
    found = queries.form(form_id, seen_by=viewer, permission=CHANGE)
    problems: list[Problem] = []
    form = inputs.VersionForm(request.POST, request.FILES) if request.method == "POST" else inputs.VersionForm()
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.add_version(found.pk, *sent_file(request), by=viewer)
            return redirect("forms:version", version.pk)
        except Problem as problem:
            problems = list(problem.errors or [problem])
    context = {"form": form, "record": found, "problems": problems, "trail": trail(found)}
    return TemplateResponse(
        request, "forms/upload_version.html", context, status=422 if problems or form.errors else 200
    )


@require_GET
@needs(VIEW)
def form_record(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """One form: summary, versions, what happened."""
    viewer = request.viewer
    found = queries.form(form_id, seen_by=viewer)
    versions = list(queries.versions(form_id, seen_by=viewer).order_by("-number"))
    current_id = found.current_version_id
    rows = [
        {"version": each, "state_label": VERSION_LABELS[each.state], "tone": STATE_TONES[each.state], "is_current": each.pk == current_id}
        for each in versions
    ]  # fmt: skip
    context = {
        "record": found,
        "rows": rows,
        "facts": [
            (_("Operation"), found.operation.name),
            (_("Code"), found.code),
            (_("What it is for"), found.purpose),
        ],
        "current": next((each for each in versions if each.pk == found.current_version_id), None),
        "newest": versions[0] if versions else None,
        "before": versions[1] if len(versions) > 1 else None,
        "may_change": viewer.may(CHANGE),
        "timeline": story(Form, found.pk, viewer),
        "trail": trail(),
    }
    return TemplateResponse(request, "forms/form.html", context)


@needs(CHANGE)
def form_details(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """Title, purpose, whether it is in use."""
    viewer = request.viewer
    found = queries.form(form_id, seen_by=viewer, permission=CHANGE)
    initial = {"title": found.title, "purpose": found.purpose, "is_active": found.is_active}
    form = inputs.DetailsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_form(found.pk, by=viewer, **form.cleaned_data)
        return redirect("forms:form", found.pk)
    context = {"form": form, "record": found, "trail": trail(found)}
    return TemplateResponse(request, "forms/details.html", context, status=422 if form.errors else 200)
