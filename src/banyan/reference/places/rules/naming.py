"""Search keys of names in any script: small letters, no marks, no spaces; a name is found by its beginning or that of
any of its words.

The same expression makes keys and questions, so they can never disagree.
"""

import polars as pl

LONGEST = 40
_WORDS = 6
# Words that stand at the end of so many names that finding them there helps nobody.
_COMMON = ("ward", "town", "township", "village", "tract", "district", "zone", "region", "state", "province", "city")
_MARKS = "[\u0300-\u036f\u0610-\u061a\u064b-\u0655\u0670\u0640\u200b-\u200f\u2060\ufeff]"


def normal(text: pl.Expr) -> pl.Expr:
    """Words of a name in small letters parted by single spaces, without accents, vowel signs of Arabic, punctuation."""
    plain = text.str.normalize("NFKD").str.replace_all(_MARKS, "").str.to_lowercase()
    plain = plain.str.replace_all("[آأإٱ]", "ا").str.replace_all("[ىيیے]", "ي").str.replace_all("ک", "ك").str.replace_all("ة", "ه")
    # Apostrophes and hyphens join what different sources write apart or together: Hpa-An, Hpa An, Hpaan.
    return plain.str.replace_all(r"['’‘ʼ`]", "").str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def keys(text: pl.Expr) -> pl.Expr:
    """List of search keys of each name."""
    words = normal(text).str.split(" ")
    ends = [words.list.slice(start).list.join("").str.slice(0, LONGEST) for start in range(_WORDS)]
    found = pl.concat_list(
        [ends[0], *(pl.when(end.is_in(_COMMON) | (end.str.len_chars() < 2)).then(None).otherwise(end) for end in ends[1:])]
    )
    return found.list.drop_nulls().list.eval(pl.element().filter(pl.element() != "")).list.unique()


def question(text: str) -> str:
    """What a person typed, as the beginning of a key; empty when nothing is left of it."""
    found = pl.select(normal(pl.lit(text[:200], dtype=pl.String))).item() or ""
    return found.replace(" ", "")[:LONGEST]


def keys_of(text: str) -> list[str]:
    """Search keys of one name, in order."""
    return sorted(pl.select(keys(pl.lit(text, dtype=pl.String))).item().to_list())
