"""Pages of code lists."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import actions, queries
from banyan.reference.codes.inputs import ListInput, MappingInput, read_upload
from banyan.reference.codes.models import CodeList, Term
from banyan.reference.codes.queries import names_of
from banyan.reference.codes.rules import difference


def _term_url(row: Any) -> str:
    return reverse("codes:term", args=[row["version__code_list__code"], row["code"]])


LISTS = Listing(
    key="code-lists",
    title=_("Code lists"),
    columns=[
        Column("code", _("Code"), kind="code", link=lambda row: reverse("codes:record", args=[row["code"]])),
        Column("names", _("Name"), sortable=False, show=lambda row: names_of(row["names"], row["code"])),
        Column("version_label", _("Version in force"), sortable=False),
        Column("terms_in_force", _("Terms"), kind="number", sortable=False),
        Column("authority", _("Authority"), wide_only=True),
    ],
    filters=[
        Filter(
            "q",
            _("Code or name"),
            where=lambda found, text: found.filter(code__icontains=text) | found.filter(names__icontains=text),
        ),
    ],
    sort="code",
    empty=_("No code lists yet."),
    empty_next=_("Import a list"),
    empty_url="/codes/import/",
)

TERMS = Listing(
    key="terms",
    title=_("Terms"),
    columns=[
        Column("code", _("Code"), kind="code", sortable=False, link=_term_url),
        Column("labels", _("Label"), sortable=False, show=lambda row: names_of(row["labels"], row["code"])),
        Column("parent_code", _("Parent"), kind="code", sortable=False, wide_only=True),
        Column(
            "description",
            _("Description"),
            sortable=False,
            wide_only=True,
            show=lambda row: names_of(row["description"]),
        ),
        Column("position", _("Place in the list"), kind="number"),
    ],
    filters=[
        Filter(
            "q",
            _("Code or label"),
            where=lambda found, text: found.filter(term__code__icontains=text) | found.filter(labels__icontains=text),
        ),
    ],
    extra=["version__code_list__code"],
    sort="position",
    empty=_("No terms."),
)


def _trail(*further: tuple[str, str]) -> list[tuple[Any, str]]:
    return [(_("Code lists"), reverse("codes:list")), *further]


@needs("codes.view_list")
def lists(request: HttpRequest) -> HttpResponseBase:
    """All code lists."""
    found = queries.lists(seen_by=request.viewer)
    context = {"may_change": request.viewer.may("codes.change_list")}
    return respond(
        request, LISTS, found, "codes/list.html", context, may_export=request.viewer.may("codes.export_list")
    )


@needs("codes.view_list")
def record(request: HttpRequest, code: str) -> HttpResponseBase:
    """A list: what it is, its terms in force, its versions and what happened to it."""
    viewer = request.viewer
    code_list = queries.list_named(code, seen_by=viewer)
    versions = list(queries.versions(code, seen_by=viewer))
    in_force = next((version for version in versions if version.state == "published"), None)
    shown = in_force or (versions[0] if versions else None)
    if shown is None:
        raise Problem("not_found")
    context = {
        "code_list": code_list,
        "trail": _trail(),
        "name": names_of(code_list.names, code),
        "facts": [
            (_("Code"), code),
            (_("Version"), shown.label),
            (_("Terms"), shown.size),
            (_("Authority"), code_list.authority),
            (_("Licence"), code_list.licence),
            (_("Source"), code_list.uri),
        ],
        "description": names_of(code_list.description),
        "versions": versions,
        "shown": shown,
        "timeline": timeline(CodeList, code_list.id, seen_by=viewer),
    }
    found = queries.editions(shown, seen_by=viewer)
    return respond(request, TERMS, found, "codes/record.html", context, may_export=viewer.may("codes.export_list"))


@needs("codes.view_list")
def version(request: HttpRequest, code: str, label: str) -> HttpResponseBase:
    """One version, with what it changes against the version before; a draft can be published or discarded here."""
    viewer = request.viewer
    shown = queries.version(code, label, seen_by=viewer)
    before = next(
        (v for v in queries.versions(code, seen_by=viewer) if v.number < shown.number and v.state == "published"), None
    )
    changes = difference(queries.rows(before, seen_by=viewer), queries.rows(shown, seen_by=viewer)) if before else None
    name = names_of(shown.code_list.names, code)
    context = {
        "name": name,
        "trail": _trail((name, reverse("codes:record", args=[code]))),
        "version": shown,
        "before": before,
        "changes": changes,
        "may_change": viewer.may("codes.change_list"),
    }
    found = queries.editions(shown, seen_by=viewer)
    return respond(request, TERMS, found, "codes/version.html", context, may_export=viewer.may("codes.export_list"))


@needs("codes.view_list")
def compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Two versions of a list side by side: ?before=…&after=…"""
    viewer = request.viewer
    versions = list(queries.versions(code, seen_by=viewer).exclude(state="discarded"))
    if not versions:
        raise Problem("not_found")
    after = request.GET.get("after") or versions[0].label
    before = request.GET.get("before") or versions[min(1, len(versions) - 1)].label
    name = names_of(queries.list_named(code, seen_by=viewer).names, code)
    context = {
        "trail": _trail((name, reverse("codes:record", args=[code]))),
        "versions": versions,
        "before": before,
        "after": after,
        "changes": queries.compare(code, before, after, seen_by=viewer),
    }
    return TemplateResponse(request, "codes/compare.html", context)


