"""From tables as they were written to rows as they are checked: one row per place, whatever the layout.

Columns of a frame of rows: table, row (where it was written), country (ISO 3166-1 alpha-3), pcode, level, kind, parent
(P-code), names (struct of languages), status, lon, lat, since, until (text as written), own (False for an ancestor that
is only mentioned in the columns of deeper places).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from banyan.reference.places.rules.countries import ALPHA2, ALPHA3
from banyan.reference.places.rules.headers import IGNORED, Shape, split_meaning
from banyan.reference.places.rules.levels import Kind, kind_named

LANGUAGES = ("en", "my", "ar", "fr", "es", "pt", "ku", "fa", "ps", "so", "sw", "uk", "ru", "bn", "ne", "am", "th", "tr")
NAMES = tuple(f"name_{language}" for language in LANGUAGES)
TEXTS = ("status", "lon", "lat", "since", "until")
SCHEMA: dict[str, pl.DataType] = {
    "table": pl.Int32(), "row": pl.Int32(), "country": pl.String(), "country_text": pl.String(), "pcode": pl.String(),
    "level": pl.Int16(), "level_text": pl.String(), "kind": pl.String(), "parent": pl.String(),
    **{name: pl.String() for name in NAMES}, **{text: pl.String() for text in TEXTS}, "own": pl.Boolean(),
}  # fmt: skip
OTHERS_SCHEMA: dict[str, pl.DataType] = {
    "table": pl.Int32(), "row": pl.Int32(), "pcode": pl.String(), "relation": pl.String(), "language": pl.String(), "text": pl.String(),
}  # fmt: skip
# What people write where nothing is known.
_NOTHING = ("", "-", "--", "N/A", "n/a", "NA", "#N/A", "null", "NULL", "None")
_COUNTRY_CODES = {**{code: code for code in ALPHA2}, **ALPHA3}


@dataclass(frozen=True)
class Rows:
    """Rows of tables: `places` (see above), `others` (further names: table, row, pcode, relation, language, text)."""

    places: pl.DataFrame
    others: pl.DataFrame


def cleaned(column: str) -> pl.Expr:
    """A cell's text in composed form with single spaces, null when it says nothing."""
    text = pl.col(column).str.strip_chars().str.replace_all(r"\s+", " ").str.normalize("NFC")
    return pl.when(text.is_in(_NOTHING)).then(None).otherwise(text)


def as_code(column: str) -> pl.Expr:
    """A P-code: capital letters, without spaces, without the ".0" that spreadsheets add to numbers."""
    text = cleaned(column).str.replace_all(" ", "").str.to_uppercase()
    return text.str.replace(r"^([0-9]+)\.0+$", "$1")


def country_codes(column: pl.Expr) -> pl.Expr:
    """Country codes of two or three letters as three letters; null when unknown."""
    return column.str.to_uppercase().replace_strict(_COUNTRY_CODES, default=None, return_dtype=pl.String)


def _gathered(columns: Sequence[int]) -> pl.Expr:
    """The first column that says something, of several with the same meaning."""
    if not columns:
        return pl.lit(None, dtype=pl.String)
    return pl.coalesce([pl.col(str(index)) for index in columns])


def rows_of(number: int, frame: pl.DataFrame, shape: Shape, country: str) -> Rows:
    """The rows of one table. `number` names the table in findings, `country` is used where the rows do not tell theirs."""
    meant: dict[str, list[int]] = {}
    for column in shape.columns:
        if str(column.index) in frame.columns:
            meant.setdefault(column.meaning, []).append(column.index)
    # Once for each column, whatever it is used for afterwards.
    frame = frame.with_columns(
        (as_code if split_meaning(meaning)[0] in ("code", "parent") else cleaned)(str(index)).alias(str(index))
        for meaning, columns in meant.items() if meaning != IGNORED for index in columns
    )  # fmt: skip
    if shape.form == "list":
        places = [_listed(number, frame, meant, country)]
    elif shape.form == "levels":
        places = _levelled(number, frame, meant, kind_named(shape.own), country)
    else:
        return Rows(pl.DataFrame(schema=SCHEMA), pl.DataFrame(schema=OTHERS_SCHEMA))
    code = meant.get("code") or meant.get(f"code@{shape.own}", [])
    return Rows(pl.concat(places), _others(number, frame, meant, shape.own, code))


