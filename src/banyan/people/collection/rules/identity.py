"""Which rows make one submission, by what it is known again, and what its content is worth comparing by.

A submission is one household key of the batch: its household row (there may be none) and the people with the same key.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from banyan.people.collection.rules.shapes import EXTRA, RAW, Checked, Mapping

STRUCTURE = frozenset({"key", "uid", "sheet", "row", "number", "submitted_at"})
"""Columns of canonical frames that are no values of the household or person."""

INDEX = "#index"
AGREED = frozenset({"remembered", "binding"})
"""Reasons of a target that a person has confirmed before."""
_NULLS = r',"[^"\\]*":null'
_DUMMY = '{"":""'


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked batch as submissions and rows, ready to be written.

    `submissions`: ordinal (Int32, from `first`), key (within the batch), uid, number, submitted_at, label, people, digest.
    `rows`: households before people, in the order of submissions: submission (index into `submissions`), subject, index
    (row of the checked frame), sheet, row, values, raw, extras (JSON texts without nulls).
    """

    submissions: pl.DataFrame
    rows: pl.DataFrame


def value_columns(frame: pl.DataFrame) -> list[str]:
    """Columns that hold register fields, by name."""
    return sorted(
        name
        for name in frame.columns
        if name not in STRUCTURE and not name.startswith((EXTRA, RAW)) and name[0] not in "@#"
    )


def extra_columns(frame: pl.DataFrame) -> list[str]:
    """Columns that hold further attributes, by name."""
    return sorted(name for name in frame.columns if name.startswith(EXTRA))


def numbered(checked: Checked) -> Checked:
    """The same rows with the submitter's own numbers among their values, where no column was mapped to them."""
    frames = []
    for frame, name in ((checked.households, "household.number"), (checked.people, "person.number")):
        own = name not in frame.columns and frame["number"].null_count() < frame.height
        frames.append(frame.with_columns(pl.col("number").alias(name)) if own else frame)
    return Checked(frames[0], frames[1], checked.findings, checked.evidence)


def lean_json(frame: pl.DataFrame, columns: dict[str, str]) -> pl.Series:
    """One JSON object for each row with the columns (name → key in the object) that are not null."""
    if not columns or not frame.height:
        return pl.Series("json", ["{}"] * frame.height, dtype=pl.String)
    written = frame.select(
        # A first member that is never null leaves every other one with a comma before it.
        pl.struct(pl.lit("").alias(""), *(pl.col(name).cast(pl.String).alias(key) for name, key in columns.items()))
        .struct.json_encode()
        # Inside of values a quotation mark has a backslash before it, so a comma and a bare one begin a member.
        .str.replace_all(_NULLS, "")
        .str.strip_prefix(_DUMMY)
        .str.strip_prefix(",")
        .alias("json")
    ).select("{" + pl.col("json"))
    return written.to_series()


