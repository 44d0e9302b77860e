"""Sanctions lists: versions, loading a new one, who stands on one, one entry in all its wordings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.screening import LoadListForm
from banyan.people.linkage.models import ListSource
from banyan.people.linkage.views.screening.comparing import listed_rows
from banyan.people.linkage.views.screening.framing import LOAD, VIEW, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

LISTS_CRUMB = gettext_lazy("Lists")


def version_listing() -> Listing:
    """Versions of all lists, the newest first."""
    return Listing(
        key="list-versions",
        title=gettext_lazy("Sanctions lists"),
        columns=[
            Column(
                "source",
                gettext_lazy("List"),
                choices=dict(ListSource.choices),
                link=lambda row: reverse("linkage:list", args=[row["id"]]),
            ),
            Column("made", gettext_lazy("Made on")),
            Column(
                "is_live",
                gettext_lazy("In use"),
                kind="badge",
                choices={True: gettext_lazy("in use"), False: gettext_lazy("replaced")},
                tones={True: "good", False: "plain"},
            ),
            Column("entries", gettext_lazy("People"), kind="number"),
            Column("joined", gettext_lazy("New"), kind="number", wide_only=True),
            Column("left", gettext_lazy("Gone"), kind="number", wide_only=True),
            Column("changed", gettext_lazy("Changed"), kind="number", wide_only=True),
            Column("noted", gettext_lazy("Doubtful"), kind="number", wide_only=True),
            Column("loaded_at", gettext_lazy("Loaded"), kind="date"),
            Column("loaded_by_label", gettext_lazy("By"), wide_only=True),
        ],
        filters=[Filter("source", gettext_lazy("List"), kind="choice", choices=ListSource.choices)],
        sort="-loaded_at",
        empty=gettext_lazy("No list has been loaded, so nobody is compared with any."),
        empty_next=gettext_lazy("Load a list"),
        empty_url=reverse("linkage:list-load"),
    )


def party_listing() -> Listing:
    """People on a list, by name."""
    return Listing(
        key="parties",
        title=gettext_lazy("People on the list"),
        columns=[
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("linkage:party", args=[row["id"]])),
            Column("reference", gettext_lazy("Reference"), kind="code"),
            Column("programme", gettext_lazy("Programme"), wide_only=True),
            Column("listed_on", gettext_lazy("Listed on"), wide_only=True),
        ],
        filters=[
            Filter("q", gettext_lazy("Name begins with"), where="name__istartswith", primary=True),
            Filter("reference", gettext_lazy("Reference")),
        ],
        sort="name",
    )


@require_GET
@needs(VIEW)
def version_list(request: HttpRequest) -> HttpResponseBase:
    """What was loaded when, by whom, and what is in use."""
    viewer = request.viewer
    context = {
        "tabs": tabs("lists"),
        "load_url": reverse("linkage:list-load"),
        "why_not": why_not(viewer, LOAD),
        "standing": queries.screening_standing(seen_by=viewer),
    }
    return respond(
        request, version_listing(), queries.list_versions(seen_by=viewer), "linkage/screening/lists.html", context
    )


@require_http_methods(["GET", "POST"])
@needs(LOAD)
def load(request: HttpRequest) -> HttpResponse:
    """Load a new version of a list; every mistake that refuses it is told."""
    form = LoadListForm(request.POST, request.FILES) if request.method == "POST" else LoadListForm()
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            version = actions.load_list(
                file.read(), file.name, by=request.viewer, even_if_shrunk=form.cleaned_data["even_if_shrunk"]
            )
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The list is in use. The register is being compared with it."))
            return redirect("linkage:list", version.pk)
    context: dict[str, Any] = {
        "form": form, "problems": problems, "trail": trail((LISTS_CRUMB, reverse("linkage:lists"))),
        "cancel_url": reverse("linkage:lists"),
    }  # fmt: skip
    status = 422 if problems or form.errors else 200
    return TemplateResponse(request, "linkage/screening/load.html", context, status=status)


@require_GET
@needs(VIEW)
def version_page(request: HttpRequest, version_id: UUID) -> HttpResponseBase:
    """One version: its figures, what was doubtful in it, who stood on it."""
    viewer = request.viewer
    version = queries.list_version(version_id, seen_by=viewer)
    context = {
        "version": version,
        "source_label": ListSource(version.source).label,
        "doubts": queries.doubts(version, seen_by=viewer),
        "trail": trail((LISTS_CRUMB, reverse("linkage:lists"))),
    }
    rows = queries.parties(seen_by=viewer, version=version)
    return respond(request, party_listing(), rows, "linkage/screening/list.html", context)


@require_GET
@needs(VIEW)
def party_page(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """One listed person as the list says, and how the entry read before."""
    viewer = request.viewer
    party = queries.party(party_id, seen_by=viewer)
    context = {
        "party": party,
        "source_label": ListSource(party.source).label,
        "rows": [(label, values) for label, values in listed_rows(party, seen_by=viewer) if values],
        "wordings": queries.wordings(party, seen_by=viewer),
        "trail": trail((LISTS_CRUMB, reverse("linkage:lists"))),
    }
    return TemplateResponse(request, "linkage/screening/party.html", context)
