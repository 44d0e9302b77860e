"""Imports up to the point where it is known what would be taken: upload, confirm the guess, check, refuse."""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
import polars as pl
from django.db import connection
from django.utils import timezone
from uuid_utils import uuid7

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.names import Encoding, detect_column, to_unicode
from banyan.platform.kernel.problems import Location, Problem, Problems, raise_all
from banyan.reference.places import outlines, sources, states
from banyan.reference.places.models import ImportBatch, ImportFile, ImportFinding, Place, StagedPlace
from banyan.reference.places.rules import checking, findings, guessing, headers, naming
from banyan.reference.places.rules.countries import country_names, iso3
from banyan.reference.places.rules.levels import AREA_LEVEL, DEEPEST, kind_named
from banyan.reference.places.rules.rows import LANGUAGES, NAMES, OTHERS_SCHEMA, SCHEMA, Rows, rows_of

Report = Callable[[int, int], None]
_KEY = ["country", "pcode"]
_FINDINGS = """
INSERT INTO places_importfinding (batch_id, ordinal, severity, code, file, "row", "column", value, parameters)
SELECT %s, ordinal, severity, code, file, "row", "column", value, params::jsonb
FROM jsonb_to_recordset(%s::jsonb) AS f
(ordinal int, severity text, code text, file text, "row" int, "column" text, value text, params text)
"""
_STAGE = """
COPY places_stagedplace (batch_id, source_table, source_row, country, pcode, level, kind, status, name, names, parent_id,
place_id, is_new, area, scope_id, keys, lon, lat, since, until) FROM STDIN (FORMAT csv)
"""


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


