"""Taking a checked import into releases, all of it or nothing, and undoing that."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection
from django.utils import timezone

from banyan.platform.access import actions as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem
from banyan.platform.kernel.sets import as_sets
from banyan.reference.places import outlines, states
from banyan.reference.places.actions.importing import _locked, _require_everything, read_batch, shape_in
from banyan.reference.places.facts import ImportUndone, PlacesImported
from banyan.reference.places.models import (
    Boundary,
    ImportBatch,
    Place,
    PlaceInRelease,
    PlaceName,
    Release,
    StagedPlace,
)
from banyan.reference.places.rules.levels import AREA_LEVEL
from banyan.reference.places.rules.naming import key_arrays
from banyan.reference.places.states import ReleaseState

Report = Callable[[int, int], None]

_AREAS = """
SELECT s.pcode, s.name, parent.pcode, s.country
FROM places_stagedplace s
LEFT JOIN (SELECT place_id AS id, pcode FROM places_stagedplace WHERE batch_id = %(batch)s
           UNION SELECT id, pcode FROM places_place WHERE country = ANY(%(countries)s) AND level < %(level)s) parent
ON parent.id = s.parent_id
WHERE s.batch_id = %(batch)s AND s.level <= %(level)s AND (s.is_new OR s.country = ANY(%(current)s))
ORDER BY s.level, s.pcode
"""
_KNOWN_AREAS = """
SELECT p.pcode, p.scope_id FROM places_stagedplace s JOIN places_place p ON p.id = s.place_id
WHERE s.batch_id = %s AND s.level <= %s AND NOT s.is_new
"""
_NEW_PLACES = """
INSERT INTO places_place (id, country, pcode, level, kind, parent_id, status, name, names, lon, lat, since, until, scope_id)
SELECT s.place_id, s.country, s.pcode, s.level, s.kind, s.parent_id, s.status, s.name, jsonb_strip_nulls(s.names),
       s.lon, s.lat, s.since, s.until, coalesce(m.scope, s.scope_id)
FROM places_stagedplace s LEFT JOIN unnest(%(areas)s::text[], %(scopes)s::int[]) AS m (area, scope) ON m.area = s.area
WHERE s.batch_id = %(batch)s AND s.is_new
"""
# Values that an earlier file of the release gave and this one leaves open stay (a list of wards without points, say).
_CHANGED_PLACES = """
UPDATE places_place p
SET level = s.level, kind = s.kind, parent_id = s.parent_id, status = s.status, name = s.name,
    names = p.names || jsonb_strip_nulls(s.names), lon = coalesce(s.lon, p.lon), lat = coalesce(s.lat, p.lat),
    since = coalesce(s.since, p.since), until = coalesce(s.until, p.until), scope_id = coalesce(m.scope, s.scope_id)
FROM places_stagedplace s LEFT JOIN unnest(%(areas)s::text[], %(scopes)s::int[]) AS m (area, scope) ON m.area = s.area
WHERE s.batch_id = %(batch)s AND NOT s.is_new AND p.id = s.place_id AND s.country = ANY(%(current)s)
  AND (p.kind, p.parent_id, p.status, p.name, p.names, p.lon, p.lat, p.since, p.until, p.scope_id) IS DISTINCT FROM
      (s.kind, s.parent_id, s.status, s.name, p.names || jsonb_strip_nulls(s.names), coalesce(s.lon, p.lon),
       coalesce(s.lat, p.lat), coalesce(s.since, p.since), coalesce(s.until, p.until), coalesce(m.scope, s.scope_id))
"""
_MEMBERS = """
INSERT INTO places_placeinrelease (id, release_id, place_id, parent_id, pcode, level, kind, status, name, names, lon, lat,
    since, until, batch_id, source_table, source_row, scope_id)
