"""Pages of organisations: list, record, register, change, names, identifiers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.dates import read_date
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.parties import actions, queries
from banyan.reference.parties.inputs import IdInput, NameInput, OrganisationInput
from banyan.reference.parties.models import Organisation, Reach, Relation, Status

_VIEW = "parties.view_organisation"
_CHANGE = "parties.change_organisation"


def trail(*further: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Where a page lies."""
    return [(_("Organisations"), reverse("parties:list")), *further]


def _listing(viewer: Viewer) -> Listing:
    """The list as this viewer reads it: labels of types come from the code list."""
    kinds = queries.kinds(seen_by=viewer)
    return Listing(
        key="organisations",
        title=_("Organisations"),
        columns=[
            Column("name", _("Name"), link=lambda row: reverse("parties:record", args=[row["code"]])),
            Column("acronym", _("Acronym")),
            Column("kind", _("Type"), choices=dict(kinds)),
            Column("country", _("Seat"), kind="code", wide_only=True),
            Column("parent_name", _("Part of"), wide_only=True, sortable=False),
            Column("code", _("Code"), kind="code", wide_only=True),
            Column("status", _("Status"), kind="badge", choices=dict(Status.choices), tones={"active": "good"}),
            Column("reach", _("Reach"), choices=dict(Reach.choices), export_only=True),
            Column("website", _("Website"), export_only=True),
        ],
        filters=[
            Filter(
                "q",
                _("Name in any script, acronym, code or identifier"),
                where=lambda rows, text: queries.matching(rows, text, seen_by=viewer),
                primary=True,
            ),
            Filter("kind", _("Type"), kind="choice", choices=kinds),
            Filter("status", _("Status"), kind="choice", choices=Status.choices),
            Filter("reach", _("Reach"), kind="choice", choices=Reach.choices),
        ],
        sort="name",
        empty=_("No organisations yet."),
        empty_next=_("Import a list"),
        empty_url="/parties/imports/new/",
    )


@require_GET
@needs(_VIEW)
def organisation_list(request: HttpRequest) -> HttpResponseBase:
    """All organisations."""
    viewer = request.viewer
    return respond(
        request,
        _listing(viewer),
        queries.organisations(seen_by=viewer),
        "parties/list.html",
        {"may_change": viewer.may(_CHANGE), "may_import": viewer.may("parties.import_organisations")},
        may_export=viewer.may("parties.export_organisation"),
    )


@require_GET
@needs(_VIEW)
def organisation_pick(request: HttpRequest) -> HttpResponseBase:
    """Suggestions while somebody types a name, for the picker."""
    found = queries.suggestions(request.GET.get("q", "")[:200], seen_by=request.viewer)
    return JsonResponse(
        [
            {"id": str(row.id), "label": row.name, "detail": row.acronym or row.code, "breadcrumb": row.code}
            for row in found
        ],
        safe=False,
    )


@require_GET
@needs(_VIEW)
def organisation_record(request: HttpRequest, code: str) -> HttpResponseBase:
    """One organisation: what it is, its names, identifiers, parts, contacts, and what happened to it."""
    return TemplateResponse(request, "parties/record.html", _record(request.viewer, code))


def _record(viewer: Viewer, code: str, **further: Any) -> dict[str, Any]:
    found = queries.organisation(code, seen_by=viewer)
    may_change = viewer.may(_CHANGE)
    return {
        "organisation": found,
        "trail": trail(),
        "facts": [
            (_("Code"), found.code),
            (_("Acronym"), found.acronym),
            (_("Type"), dict(queries.kinds(seen_by=viewer)).get(found.kind, found.kind)),
            (_("Reach"), found.get_reach_display()),
            (_("Country of its seat"), dict(queries.countries(seen_by=viewer)).get(found.country, found.country)),
            (_("Founded"), found.since),
            (_("Closed in"), found.until),
        ],
        "names": queries.names(found.id, seen_by=viewer),
        "ids": queries.external_ids(found.id, seen_by=viewer),
        "children": queries.children(found.id, seen_by=viewer)[:200],
        "sharers": queries.acronym_sharers(found, seen_by=viewer),
        "contacts": queries.contacts_of(found.id, seen_by=viewer),
        "sees_contacts": viewer.may("parties.view_contact"),
        "may_change": may_change,
        "may_change_contacts": viewer.may("parties.change_contact"),
        "name_form": NameInput() if may_change else None,
        "id_form": IdInput() if may_change else None,
        "timeline": timeline(Organisation, found.id, seen_by=viewer),
        "relations": dict(Relation.choices),
        **further,
    }


