"""Boundaries: read from GeoJSON, checked, repaired openly, measured, simplified for the screen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson
import polars as pl
import shapely
from shapely.geometry import shape as to_geometry
from shapely.validation import explain_validity

from banyan.reference.places.models import Boundary
from banyan.reference.places.rules import findings
from banyan.reference.places.rules.headers import Shape
from banyan.reference.places.rules.rows import as_code
from banyan.reference.places.sources import Table

# Degrees: about 500 m, finer than a screen shows for a township.
_DRAWN = 0.005
# Points this near to a boundary (degrees, about 2 km) are not called outside: boundaries are simplified themselves.
_NEAR = 0.02
_EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Outline:
    """A boundary ready to be stored. `repaired` says what was wrong, empty when nothing was."""

    pcode: str
    row: int
    wkb: bytes
    drawing: str
    area_km2: float
    box: tuple[float, float, float, float]
    repaired: str


def outlines_of(table: Table, shape: Shape) -> tuple[list[Outline], list[tuple[int, str, str]]]:
    """The usable boundaries of a map file, and (row, code, reason) of those that are not."""
    index = shape.find(f"code@{shape.own}") if shape.form == "levels" else shape.find("code")
    good: list[Outline] = []
    bad: list[tuple[int, str, str]] = []
    if index is None or table.geometries is None:
        return good, bad
    codes = table.frame.select("row", as_code(str(index)).alias("code")).rows()
    for (row, code), geometry in zip(codes, table.geometries, strict=True):
        try:
            good.append(_outline(code or "", row, geometry))
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
            bad.append((row, code or "", str(error)[:150]))
    return good, bad


def _outline(code: str, row: int, geometry: Mapping[str, Any] | None) -> Outline:
    if not geometry:
        raise ValueError("no geometry")
    shape = to_geometry(geometry)
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise ValueError(f"{shape.geom_type} instead of a polygon")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("coordinates are not degrees of longitude and latitude")
    reason = ""
    if not shape.is_valid:
        reason = explain_validity(shape)[:200]
        shape = shapely.make_valid(shape)
        parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type in ("Polygon", "MultiPolygon")]
        shape = shapely.union_all(parts)
        if shape.is_empty:
            raise ValueError(reason)
    drawn = shapely.simplify(shape, _DRAWN, preserve_topology=True)
    drawn = shapely.set_precision(drawn, 0.0001, mode="pointwise")
    text = orjson.dumps(shapely.geometry.mapping(drawn)).decode()
    return Outline(code, row, shapely.to_wkb(shape), text, area_km2(shape), shape.bounds, reason)


def area_km2(shape: Any) -> float:
    """Area on the sphere in km², by the line integral of sin(latitude) over longitude (Chamberlain & Duquette 2007)."""
    total = 0.0
    for polygon in getattr(shape, "geoms", [shape]):
        for sign, ring in ((1, polygon.exterior), *((-1, hole) for hole in polygon.interiors)):
            points = [(math.radians(x), math.radians(y)) for x, y, *_z in ring.coords]
            pairs = pairwise(points)
            total += sign * abs(sum((x2 - x1) * (2 + math.sin(y1) + math.sin(y2)) for (x1, y1), (x2, y2) in pairs))
    return total * _EARTH_KM**2 / 2


def findings_of(number: int, table: Table, shape: Shape, country: str, known: set[str]) -> pl.DataFrame:
    """What is wrong with the boundaries of a map: unusable, of unknown places, repaired."""
    good, bad = outlines_of(table, shape)
    place = {"table": number, "role": "code"}
    records = [
        {
            **place,
            "severity": findings.ERROR,
            "code": "places.geometry_unusable",
            "row": row,
            "value": code,
            "params": {"code": code, "reason": reason},
        }
        for row, code, reason in bad
    ]
    for outline in good:
        if outline.pcode not in known:
            records.append({**place, "severity": findings.ERROR, "code": "places.boundary_unknown_code", "row": outline.row,
                            "value": outline.pcode, "params": {"code": outline.pcode}})  # fmt: skip
        elif outline.repaired:
            records.append({**place, "severity": findings.WARNING, "code": "places.geometry_repaired", "row": outline.row,
                            "value": outline.pcode, "params": {"code": outline.pcode, "reason": outline.repaired}})  # fmt: skip
    for record in records:
        record["params"] = orjson.dumps(record["params"]).decode()
    return pl.DataFrame(records, schema=findings.SCHEMA) if records else findings.none_found()


def points_outside(staged: pl.DataFrame) -> pl.DataFrame:
    """Warnings for points that lie outside the known boundary of the place's area (its township or what is above)."""
    if staged.is_empty() or staged["lon"].null_count() == staged.height:
        return findings.none_found()
    points = staged.filter(
        pl.col("own") & pl.col("lon").is_not_null() & pl.col("area").is_not_null() & (pl.col("level") > 0)
    )
    areas = points["area"].unique().to_list()
    stored = (
        Boundary.objects.filter(place__country__in=staged["country"].unique().to_list(), place__pcode__in=areas)
        .order_by("place__pcode", "-release__published_on")
        .values_list("place__pcode", "shape")
    )
    shapes: dict[str, Any] = {}
    for code, wkb in stored.iterator():
        shapes.setdefault(code, bytes(wkb))
    outside = []
    for (area,), rows in points.group_by("area", maintain_order=True):
        if area not in shapes:
            continue
        near = shapely.buffer(shapely.from_wkb(shapes[str(area)]), _NEAR)
        shapely.prepare(near)
        inside = shapely.contains_xy(near, rows["lon"].to_numpy(), rows["lat"].to_numpy())
        outside.append(rows.filter(~pl.Series(inside)))
    if not outside:
        return findings.none_found()
    value = pl.format("{}, {}", "lon", "lat")
    params = {"code": pl.col("pcode"), "value": value, "parent": pl.col("area")}
    return findings.found(pl.concat(outside), "coordinate_outside", "lon", value, params, severity=findings.WARNING)
