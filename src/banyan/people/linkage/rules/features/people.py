"""Records of people as they are compared: from the register's columns to the wide frame, and to the packed form that is kept."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import polars as pl

from banyan.people.linkage.rules.features.births import birth_columns
from banyan.people.linkage.rules.features.hashing import number_of, numbers_of
from banyan.people.linkage.rules.features.keys import key_lists
from banyan.people.linkage.rules.features.naming import named, sounds_of
from banyan.platform.kernel.names import normal_form

# Raised when the packed form, or the making of keys, changes: rows of another format are made again.
FORMAT = 2
_TEXTS = ("operation", "household", "full_name", "name_original", "father_name", "mother_name", "sex", "birth_date",
          "place", "address")  # fmt: skip
_LISTS = ("phones", "documents")
# Larger households are camps and institutions: who lives with whom says nothing there.
_CROWD = 30
_PEERS = 12
# Written and read as JSON so many at a time: much more memory than what comes of it takes is in use meanwhile.
_AT_ONCE = 5_000
_STRINGS = pl.List(pl.String)
PACKED: dict[str, Any] = {
    "words": _STRINGS, "bag": pl.String, "original": pl.String, "script": pl.String, "sounds": _STRINGS, "sound_bag": pl.String,
    "chain": pl.String, "sex": pl.String, "born": pl.String, "birth_lo": pl.Int32, "birth_hi": pl.Int32, "year": pl.Int32,
    "fathers": _STRINGS, "mothers": _STRINGS, "phones": _STRINGS, "document_numbers": _STRINGS, "document_types": _STRINGS,
    "village": pl.String, "area": pl.String, "address": _STRINGS, "peers": pl.List(pl.Int64), "keys": pl.List(pl.Int64),
}  # fmt: skip
"""The columns that are compared. What depends on others, `peers` and `keys`, is no part of the digest."""
_OWN = [name for name in PACKED if name not in ("peers", "keys")]


def features_of(people: pl.DataFrame) -> pl.DataFrame:
    """What is kept of each person: person, operation, scope_id, household, packed, digest, keys. In the order given.

    Give all members of each household: who lives with whom is compared as well.
    """
    wide = wide_of(people)
    return pl.concat([_packed(part) for part in wide.iter_slices(_AT_ONCE)]) if wide.height else _packed(wide)


def _packed(wide: pl.DataFrame) -> pl.DataFrame:
    written = wide.select(packed=pl.struct(list(PACKED)).struct.json_encode(), own=pl.struct(_OWN).struct.json_encode())
    digests = [
        int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True) for text in written["own"].to_list()
    ]
    return wide.select(
        "person",
        "operation",
        "scope_id",
        "household",
        written["packed"],
        pl.Series("digest", digests, pl.Int64),
        "keys",
    )


def unpacked(rows: pl.DataFrame) -> pl.DataFrame:
    """The wide frame from what is kept: person, operation, scope_id, household, packed."""
    return pl.concat([_unpacked(part) for part in rows.iter_slices(_AT_ONCE)]) if rows.height else _unpacked(rows)


def unpacked_parts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The same, part by part, in the order of `person`."""
    order = rows["person"].arg_sort()
    return (_unpacked(rows[order.slice(start, _AT_ONCE)]) for start in range(0, rows.height, _AT_ONCE))


def _unpacked(rows: pl.DataFrame) -> pl.DataFrame:
    read = rows["packed"].str.json_decode(pl.Struct(PACKED)).struct.unnest()
    return pl.concat([rows.select("person", "operation", "scope_id", "household"), read], how="horizontal")