@require_http_methods(["GET", "POST"])
@needs(_CHANGE)
def organisation_new(request: HttpRequest) -> HttpResponseBase:
    """Register an organisation; those with the same name or acronym are shown first."""
    form = OrganisationInput(request.POST or None, viewer=request.viewer, is_new=True)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.register_organisation(by=request.viewer, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The organisation has the code {code}.").format(code=row.code))
            return redirect("parties:record", row.code)
    context = {"form": form, "problems": problems, "trail": trail()}
    return TemplateResponse(request, "parties/new.html", context, status=422 if problems or form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(_CHANGE)
def organisation_change(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change an organisation; its code stays."""
    found = queries.organisation(code, seen_by=request.viewer)
    initial = {
        name: getattr(found, name) for name in ("name", "acronym", "kind", "reach", "country", "website", "since")
    }
    initial["parent"] = found.parent.code if found.parent else ""
    form = OrganisationInput(request.POST or None, viewer=request.viewer, is_new=False, initial=initial)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(by=request.viewer, organisation_id=found.id, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The organisation was changed."))
            return redirect("parties:record", found.code)
    context = {
        "form": form,
        "problems": problems,
        "organisation": found,
        "trail": trail((found.name, reverse("parties:record", args=[found.code]))),
    }
    return TemplateResponse(request, "parties/change.html", context, status=422 if problems or form.errors else 200)


@require_POST
@needs(_CHANGE)
def organisation_close(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say that it works no more."""
    found = queries.organisation(code, seen_by=request.viewer)
    actions.close_organisation(by=request.viewer, organisation_id=found.id)
    messages.success(request, _("The organisation is closed. Its code stays its own."))
    return redirect("parties:record", found.code)


@require_POST
@needs(_CHANGE)
def organisation_reopen(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say that it works again."""
    found = queries.organisation(code, seen_by=request.viewer)
    actions.reopen_organisation(by=request.viewer, organisation_id=found.id)
    return redirect("parties:record", found.code)


@require_POST
@needs(_CHANGE)
def name_add(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add a further name."""
    return _added(request, code, "name", NameInput(request.POST), actions.add_name, _("The name was added."))


@require_POST
@needs(_CHANGE)
def name_end(request: HttpRequest, code: str, name_id: UUID) -> HttpResponseBase:
    """Say until when a name was used."""
    found = queries.organisation(code, seen_by=request.viewer)
    known = queries.names(found.id, seen_by=request.viewer).filter(id=name_id).exists()
    if not known:
        raise Problem("not_found")
    actions.end_name(by=request.viewer, name_id=name_id, until=read_date(request.POST.get("until", "")))
    return redirect("parties:record", found.code)


@require_POST
@needs(_CHANGE)
def id_add(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add what others call it."""
    said = _("The identifier was added.")
    return _added(request, code, "id", IdInput(request.POST), actions.add_external_id, said)


def _added(
    request: HttpRequest, code: str, part: str, form: Form, add: Callable[..., object], said: Promise
) -> HttpResponseBase:  # fmt: skip
    """Add a part to an organisation and go to its page, or show there what is wrong with the part."""
    found = queries.organisation(code, seen_by=request.viewer)
    problems: list[Problem] = []
    if form.is_valid():
        try:
            add(by=request.viewer, organisation_id=found.id, **form.cleaned_data)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, str(said))
            return redirect("parties:record", found.code)
    shown: dict[str, Any] = {f"{part}_form": form, f"{part}_problems": problems}
    context = _record(request.viewer, code, **shown)
    return TemplateResponse(request, "parties/record.html", context, status=422)


@require_GET
@needs(_VIEW)
def acronyms(request: HttpRequest) -> HttpResponseBase:
    """Acronyms that more than one organisation has, side by side."""
    shared = list(queries.shared_acronyms(seen_by=request.viewer)[:300])
    holders = queries.holders_of([row["normal"] for row in shared], seen_by=request.viewer)
    rows = [(normal, holders[normal]) for normal in (row["normal"] for row in shared)]
    return TemplateResponse(request, "parties/acronyms.html", {"rows": rows, "trail": trail()})