@needs("codes.view_list")
@require_http_methods(["GET", "POST"])
def term(request: HttpRequest, code: str, term_code: str) -> HttpResponseBase:
    """A term in every version, and what it is mapped to. POST adds a mapping."""
    viewer = request.viewer
    found = queries.term(code, term_code, seen_by=viewer)
    form = MappingInput(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            target = queries.term(given["to_list"], given["to_code"], seen_by=viewer)
            actions.map_terms(
                by=viewer, source_id=found.id, target_id=target.id, kind=given["kind"], note=given["note"]
            )
        except Problem as problem:
            if problem.status == 403:
                raise
            unknown = Problem("codes.mapping_to_unknown", term=given["to_code"], to_list=given["to_list"])
            form.add_error(None, str(unknown if problem.status == 404 else problem))
        else:
            messages.success(request, _("The mapping is in force."))
            return redirect("codes:term", code, term_code)
    editions = list(queries.editions_of(found, seen_by=viewer))
    latest = editions[0] if editions else None
    list_name = names_of(found.code_list.names, code)
    context = {
        "trail": _trail((list_name, reverse("codes:record", args=[code]))),
        "term": found,
        "facts": [
            (_("Code"), found.code),
            (_("List"), list_name),
            (_("Parent"), latest.parent_code if latest else None),
            (_("Source"), latest.uri if latest else None),
            *(latest.attributes.items() if latest else ()),
        ],
        "label": names_of(latest.labels, found.code) if latest else found.code,
        "latest": latest,
        "editions": editions,
        "mappings": list(queries.mappings(found, seen_by=viewer)),
        "form": form if viewer.may("codes.change_list") else None,
        "timeline": timeline(Term, found.id, seen_by=viewer),
    }
    return TemplateResponse(request, "codes/term.html", context, status=422 if form.errors else 200)


@needs("codes.change_list")
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponseBase:
    """Upload a version; it is stored as a draft and shown beside the version in force before it is published."""
    form = ListInput(request.POST or None, request.FILES or None)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            read = read_upload(file.name, file.read(), form.cleaned_data)
            drafted = actions.draft_version(by=request.viewer, file=read, source=file.name)
        except Problem as found:
            problem = found
        else:
            return redirect("codes:version", read.code, drafted.label)
    problems = (problem.errors or [problem]) if problem else []
    context = {"form": form, "problems": problems, "trail": _trail()}
    return TemplateResponse(request, "codes/import.html", context, status=422 if problem or form.errors else 200)


@needs("codes.change_list")
@require_POST
def publish(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """Put a draft in force."""
    published = actions.publish_version(by=request.viewer, version_id=version_id)
    messages.success(request, _("Version {label} is in force.").format(label=published.label))
    return redirect("codes:record", published.code_list.code)


@needs("codes.change_list")
@require_POST
def discard(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """Drop a draft."""
    discarded = actions.discard_version(by=request.viewer, version_id=version_id)
    messages.success(request, _("The draft {label} was discarded.").format(label=discarded.label))
    return redirect("codes:list")


@needs("codes.change_list")
@require_POST
def end_mapping(request: HttpRequest, mapping_id: UUID) -> HttpResponseBase:
    """End a mapping and go back to the term it starts at."""
    actions.end_mapping(by=request.viewer, mapping_id=mapping_id)
    source = queries.mapping_source(mapping_id, seen_by=request.viewer)
    messages.success(request, _("The mapping has ended."))
    return redirect("codes:term", source.code_list.code, source.code)
