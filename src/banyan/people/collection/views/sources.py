"""Pages of sources: the list, one of them, fetching now, the address of its hook."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.people.collection import queries
from banyan.people.collection.actions import sources as actions
from banyan.people.collection.models import Source, SourceKind
from banyan.people.collection.views.source_form import SourceForm
from banyan.platform.access.doors import needs
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

NEEDED = "collection.change_source"

SOURCES = Listing(
    key="collection-sources",
    title=_("Sources"),
    columns=[
        Column("name", _("Name"), link="/collection/sources/{id}/"),
        Column("operation__name", _("Operation"), wide_only=True),
        Column("kind", _("How submissions come"), kind="badge", choices=dict(SourceKind.choices), tones={}),
        Column("form__title", _("Form"), wide_only=True),
        Column("last_pulled_at", _("Last fetched"), kind="datetime"),
        Column("is_active", _("In use"), kind="yesno"),
    ],
    filters=[Filter("kind", _("How submissions come"), kind="choice", choices=list(SourceKind.choices), primary=True)],
    sort="name",
    empty=_("No sources yet."),
    empty_next=_("Add a source"),
    empty_url="/collection/sources/new/",
)


@require_GET
@needs(NEEDED)
def source_list(request: HttpRequest) -> HttpResponseBase:
    """Where submissions come from, by name."""
    rows = queries.sources(seen_by=request.viewer, permission=NEEDED)
    return respond(request, SOURCES, rows, "collection/sources.html", {"trail": _trail()[:1]})


@needs(NEEDED)
def new_source(request: HttpRequest) -> HttpResponse:
    """Add a source."""
    return _edit(request, None)


@needs(NEEDED)
def source_record(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source: what it is, what it remembers, what can be done."""
    return _edit(request, queries.source(source_id, seen_by=request.viewer, permission=NEEDED))


@require_POST
@needs("collection.submit_batch")
def pull(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Fetch what is new on the server, in the background."""
    return redirect("jobs:record", actions.start_pull(source_id, by=request.viewer))


@require_POST
@needs(NEEDED)
def renew_hook(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """A new secret for the hook; its address is on this page and nowhere again."""
    source = queries.source(source_id, seen_by=request.viewer, permission=NEEDED)
    secret = actions.renew_hook(source.pk, by=request.viewer)
    address = request.build_absolute_uri(reverse("collection:hook", args=[source.pk]))
    context = {"source": source, "address": address, "secret": secret, "trail": _trail()}
    return TemplateResponse(request, "collection/hook.html", context)


def _edit(request: HttpRequest, source: Source | None) -> HttpResponse:
    posted = (request.POST,) if request.method == "POST" else ()
    form = SourceForm(*posted, viewer=request.viewer, source=source)
    problems: list[Problem] = []
    if posted and form.is_valid():
        try:
            saved = actions.save_source(form.draft(), by=request.viewer, source_id=source.pk if source else None)
        except Problem as problem:
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, say("The source was saved."))
            return redirect("collection:source", saved.pk)
    context: dict[str, Any] = {"form": form, "problems": problems, "source": source, "trail": _trail()}
    if source is not None:
        context |= {
            "facts": _facts(source),
            "may_pull": source.kind == SourceKind.KOBO and request.viewer.may("collection.submit_batch"),
            "has_hook": source.kind == SourceKind.HOOK,
            "pull_reason": _why_not_pull(source),
        }
    return TemplateResponse(
        request, "collection/source.html", context, status=422 if posted and (problems or form.errors) else 200
    )


def _facts(source: Source) -> list[tuple[str, Any]]:
    tables = source.mapping.get("tables", [])
    columns = sum(len(table.get("targets", ())) for table in tables)
    return [
        (say("Token"), say("kept locked") if source.token_locked else say("none")),
        (say("Hook"), say("has a secret") if source.hook_secret_locked else say("none")),
        (say("Columns it remembers"), columns),
        (say("Last fetched"), source.last_pulled_at),
    ]


def _why_not_pull(source: Source) -> str:
    try:
        actions.require_complete(source)
    except Problem as problem:
        return problem.errors[0].detail if problem.errors else problem.detail
    return ""


def _trail() -> list[tuple[str, str]]:
    return [(say("Submissions"), reverse("collection:list")), (say("Sources"), reverse("collection:sources"))]