def wide_of(people: pl.DataFrame) -> pl.DataFrame:
    """The frame that is compared, one row for each row given, in their order."""
    frame = _complete(people)
    own, original = named(frame["full_name"]).struct, named(frame["name_original"]).struct
    frame = frame.select(
        "person", "operation", "scope_id", "household", "phones", "documents", "place", "birth_date",
        own.field("words"), own.field("bag"),
        pl.coalesce(original.field("foreign"), own.field("foreign")).alias("original"),
        own.field("script"), own.field("sounds"), own.field("sound_bag"), own.field("chain"), own.field("consonants"),
        original.field("sounds").fill_null(pl.Series([[]], dtype=_STRINGS)).alias("other_sounds"),
        original.field("sound_bag").alias("other_bag"),
        sounds_of(frame["father_name"]).alias("father"),
        sounds_of(frame["mother_name"]).alias("mother"),
        _address(frame["address"]).alias("address"),
        pl.col("sex").replace_strict({"female": "f", "male": "m"}, default=None, return_dtype=pl.String),
    ).with_columns(
        pl.col("words", "sounds").fill_null(pl.Series([[]], dtype=_STRINGS)),
        *birth_columns(pl.col("birth_date")),
    )  # fmt: skip
    path = pl.col("place").str.split("/")
    frame = frame.with_columns(
        village=path.list.last(),
        area=path.list.get(-2, null_on_oob=True),
        # What a name holds already says nothing a second time: chains of forefathers repeat the father.
        fathers=pl.col("father").list.set_difference("sounds").list.sort(),
        mothers=pl.col("mother").list.set_difference("sounds").list.sort(),
        phones=pl.col("phones").list.unique().list.sort(),
        document_numbers=pl.col("documents")
        .list.eval(pl.element().str.split(":").list.last())
        .list.unique()
        .list.sort(),
        document_types=pl.col("documents")
        .list.eval(pl.element().str.split(":").list.first())
        .list.unique()
        .list.sort(),
    )
    frame = frame.with_columns(_peers(frame))
    return frame.with_columns(key_lists(frame).alias("keys")).select(
        "person", "operation", "scope_id", "household", *PACKED
    )


def _complete(people: pl.DataFrame) -> pl.DataFrame:
    """Every column there and of its type; what is not known is null, or an empty list."""
    empty = pl.Series([[]], dtype=_STRINGS)
    texts = [
        pl.col(name).cast(pl.String).replace("", None)
        if name in people.columns
        else pl.lit(None, pl.String).alias(name)
        for name in _TEXTS
    ]
    lists = [
        pl.col(name).cast(_STRINGS).fill_null(empty) if name in people.columns else pl.lit(empty).first().alias(name)
        for name in _LISTS
    ]
    scope = pl.col("scope_id").cast(pl.Int64) if "scope_id" in people.columns else pl.lit(0, pl.Int64).alias("scope_id")
    return people.select(pl.col("person").cast(pl.String), scope, *texts, *lists)


def _address(column: pl.Series) -> pl.Series:
    """The words of addresses in their order."""
    different = column.drop_nulls().unique()
    read = pl.Series([normal_form(text).split()[:12] for text in different.to_list()], dtype=_STRINGS)
    places = pl.Series(range(len(different)), dtype=pl.UInt32)
    found = read.gather(column.replace_strict(different, places, default=None, return_dtype=pl.UInt32))
    return found.fill_null(pl.Series([[]], dtype=_STRINGS))


def _peers(frame: pl.DataFrame) -> pl.Series:
    """For each person those who live with them, as numbers: each by name, sex and year of birth together."""
    someone = pl.concat_str("sound_bag", pl.col("sex").fill_null(""), pl.col("year").fill_null(0), separator="|")
    members = frame.select(
        "household",
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
        name=numbers_of(frame.select(someone).to_series()).reinterpret(signed=True),
    ).drop_nulls()
    members = members.filter(pl.len().over("household").is_between(2, _CROWD))
    together = members.join(members, on="household", suffix="_peer").filter(pl.col("row") != pl.col("row_peer"))
    listed = together.group_by("row").agg(pl.col("name_peer").unique().sort().head(_PEERS).alias("peers"))
    rows = pl.DataFrame({"row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
    found = rows.join(listed, on="row", how="left", maintain_order="left")["peers"]
    return found.fill_null(pl.Series([[]], dtype=pl.List(pl.Int64)))


__all__ = ["FORMAT", "PACKED", "features_of", "number_of", "unpacked", "unpacked_parts", "wide_of"]
