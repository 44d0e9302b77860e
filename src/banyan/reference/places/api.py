"""Places for machines: lists, search, releases, differences, boundaries, imports."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from banyan.platform.access.doors import needs
from banyan.reference.places import actions, queries

router = Router(tags=["places"])
VIEW, IMPORT = "places.view_place", "places.import_places"
PAGE = 100


class PlaceOut(Schema):
    """A place as it is now."""

    id: UUID
    country: str
    pcode: str
    level: int
    kind: str
    status: str
    name: str
    names: dict[str, str]
    parent_id: UUID | None
    lon: float | None
    lat: float | None


class PlacesOut(Schema):
    """A page of places; continue with `after`."""

    items: list[PlaceOut]
    after: UUID | None


class PlaceFilter(Schema):
    """Which places, and where to continue."""

    country: str = ""
    pcode: str = ""
    parent: UUID | None = None
    level: int | None = None
    status: str = ""
    q: str = ""
    after: UUID | None = None


class OptionOut(Schema):
    """A place found by search."""

    id: UUID
    label: str
    code: str
    path: list[str]
    note: str
    url: str


class ReleaseOut(Schema):
    """A release of a country's places."""

    id: UUID
    country: str
    authority: str
    label: str
    state: str
    published_on: str | None

    @staticmethod
    def resolve_published_on(release: Any) -> str | None:
        """A partial date as its text."""
        return str(release.published_on) if release.published_on else None


class PlaceDifferenceOut(Schema):
    """A place that differs between two releases."""

    place_id: UUID
    pcode: str
    level: int
    kind: str
    changes: list[str]
    old_name: str | None
    new_name: str | None
    old_parent: str | None
    new_parent: str | None
    old_status: str | None
    new_status: str | None
    km: float | None
    recode: str | None


class DifferenceFilter(Schema):
    """Which releases, which change, and the code to continue after."""

    old: UUID
    new: UUID
    change: str = ""
    after: str = ""


class ImportOut(Schema):
    """An import: where it stands and what was counted."""

    id: UUID
    state: str
    country: str
    authority: str
    label: str
    counts: dict[str, Any]
    job: UUID | None


class UploadIn(Schema):
    """What is known about the files of a release; the rest is guessed."""

    country: str = ""
    authority: str
    label: str


def _no_nul(text: str) -> str:
    return text.replace("\x00", "")


@router.get("", response=PlacesOut, operation_id="places_list", summary="Places")
@needs(VIEW)
def list_places(request: HttpRequest, filters: Query[PlaceFilter]) -> Any:
    """Places within reach, in the order of their ids."""
    rows = queries.places(seen_by=request.viewer)
    for name in ("country", "pcode", "status"):
        if value := _no_nul(getattr(filters, name)):
            rows = rows.filter(**{name: value})
    if filters.parent:
        rows = rows.filter(parent=filters.parent)
    if filters.level is not None:
        rows = rows.filter(level=filters.level) if 0 <= filters.level <= 99 else rows.none()
    if filters.q:
        rows = queries.narrowed(rows, _no_nul(filters.q), seen_by=request.viewer)
    if filters.after:
        rows = rows.filter(id__gt=filters.after)
    fields = list(PlaceOut.model_fields)
    found = list(rows.order_by("id").values(*fields)[: PAGE + 1])
    return {"items": found[:PAGE], "after": found[PAGE - 1]["id"] if len(found) > PAGE else None}


@router.get("/search", response=list[OptionOut], operation_id="places_search", summary="Search places by code or name")
@needs(VIEW)
def search_places(request: HttpRequest, q: str, country: str = "") -> Any:
    """At most twenty places whose code, or a name in any script, begins with the text; nearest first."""
    return [hit.as_option() for hit in queries.find(_no_nul(q), seen_by=request.viewer, country=_no_nul(country))]


@router.get("/releases", response=list[ReleaseOut], operation_id="places_releases", summary="Releases")
@needs(VIEW)
def list_releases(request: HttpRequest, country: str = "") -> Any:
    """All releases, of one country if asked."""
    rows = queries.releases(seen_by=request.viewer).order_by("country", "id")
    return rows.filter(country=_no_nul(country)) if country else rows


@router.get(
    "/releases/differences",
    response=list[PlaceDifferenceOut],
    operation_id="places_differences",
    summary="Differences between two releases",
)
@needs(VIEW)
def list_differences(request: HttpRequest, filters: Query[DifferenceFilter]) -> Any:
    """At most 100 places in the order of their codes; continue after the last code."""
    return queries.differences(
        filters.old,
        filters.new,
        seen_by=request.viewer,
        change=_no_nul(filters.change),
        after=_no_nul(filters.after),
        limit=PAGE,
    )


@router.post(
    "/releases/{uuid:release_id}/current",
    response=ReleaseOut,
    operation_id="places_make_current",
    summary="Make a release current",
)
@needs("places.release_places")
def make_current(request: HttpRequest, release_id: UUID) -> Any:
    """From now on the country's places are as this release has them."""
    return actions.make_release_current(release_id, by=request.viewer)


@router.post("/imports", response={201: ImportOut}, operation_id="places_import", summary="Import a file of places")
@needs(IMPORT)
def upload_import(request: HttpRequest, details: Form[UploadIn], file: File[UploadedFile]) -> Any:
    """Upload a file; it is checked in the background, and taken when every row is good. Follow `job`, then the import."""
    batch = actions.upload_files(
        [(_no_nul(file.name or "file"), file.read())],
        by=request.viewer,
        country=_no_nul(details.country),
        authority=_no_nul(details.authority),
        label=_no_nul(details.label),
    )
    batch = actions.confirm_import(
        batch.pk, by=request.viewer, country=batch.country, authority=batch.authority, label=batch.label
    )
    return Status(201, actions.start_import(batch.pk, "check", by=request.viewer))


@router.get("/imports/{uuid:batch_id}", response=ImportOut, operation_id="places_import_get", summary="One import")
@needs(IMPORT)
def get_import(request: HttpRequest, batch_id: UUID) -> Any:
    """Where an import stands."""
    return queries.batch(batch_id, seen_by=request.viewer)


@router.get(
    "/imports/{uuid:batch_id}/findings",
    response=list[dict[str, Any]],
    operation_id="places_import_findings",
    summary="Report of an import",
)
@needs(IMPORT)
def list_findings(request: HttpRequest, batch_id: UUID, after: int = -1) -> Any:
    """Rows not taken and why, and warnings; at most 100, continue after the last ordinal."""
    queries.batch(batch_id, seen_by=request.viewer)
    if not -1 <= after < 2**31:
        return []
    rows = queries.findings(batch_id, seen_by=request.viewer).filter(ordinal__gt=after).order_by("ordinal")
    return list(rows.values("ordinal", "severity", "code", "file", "row", "column", "value", "parameters")[:PAGE])


@router.get("/{uuid:place_id}", response=PlaceOut, operation_id="places_get", summary="One place")
@needs(VIEW)
def get_place(request: HttpRequest, place_id: UUID) -> Any:
    """One place within reach."""
    return queries.place(place_id, seen_by=request.viewer)


@router.get(
    "/{uuid:place_id}/boundary",
    response=dict[str, Any],
    operation_id="places_boundary",
    summary="Boundary of a place and of what lies in it, as GeoJSON",
)
@needs(VIEW)
def get_boundary(request: HttpRequest, place_id: UUID) -> Any:
    """A GeoJSON feature collection (RFC 7946)."""
    return JsonResponse(
        queries.boundary_collection(place_id, seen_by=request.viewer), content_type="application/geo+json"
    )
