"""Imports up to the point where it is known what would be taken: upload, confirm the guess, check, refuse."""

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.core.exceptions import ValidationError
from django.utils import timezone

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.names import Encoding, detect_column, to_unicode
from banyan.platform.kernel.problems import Location, Problem, Problems, raise_all
from banyan.reference.places import outlines, sources, states
from banyan.reference.places.actions.staging import known_places, staged_rows, store_rows
from banyan.reference.places.models import ImportBatch, ImportFile, StagedPlace
from banyan.reference.places.rules import checking, findings, guessing, headers
from banyan.reference.places.rules.countries import iso3
from banyan.reference.places.rules.rows import OTHERS_SCHEMA, SCHEMA, Rows, rows_of

Report = Callable[[int, int], None]
_KEY = ["country", "pcode"]


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


def _too_long(batch: ImportBatch) -> Iterator[Problem]:
    """What the columns of the import cannot hold."""
    for field in batch._meta.concrete_fields:
        if field.name not in ("country", "authority", "label"):
            continue
        try:
            field.run_validators(getattr(batch, field.name))
        except ValidationError as error:
            yield from Problems.of_fields({field.name: error.messages})


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
    batch = ImportBatch(
        country=country or _country(tables),
        authority=authority.strip() or guessing.authority_of(names),
        label=label.strip() or guessing.label_of(names),
        published_on=published_on,
        terms=terms,
        tables=[_described(table) for table in tables],
        made_by=str(by.label),
    )
    raise_all(_too_long(batch))
    batch.save(force_insert=True)
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
    known = known_places(countries)
    checked = checking.check(places, known)
    found = pl.concat(
        [checked.findings, zawgyi, *_geometry_findings(maps, shapes, known, checked.taken, batch.country)]
    )
    staged = staged_rows(checked.taken, known, batch)
    found = pl.concat([found, outlines.points_outside(staged)])
    store_rows(batch, staged, found, noted, tables, shapes)
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


def _geometry_findings(
    maps: Sequence[tuple[int, sources.Table]], shapes: Mapping[int, headers.Shape], known: pl.DataFrame, taken: pl.DataFrame,
    country: str,
) -> list[pl.DataFrame]:  # fmt: skip
    codes = set(known["pcode"]) | set(taken["pcode"])
    return [outlines.findings_of(number, table, shapes[number], country, codes) for number, table in maps]
