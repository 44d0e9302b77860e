"""Pages of places: the list, one place, its map, its names, the place picker."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from banyan.platform.access.doors import needs
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.dates import read_date
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import actions, inputs, queries
from banyan.reference.places.models import Place, Status
from banyan.reference.places.rules.countries import country_name
from banyan.reference.places.wording import KIND_LABELS, TONES, kind_label, name_in


def _place_columns(*, parent: bool) -> list[Column]:
    columns = [
        Column(
            "name", _("Name"), link="/places/{id}/", show=lambda row: name_in(row["names"], row["name"], get_language())
        ),
        Column("pcode", _("P-code"), kind="code"),
        Column("kind", _("Kind"), show=lambda row: kind_label(row["kind"]), sortable=False),
    ]
    if parent:
        columns.append(Column("parent__name", _("Lies in"), sortable=False, wide_only=True))
    return [
        *columns,
        Column("status", _("Status"), kind="badge", choices=dict(Status.choices), tones=TONES, sortable=False),
        Column("lon", _("Longitude"), kind="number", sortable=False, export_only=True),
        Column("lat", _("Latitude"), kind="number", sortable=False, export_only=True),
        Column("country", _("Country"), sortable=False, export_only=True),
        Column("level", _("Level"), kind="number", sortable=False, export_only=True),
    ]


def _text_filter(seen_by: Any) -> Filter:
    return Filter(
        "q", _("Name or P-code"), where=lambda rows, text: queries.narrowed(rows, text, seen_by=seen_by), primary=True
    )


def _places_listing(viewer: Any) -> Listing:
    codes = queries.countries(seen_by=viewer)
    return Listing(
        key="places",
        title=_("Places"),
        columns=_place_columns(parent=True),
        filters=[
            _text_filter(viewer),
            Filter(
                "country",
                _("Country"),
                kind="choice",
                choices=[(code, country_name(code, get_language() or "en")) for code in codes],
            ),
            Filter("kind", _("Kind"), kind="choice", choices=list(KIND_LABELS.items())),
            Filter("status", _("Status"), kind="choice", choices=Status.choices),
        ],
        sort="name",
        extra=["names"],
        empty=_("No places yet."),
        empty_next=_("Import a release") if viewer.may("places.import_places") else "",
        empty_url=reverse("places:import-new") if viewer.may("places.import_places") else "",
    )


@require_GET
@needs("places.view_place")
def place_list(request: HttpRequest) -> HttpResponseBase:
    """Places to browse and search; without filters the countries and what lies directly in them."""
    viewer = request.viewer
    rows = queries.places(seen_by=viewer)
    if not any(request.GET.get(name) for name in ("q", "country", "kind", "status", "after", "before", "format")):
        rows = rows.filter(level__lte=1)
    return respond(
        request,
        _places_listing(viewer),
        rows,
        "places/list.html",
        {"may_import": viewer.may("places.import_places")},
        may_export=viewer.may("places.export_place"),
    )


@require_GET
@needs("places.view_place")
def place_record(request: HttpRequest, place_id: UUID) -> HttpResponseBase:
    """One place: summary, names, map, what lies in it, releases, timeline."""
    viewer = request.viewer
    place = queries.place(place_id, seen_by=viewer)
    listing = Listing(
        key="inside", title=_("Places in it"), columns=_place_columns(parent=False), filters=[_text_filter(viewer)], sort="name",
        extra=["names"], empty=_("Nothing lies in this place."), page_size=25,
    )  # fmt: skip
    rows = queries.children(place.pk, seen_by=viewer)
    language = get_language() or "en"
    members = list(queries.in_releases(place.pk, seen_by=viewer))
    outlines = list(queries.boundaries(place.pk, seen_by=viewer)[:5])
    context = {
        "place": place,
        "heading": name_in(place.names, place.name, language),
        "kind": kind_label(place.kind),
        "trail": [
            (_("Places"), reverse("places:list")),
            *((name, reverse("places:record", args=[pk])) for pk, name in queries.breadcrumb(place.pk, seen_by=viewer)),
        ],
        "facts": _facts(place, outlines),
        "preferred": [(inputs_language(code), code, text) for code, text in place.names.items()],
        "others": list(queries.names(place.pk, seen_by=viewer)),
        "members": members,
        "has_map": bool(outlines) or place.lon is not None or rows.exclude(lon=None).exists() or place.level <= 3,
        "timeline": timeline(Place, place.pk, seen_by=viewer, limit=20),
        "may_change": viewer.may("places.change_place"),
        "status_label": place.get_status_display(),
        "status_tone": TONES.get(place.status, "plain"),
    }
    return respond(request, listing, rows, "places/record.html", context, may_export=viewer.may("places.export_place"))


def inputs_language(code: str) -> str:
    """A language's own name."""
    return dict(inputs.LANGUAGES).get(code, code)