SELECT s.id, r.release, s.place_id, s.parent_id, s.pcode, s.level, s.kind, s.status, s.name, jsonb_strip_nulls(s.names), s.lon,
       s.lat, s.since, s.until, s.batch_id, s.source_table, s.source_row, coalesce(m.scope, s.scope_id)
FROM places_stagedplace s
JOIN unnest(%(countries)s::text[], %(releases)s::uuid[]) AS r (country, release) ON r.country = s.country
LEFT JOIN unnest(%(areas)s::text[], %(scopes)s::int[]) AS m (area, scope) ON m.area = s.area
WHERE s.batch_id = %(batch)s
"""
_MEMBERS_AGAIN = """
ON CONFLICT (release_id, pcode) DO UPDATE
SET parent_id = excluded.parent_id, kind = excluded.kind, status = excluded.status, name = excluded.name,
    names = places_placeinrelease.names || excluded.names, lon = coalesce(excluded.lon, places_placeinrelease.lon),
    lat = coalesce(excluded.lat, places_placeinrelease.lat), since = coalesce(excluded.since, places_placeinrelease.since),
    until = coalesce(excluded.until, places_placeinrelease.until), scope_id = excluded.scope_id,
    batch_id = excluded.batch_id, source_table = excluded.source_table, source_row = excluded.source_row
WHERE (places_placeinrelease.parent_id, places_placeinrelease.kind, places_placeinrelease.status,
       places_placeinrelease.name, places_placeinrelease.names, places_placeinrelease.lon, places_placeinrelease.lat,
       places_placeinrelease.since, places_placeinrelease.until, places_placeinrelease.scope_id) IS DISTINCT FROM
      (excluded.parent_id, excluded.kind, excluded.status, excluded.name, places_placeinrelease.names || excluded.names,
       coalesce(excluded.lon, places_placeinrelease.lon), coalesce(excluded.lat, places_placeinrelease.lat),
       coalesce(excluded.since, places_placeinrelease.since), coalesce(excluded.until, places_placeinrelease.until),
       excluded.scope_id)
