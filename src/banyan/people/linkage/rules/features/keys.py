"""Keys by which two records become candidates: whoever shares one is compared. All of them are made here and nowhere else.

The same numbers serve DuckDB, Spark and the b-tree of PostgreSQL. The lowest five bits of a key say its kind.
"""

from collections.abc import Iterable

import polars as pl

from banyan.people.linkage.rules.features.hashing import mixed, numbers_of

KINDS = (
    "document",  # number of a document, whatever its type
    "phone",  # a telephone and one word of the name
    "name+year",  # the whole name by sound, and the year of birth or the next
    "written+month",  # the whole name without spaces, and the month of birth
    "words+month",  # two words of the name, and the month of birth
    "word+birthday",  # one word of the name, and the day of birth
    "words+village",  # two words of the name in the same village
    "word+village+year",  # one word of the name in the same village, and the year
    "household",  # one word of the name, and the whole name of somebody of the same household
    "birthday+area",  # the day of birth in the same area
    "address+word",  # two neighbouring words of the address, and one word of the name
    "name",  # the whole name of somebody of whom neither birth nor place is known
    "name+day",  # the whole name, and day and month of birth: a year is easily mistaken
    "initials+birthday",  # the first letters of all words, and the day of birth
    "birthday",  # the day of birth alone
    "word+village",  # one word of the name in the same village
    "number",  # a telephone alone
    "address",  # two neighbouring words of the address
)
BROAD = frozenset({"birthday", "word+village", "number", "address"})
"""These bring pairs only while few share them: in small registers, where a pair missed is a larger share of all."""
WEAK = frozenset({"words+village", "word+village+year", "household", "birthday+area", "address+word"}) | BROAD
"""Whoever meets by these alone is glanced at before anything is compared."""
OUTSIDE = frozenset({"phone", "words+village", "household", "word+village", "number", "address"})
"""These say nothing of two people of one household."""
# How many co-members give keys: the same ones wherever a household is met again.
_MEMBERS = 3
_PAIRED = 5
_TOKENS = 6


def key_lists(wide: pl.DataFrame) -> pl.Series:
    """The keys of each record of a wide frame (see `people.wide_of`), sorted, without repetition."""
    base = wide.select(
        "year",
        row=pl.int_range(pl.len(), dtype=pl.UInt32),
        initials=numbers_of(wide["sounds"].list.eval(pl.element().str.slice(0, 1)).list.sort().list.join("")),
        day=numbers_of(wide["born"].str.slice(5)),
        chain=numbers_of(wide["consonants"]),
        born=numbers_of(wide["born"]),
        month=numbers_of(wide["born"].str.slice(0, 7)),
        village=numbers_of(wide["village"]),
        area=numbers_of(wide["area"]),
        # A day that is only judged may be a year off on either side.
        slack=pl.when(pl.col("born").is_null()).then(1).otherwise(0),
        unplaced=pl.col("year").is_null() & pl.col("village").is_null(),
    )
    # Who is written in two scripts is found by either.
    wide = wide.with_columns(sounds=pl.col("sounds").list.set_union("other_sounds"))
    sounds = _exploded(wide, "sounds", head=_TOKENS)
    bags = pl.concat(
        [
            wide.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), bag=name)
            for name in ("sound_bag", "other_bag")
        ]
    )
    bags = bags.unique().drop_nulls()
    by_name = bags.with_columns(numbers_of(bags["bag"])).join(base, on="row")
    pairs = sounds.filter(sounds["place"] < _PAIRED)
    pairs = pairs.join(pairs, on="row", suffix="_other").filter(pl.col("place") < pl.col("place_other"))
    pairs = pairs.select("row", pl.col("number").alias("one"), pl.col("number_other").alias("other"))
    years = _years(base)
    by_word = sounds.select("row", "number").join(base, on="row")
    by_pair = pairs.join(base, on="row")
    found = [
        _of("document", _exploded(wide, "document_numbers"), "number"),
        _of("phone", _exploded(wide, "phones").join(sounds, on="row", suffix="_word"), "number", "number_word"),
        _of("name+year", by_name.join(years, on="row"), "bag", "at"),
        _of("written+month", base, "chain", "month"),
        _of("words+month", by_pair, "one", "other", "month"),
        _of("word+birthday", by_word, "number", "born"),
        _of("words+village", by_pair, "one", "other", "village"),
        _of("word+village+year", by_word.join(years, on="row"), "number", "village", "at"),
        _of("household", _exploded(wide, "peers", head=_MEMBERS).join(sounds, on="row", suffix="_own"), "number", "number_own"),
        _of("birthday+area", base, "born", "area"),
        _of("address+word", _neighbours(wide).join(sounds, on="row", suffix="_own"), "number", "next", "number_own"),
        _of("name", by_name.filter("unplaced"), "bag"),
        _of("name+day", by_name, "bag", "day"),
        _of("initials+birthday", base, "initials", "born"),
        _of("birthday", base, "born"),
        _of("word+village", by_word, "number", "village"),
        _of("number", _exploded(wide, "phones"), "number"),
        _of("address", _neighbours(wide), "number", "next"),
    ]  # fmt: skip
    listed = pl.concat(found).group_by("row").agg(pl.col("key").unique().sort())
    return base.select("row").join(listed, on="row", how="left", maintain_order="left")["key"].fill_null(_none())


def _of(kind: str, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Keys of one kind; nothing where a part is not known."""
    key = mixed(KINDS.index(kind), [pl.col(column) for column in columns])
    return frame.drop_nulls(list(columns)).select("row", key.alias("key"))


def _exploded(wide: pl.DataFrame, column: str, *, head: int | None = None) -> pl.DataFrame:
    """One row for each entry of a list: row, its place in the list, the entry as a number."""
    lists = wide[column] if head is None else wide[column].list.head(head)
    entries = pl.DataFrame({"row": pl.int_range(wide.height, dtype=pl.UInt32, eager=True), "entry": lists})
    entries = entries.filter(pl.col("entry").list.len() > 0)
    entries = entries.with_columns(place=pl.int_ranges(pl.col("entry").list.len())).explode("entry", "place")
    number = entries["entry"]
    number = number.reinterpret(signed=False) if number.dtype == pl.Int64 else numbers_of(number)
    return entries.select("row", "place", number.alias("number"))


def _years(base: pl.DataFrame) -> pl.DataFrame:
    """The years under which somebody is found: their own and the next; one more on either side where it was judged."""
    spans = base.drop_nulls("year").select(
        "row", at=pl.int_ranges(pl.col("year") - pl.col("slack"), pl.col("year") + 2 + pl.col("slack"))
    )
    return spans.explode("at")


def _neighbours(wide: pl.DataFrame) -> pl.DataFrame:
    words = _exploded(wide, "address")
    return words.with_columns(next=pl.col("number").shift(-1).over("row")).drop_nulls("next")


def _none() -> pl.Series:
    return pl.Series([[]], dtype=pl.List(pl.Int64))


def kinds(numbers: Iterable[int]) -> list[str]:
    """Names of kinds by their numbers."""
    return [KINDS[number] for number in numbers]
