"""Numbers for texts and for combinations of numbers, the same in every release: they are stored and compared for years."""

from collections.abc import Iterable
from functools import reduce
from hashlib import blake2b

import polars as pl

_ODD = 0x9E3779B97F4A7C15  # the golden ratio in 64 bits: odd, and no bits in any order
_OTHER = 0xC2B2AE3D27D4EB4F


def number_of(text: str) -> int:
    """A text as 64 bits without sign."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def numbers_of(column: pl.Series) -> pl.Series:
    """A column of texts as numbers; each different text is hashed once."""
    different = column.drop_nulls().unique()
    numbers = pl.Series([number_of(text) for text in different.to_list()], dtype=pl.UInt64)
    return column.replace_strict(different, numbers, default=None, return_dtype=pl.UInt64)


def mixed(kind: int, parts: Iterable[pl.Expr]) -> pl.Expr:
    """Several numbers, in their order, as one signed number; its lowest five bits say the kind."""
    whole = reduce(_step, (part.cast(pl.UInt64) for part in parts), pl.lit(kind + 1, dtype=pl.UInt64))
    spread = whole ^ (whole // (1 << 29))
    return ((spread // 32) * 32 + kind).reinterpret(signed=True)


def kind_of(key: pl.Expr) -> pl.Expr:
    """Which kind a key is of."""
    return key.reinterpret(signed=False) % 32


def _step(before: pl.Expr, part: pl.Expr) -> pl.Expr:
    # Multiplication wraps at 64 bits, as it would in any other language that counts in them.
    spread = (before ^ (before // (1 << 31))) * pl.lit(_ODD, dtype=pl.UInt64)
    return spread ^ ((part + pl.lit(_OTHER, dtype=pl.UInt64)) * pl.lit(_ODD, dtype=pl.UInt64))
