"""Checked rows made ready for the database: ids, parents, areas, keys; findings stored."""

from collections.abc import Mapping, Sequence

import orjson
import polars as pl
import psycopg
from django.db import connection
from uuid_utils import uuid7

from banyan.platform.kernel.arrays import array_text
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import sources
from banyan.reference.places.models import ImportBatch, ImportFinding, Place, StagedPlace
from banyan.reference.places.rules import checking, findings, headers, naming
from banyan.reference.places.rules.countries import country_names
from banyan.reference.places.rules.levels import AREA_LEVEL, DEEPEST, kind_named
from banyan.reference.places.rules.rows import LANGUAGES, NAMES

_KEY = ["country", "pcode"]
_FINDINGS = """
INSERT INTO places_importfinding (batch_id, ordinal, severity, code, file, "row", "column", value, parameters)
SELECT %s, ordinal, severity, code, file, "row", "column", value, params::jsonb
FROM jsonb_to_recordset(%s::jsonb) AS f
(ordinal int, severity text, code text, file text, "row" int, "column" text, value text, params text)
"""
# Staged rows are under row-level security, which COPY does not heed; unnested columns come almost as fast (one
# parameter for each, as the text of an array).
_STAGED = {
    "id": "uuid", "batch_id": "uuid", "table": "int2", "row": "int4", "country": "text", "pcode": "text", "level": "int2",
    "kind": "text", "status": "text", "name": "text", "names": "jsonb", "parent_id": "uuid", "place_id": "uuid",
    "is_new": "bool", "area": "text", "scope_id": "int4", "keys": "text", "lon": "float8", "lat": "float8", "since": "date",
    "until": "date",
}  # fmt: skip
_STAGE = f"""
INSERT INTO places_stagedplace (id, batch_id, source_table, source_row, country, pcode, level, kind, status, name, names,
    parent_id, place_id, is_new, area, scope_id, keys, lon, lat, since, until)
SELECT s.id, s.batch_id, s.table_, s.row_, s.country, s.pcode, s.level, s.kind, s.status, s.name, s.names, s.parent_id,
       s.place_id, s.is_new, s.area, s.scope_id, s.keys::text[], s.lon, s.lat, s.since, s.until
FROM unnest({", ".join(f"%s::{kind}[]" for kind in _STAGED.values())})
AS s (id, batch_id, table_, row_, country, pcode, level, kind, status, name, names, parent_id, place_id, is_new, area,
      scope_id, keys, lon, lat, since, until)
"""  # noqa: S608 — types from the table above


