"""Places, their names, what lies in them, and how each release has them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem
from banyan.reference.places.models import Boundary, NameKey, Place, PlaceInRelease, PlaceName
from banyan.reference.places.rules.naming import question

VIEW = "places.view_place"
LAST = "\U0010ffff"  # sorts after every key
_UPWARD = """
WITH RECURSIVE up AS (
    SELECT p.id AS start, p.parent_id AS id, 1 AS distance FROM places_place p WHERE p.id = ANY(%s)
    UNION ALL
    SELECT up.start, p.parent_id, up.distance + 1 FROM up JOIN places_place p ON p.id = up.id WHERE up.distance < 12
)
SELECT up.start, p.id, p.name, p.pcode, p.names FROM up JOIN places_place p ON p.id = up.id ORDER BY up.start, up.distance DESC
"""


def places(*, seen_by: Viewer) -> QuerySet[Place]:
    """The places within the viewer's reach."""
    seen_by.require(VIEW)
    return Place.objects.filter(within(seen_by.reach(VIEW)))


def place(place_id: UUID, *, seen_by: Viewer) -> Place:
    """One place with its parent. Raises Problem not_found, also for a place out of reach."""
    found = places(seen_by=seen_by).filter(pk=place_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def children(place_id: UUID, *, seen_by: Viewer) -> QuerySet[Place]:
    """The places that lie directly in a place."""
    return places(seen_by=seen_by).filter(parent=place_id)


def narrowed(rows: QuerySet[Any], text: str, *, seen_by: Viewer) -> QuerySet[Any]:
    """Places whose code, or a name of theirs in any script, begins with a text."""
    seen_by.require(VIEW)
    key = question(text)
    code = text.strip().upper().replace(" ", "")
    found = rows.filter(pcode__gte=code, pcode__lt=code + LAST) if code else rows.none()
    if not key:
        return found
    keyed = NameKey.objects.filter(within(seen_by.reach(VIEW)), key__gte=key, key__lt=key + LAST)
    return found | rows.filter(id__in=keyed.values("place_id"))


def names(place_id: UUID, *, seen_by: Viewer) -> QuerySet[PlaceName]:
    """The further names of a place: aliases, former names, spellings."""
    seen_by.require(VIEW)
    return PlaceName.objects.filter(within(seen_by.reach(VIEW)), place=place_id).order_by(
        "relation", "language", "text"
    )


def in_releases(place_id: UUID, *, seen_by: Viewer) -> QuerySet[PlaceInRelease]:
    """The place as each release has it, the latest first."""
    seen_by.require(VIEW)
    rows = PlaceInRelease.objects.filter(within(seen_by.reach(VIEW)), place=place_id)
    return rows.select_related("release").order_by("-release__created_at")


def boundaries(place_id: UUID, *, seen_by: Viewer) -> QuerySet[Boundary]:
    """The boundaries of a place, the one of the current release first, without their shapes."""
    seen_by.require(VIEW)
    rows = Boundary.objects.filter(within(seen_by.reach(VIEW)), place=place_id).defer("shape", "drawing")
    return rows.select_related("release").order_by("release__state", "-release__created_at")


def breadcrumbs(place_ids: Iterable[UUID], *, seen_by: Viewer) -> dict[UUID, list[tuple[UUID, str]]]:
    """For each place the places above it, (id, name) from the country down, in one query.

    Ancestors out of reach are left out: somebody who sees one township sees where the township's own scope begins.
    """
    seen_by.require(VIEW)
    ids = list(place_ids)
    found: dict[UUID, list[tuple[UUID, str]]] = {pk: [] for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(_UPWARD, [ids])
        for start, pk, name, _pcode, _names in cursor.fetchall():
            found[start].append((pk, name))
    return found


def breadcrumb(place_id: UUID, *, seen_by: Viewer) -> list[tuple[UUID, str]]:
    """The places above one place."""
    return breadcrumbs([place_id], seen_by=seen_by)[place_id]