def _facts(place: Place, outlines: list[Any]) -> list[tuple[Any, Any]]:
    facts: list[tuple[Any, Any]] = [
        (_("P-code"), place.pcode),
        (_("Kind"), kind_label(place.kind)),
        (_("Level"), place.level),
        (_("Country"), country_name(place.country, get_language() or "en")),
    ]
    if place.lat is not None and place.lon is not None:
        facts.append((_("Point (latitude, longitude)"), f"{place.lat:.5f}, {place.lon:.5f}"))
    if outlines:
        facts.append((_("Area"), _("%(area)s km²") % {"area": number_format(outlines[0].area_km2, 0)}))
    if place.since:
        facts.append((_("Valid from"), date_format(place.since)))
    if place.until:
        facts.append((_("Valid to"), date_format(place.until)))
    return facts


@require_GET
@needs("places.view_place")
def boundary(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """The place and what lies in it as GeoJSON, for the map."""
    collection = queries.boundary_collection(place_id, seen_by=request.viewer)
    return JsonResponse(collection, content_type="application/geo+json")


@require_GET
@needs("places.view_place")
def pick(request: HttpRequest) -> HttpResponse:
    """Answers of the place picker: places whose code or name begins with what was typed."""
    deepest = request.GET.get("deepest", "")
    hits = queries.find(
        request.GET.get("q", ""), seen_by=request.viewer, country=request.GET.get("country", "")[:3].upper(),
        deepest=int(deepest) if deepest.isdecimal() and len(deepest) == 1 else None,
    )  # fmt: skip
    return JsonResponse({"results": [hit.as_option() for hit in hits]})


@needs("places.change_place")
def change_names(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """Give a place its preferred name in a language, or another name."""
    viewer = request.viewer
    place = queries.place(place_id, seen_by=viewer)
    form = inputs.NameForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["relation"] == "preferred":
                actions.rename_place(place.pk, data["language"], data["text"], by=viewer)
            else:
                actions.add_alias(
                    place.pk,
                    by=viewer,
                    **{name: data[name] for name in ("text", "relation", "language", "source", "since", "until")},
                )
        except Problem as problem:
            problems = list(problem.errors or [problem])
        else:
            messages.success(request, _("The name was saved."))
            return redirect("places:record", place.pk)
    context = {
        "form": form,
        "problems": problems,
        "place": place,
        "trail": [(_("Places"), reverse("places:list")), (place.name, reverse("places:record", args=[place.pk]))],
        "cancel_url": reverse("places:record", args=[place.pk]),
    }
    return TemplateResponse(request, "places/names.html", context, status=422 if form.errors or problems else 200)


@require_POST
@needs("places.change_place")
def end_name(request: HttpRequest, name_id: UUID) -> HttpResponse:
    """Say until when a further name was used; by default until now."""
    form = inputs.EndForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    name = actions.end_alias(name_id, until or today(), by=request.viewer)
    messages.success(request, _("The name was ended."))
    return redirect("places:record", name.place_id)


def today() -> Any:
    """This day as a partial date."""
    return read_date(timezone.localdate().isoformat())
