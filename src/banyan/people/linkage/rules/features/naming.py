"""Names as they are compared: their words in Latin letters and by sound, in no order, forms of address left out."""

import re
from collections.abc import Iterable
from functools import lru_cache

import polars as pl

from banyan.platform.kernel.names import Script, Word, chains, normal_form, scripts_in

# Words beyond these do not tell people apart; chains of ten forefathers exist.
WORDS = 8
_DOUBLED = re.compile(r"(.)\1+")
_NAMED = pl.Struct(
    {
        "words": pl.List(pl.String),
        "bag": pl.String,
        "sounds": pl.List(pl.String),
        "sound_bag": pl.String,
        "chain": pl.String,
        "consonants": pl.String,
        "foreign": pl.String,
        "script": pl.String,
    }
)


def named(column: pl.Series) -> pl.Series:
    """For each name its words, sorted (`bag` as one text), the same by sound, all words in a row (`chain`, and its
    `consonants`), `foreign`, its normal form when it is not in Latin letters, and its script.

    Each different name is read once. What has no letters gives no words, and a null bag.
    """
    different = column.drop_nulls().unique()
    read = pl.Series([_read(name) for name in different.to_list()], dtype=_NAMED)
    places = pl.Series(range(len(different)), dtype=pl.UInt32)
    return read.gather(column.replace_strict(different, places, default=None, return_dtype=pl.UInt32))


def sounds_of(column: pl.Series) -> pl.Series:
    """For each name the sounds of its words, sorted; empty for none."""
    different = column.drop_nulls().unique()
    read = pl.Series(
        [sorted(set(map(sound, reading_of(name)))) for name in different.to_list()], dtype=pl.List(pl.String)
    )
    places = pl.Series(range(len(different)), dtype=pl.UInt32)
    found = read.gather(column.replace_strict(different, places, default=None, return_dtype=pl.UInt32))
    return found.fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def reading_of(name: str) -> tuple[Word, ...]:
    """The words of a name, without what may be a form of address, unless only one word would be left."""
    read = chains(name)
    if not read:
        return ()
    # A doubtful Ko or Maung is written by one clerk and left out by the next.
    shortest = read[-1] if len(read[-1]) > 1 else read[0]
    return shortest[:WORDS]


def sound(word: Word) -> str:
    """The usual skeleton of a word; the word itself where it has none, a letter or a figure."""
    return word.keys[0] if word.keys else word.latin


def _read(name: str) -> dict[str, list[str] | str | None]:
    words = reading_of(name)
    if not words:
        return dict.fromkeys(_NAMED.to_schema())
    latin = [word.latin or word.normal for word in words]
    sounds = [sound(word) for word in words]
    scripts = {Script.LATIN} if name.isascii() else scripts_in(name)
    script = next(iter(scripts)) if len(scripts) == 1 else "mixed"
    return {
        "words": sorted(set(latin)), "bag": " ".join(sorted(latin)), "sounds": sorted(set(sounds)),
        "sound_bag": " ".join(sorted(sounds)), "chain": "".join(latin), "consonants": _joined(sounds),
        "foreign": None if script == Script.LATIN else normal_form(name), "script": str(script),
    }  # fmt: skip


def _joined(sounds: Iterable[str]) -> str:
    """The consonants of all words in a row: Thu Zar and Thuzar meet."""
    first, *rest = sounds
    return _DOUBLED.sub(r"\1", _consonants(first) + "".join(_consonants(one).lstrip("AWY") for one in rest)) or first


@lru_cache(maxsize=65536)
def _consonants(sound: str) -> str:
    return sound[:1] if len(sound) == 2 and sound[1] in "AIU" else sound