"""
# In the order of the keys, so that the index grows at its end.
_NEW_KEYS = """
INSERT INTO places_namekey (place_id, key, scope_id)
SELECT s.place_id, k.key, coalesce(m.scope, s.scope_id)
FROM places_stagedplace s CROSS JOIN LATERAL (SELECT DISTINCT unnest(s.keys)) AS k (key)
LEFT JOIN unnest(%(areas)s::text[], %(scopes)s::int[]) AS m (area, scope) ON m.area = s.area
WHERE s.batch_id = %(batch)s AND s.is_new ORDER BY k.key
"""
_FOLLOW_SCOPE = (
    "UPDATE places_placename x SET scope_id = p.scope_id FROM places_place p"
    " WHERE p.id = x.place_id AND x.scope_id <> p.scope_id AND p.country = ANY(%s)",
    "UPDATE places_boundary x SET scope_id = p.scope_id FROM places_place p"
    " WHERE p.id = x.place_id AND x.scope_id <> p.scope_id AND p.country = ANY(%s)",
)
_PLAIN_KEYS = """
INSERT INTO places_namekey (place_id, key, scope_id)
SELECT DISTINCT g.place, k.key, g.scope
FROM unnest(%s::uuid[], %s::int[], %s::text[]) AS g (place, scope, keys)
CROSS JOIN LATERAL unnest(g.keys::text[]) AS k (key)
"""
_UNUSED = """
UPDATE places_place p SET status = 'retired'
WHERE p.id = ANY(%s) AND p.status <> 'retired' AND NOT EXISTS (SELECT 1 FROM places_placeinrelease r WHERE r.place_id = p.id)
"""


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


@action("places.import_places")
def take_import(batch_id: UUID, *, by: Viewer, report: Report = _quiet) -> ImportBatch:
    """Write the staged rows into one release per country. The first release of a country becomes its current one.

    Taking the same files again changes nothing. Raises Problem places.batch_state, places.nothing_to_take.
    """
    _require_everything(by)
    batch = _locked(batch_id)
    batch.state = states.after(batch.state, "take")
    staged = StagedPlace.objects.filter(batch_id=batch.id)
    countries = sorted(staged.order_by().values_list("country", flat=True).distinct())
    maps = [number for number, table in enumerate(batch.tables) if table["taken"] and table["form"] == "map"]
    if not countries and not maps:
        raise Problem("places.nothing_to_take")
    total = staged.count()
    report(0, total)
    releases = {country: _release(batch, country) for country in countries or [batch.country]}
    current = [country for country, release in releases.items() if release.state == ReleaseState.CURRENT]
    values = {
        "batch": batch.id, "countries": list(releases), "releases": [release.id for release in releases.values()],
        "current": current, "level": AREA_LEVEL,
    }  # fmt: skip
    added, changed, members = (0, 0, 0)
    if countries:
        values |= _scopes(batch, values, by)
        added, changed, members = _write(values, releases)
    report(total, total)
    outlined = _write_boundaries(batch, maps, releases) if maps else 0
    _write_other_names(batch, set(countries))
    StagedPlace.objects.filter(batch_id=batch.id).delete()
    batch.taken_at = timezone.now()
    batch.counts = batch.counts | {"added": added, "changed": changed, "members": members, "outlined": outlined}
    batch.save()
    unchanged = total - max(added, members)
    announce(
        PlacesImported(
            batch_id=batch.id, release_ids=tuple(release.id for release in releases.values()), added=added,
            changed=changed, unchanged=unchanged, not_taken=int(batch.counts.get("not_taken", 0)),
        ),
        by=by,
    )  # fmt: skip
    return batch


@action("places.import_places")
def undo_import(batch_id: UUID, *, by: Viewer) -> ImportBatch:
    """Take what an import brought out of its releases again. Codes are never reused, so its places stay, retired.

    Raises Problem places.release_current when that would empty the current release while others could follow it.
    """
    _require_everything(by)
    batch = _locked(batch_id)
    batch.state = states.after(batch.state, "undo")
    members = PlaceInRelease.objects.filter(batch=batch)
    releases = Release.objects.filter(id__in=members.order_by().values("release").distinct())
    for release in releases.filter(state=ReleaseState.CURRENT):
        if Release.objects.filter(country=release.country).exclude(id=release.id).exists():
            raise Problem("places.release_current")
    places = list(members.values_list("place_id", flat=True))
    Boundary.objects.filter(release__in=releases, place__in=places).delete()
    removed, _by_model = members.delete()
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_UNUSED, [places])
    batch.save()
    announce(ImportUndone(batch_id=batch.id, removed=removed), by=by)
    return batch


def _release(batch: ImportBatch, country: str) -> Release:
    release, _made = Release.objects.get_or_create(
        country=country,
        authority=batch.authority,
        label=batch.label,
        defaults={"published_on": batch.published_on, "terms": batch.terms},
    )
    if not Release.objects.filter(country=country, state=ReleaseState.CURRENT).exists():
        release.state = ReleaseState.CURRENT
        release.made_current_at = timezone.now()
        release.save()
    return release


def _scopes(batch: ImportBatch, values: dict[str, Any], by: Viewer) -> dict[str, Any]:
    """Areas for the levels that access knows; their scopes by code. A release beside the current one moves no area."""
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_KNOWN_AREAS, [batch.id, AREA_LEVEL])
        known = dict(cursor.fetchall())
        cursor.execute(_AREAS, values)
        rows = cursor.fetchall()
    mapping = known | (access.register_areas(rows, by=by) if rows else {})
    return {"areas": list(mapping), "scopes": list(mapping.values())}


def _write(values: dict[str, Any], releases: dict[str, Release]) -> tuple[int, int, int]:
    fresh = not PlaceInRelease.objects.filter(release__in=list(releases.values())).exists()
    with as_sets(), connection.cursor() as cursor:
        cursor.execute(_NEW_PLACES, values)
        added = cursor.rowcount
        cursor.execute(_NEW_KEYS, values)
        changed = 0
        if values["current"]:
            cursor.execute(_CHANGED_PLACES + " RETURNING p.id", values)
            ids = [row[0] for row in cursor.fetchall()]
            changed = len(ids)
            if ids:
                renew_keys(ids)
                for statement in _FOLLOW_SCOPE:
                    cursor.execute(statement, [values["current"]])
        cursor.execute(_MEMBERS if fresh else _MEMBERS + _MEMBERS_AGAIN, values)
        members = cursor.rowcount
    return added, changed, members


def renew_keys(places: list[UUID]) -> None:
    """Make the search keys of these places anew from their names and further names. Called inside an action."""
    texts: dict[UUID, list[str]] = {}
    scopes: dict[UUID, int] = {}
    for pk, names, scope in Place.objects.filter(id__in=places).values_list("id", "names", "scope_id"):
        texts[pk] = [str(name) for name in names.values()]
        scopes[pk] = scope
    for pk, text in PlaceName.objects.filter(place__in=places).values_list("place_id", "text"):
        texts.setdefault(pk, []).append(text)
    pairs = [(pk, text) for pk, many in texts.items() for text in many if pk in scopes]
    arrays = key_arrays(pl.DataFrame({"text": [text for _pk, text in pairs]}, schema={"text": pl.String})).to_list()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM places_namekey WHERE place_id = ANY(%s)", [places])
        cursor.execute(_PLAIN_KEYS, [[pk for pk, _text in pairs], [scopes[pk] for pk, _text in pairs], arrays])


def _write_boundaries(batch: ImportBatch, maps: list[int], releases: dict[str, Release]) -> int:
    tables = read_batch(batch)
    rows: dict[tuple[UUID, UUID], Boundary] = {}
    for number in maps:
        good, _bad = outlines.outlines_of(tables[number], shape_in(batch, number))
        places = {
            (country, pcode): (pk, scope)
            for pk, country, pcode, scope in Place.objects.filter(
                country__in=list(releases), pcode__in=[outline.pcode for outline in good]
            ).values_list("id", "country", "pcode", "scope_id")
        }
        for outline in good:
            for country, release in releases.items():
                if found := places.get((country, outline.pcode)):
                    west, south, east, north = outline.box
                    rows[found[0], release.id] = Boundary(
                        place_id=found[0], release=release, shape=outline.wkb, drawing=outline.drawing,
                        area_km2=outline.area_km2, west=west, south=south, east=east, north=north,
                        repaired=outline.repaired, scope_id=found[1],
                    )  # fmt: skip
    Boundary.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["place", "release"],
        update_fields=["shape", "drawing", "area_km2", "west", "south", "east", "north", "repaired", "scope_id"],
        batch_size=200,
    )
    return len(rows)


def _write_other_names(batch: ImportBatch, countries: set[str]) -> None:
    if not batch.others:
        return
    places = {
        pcode: (pk, scope)
        for pcode, pk, scope in Place.objects.filter(
            country__in=countries, pcode__in=[row[0] for row in batch.others]
        ).values_list("pcode", "id", "scope_id")
    }
    source = f"{batch.authority} {batch.label}"
    known = set(
        PlaceName.objects.filter(place__in=[pk for pk, _scope in places.values()]).values_list(
            "place_id", "relation", "language", "text"
        )
    )
    rows = [
        PlaceName(
            place_id=places[pcode][0],
            relation=relation,
            language=language,
            text=text[:200],
            source=source,
            scope_id=places[pcode][1],
        )
        for pcode, relation, language, text in batch.others
        if pcode in places and (places[pcode][0], relation, language, text[:200]) not in known
    ]
    PlaceName.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1_000)
    if rows:
        renew_keys(list({row.place_id for row in rows}))
