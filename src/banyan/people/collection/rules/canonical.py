"""From tables and a mapping to households and people: one column per register field, rows joined as their source says.

People find their household by the structure of the file (a repeat inside of a submission, KoBo's parent index) or, in
sheets, by the household's number. Nobody is lost: a person whose household is not there keeps the key that names it,
and checking says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from banyan.people.collection.rules.recognition import extra_key, question_of
from banyan.people.collection.rules.recognition.wording import normal, subject_of_suffix
from banyan.people.collection.rules.shapes import (
    EXTRA,
    HOUSEHOLD_COLUMN,
    IGNORED,
    PERSON_COLUMN,
    SUBMITTED_COLUMN,
    UID_COLUMN,
    Canonical,
    Header,
    Mapping,
    Reading,
    Table,
    TableMapping,
)

BASE: dict[str, type[pl.DataType]] = {
    "key": pl.String,
    "uid": pl.String,
    "sheet": pl.String,
    "row": pl.Int32,
    "number": pl.String,
    "submitted_at": pl.String,
}
_SPECIAL = {
    HOUSEHOLD_COLUMN: "#household",
    PERSON_COLUMN: "#person",
    UID_COLUMN: "#uid",
    SUBMITTED_COLUMN: "submitted_at",
}
_COLLECTOR = re.compile(r"collectors? ids?$")
_COLLECTORS = {"person.is_collector": "collector_of", "person.is_alternate": "alternate_of"}
_LEVEL = re.compile(r"(?:adm|admin|level)[a-z ]*([0-9])")
_DEEP = ("village", "ward", "camp", "site", "block")


@dataclass
class _Part:
    """One table on its way: its rows with one column per target, and which of them speak of households or of people."""

    name: str
    subject: str
    frame: pl.DataFrame
    household: list[str] = field(default_factory=list)
    person: list[str] = field(default_factory=list)


def canonical(reading: Reading, mapping: Mapping, schema: Any = None) -> Canonical:
    """Households and people of a reading; `schema` is that of the form it was filled with, if there is one.

    A table of households gives one household per row, one of people one person per row; a row of "both" is a person and
    brings a household, one per household number, else one per person. Tables that are ignored are left out.
    """
    mapped = {table.table: table for table in mapping.tables}
    cells: dict[str, tuple[str, str]] = {}
    paths: dict[str, str] = {}
    parts = []
    parents = {
        parent
        for table in reading.tables
        if mapped.get(table.name, _IGNORE).subject in ("person", "both")
        for parent in table.frame["parent"].unique().drop_nulls().to_list()
    }
    for table in reading.tables:
        tie = mapped.get(table.name)
        if tie is None or tie.subject == "ignore":
            continue
        parts.append(_keyed(_part(table, tie, cells, paths, schema), parents))
    structure = _structure(parts)
    households = [
        part.frame.select(*_base(number="#household"), *part.household) for part in parts if part.subject == "household"
    ]
    people = []
    seen = {key for frame in households for key in frame["key"].to_list()}
    for part in parts:
        if part.subject == "household":
            continue
        frame = _joined(part.frame, structure)
        if part.subject == "both":
            brought = _brought(frame, part.household).filter(~pl.col("key").is_in(list(seen)))
            seen |= set(brought["key"].to_list())
            households.append(brought)
        people.append(_collectors(frame, part.person).select(*_base(number="#person"), *_person_columns(part)))
    return Canonical(
        households=_stacked(households),
        people=_with_uids(_stacked(people), _stacked(households)),
        cells=cells,
        paths=paths,
        media=reading.media,
    )


_IGNORE = TableMapping("", "ignore", ())


def _part(
    table: Table, tie: TableMapping, cells: dict[str, tuple[str, str]], paths: dict[str, str], schema: Any
) -> _Part:
    """The rows of a table with one column per target."""
    frame = table.frame.filter(~pl.col("row").is_in(list(tie.skipped_rows))) if tie.skipped_rows else table.frame
    gathered: dict[str, list[Header]] = {}
    for header, target in zip(table.headers, tie.targets, strict=False):
        name = _SPECIAL.get(target.field) or _column_of(header, target.field, target.extra, tie.subject)
        if not name:
            continue
        gathered.setdefault(name, []).append(header)
        # Exports leave group names out, and tables made by hand carry labels: the form's logic asks by path.
        question = question_of(schema, header)
        path = question.path if question is not None else header.path or header.name
        if not name.startswith("#") and path:
            paths.setdefault(path, name)
    part = _Part(table.name, tie.subject, frame)
    columns = [
        pl.col("row"),
        pl.col("uid"),
        pl.col("parent"),
        (pl.col("own") if "own" in frame.columns else pl.col("uid")).alias("#own"),
        pl.lit(table.name).alias("sheet"),
    ]
    for name, headers in gathered.items():
        columns.append(_merged(frame, name, headers).alias(name))
        if name in (*_SPECIAL.values(),):
            continue
        cells.setdefault(name, (table.name, headers[0].letter))
        (part.household if _is_about_household(name, headers[0], tie.subject) else part.person).append(name)
    columns += [pl.lit(None, dtype=pl.String).alias(name) for name in _SPECIAL.values() if name not in gathered]
    part.frame = frame.select(columns).with_columns(
        pl.coalesce("uid", pl.col("#uid").str.strip_chars().str.strip_prefix("uuid:")).alias("uid"),
        _key_text("#household"),
        _key_text("#person"),
    )
    return part


def _column_of(header: Header, field_key: str, extra: str, subject: str) -> str:
    """The canonical column of a target; a field of the other subject is kept as an extra. "" when ignored."""
    if field_key == IGNORED:
        return ""
    if field_key:
        about = field_key.partition(".")[0]
        return field_key if subject == "both" or about == subject else EXTRA + extra_key(header)
    return EXTRA + extra if extra else EXTRA + extra_key(header)


def _is_about_household(name: str, header: Header, subject: str) -> bool:
    if subject != "both":
        return subject == "household"
    if name.startswith(EXTRA):
        return subject_of_suffix(header.name) == "household"
    return name.startswith("household.")


def _merged(frame: pl.DataFrame, name: str, headers: Sequence[Header]) -> pl.Expr:
    """One column out of all that feed the same field: options folded, places at their deepest level, else the first value."""
    if len(headers) == 1:
        return pl.col(f"c{headers[0].position}")
    if all("/" in header.name for header in headers) and _are_options(frame, headers):
        options = [
            pl.when(pl.col(f"c{header.position}").str.strip_chars().str.to_uppercase().is_in(["1", "TRUE"])).then(
                pl.lit(header.name.rpartition("/")[2])
            )
            for header in headers
        ]
        folded = pl.concat_str(options, separator=" ", ignore_nulls=True)
        return pl.when(folded != "").then(folded)
    ordered = sorted(headers, key=_depth, reverse=True) if name.endswith(".place") else headers
    return pl.coalesce([pl.col(f"c{header.position}") for header in ordered])


def _are_options(frame: pl.DataFrame, headers: Sequence[Header]) -> bool:
    return all(
        frame[f"c{header.position}"]
        .drop_nulls()
        .str.strip_chars()
        .str.to_uppercase()
        .is_in(["0", "1", "TRUE", "FALSE"])
        .all()
        for header in headers
    )


def _depth(header: Header) -> tuple[int, int]:
    """How deep a column of places lies: by the number of its level, else by its word, else by its place in the sheet."""
    words = normal(header.name)
    level = _LEVEL.search(words)
    if level:
        return int(level[1]), header.position
    return (9 if any(word in words for word in _DEEP) else 0), header.position


def _key_text(name: str) -> pl.Expr:
    """A number as it is compared: without blanks around it and without the ".0" that spreadsheets add."""
    text = pl.col(name).str.strip_chars().str.replace(r"^([0-9]+)\.0+$", "$1").str.replace_all(r"\s+", " ")
    return pl.when(text != "").then(text).alias(name)


def _keyed(part: _Part, parents: set[str]) -> _Part:
    """The key of each row's own household: by structure where other tables hang on it, else by the number written."""
    anywhere = pl.format("{}:{}", pl.col("sheet"), pl.col("row"))
    has_members = bool(parents) and part.frame["#own"].drop_nulls().is_in(list(parents)).any()
    first = ("#own", "#household") if has_members else ("#household", "#own")
    part.frame = part.frame.with_columns(pl.coalesce(*first, anywhere).alias("key"))
    return part


