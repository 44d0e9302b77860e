"""The small numbers that rows carry: of reference data, and of the people of an operation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.models import Operation, Scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

# Areas the viewer reaches while it does not reach the area above them: where its own part of the country begins.
_WORKING = """
WITH mine AS (
    SELECT s.id, a.id AS area, a.key, a.label, a.parent_id, a.lineage
    FROM access_scope s LEFT JOIN access_area a ON a.id = s.area_id
    WHERE s.operation_id = %(operation)s AND (%(everything)s OR s.id = ANY(%(scopes)s))
)
SELECT id, coalesce(key, ''), coalesce(label, '') FROM mine
WHERE area IS NULL OR parent_id IS NULL OR NOT EXISTS (SELECT 1 FROM mine above WHERE above.area = mine.parent_id)
ORDER BY lineage NULLS FIRST
"""
_OF_PLACES = """
SELECT coalesce(reference.id, 0), own.id FROM access_scope own
LEFT JOIN access_scope reference ON reference.operation_id IS NULL AND reference.area_id = own.area_id
WHERE own.operation_id = %s AND (own.area_id IS NULL OR reference.id IS NOT NULL)
"""
_BELOW = """
SELECT s.id FROM access_scope top JOIN access_area a ON a.lineage @> ARRAY[top.area_id]
JOIN access_scope s ON s.area_id = a.id AND s.operation_id = top.operation_id
WHERE top.id = %s AND top.area_id IS NOT NULL
"""


@dataclass(frozen=True)
class WorkingArea:
    """A part of an operation in which a viewer may do something; key and label are empty for the whole operation."""

    scope_id: int
    key: str
    label: str


def reference_scope(area: str, *, seen_by: Viewer) -> int:
    """Scope of reference data in the area with this code; of no area at all for an empty code.

    Raises Problem access.area_unknown when the area was never registered.
    """
    seen_by.require(SIGNED_IN)
    chosen = Scope.objects.filter(operation=None)
    found = (chosen.filter(area__key=area) if area else chosen.filter(area=None)).values_list("id", flat=True).first()
    if found is None:
        raise Problem("access.area_unknown", key=area or "–")
    return found


def operations_within(permission: str, *, seen_by: Viewer) -> list[Operation]:
    """The open operations in which the viewer holds this permission anywhere, by name; none when it does not hold it."""
    reach = seen_by.reach(permission)
    if not reach:
        return []
    rows = Operation.objects.filter(is_active=True).order_by("name", "id")
    if not reach.everything:
        rows = rows.filter(pk__in=Scope.objects.filter(pk__in=sorted(reach.scopes)).values("operation"))
    return list(rows)


def operation_scope(operation_id: UUID, *, seen_by: Viewer, area_key: str = "") -> int:
    """Scope of an area in an operation, of no area for an empty key. Raises Problem access.area_unknown."""
    seen_by.require(SIGNED_IN)
    chosen = Scope.objects.filter(operation=operation_id)
    chosen = chosen.filter(area__key=area_key) if area_key else chosen.filter(area=None)
    found = chosen.values_list("id", flat=True).first()
    if found is None:
        raise Problem("access.area_unknown", key=area_key or "–")
    return found


def operation_scopes(operation_id: UUID, *, seen_by: Viewer) -> dict[int, int]:
    """From the scope a place carries to the scope of the same area in an operation; 0 leads to that of no area.

    For sets: {reference scope: scope of the operation}, one query. Empty for an operation that does not exist.
    """
    seen_by.require(SIGNED_IN)
    with connection.cursor() as cursor:
        cursor.execute(_OF_PLACES, [operation_id])
        return dict(cursor.fetchall())


def scopes_below(scope_id: int, *, seen_by: Viewer) -> frozenset[int] | None:
    """The scopes of the same operation in this scope's area and all areas below it; None for that of no area: all."""
    seen_by.require(SIGNED_IN)
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [scope_id])
        found = cursor.fetchall()
    return None if not found else frozenset(row[0] for row in found)


def working_areas(operation_id: UUID, permission: str, *, seen_by: Viewer) -> list[WorkingArea]:
    """The widest areas of an operation in which the viewer holds this permission; the whole operation comes first.

    Whoever may work in the whole operation gets that and its topmost areas; whoever is limited gets where the limit begins.
    """
    reach = seen_by.reach(permission)
    values: dict[str, Any] = {
        "operation": operation_id,
        "everything": reach.everything,
        "scopes": sorted(reach.scopes),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WORKING, values)
        return [WorkingArea(*row) for row in cursor.fetchall()]
