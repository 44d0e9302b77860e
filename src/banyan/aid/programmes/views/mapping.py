"""Figures by place as a map that can be gone down into, and as the table beside it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from banyan.aid.programmes.views import charts
from banyan.aid.programmes.views.framing import SEE_PLACES
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

# How strongly each shade is drawn.
_OPACITY = {number: round(0.05 + 0.17 * number, 2) for number in range(1, charts.SHADES + 1)}
# Places in the table beside a map; the export holds all.
MOST_PLACES = 200


def mapped(
    figures: Mapping[UUID, int], wanted: str, viewer: Viewer, keep: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Figures of the places within `wanted`, summed by its parts: the map, the way above, and rows for the table.

    wanted: the id of a place in the address; empty for the smallest that holds all. keep: further parts of the address.
    """
    if not figures or not viewer.may(SEE_PLACES):
        return {}
    above = places.breadcrumbs(figures, seen_by=viewer)
    names = dict(places.places(seen_by=viewer).filter(pk__in=list(figures)).values_list("pk", "name"))
    paths = {pk: [*above.get(pk, []), (pk, names[pk])] for pk in figures if pk in names}
    if not paths:
        return {}
    here = _start(list(paths.values()), wanted)
    inside = {pk: path for pk, path in paths.items() if here is None or here in dict(path)}
    first = next(iter(inside.values()))
    lineage = [] if here is None else first[: [pk for pk, _name in first].index(here) + 1]
    sums: dict[UUID, dict[str, Any]] = {}
    for pk, path in inside.items():
        part, name = path[min(len(lineage), len(path) - 1)]
        held = sums.setdefault(part, {"name": name, "figure": 0, "deeper": False})
        held["figure"] += figures[pk]
        held["deeper"] = held["deeper"] or part != pk
    return {"map": _drawn(sums, lineage, keep or {}, viewer)}


def _start(paths: Sequence[Sequence[tuple[UUID, str]]], wanted: str) -> UUID | None:
    """The place to look at: the one asked for, else the smallest that holds all; of a single place the one above it.

    None where nothing holds all of them, as in a country of which no release of places is known.
    """
    known = {str(pk): pk for path in paths for pk, _name in path}
    if wanted:
        if wanted not in known:
            raise Problem("not_found")
        return known[wanted]
    shared = [pk for pk, _name in paths[0] if all(pk in dict(path) for path in paths)]
    if len(paths) == 1 and len(shared) > 1:
        shared = shared[:-1]
    return shared[-1] if shared else None


def _drawn(
    sums: Mapping[UUID, dict[str, Any]], lineage: Sequence[tuple[UUID, str]], keep: Mapping[str, str], viewer: Viewer
) -> dict[str, Any]:  # fmt: skip
    def address(place: UUID) -> str:
        return "?" + urlencode({**keep, "within": str(place)})

    most = max((each["figure"] for each in sums.values()), default=0)
    told: dict[str, dict[str, Any]] = {}
    for pk, each in sums.items():
        number = charts.shade(each["figure"], most)
        told[str(pk)] = {
            "shade": number,
            "opacity": _OPACITY.get(number, 0),
            "words": number_format(each["figure"], use_l10n=True, force_grouping=True),
            "url": address(pk) if each["deeper"] else "",
        }
    rows = sorted(sums.items(), key=lambda each: (-each[1]["figure"], each[1]["name"]))
    return {
        "name": lineage[-1][1] if lineage else "",
        "trail": [{"name": name, "url": address(pk)} for pk, name in lineage[:-1]],
        "areas": places.area_picture(lineage[-1][0], told, seen_by=viewer) if lineage else None,
        "shades": [{"figure": figure, "opacity": _OPACITY[number]} for number, figure in charts.steps(most)] if most else [],
        "rows": [{"name": each["name"], "figure": each["figure"], "url": told[str(pk)]["url"]} for pk, each in rows[:MOST_PLACES]],
        "title": _("How many, by place"),
    }  # fmt: skip