def _structure(parts: Sequence[_Part]) -> dict[str, str]:
    """Household key by the structural key of its row."""
    found: dict[str, str] = {}
    for part in parts:
        if part.subject != "person":
            found.update((own, key) for own, key in part.frame.select("#own", "key").iter_rows() if own is not None)
    return found


def _joined(frame: pl.DataFrame, structure: dict[str, str]) -> pl.DataFrame:
    """People with the key of their household: by structure first, then by the number written in their row."""
    if not frame["parent"].null_count() < frame.height:
        return frame
    keys = {parent: _up(parent, structure) for parent in frame["parent"].unique().drop_nulls().to_list()}
    known = {parent: key for parent, key in keys.items() if key}
    table = pl.DataFrame(
        {"parent": list(known), "#joined": list(known.values())}, schema={"parent": pl.String, "#joined": pl.String}
    )
    joined = frame.join(table, on="parent", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("#joined", "#household", "parent", "key").alias("key")).drop("#joined")


def _up(parent: str, structure: dict[str, str]) -> str:
    """The household a row hangs on, through repeats that are no households themselves."""
    while parent:
        if parent in structure:
            return structure[parent]
        parent = parent.rpartition("/")[0]
    return ""


def _brought(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The households that rows of people bring: one per key, each value the first that is given."""
    return frame.group_by("key", maintain_order=True).agg(
        pl.col("uid").drop_nulls().first(),
        pl.col("sheet").first(),
        pl.col("row").first(),
        pl.col("#household").drop_nulls().first().alias("number"),
        pl.col("submitted_at").drop_nulls().first(),
        *[pl.col(name).drop_nulls().first() for name in columns],
    )


def _collectors(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """HOPE lists, in the row of a person, the households for which that person collects: a flag when their own is one.

    Other households in the list are kept as an extra attribute.
    """
    for name, extra in _COLLECTORS.items():
        if name not in columns:
            continue
        values = frame[name].drop_nulls()
        if (
            values.str.strip_chars()
            .str.to_lowercase()
            .is_in(["true", "false", "yes", "no", "oui", "non", "si", "y", "n"])
            .any()
        ):
            continue
        own = pl.coalesce("#household", "key")
        if not _lists_ids(frame, name):
            continue
        ids = pl.col(name).str.replace_all(r"[;,|\s]+", " ").str.strip_chars().str.split(" ")
        mine = ids.list.contains(own) | ids.list.contains(pl.col("#person")).fill_null(value=False)
        frame = frame.with_columns(
            pl.when(pl.col(name).is_null())
            .then(None)
            .when(mine.fill_null(value=False))
            .then(pl.lit("TRUE"))
            .otherwise(pl.lit("FALSE"))
            .alias(name),
            pl.when(~mine.fill_null(value=False)).then(pl.col(name)).alias(EXTRA + extra),
        )
    return frame


def _lists_ids(frame: pl.DataFrame, name: str) -> bool:
    """Whether the column holds ids, not 0 and 1: some of them are numbers of this table's households or people."""
    numbers = {*frame["#household"].drop_nulls().to_list(), *frame["#person"].drop_nulls().to_list()}
    return any(set(re.split(r"[;,|\s]+", value)) & numbers for value in frame[name].drop_nulls().to_list())


def _person_columns(part: _Part) -> list[pl.Expr]:
    made = [EXTRA + extra for name, extra in _COLLECTORS.items() if name in part.person]
    return [pl.col(name) for name in part.person] + [pl.col(f"^{re.escape(name)}$") for name in made]


def _base(*, number: str) -> list[pl.Expr]:
    return [
        pl.col("key"),
        pl.col("uid"),
        pl.col("sheet"),
        pl.col("row"),
        pl.col(number).alias("number"),
        pl.col("submitted_at"),
    ]


def _stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    full = [frame for frame in frames if frame.height] or list(frames[:1])
    return pl.concat(full, how="diagonal") if full else pl.DataFrame(schema=BASE)


def _with_uids(people: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """People whose row does not tell their submission, or when it was sent, take both from their household."""
    if not households.height or not people.height:
        return people
    ids = households.select("key", pl.col("uid").alias("#uid"), pl.col("submitted_at").alias("#at")).unique(
        "key", keep="first"
    )
    joined = people.join(ids, on="key", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("uid", "#uid").alias("uid"), pl.coalesce("submitted_at", "#at").alias("submitted_at")
    ).drop("#uid", "#at")