@action("places.import_places")
def upload_files(
    files: Sequence[tuple[str, bytes]], *, by: Viewer, country: str = "", authority: str = "", label: str = "",
    published_on: PartialDate | None = None, terms: str = "",
) -> ImportBatch:  # fmt: skip
    """Keep uploaded files (name, content) and guess what they hold. Raises Problems for files that cannot be read."""
    _require_everything(by)
    tables: list[sources.Table] = []
    problems: list[Problem] = []
    for name, content in files:
        try:
            tables += sources.read_tables(name, content)
        except Problem as problem:
            problems.append(problem.placed(Location(field="files")))
    raise_all(problems)
    if not files:
        raise Problem("places.file_empty", file="", at=Location(field="files"))
    names = [name for name, _content in files]
    batch = ImportBatch.objects.create(
        country=country or _country(tables),
        authority=authority.strip() or guessing.authority_of(names),
        label=label.strip() or guessing.label_of(names),
        published_on=published_on,
        terms=terms,
        tables=[_described(table) for table in tables],
        made_by=str(by.label),
    )
    for position, (name, content) in enumerate(files):
        ImportFile.objects.create(
            batch=batch, position=position, name=name[:255], size=len(content), content=zlib.compress(content, 1),
            digest=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
    return batch


@action("places.import_places")
def confirm_import(
    batch_id: UUID, *, by: Viewer, country: str, authority: str, label: str, published_on: PartialDate | None = None,
    terms: str = "", tables: Sequence[Mapping[str, Any]] | None = None,
) -> ImportBatch:  # fmt: skip
    """Store what a person confirmed or changed: release, country, which tables are taken, what their columns hold.

    tables: for each table {"taken": bool, "meanings": [text, …]}; None keeps the guess. Raises Problems.
    """
    _require_everything(by)
    batch = _locked(batch_id)
    states.after(batch.state, "check")
    problems = []
    if not authority.strip():
        problems.append(Problem("places.column_missing", what="authority", at=Location(field="authority")))
    if not label.strip():
        problems.append(Problem("places.column_missing", what="release", at=Location(field="label")))
    if country and iso3(country) is None:
        problems.append(Problem("places.country_unknown", value=country, at=Location(field="country")))
    described = [dict(table) for table in batch.tables]
    for number, (table, given) in enumerate(zip(described, tables or [], strict=False)):
        meanings = list(given.get("meanings", table["meanings"]))
        for index, meaning in enumerate(meanings):
            if not headers.check_meaning(meaning):
                at = Location(sheet=table["label"], column=table["headers"][index], field=f"tables.{number}.{index}")
                problems.append(Problem("places.mapping_unknown", meaning=meaning, at=at))
        table["taken"] = bool(given.get("taken", table["taken"]))
        table["meanings"] = (meanings + table["meanings"][len(meanings) :])[: len(table["headers"])]
    raise_all(problems)
    batch.country = iso3(country) or ""
    batch.authority, batch.label, batch.terms = authority.strip(), label.strip(), terms
    batch.published_on = published_on
    batch.tables = described
    batch.save()
    return batch


@action("places.import_places")
def check_import(batch_id: UUID, *, by: Viewer, report: Report = _quiet) -> ImportBatch:
    """Read the files, check every row, stage what can be taken and note every finding. Repeating it changes nothing.

    Raises Problems when nothing can be read as it was confirmed; row errors are findings, never exceptions.
    """
    _require_everything(by)
    batch = _locked(batch_id)
    state = states.after(batch.state, "check")
    tables = read_batch(batch)
    report(0, sum(table.frame.height for table in tables))
    chosen = [(number, table) for number, table in enumerate(tables) if batch.tables[number]["taken"]]
    shapes = {number: shape_in(batch, number) for number, _table in chosen}
    _require_columns(batch, shapes)
    noted = [note for number, table in chosen for note in table.notes]
    maps = [(number, table) for number, table in chosen if table.geometries is not None]
    places, others, zawgyi = _read_rows(batch, [pair for pair in chosen if pair[1].geometries is None], shapes)
    countries = set(places["country"].drop_nulls().unique()) | ({batch.country} - {""})
    known = _known(countries)
    checked = checking.check(places, known)
    found = pl.concat(
        [checked.findings, zawgyi, *_geometry_findings(maps, shapes, known, checked.taken, batch.country)]
    )
    staged = _staged(checked.taken, known, batch)
    found = pl.concat([found, outlines.points_outside(staged)])
    _store(batch, staged, found, noted, tables, shapes)
    rows = sum(batch.tables[number]["rows"] for number, _table in chosen)
    errors = found.filter(pl.col("severity") == findings.ERROR)
    batch.counts = {
        "rows": rows,
        "taken": int(staged.filter(pl.col("own")).height) if staged.height else 0,
        "ancestors": int(staged.filter(~pl.col("own")).height) if staged.height else 0,
        "new": int(staged["is_new"].sum()) if staged.height else 0,
        "errors": errors.height,
        "not_taken": errors.select("table", "row").unique().height,
        "warnings": found.height - errors.height + len(noted),
        "boundaries": sum(table.frame.height for _number, table in maps),
        "others": others.height,
    }
    batch.others = [
        list(row) for row in others.select("pcode", "relation", "language", "text").unique(maintain_order=True).rows()
    ]
    batch.state = state
    batch.checked_at = timezone.now()
    batch.save()
    report(rows, rows)
    return batch


@action("places.import_places")
def refuse_import(batch_id: UUID, *, by: Viewer) -> ImportBatch:
    """Put an import aside; its files and findings stay. Raises Problem places.batch_state."""
    batch = _locked(batch_id)
    batch.state = states.after(batch.state, "refuse")
    StagedPlace.objects.filter(batch_id=batch.id).delete()
    batch.save()
    return batch


def _require_everything(by: Viewer) -> None:
    if not by.reach("places.import_places").everything or not by.reach("places.change_place").everything:
        raise Problem("places.needs_everything")


def _locked(batch_id: UUID) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise Problem("not_found")
    return batch


def read_batch(batch: ImportBatch) -> list[sources.Table]:
    """The tables of an import's files, in the order in which they were described."""
    tables: list[sources.Table] = []
    for name, content in ImportFile.objects.filter(batch=batch).order_by("position").values_list("name", "content"):
        tables += sources.read_tables(name, zlib.decompress(content))
    return tables


def shape_in(batch: ImportBatch, number: int) -> headers.Shape:
    """The shape of a table as it was confirmed."""
    table = batch.tables[number]
    pairs = zip(table["headers"], table["meanings"], strict=True)
    return headers.shape_of([headers.Column(index, header, meaning) for index, (header, meaning) in enumerate(pairs)])


def _described(table: sources.Table) -> dict[str, Any]:
    sample = [[value or "" for value in row[1:]] for row in table.frame.head(5).rows()]
    return {
        "file": table.file,
        "sheet": table.sheet,
        "label": table.label,
        "form": "map" if table.geometries is not None else table.shape.form,
        "own": table.shape.own,
        "headers": list(table.headers),
        "meanings": [column.meaning for column in table.shape.columns],
        "rows": table.frame.height,
        "taken": table.shape.form != "other" and not (table.shape.missing and table.geometries is None),
        "sample": [[cell[:60] for cell in row] for row in sample],
    }


def _country(tables: Sequence[sources.Table]) -> str:
    for table in tables:
        index = table.shape.find("code") if table.shape.form == "list" else None
        if table.shape.form == "levels":
            upper = [column.index for column in table.shape.columns if column.meaning.startswith("code@")]
            index = upper[0] if upper else None
        if table.shape.find("country") is not None:
            return ""
        if index is not None:
            codes = [code for code in table.frame[str(index)].head(200) if code]
            if found := guessing.country_of_codes(codes):
                return found
    return ""


def _require_columns(batch: ImportBatch, shapes: Mapping[int, headers.Shape]) -> None:
    problems = []
    if not shapes:
        problems.append(Problem("places.file_no_places", file=", ".join({table["file"] for table in batch.tables})))
    for number, shape in shapes.items():
        wanted = shape.missing if batch.tables[number]["form"] != "map" else [m for m in shape.missing if m == "code"]
        at = Location(sheet=batch.tables[number]["label"])
        problems += [Problem("places.column_missing", what=what, at=at) for what in wanted]
        knows = shape.find("country") is not None or shape.find("code@country") is not None
        if not batch.country and not knows:
            problems.append(
                Problem("places.country_missing", at=Location(sheet=batch.tables[number]["label"], field="country"))
            )
    if problems:
        raise Problems(problems)


def _read_rows(
    batch: ImportBatch, chosen: Sequence[tuple[int, sources.Table]], shapes: Mapping[int, headers.Shape]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows and further names of all tables, Zawgyi converted, and the findings of that conversion."""
    read: list[Rows] = [Rows(pl.DataFrame(schema=SCHEMA), pl.DataFrame(schema=OTHERS_SCHEMA))]
    notes = [findings.none_found()]
    for number, table in chosen:
        rows = rows_of(number, table.frame, shapes[number], batch.country)
        places, others = rows.places, rows.others
        column = places["name_my"]
        if column.null_count() < len(column) and detect_column(_sample(column)).encoding is Encoding.ZAWGYI:
            converted = column.map_elements(to_unicode, return_dtype=pl.String)
            changed = places.with_columns(converted.alias("_new")).filter(pl.col("_new") != pl.col("name_my"))
            raw = changed.filter(pl.col("own")).select(
                "table", "row", "pcode", pl.lit("raw").alias("relation"), pl.lit("my").alias("language"), pl.col("name_my").alias("text")
            )  # fmt: skip
            notes.append(
                findings.found(
                    changed.head(1),
                    "zawgyi_converted",
                    "name",
                    None,
                    {"count": pl.lit(changed.height)},
                    severity=findings.WARNING,
                )
            )
            places = places.with_columns(converted.alias("name_my"))
            others = pl.concat([others, raw])
        read.append(Rows(places, others))
    return pl.concat([r.places for r in read]), pl.concat([r.others for r in read]), pl.concat(notes)


def _sample(column: pl.Series) -> pl.Series:
    """Values from all over a column: enough to judge its encoding, few enough to cost nothing."""
    values = column.drop_nulls()
    return values.gather_every(max(1, len(values) // 200))


def _known(countries: set[str]) -> pl.DataFrame:
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


def _geometry_findings(
    maps: Sequence[tuple[int, sources.Table]], shapes: Mapping[int, headers.Shape], known: pl.DataFrame, taken: pl.DataFrame,
    country: str,
) -> list[pl.DataFrame]:  # fmt: skip
    codes = set(known["pcode"]) | set(taken["pcode"])
    return [outlines.findings_of(number, table, shapes[number], country, codes) for number, table in maps]


def _staged(taken: pl.DataFrame, known: pl.DataFrame, batch: ImportBatch) -> pl.DataFrame:
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


def _store(
    batch: ImportBatch, staged: pl.DataFrame, found: pl.DataFrame, noted: Sequence[Problem], tables: Sequence[sources.Table],
    shapes: Mapping[int, headers.Shape],
) -> None:  # fmt: skip
    StagedPlace.objects.filter(batch_id=batch.id).delete()
    ImportFinding.objects.filter(batch=batch).delete()
    if staged.height:
        columns = ["batch_id", "table", "row", "country", "pcode", "level", "kind", "status", "name", "names", "parent_id", "place_id",
                   "is_new", "area", "scope_id", "keys", "lon", "lat", "since", "until"]  # fmt: skip
        text = staged.select(columns).write_csv(include_header=False)
        with connection.cursor() as cursor, cursor.copy(_STAGE) as copy:
            copy.write(text.encode())
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
