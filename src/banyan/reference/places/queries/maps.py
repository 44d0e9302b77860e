"""Boundaries and points for maps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.urls import reverse

from banyan.platform.access.viewers import Viewer, within
from banyan.reference.places.models import Boundary, Place
from banyan.reference.places.queries.places import VIEW, place
from banyan.reference.places.rules.drawing import areas

MOST_CHILDREN = 600


def boundary_collection(place_id: UUID, *, seen_by: Viewer) -> dict[str, Any]:
    """GeoJSON (RFC 7946): the place itself and what lies in it, as boundaries, else as points. Raises Problem not_found.

    A boundary comes from the current release if it has one, else from the latest that has.
    """
    own = place(place_id, seen_by=seen_by)
    reach = within(seen_by.reach(VIEW))
    inner = list(Place.objects.filter(reach, parent=own).exclude(status="retired").order_by("name")[:MOST_CHILDREN])
    rows = (
        Boundary.objects.filter(reach, place__in=[own, *inner])
        .order_by("place", "release__state", "-release__created_at")  # "current" sorts before the other states
        .values_list("place_id", "drawing")
    )
    drawings: dict[UUID, str] = {}
    for pk, drawing in rows:
        drawings.setdefault(pk, drawing)
    features = []
    for row, role in [(own, "self"), *((child, "child") for child in inner)]:
        geometry: Any = None
        if row.pk in drawings:
            geometry = orjson.loads(drawings[row.pk])
        elif row.lon is not None and row.lat is not None:
            geometry = {"type": "Point", "coordinates": [row.lon, row.lat]}
        if geometry is not None:
            properties = {
                "name": row.name, "pcode": row.pcode, "role": role, "kind": row.kind,
                "url": reverse("places:record", args=[row.pk]) if role == "child" else None,
            }  # fmt: skip
            features.append({"type": "Feature", "id": str(row.pk), "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def area_picture(place_id: UUID, figures: Mapping[str, Mapping[str, Any]], *, seen_by: Viewer) -> dict[str, Any] | None:
    """What lies in a place as SVG paths, each with the figures kept under its id; None without any. Raises Problem not_found."""
    return areas(boundary_collection(place_id, seen_by=seen_by), figures)
