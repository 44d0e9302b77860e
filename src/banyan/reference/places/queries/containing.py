"""Whether points lie in places, by the boundaries of the current release or, where it has none, of the latest that has."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import shapely
from django.db import connection

from banyan.platform.access.viewers import Viewer
from banyan.reference.places.queries.places import VIEW

# Points this near to a boundary (degrees, about 2 km) are not called outside: boundaries are simplified themselves.
NEAR = 0.02
_BOUNDED = """
WITH RECURSIVE up AS (
    SELECT p.id AS start, p.id, p.parent_id, 0 AS distance FROM places_place p WHERE p.id = ANY(%s)
    UNION ALL
    SELECT up.start, p.id, p.parent_id, up.distance + 1 FROM up JOIN places_place p ON p.id = up.parent_id
    WHERE up.distance < 12
)
SELECT DISTINCT ON (up.start) up.start, b.id FROM up
JOIN places_boundary b ON b.place_id = up.id JOIN places_release r ON r.id = b.release_id
ORDER BY up.start, up.distance, r.state = 'current' DESC, r.created_at DESC
"""
_SHAPES = "SELECT id, shape FROM places_boundary WHERE id = ANY(%s)"


def inside(points: Sequence[tuple[UUID, float, float]], *, seen_by: Viewer) -> list[bool | None]:
    """For each (place, longitude, latitude) whether it lies in the place, or at most about 2 km beside it.

    A place without a boundary of its own is judged by the nearest place above that has one; None where none has. Two
    queries, however many points.
    """
    seen_by.require(VIEW)
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDED, [list({place for place, _lon, _lat in points})])
        bounded = dict(cursor.fetchall())
        cursor.execute(_SHAPES, [list(set(bounded.values()))])
        shapes: dict[UUID, Any] = {key: shapely.from_wkb(bytes(shape)) for key, shape in cursor.fetchall()}
    for shape in shapes.values():
        shapely.prepare(shape)
    return [
        bool(shapely.dwithin(shapes[bounded[place]], shapely.Point(lon, lat), NEAR)) if place in bounded else None
        for place, lon, lat in points
    ]
