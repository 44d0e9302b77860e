"""Releases side by side: what one has and the other has not, or has otherwise."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.sets import as_sets
from banyan.reference.places.models import PlaceInRelease, Release
from banyan.reference.places.queries.places import VIEW

CHANGES = ("added", "removed", "recoded", "renamed", "reparented", "moved", "status")
# One row per place that differs. Names are compared in the languages both releases have. A place that went and one that
# came under the same name, kind and parent are suggested to be one place with a new code.
_DIFFERENCES = """
WITH a AS (SELECT * FROM places_placeinrelease WHERE release_id = %(old)s AND (%(everything)s OR scope_id = ANY(%(scopes)s))),
b AS (SELECT * FROM places_placeinrelease WHERE release_id = %(new)s AND (%(everything)s OR scope_id = ANY(%(scopes)s))),
levels AS (SELECT DISTINCT level FROM a INTERSECT SELECT DISTINCT level FROM b),
kinds AS (SELECT DISTINCT kind FROM a INTERSECT SELECT DISTINCT kind FROM b),
pairs AS MATERIALIZED (
    SELECT coalesce(b.place_id, a.place_id) AS place_id, coalesce(b.pcode, a.pcode) AS pcode, coalesce(b.level, a.level) AS level,
           coalesce(b.kind, a.kind) AS kind, a.name AS old_name, b.name AS new_name, a.names AS old_names, b.names AS new_names,
           a.parent_id AS old_parent, b.parent_id AS new_parent, a.status AS old_status, b.status AS new_status,
           CASE WHEN a.lon IS NULL OR b.lon IS NULL THEN NULL ELSE 111.195 * sqrt(
               power(b.lat - a.lat, 2) + power((b.lon - a.lon) * cos(radians((a.lat + b.lat) / 2)), 2)) END AS km,
           a.id IS NULL AS came, b.id IS NULL AS went
    FROM a FULL JOIN b ON b.place_id = a.place_id
    WHERE coalesce(b.level, a.level) IN (SELECT level FROM levels) AND (coalesce(b.kind, a.kind) IN (SELECT kind FROM kinds))
), twins AS MATERIALIZED (
    SELECT c.place_id AS came, c.pcode AS came_code, w.place_id AS went, w.pcode AS went_code FROM pairs c JOIN pairs w
    ON c.came AND w.went AND w.old_name = c.new_name AND w.kind = c.kind AND w.old_parent = c.new_parent
), others AS MATERIALIZED (
    SELECT came AS place_id, min(went_code) AS pcode FROM twins GROUP BY came
    UNION ALL SELECT went, min(came_code) FROM twins GROUP BY went
), judged AS MATERIALIZED (
    SELECT p.*, other.pcode AS recode, array_remove(ARRAY[
        CASE WHEN p.came THEN 'added' END, CASE WHEN p.went THEN 'removed' END,
        CASE WHEN other.pcode IS NOT NULL THEN 'recoded' END,
        CASE WHEN NOT p.came AND NOT p.went AND (p.old_name <> p.new_name OR EXISTS (
            SELECT 1 FROM jsonb_each_text(p.old_names) e
            WHERE p.new_names ? e.key AND p.new_names ->> e.key <> e.value)) THEN 'renamed' END,
        CASE WHEN NOT p.came AND NOT p.went AND p.old_parent IS DISTINCT FROM p.new_parent THEN 'reparented' END,
        CASE WHEN p.km > 1 THEN 'moved' END,
        CASE WHEN NOT p.came AND NOT p.went AND p.old_status <> p.new_status THEN 'status' END], NULL) AS changes
    FROM pairs p LEFT JOIN others other ON other.place_id = p.place_id
)
"""
_ROWS = """
SELECT j.place_id, j.pcode, j.level, j.kind, j.changes, j.old_name, j.new_name, j.old_names, j.new_names, op.name, np.name,
       j.old_status, j.new_status, j.km, j.recode
FROM judged j LEFT JOIN places_place op ON op.id = j.old_parent LEFT JOIN places_place np ON np.id = j.new_parent
WHERE cardinality(j.changes) > 0 AND (%(change)s = '' OR %(change)s = ANY(j.changes))
  AND (%(level)s::int IS NULL OR j.level = %(level)s::int) AND (%(after)s = '' OR j.pcode > %(after)s)
ORDER BY j.pcode LIMIT %(limit)s
"""
_TALLY = "SELECT change, count(*) FROM judged, unnest(changes) AS change GROUP BY change"
_FIELDS = ("place_id", "pcode", "level", "kind", "changes", "old_name", "new_name", "old_names", "new_names", "old_parent",
           "new_parent", "old_status", "new_status", "km", "recode")  # fmt: skip


def releases(*, seen_by: Viewer) -> QuerySet[Release]:
    """All releases."""
    seen_by.require(VIEW)
    return Release.objects.all()


def release(release_id: UUID, *, seen_by: Viewer) -> Release:
    """One release. Raises Problem not_found."""
    found = releases(seen_by=seen_by).filter(pk=release_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def tally(release_id: UUID, *, seen_by: Viewer) -> list[dict[str, Any]]:
    """How many places of each kind a release has, within reach: kind, level, count."""
    seen_by.require(VIEW)
    rows: QuerySet[Any] = PlaceInRelease.objects.filter(within(seen_by.reach(VIEW)), release=release_id)
    return list(rows.order_by("level", "kind").values("level", "kind").annotate(count=Count("id")))


def countries(*, seen_by: Viewer) -> list[str]:
    """Countries that have a release."""
    seen_by.require(VIEW)
    return list(Release.objects.order_by("country").values_list("country", flat=True).distinct())


def differences(
    old: UUID, new: UUID, *, seen_by: Viewer, change: str = "", level: int | None = None, after: str = "", limit: int = 100,
) -> list[dict[str, Any]]:  # fmt: skip
    """Places that differ between two releases on the kinds that both cover, in the order of their codes.

    after: code to continue from. Raises Problem not_found, places.releases_differ (of different countries).
    """
    values = _values(old, new, seen_by=seen_by) | {"change": change, "level": level, "after": after, "limit": limit}
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES + _ROWS, values)
        return [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]


def difference_counts(old: UUID, new: UUID, *, seen_by: Viewer) -> dict[str, int]:
    """How many places differ in which way."""
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES + _TALLY, _values(old, new, seen_by=seen_by))
        counted = dict(cursor.fetchall())
    return {change: counted[change] for change in CHANGES if change in counted}


def _values(old: UUID, new: UUID, *, seen_by: Viewer) -> dict[str, Any]:
    first, second = release(old, seen_by=seen_by), release(new, seen_by=seen_by)
    if first.country != second.country:
        raise Problem("places.releases_differ")
    reach = seen_by.reach(VIEW)
    return {"old": old, "new": new, "everything": reach.everything, "scopes": list(reach.scopes)}
