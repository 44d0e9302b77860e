"""A map as geometry: boundaries and points in the units of an SVG drawing. Templates draw it, tables stand beside it."""

from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any

_MAP_WIDE, _MAP_HIGH, _RIM = 640, 520, 8


def areas(collection: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """Boundaries and points of a GeoJSON collection as SVG paths, each with the figures kept under its id; None without any.

    Never mirrored: east is on the right in every language.
    """
    shapes = [
        (feature, _rings(feature["geometry"]))
        for feature in collection["features"]
        if feature["properties"]["role"] == "child" or feature["id"] in figures
    ]
    corners = [place for _feature, rings in shapes for ring in rings for place in ring]
    if not corners:
        return None
    west, east = min(x for x, _y in corners), max(x for x, _y in corners)
    south, north = min(y for _x, y in corners), max(y for _x, y in corners)
    narrow = cos(radians((south + north) / 2))
    scale = min(
        (_MAP_WIDE - 2 * _RIM) / max((east - west) * narrow, 1e-6), (_MAP_HIGH - 2 * _RIM) / max(north - south, 1e-6)
    )

    def drawn(place: Sequence[float]) -> tuple[float, float]:
        return round(_RIM + (place[0] - west) * narrow * scale, 1), round(_RIM + (north - place[1]) * scale, 1)

    found = []
    for feature, rings in shapes:
        figure = dict(figures.get(feature["id"], {}))
        if feature["geometry"]["type"] == "Point":
            x, y = drawn(rings[0][0])
            found.append({"x": x, "y": y, "name": feature["properties"]["name"], **figure})
        else:
            path = " ".join(part for ring in rings if (part := _outline([drawn(place) for place in ring])))
            found.append({"path": path, "name": feature["properties"]["name"], **figure})
    return {
        "width": round((east - west) * narrow * scale + 2 * _RIM),
        "height": round((north - south) * scale + 2 * _RIM),
        "shapes": found,
    }


def _rings(geometry: Mapping[str, Any]) -> list[list[Sequence[float]]]:
    kind, found = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return [[found]]
    if kind == "Polygon":
        return list(found)
    return [ring for polygon in found for ring in polygon]


def _outline(places: Sequence[tuple[float, float]]) -> str:
    """A ring as a path, without corners that fall onto the same spot; empty when nothing of it can be seen."""
    kept = [place for number, place in enumerate(places) if not number or place != places[number - 1]]
    if len(kept) < 3:
        return ""
    return f"M{' '.join(f'{x:g},{y:g}' for x, y in kept)}Z"