def _listed(number: int, frame: pl.DataFrame, meant: Mapping[str, list[int]], country: str) -> pl.DataFrame:
    written = _gathered(meant.get("country", []))
    own = country_codes(written)
    where = own if meant.get("country") else pl.lit(country, dtype=pl.String)
    parent = _gathered(meant.get("parent", []))
    level_text = (
        _gathered(meant.get("level", []))
        .str.replace(r"^([0-9])\.0+$", "$1")
        .str.replace(r"(?i)^adm(?:in)?\s*([0-9])$", "$1")
    )
    level = level_text.cast(pl.Int16, strict=False)
    return frame.select(
        pl.lit(number, dtype=pl.Int32).alias("table"),
        pl.col("row").cast(pl.Int32),
        where.alias("country"),
        (written if meant.get("country") else pl.lit(None, dtype=pl.String)).alias("country_text"),
        _gathered(meant.get("code", [])).alias("pcode"),
        level.alias("level"),
        level_text.alias("level_text"),
        pl.lit(None, dtype=pl.String).alias("kind"),
        parent.alias("parent"),
        *(_gathered(meant.get(f"name:{language}", [])).alias(f"name_{language}") for language in LANGUAGES),
        *(_gathered(meant.get(text, [])).alias(text) for text in TEXTS),
        pl.lit(value=True).alias("own"),
    ).with_columns(
        # The country stands as a parent under its two- or three-letter code.
        pl.when(country_codes(pl.col("parent")) == pl.col("country")).then(pl.col("country")).otherwise(pl.col("parent")).alias("parent"),
        pl.when((pl.col("level") == 0) | (country_codes(pl.col("pcode")) == pl.col("country")))
        .then(pl.col("country")).otherwise(pl.col("pcode")).alias("pcode"),
    )  # fmt: skip


def _levelled(
    number: int, frame: pl.DataFrame, meant: Mapping[str, list[int]], own: Kind, country: str
) -> list[pl.DataFrame]:
    kinds = {kind: kind_named(kind) for role, _l, kind in map(split_meaning, meant) if role == "code" and kind}
    above = sorted((kind for kind in kinds.values() if 0 < kind.level < own.level), key=lambda kind: -kind.rank)
    where = pl.lit(country, dtype=pl.String)
    if "country" in meant or "code@country" in meant:
        where = country_codes(_gathered(meant.get("country", meant.get("code@country", [])))).fill_null(
            pl.lit(country or None)
        )
    frames = [_of_kind(number, frame, meant, own, above, where, own=True)]
    for position, kind in enumerate(above):
        higher = above[position + 1 :]
        told = [f"code@{each.name}" for each in (kind, *higher)] + [
            f"name:{language}@{kind.name}" for language in LANGUAGES
        ]
        used = [str(index) for meaning in [*told, "code@country", "country"] for index in meant.get(meaning, [])]
        distinct = frame.unique(used, keep="first", maintain_order=True)
        upper = _of_kind(number, distinct, meant, kind, higher, where, own=False)
        frames.append(upper.filter(pl.col("pcode").is_not_null()))
    return frames


def _of_kind(
    number: int, frame: pl.DataFrame, meant: Mapping[str, list[int]], kind: Kind, above: Sequence[Kind], where: pl.Expr, *, own: bool
) -> pl.DataFrame:  # fmt: skip
    nothing = pl.lit(None, dtype=pl.String)
    code = _gathered(meant.get(f"code@{kind.name}", []))
    parents = [index for upper in above if upper.level < kind.level for index in meant[f"code@{upper.name}"]]
    parent = _gathered(parents)
    if kind.level == 1:
        parent = where
    texts = (_gathered(meant.get(text, [])) if own else nothing for text in TEXTS)
    return frame.select(
        pl.lit(number, dtype=pl.Int32).alias("table"),
        pl.col("row").cast(pl.Int32),
        where.alias("country"),
        nothing.alias("country_text"),
        (where if kind.level == 0 else code).alias("pcode"),
        pl.lit(kind.level, dtype=pl.Int16).alias("level"),
        nothing.alias("level_text"),
        pl.lit(kind.name).alias("kind"),
        parent.alias("parent"),
        *(_gathered(meant.get(f"name:{language}@{kind.name}", [])).alias(f"name_{language}") for language in LANGUAGES),
        *(text.alias(name) for text, name in zip(texts, TEXTS, strict=True)),
        pl.lit(value=own).alias("own"),
    )


def _others(
    number: int, frame: pl.DataFrame, meant: Mapping[str, list[int]], own: str, code: Sequence[int]
) -> pl.DataFrame:
    found = [pl.DataFrame(schema=OTHERS_SCHEMA)]
    for meaning, columns in meant.items():
        relation, language, kind = split_meaning(meaning)
        if relation not in ("alias", "former") or kind not in ("", own):
            continue
        found += [
            frame.select(
                pl.lit(number, dtype=pl.Int32).alias("table"),
                pl.col("row").cast(pl.Int32),
                _gathered(code).alias("pcode"),
                pl.lit(relation).alias("relation"),
                pl.lit(language).alias("language"),
                pl.col(str(index)).alias("text"),
            ).filter(pl.col("text").is_not_null() & pl.col("pcode").is_not_null())
            for index in columns
        ]
    return pl.concat(found)
