"""Search keys of names in any script: small letters, no marks, no spaces; a name is found by its beginning or that of
any of its words.

The same expression makes keys and questions, so they can never disagree.
"""

import re
import unicodedata

import polars as pl

LONGEST = 40
_WORDS = 3
# Words that stand at the end of so many names that finding them there helps nobody.
_COMMON = ("ward", "town", "township", "village", "tract", "district", "zone", "region", "state", "province", "city")
_MARKS = "[\u0300-\u036f\u0610-\u061a\u064b-\u0655\u0670\u0640\u200b-\u200f\u2060\ufeff]"


def normal(text: pl.Expr) -> pl.Expr:
    """Words of a name in small letters parted by single spaces, without accents, vowel signs of Arabic, punctuation."""
    plain = text.str.normalize("NFKD").str.replace_all(_MARKS, "").str.to_lowercase()
    plain = (
        plain.str.replace_all("[آأإٱ]", "ا")
        .str.replace_all("[ىيیے]", "ي")
        .str.replace_all("ک", "ك")
        .str.replace_all("ة", "ه")
    )
    # Apostrophes and hyphens join what different sources write apart or together: Hpa-An, Hpa An, Hpaan.
    return plain.str.replace_all(r"['’‘ʼ`]", "").str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def _ends(words: pl.Expr) -> list[pl.Expr]:
    """A normal name from each of its words on, without spaces; null where that helps nobody."""
    ends = [words.list.slice(start).list.join("").str.slice(0, LONGEST) for start in range(_WORDS)]
    first = pl.when(ends[0] != "").then(ends[0])
    return [first, *(pl.when(~end.is_in(_COMMON) & (end.str.len_chars() > 1)).then(end) for end in ends[1:])]


def key_arrays(names: pl.DataFrame) -> pl.Series:
    """Search keys of all the names in each row as the text of a PostgreSQL array; a key may occur twice.

    Keys hold letters, marks and digits only, so quotation marks around them are all the escaping there is.
    """
    # Step by step, because an expression inside another is computed anew wherever it occurs.
    words = names.select(normal(pl.col(column)).alias(column) for column in names.columns).select(
        pl.all().str.split(" ")
    )
    ends = words.select(
        end.alias(f"{column} {number}") for column in names.columns for number, end in enumerate(_ends(pl.col(column)))
    )
    joined = pl.concat_str(pl.all(), separator='","', ignore_nulls=True)
    return ends.select(
        pl.when(joined == "")
        .then(pl.lit("{}"))
        .otherwise(pl.concat_str(pl.lit('{"'), joined, pl.lit('"}')))
        .alias("keys")
    )["keys"]


def question(text: str) -> str:
    """What a person typed, as the beginning of a key; empty when nothing is left of it."""
    found = pl.select(normal(pl.lit(text[:200], dtype=pl.String))).item() or ""
    return found.replace(" ", "")[:LONGEST]


def keys_of(text: str) -> list[str]:
    """Search keys of one name, the whole name first."""
    words = pl.select(normal(pl.lit(text, dtype=pl.String)).str.split(" ").alias("words"))
    row = words.select(end.alias(str(number)) for number, end in enumerate(_ends(pl.col("words")))).row(0)
    return list(dict.fromkeys(key for key in row if key))


def tidy(text: str) -> str:
    """A name as it is kept: composed letters, single spaces, no control characters."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character.isprintable() or character in "\u200c\u200d\t\n "
    )
    return " ".join(visible.split())


def language_code(text: str) -> bool:
    """Whether a text has the form of a language code of BCP 47: en, my, ksw, sr-Latn."""
    return re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,8})?", text) is not None