def known_places(countries: set[str]) -> pl.DataFrame:
    """The places of these countries as the checks need them."""
    values = Place.objects.filter(country__in=countries).values_list(
        "country", "pcode", "level", "id", "scope_id", "kind", "status"
    )
    schema = {
        **checking.KNOWN_SCHEMA,
        "place_id": pl.String(),
        "scope_id": pl.Int64(),
        "known_kind": pl.String(),
        "known_status": pl.String(),
    }
    rows = [
        (country, pcode, level, str(pk), scope, kind, status)
        for country, pcode, level, pk, scope, kind, status in values.iterator(20_000)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def staged_rows(taken: pl.DataFrame, known: pl.DataFrame, batch: ImportBatch) -> pl.DataFrame:
    """Rows ready for the staging table: ids given, parents and areas found, names and keys written out."""
    if taken.is_empty():
        return pl.DataFrame()
    rows = pl.concat([_country_rows(taken, known), taken], how="diagonal_relaxed")
    rows = rows.join(known.drop("level"), on=_KEY, how="left", maintain_order="left")
    is_new = rows["place_id"].is_null()
    # As text at once: the same UUIDv7 as kernel.ids makes, without ninety thousand objects in between.
    fresh = iter([str(uuid7()) for _ in range(int(is_new.sum()))])
    ids = [found or next(fresh) for found in rows["place_id"]]
    rows = rows.with_columns(pl.Series("place_id", ids), is_new.alias("is_new")).with_columns(
        # A mention in a column does not know whether a second-level place is a district or a self-administered area.
        pl.when(pl.col("own")).then(pl.col("kind")).otherwise(pl.coalesce("known_kind", "kind")).alias("kind"),
        pl.when(pl.col("own")).then(pl.col("status")).otherwise(pl.coalesce("known_status", "status")).alias("status"),
        pl.when(pl.col("level") <= AREA_LEVEL).then(pl.col("pcode")).alias("area"),
        pl.when(pl.col("level") <= AREA_LEVEL).then(None).otherwise(pl.col("scope_id")).alias("_own_scope"),
    )
    upper = rows.select("country", pl.col("pcode").alias("parent"), pl.col("place_id").alias("parent_id"))
    before = known.select(
        "country",
        pl.col("pcode").alias("parent"),
        pl.col("place_id").alias("_before"),
        pl.col("scope_id").alias("_scope"),
    )
    rows = rows.join(upper, on=["country", "parent"], how="left", maintain_order="left")
    rows = rows.join(before, on=["country", "parent"], how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.coalesce("parent_id", "_before").alias("parent_id"),
        pl.when((pl.col("level") > AREA_LEVEL) & pl.col("parent_id").is_null())
        .then(pl.col("_scope"))
        .alias("scope_id"),
    )
    for level in range(AREA_LEVEL + 1, DEEPEST + 1):
        if not rows.filter(pl.col("level") == level).height:
            continue
        above = rows.filter(pl.col("level") < level).select(
            "country",
            pl.col("pcode").alias("parent"),
            pl.col("area").alias("_area"),
            pl.col("scope_id").alias("_above"),
        )
        rows = (
            rows.join(above, on=["country", "parent"], how="left", maintain_order="left")
            .with_columns(
                pl.when(pl.col("level") == level).then(pl.col("_area")).otherwise(pl.col("area")).alias("area"),
                pl.when((pl.col("level") == level) & pl.col("_area").is_null())
                .then(pl.coalesce("_above", "scope_id"))
                .otherwise(pl.col("scope_id"))
                .alias("scope_id"),
            )
            .drop("_area", "_above")
        )
    spoken = [language for language in LANGUAGES if rows[f"name_{language}"].null_count() < rows.height]
    return rows.with_columns(
        pl.struct(pl.col(f"name_{language}").alias(language) for language in spoken)
        .struct.json_encode()
        .alias("names"),
        naming.key_arrays(rows.select(f"name_{language}" for language in spoken)).alias("keys"),
        pl.lit(str(batch.id)).alias("batch_id"),
        pl.Series("id", [str(uuid7()) for _ in range(rows.height)]),
    )


def _country_rows(taken: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A row for each country that no table lists and that is not there yet."""
    listed = set(taken.filter(pl.col("level") == 0)["country"]) | set(known.filter(pl.col("level") == 0)["country"])
    rows = []
    for country in sorted(set(taken["country"]) - listed):
        names = {
            f"name_{language}": name for language, name in country_names(country).items() if f"name_{language}" in NAMES
        }
        rows.append({
            "table": 0, "row": 0, "country": country, "pcode": country, "level": 0, "kind": "country", "own": False,
            "status": "active", "name": names.get("name_en", country), **names,
        })  # fmt: skip
    schema = {name: taken.schema[name] for name in taken.columns}
    return pl.DataFrame(rows, schema=schema) if rows else pl.DataFrame(schema=schema)


def store_rows(
    batch: ImportBatch, staged: pl.DataFrame, found: pl.DataFrame, noted: Sequence[Problem], tables: Sequence[sources.Table],
    shapes: Mapping[int, headers.Shape],
) -> None:  # fmt: skip
    """Stage the rows by COPY and note every finding, in place of what an earlier check left."""
    StagedPlace.objects.filter(batch_id=batch.id).delete()
    ImportFinding.objects.filter(batch=batch).delete()
    if staged.height:
        with connection.cursor() as cursor:
            # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
            bound = psycopg.Cursor(cursor.cursor.connection)
            bound.execute(_STAGE, [array_text(staged[column]) for column in _STAGED])
    labels = {number: table.label for number, table in enumerate(tables)}
    titles = {(number, role): title for number, shape in shapes.items() for role, title in _titles(shape).items()}
    records = [
        {"severity": severity, "code": code, "file": labels.get(table, ""), "row": row or None, "column": titles.get((table, role), ""),
         "value": value, "params": params}
        for severity, code, table, row, role, value, params in found.sort("table", "row", maintain_order=True).rows()
    ]  # fmt: skip
    records += [
        {"severity": findings.WARNING, "code": note.code, "file": note.at.sheet if note.at else "", "row": None, "column": "",
         "value": str(note.parameters.get("value", ""))[:200], "params": orjson.dumps(note.parameters, default=str).decode()}
        for note in noted
    ]  # fmt: skip
    if records:
        for ordinal, record in enumerate(records):
            record["ordinal"] = ordinal
        with connection.cursor() as cursor:
            cursor.execute(_FINDINGS, [batch.id, orjson.dumps(records).decode()])


def _titles(shape: headers.Shape) -> dict[str, str]:
    """Header of the column that a finding is about, by its role."""
    titles: dict[str, str] = {}
    above = [
        column
        for column in shape.columns
        if column.meaning.startswith("code@") and column.meaning != f"code@{shape.own}"
    ]
    if above:
        titles["parent"] = max(above, key=lambda column: kind_named(column.meaning[5:]).rank).header
    for column in shape.columns:
        role, _language, kind = headers.split_meaning(column.meaning)
        if kind in ("", shape.own):
            titles.setdefault(role, column.header)
    return titles
