"""Operations, and the mirror of places that access fences with."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from banyan.platform.access import rules
from banyan.platform.access.acting import action
from banyan.platform.access.models import Area, Operation
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all
from banyan.platform.kernel.sets import as_sets

AreaRow = tuple[str, str, str | None, str]

_UPSERT = """
INSERT INTO access_area (key, label, country, lineage)
SELECT key, label, country, '{}' FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (key, label, country)
ON CONFLICT (key) DO UPDATE SET label = excluded.label, country = excluded.country
WHERE (access_area.label, access_area.country) IS DISTINCT FROM (excluded.label, excluded.country)
"""
_PARENTS = """
UPDATE access_area SET parent_id = above.id
FROM unnest(%s::text[], %s::text[]) AS given (key, parent) LEFT JOIN access_area above ON above.key = given.parent
WHERE access_area.key = given.key AND access_area.parent_id IS DISTINCT FROM above.id
"""
_LINEAGES = """
WITH RECURSIVE down AS (
    SELECT id, ARRAY[id] AS lineage FROM access_area WHERE parent_id IS NULL
    UNION ALL
    SELECT area.id, down.lineage || area.id FROM access_area area JOIN down ON area.parent_id = down.id
    WHERE cardinality(down.lineage) < 100
)
UPDATE access_area SET lineage = down.lineage FROM down
WHERE access_area.id = down.id AND access_area.lineage <> down.lineage
"""
_SCOPES = """
INSERT INTO access_scope (operation_id, area_id)
SELECT NULL, id FROM access_area WHERE key = ANY(%s) ORDER BY lineage
ON CONFLICT DO NOTHING
"""
# A country operation gets a scope for every area of its country, and one for what has no area yet. Existing ones are left
# out beforehand, not by a conflict: that would use up numbers, and neighbouring numbers make a short reach.
_OPERATION_SCOPES = """
INSERT INTO access_scope (operation_id, area_id)
SELECT operation.id, area.id FROM access_operation operation
CROSS JOIN LATERAL (
    SELECT NULL::integer AS id, NULL::integer[] AS lineage
    UNION ALL SELECT id, lineage FROM access_area WHERE country = operation.country
) area
WHERE NOT EXISTS (
    SELECT 1 FROM access_scope there WHERE there.operation_id = operation.id AND there.area_id IS NOT DISTINCT FROM area.id)
ORDER BY operation.id, area.lineage NULLS FIRST
ON CONFLICT DO NOTHING
"""
_MAPPING = """
SELECT area.key, scope.id FROM access_area area
JOIN access_scope scope ON scope.area_id = area.id AND scope.operation_id IS NULL
WHERE area.key = ANY(%s)
"""


@action("access.register_area")
def register_areas(rows: Sequence[AreaRow], *, by: Viewer) -> dict[str, int]:
    """Mirror areas (key, label, parent key or None, country); each gets its scope for reference data and for every operation.

    Returns scope ids by key. Registering the same again changes nothing; areas not named stay as they are. Raises
    Problems: unknown parents, areas within themselves, areas outside of what `by` may register.
    """
    given = {key: (label, parent, country) for key, label, parent, country in rows}
    known = dict(
        Area.objects.filter(key__in=[*given, *(row[1] for row in given.values() if row[1])]).values_list("key", "id")
    )
    faults = [
        Problem("access.area_unknown", key=parent, at=Location(row=number))
        for number, (_key, _label, parent, _country) in enumerate(rows, 1)
        if parent is not None and parent not in given and parent not in known
    ]
    raise_all([*faults, *_cycles(given), *_outside(given, by)])
    keys = list(given)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [keys, [row[0] for row in given.values()], [row[2] for row in given.values()]])
        with as_sets():
            cursor.execute(_PARENTS, [keys, [row[1] for row in given.values()]])
            cursor.execute(_LINEAGES)
        cursor.execute(_SCOPES, [keys])
        cursor.execute(_OPERATION_SCOPES)
        cursor.execute(_MAPPING, [keys])
        return dict(cursor.fetchall())


def _cycles(given: dict[str, tuple[str, str | None, str]]) -> list[Problem]:
    """Cycles over the registered parents and the given ones, which replace them."""
    parents: dict[str, str | None] = dict(Area.objects.values_list("key", "parent__key"))
    parents.update({key: row[1] for key, row in given.items()})
    try:
        rules.lineages(parents)
    except ValueError as error:
        return [Problem("access.area_cycle", key=str(error))]
    return []


def _outside(given: dict[str, tuple[str, str | None, str]], by: Viewer) -> list[Problem]:
    """A limited viewer registers only areas whose chain of parents ends within its own reach."""
    reach = by.reach("access.register_area")
    if reach.everything:
        return []
    within = set(
        Area.objects.filter(pk__in=_areas_of(reach.scopes)).values_list("key", flat=True),
    )
    existing = set(Area.objects.filter(key__in=given).values_list("key", flat=True))
    for key, (_label, parent, _country) in given.items():
        step, seen = parent, {key}
        while step is not None and step not in within and step in given and step not in existing and step not in seen:
            seen.add(step)
            step = given[step][1]
        if step not in within or (key in existing and key not in within):
            return [Problem("access.grant_beyond_own", at=Location(field=key))]
    return []


def _areas_of(scopes: frozenset[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT area_id FROM access_scope WHERE id = ANY(%s) AND area_id IS NOT NULL", [list(scopes)])
        return [row[0] for row in cursor.fetchall()]


@action("access.change_operation")
def add_operation(code: str, name: str, country: str, *, by: Viewer) -> Operation:
    """A new country operation, with its scopes; code and country in capital letters. Raises Problem access.operation_exists."""
    code = code.strip().upper()
    if Operation.objects.filter(code=code).exists():
        raise Problem("access.operation_exists", operation=code, at=Location(field="code"))
    operation = Operation(code=code, name=name.strip(), country=country.strip().upper())
    operation.save()
    with connection.cursor() as cursor:
        cursor.execute(_OPERATION_SCOPES)
    return operation


@action("access.change_operation")
def change_operation(operation_id: UUID, *, name: str, is_active: bool, by: Viewer) -> Operation:
    """Rename an operation, close or reopen it. Raises Problem not_found."""
    operation = Operation.objects.select_for_update().filter(pk=operation_id).first()
    if operation is None:
        raise Problem("not_found")
    operation.name, operation.is_active = name.strip(), is_active
    operation.save()
    return operation