def parts(checked: Checked, *, people: int) -> Iterator[tuple[int, Checked]]:
    """A checked batch cut between submissions, some `people` at a time, with how many submissions came before.

    Rows keep their numbers (column "#index"), so that findings meet them.
    """
    keys = pl.concat([checked.households.select("key"), checked.people.select("key")]).unique(maintain_order=True)
    households, members = (frame.with_row_index(INDEX) for frame in (checked.households, checked.people))
    size = max(1, people * keys.height // max(1, households.height + members.height))
    for start in range(0, keys.height, size):
        own = keys.slice(start, size)
        yield (
            start,
            Checked(
                households.join(own, on="key", how="semi", maintain_order="left"),
                members.join(own, on="key", how="semi", maintain_order="left"),
                checked.findings,
                checked.evidence,
            ),
        )


def bundle(checked: Checked, *, first: int = 0) -> Bundle:
    """Submissions and rows of a checked batch, numbered from `first`."""
    rows = pl.concat([_rows(checked.households, "household"), _rows(checked.people, "person")], how="vertical")
    keys = pl.concat([checked.households.select("key"), checked.people.select("key")]).unique(maintain_order=True)
    keys = keys.with_row_index("submission")
    rows = rows.join(keys, on="key", how="left", maintain_order="left").sort("submission", maintain_order=True)
    told = rows.group_by("submission", maintain_order=True).agg(
        pl.col("uid").drop_nulls().first(),
        _number().alias("number"),
        pl.col("submitted_at").drop_nulls().first(),
        (pl.col("subject") == "person").sum().cast(pl.Int32).alias("people"),
        _label().alias("label"),
        (pl.col("subject") + pl.col("values") + pl.col("extras")).sort().str.join("\x1e").alias("content"),
    )
    digests = [hashlib.sha256(content.encode()).hexdigest() for content in told["content"]]
    submissions = keys.join(told.drop("content"), on="submission", how="left", maintain_order="left").with_columns(
        pl.Series("digest", digests, dtype=pl.String),
        (pl.col("submission").cast(pl.Int32) + first).alias("ordinal"),
    )
    return Bundle(submissions, rows.drop("key", "uid", "number", "submitted_at", "name", "heads"))


def _number() -> pl.Expr:
    """The household's own number; of a person alone the person's, marked as such."""
    alone = (pl.col("subject") == "person").sum() == 1
    return pl.coalesce(
        pl.col("number").filter(pl.col("subject") == "household").first(),
        pl.when(alone).then("person " + pl.col("number").filter(pl.col("subject") == "person").first()),
    )


def _label() -> pl.Expr:
    people = pl.col("subject") == "person"
    return pl.coalesce(
        pl.col("name").filter(people & pl.col("heads").fill_null(False)).first(),
        pl.col("name").filter(people).first(),
    )


def _rows(frame: pl.DataFrame, subject: str) -> pl.DataFrame:
    raw = {name: name.removeprefix(RAW) for name in frame.columns if name.startswith(RAW)}
    schema = frame.schema

    def own(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.String) if name in schema else pl.lit(None, dtype=pl.String)

    parts = ("person.given_name", "person.middle_name", "person.family_name")
    joined = pl.concat_str([own(part) for part in parts], separator=" ", ignore_nulls=True)
    return frame.select(
        pl.lit(subject).alias("subject"),
        (pl.col(INDEX) if INDEX in schema else pl.int_range(pl.len(), dtype=pl.UInt32)).alias("index"),
        own("key").alias("key"),
        own("uid").alias("uid"),
        own("number").alias("number"),
        own("submitted_at").alias("submitted_at"),
        own("sheet").fill_null("").alias("sheet"),
        (pl.col("row").cast(pl.Int32) if "row" in schema else pl.lit(None, dtype=pl.Int32)).alias("row"),
        pl.coalesce(own("person.full_name"), pl.when(joined != "").then(joined)).alias("name"),
        (own("person.is_head").eq("true") | own("person.relationship").eq("head")).alias("heads"),
        lean_json(frame, {name: name for name in value_columns(frame)}).alias("values"),
        lean_json(frame, raw).alias("raw"),
        lean_json(frame, {name: name.removeprefix(EXTRA) for name in extra_columns(frame)}).alias("extras"),
    )


def keys_over_batches(
    submissions: pl.DataFrame, namespace: UUID | str, seen: dict[str, int] | None = None
) -> pl.Series:
    """What names each submission over all batches of an operation.

    Its own id, else the submitter's number within `namespace` (form or source), else its content with a count: two
    households of which nothing is told apart are two. seen: digest → how many parts before had, counted on here.
    """
    counted = {} if seen is None else seen
    nameless = submissions.select((pl.col("uid").is_null() & pl.col("number").is_null()).alias("nameless"))["nameless"]
    numbers = []
    for digest, alone in zip(submissions["digest"], nameless, strict=True):
        if alone:
            counted[digest] = counted.get(digest, 0) + 1
        numbers.append(counted.get(digest, 1))
    return submissions.select(
        pl.coalesce(
            "u:" + pl.col("uid").str.slice(0, 200),
            f"n:{namespace}:" + pl.col("number").str.strip_chars().str.slice(0, 200),
            pl.concat_str(pl.lit("d:"), "digest", pl.lit(":"), pl.Series(numbers, dtype=pl.Int64).cast(pl.String)),
        )
        .str.replace_all(r"[\r\n]", " ")
        .alias("identity")
    )["identity"]


def settled(mapping: Mapping) -> bool:
    """Whether people have confirmed every column already: for the source before, or in the binding of the form."""
    tables = [table for table in mapping.tables if table.subject != "ignore"]
    targets = [target for table in tables for target in table.targets]
    agreed = all(target.why in AGREED or target.field.startswith("@") for target in targets)
    return bool(tables) and agreed and any(target.why in AGREED for target in targets)
