"""Search and type-ahead: by code or by the beginning of any word of a name, in any script."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import SearchHit
from banyan.reference.places.models import NameKey, Place, PlaceName
from banyan.reference.places.queries.places import LAST, VIEW, breadcrumbs, places
from banyan.reference.places.rules.naming import keys_of, question

MOST = 20
_NEAREST = 3000  # keys looked at; beyond that the question is too short to answer well anyway
_FIND = """
WITH keyed AS (
    SELECT place_id, key FROM places_namekey
    WHERE key >= %(key)s AND key < %(last)s AND (%(everything)s OR scope_id = ANY(%(scopes)s))
    ORDER BY key LIMIT %(nearest)s
), found AS (
    SELECT place_id AS id, false AS coded FROM keyed GROUP BY place_id
    UNION ALL
    SELECT id, pcode = %(code)s FROM places_place
    WHERE country = ANY(ARRAY(SELECT DISTINCT country FROM places_release))
      AND pcode >= %(code)s AND pcode < %(code_last)s AND %(code)s <> ''
)
SELECT p.id, p.name, p.names, p.pcode, p.level, p.kind, p.status, p.country
FROM (SELECT id, bool_or(coded) AS coded FROM found GROUP BY id) f JOIN places_place p ON p.id = f.id
WHERE (%(everything)s OR p.scope_id = ANY(%(scopes)s)) AND (%(country)s = '' OR p.country = %(country)s)
  AND (%(deepest)s::int IS NULL OR p.level <= %(deepest)s::int)
ORDER BY f.coded DESC, EXISTS (
    SELECT 1 FROM jsonb_each_text(p.names) e WHERE lower(regexp_replace(e.value, '[^[:alnum:]]', '', 'g')) = %(key)s
) DESC, p.status = 'retired', p.level, p.name, p.pcode LIMIT %(most)s
"""


@dataclass(frozen=True)
class Hit:
    """A place found: `path` holds the names above it, `note` another name by which it was found."""

    id: UUID
    label: str
    code: str
    path: tuple[str, ...]
    note: str
    level: int
    kind: str
    country: str

    def as_option(self) -> dict[str, Any]:
        """As the place picker takes it."""
        return {"id": str(self.id), "label": self.label, "code": self.code, "path": list(self.path), "note": self.note,
                "url": reverse("places:record", args=[self.id])}  # fmt: skip


def find(text: str, *, seen_by: Viewer, most: int = MOST, country: str = "", deepest: int | None = None) -> list[Hit]:
    """Places by code or name, nearest first: exact before beginning, wide before narrow. One query, one for the path."""
    seen_by.require(VIEW)
    reach = seen_by.reach(VIEW)
    key, code = question(text), text.strip().upper().replace(" ", "").replace("\x00", "")[:32]
    if not key:
        return []
    values: dict[str, Any] = {
        "key": key, "last": key + LAST, "code": code, "code_last": code + LAST, "everything": reach.everything,
        "scopes": list(reach.scopes), "nearest": _NEAREST, "most": most, "country": country, "deepest": deepest,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIND, values)
        rows = cursor.fetchall()
    ids = [row[0] for row in rows]
    paths = breadcrumbs(ids, seen_by=seen_by)
    notes: dict[UUID, str] = {}
    for pk, other in PlaceName.objects.filter(place__in=ids).exclude(relation="raw").values_list("place_id", "text"):
        if any(part.startswith(key) for part in keys_of(other)):
            notes.setdefault(pk, other)
    hits = []
    for pk, name, names, pcode, level, kind, _status, where in rows:
        spoken = loads(names)
        matching = [value for value in spoken.values() if any(part.startswith(key) for part in keys_of(value))]
        note = "" if name in matching else next(iter(matching), notes.get(pk, ""))
        hits.append(Hit(pk, name, pcode, tuple(step for _id, step in paths[pk]), note, level, kind, where))
    return hits


def loads(value: Any) -> dict[str, str]:
    """A JSON column as raw SQL gives it: text or already read."""
    if isinstance(value, str):
        import orjson  # noqa: PLC0415 — only for drivers that give text

        found: dict[str, str] = orjson.loads(value)
        return found
    return dict(value or {})


def by_code(code: str, *, seen_by: Viewer, country: str = "") -> Place | None:
    """The place with exactly this code; None when there is none in reach, or several countries use it."""
    rows = places(seen_by=seen_by).filter(pcode=code.strip().upper())
    found = list((rows.filter(country=country) if country else rows)[:2])
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class PlaceCode:
    """What a P-code stands for: the place, the scope its rows carry, what it is called, and where it lies."""

    id: UUID
    pcode: str
    scope_id: int
    name: str
    names: dict[str, str]
    level: int
    status: str
    parent_id: UUID | None


def coded(codes: Collection[str], country: str, *, seen_by: Viewer) -> dict[str, PlaceCode]:
    """The places with these codes in a country, within the viewer's reach, by code; one query for any number of codes."""
    found = places(seen_by=seen_by).filter(country=country, pcode__in=[code.strip().upper() for code in codes])
    rows = found.values_list("id", "pcode", "scope_id", "name", "names", "level", "status", "parent_id")
    return {row[1]: PlaceCode(row[0], row[1], row[2], row[3], dict(row[4] or {}), *row[5:]) for row in rows}


def named(texts: Collection[str], country: str, *, seen_by: Viewer) -> dict[str, list[PlaceCode]]:
    """The places in a country that bear exactly these names, in any language and script, by the text asked for.

    Spaces, hyphens, accents and capitals do not matter. One query through the search keys for any number of texts.
    """
    asked = {text: question(text) for text in texts}
    keys = sorted({key for key in asked.values() if key})
    found = places(seen_by=seen_by).filter(
        country=country, pk__in=NameKey.objects.filter(key__in=keys).values("place_id")
    )
    rows = found.values_list("id", "pcode", "scope_id", "name", "names", "level", "status", "parent_id")
    bearing: dict[str, list[PlaceCode]] = {}
    for row in rows:
        place = PlaceCode(row[0], row[1], row[2], row[3], dict(row[4] or {}), *row[5:])
        for key in {question(name) for name in (place.name, *place.names.values())}:
            bearing.setdefault(key, []).append(place)
    return {text: bearing[key] for text, key in asked.items() if key in bearing}


def chosen(value: str, text: str, *, seen_by: Viewer) -> Place | None:
    """What a place picker sent: the id it chose, else (without script) the one place that the text names."""
    rows = places(seen_by=seen_by)
    try:
        return rows.filter(pk=UUID(value)).first()
    except ValueError:
        pass
    if place := by_code(text, seen_by=seen_by):
        return place
    hits = find(text, seen_by=seen_by, most=2) if text.strip() else []
    return rows.filter(pk=hits[0].id).first() if len(hits) == 1 else None


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """For the search over everything."""
    if not seen_by.may(VIEW):
        return []
    return [
        SearchHit(
            title=hit.label, subtitle=" › ".join([*hit.path, hit.code, *([hit.note] if hit.note else [])]),
            url=reverse("places:record", args=[hit.id]), kind=_("Places"),
        )
        for hit in find(text, seen_by=seen_by, most=10)
    ]  # fmt: skip
