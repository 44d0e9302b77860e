"""What rows of an answer mean for the transfers they name: how they are known again, what they add, what stays in doubt."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import polars as pl

from banyan.platform.kernel.money import currencies, read_amount
from banyan.platform.kernel.problems import Problem

# Why a row waits for a person, or could not be used.
WHYS: Final = (
    "", "amount", "outcome", "day", "no_line", "account", "ambiguous", "currency", "plan", "held", "settled", "excess", "said",
)  # fmt: skip
# Amounts keep four decimals, as their columns do.
_FINE: Final = pl.Decimal(19, 4)
_PLAIN: Final = r"^[0-9]{1,15}(\.[0-9]{1,4})?$"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MEANT: Final = ("delivered", "returned")


def normal(
    rows: pl.DataFrame, accounts: Mapping[str, int], *, provider: str, each: bool = True, iso: bool = False
) -> pl.DataFrame:
    """Rows of `answers.COLUMNS` with amounts and days that can be counted with, the account as its hash, a key, and a doubt.

    The key names what the row states: the same statement made again, in whatever file, has the same key. Banks report one
    booking several times under different references, so theirs is known by transfer, amount and day, and the n-th of one
    file is told from the first; a provider's list is known by its reference too. `why` is not empty where the row cannot be
    read: then it waits for a person.
    """
    hashed = rows["account"].replace_strict(accounts, default=None, return_dtype=pl.Int64)
    rows = rows.with_columns(
        _amounts(rows["amount"], rows["currency"]).alias("number"),
        hashed.alias("account_hash"),
        pl.col("currency").str.to_uppercase(),
        pl.when(pl.col("on_day").str.contains(_DAY)).then("on_day").alias("day"),
    )
    meant = pl.col("outcome").is_in(_MEANT)
    why = (
        pl.when(pl.col("outcome") == "")
        .then(pl.lit("outcome"))
        .when(meant & (pl.col("number").is_null() | (pl.col("number") <= 0)))
        .then(pl.lit("amount"))
        .when(pl.col("on_day").is_not_null() & pl.col("day").is_null())
        .then(pl.lit("day"))
        .otherwise(pl.lit(""))
    )
    known = ["line_key", "account_hash", "outcome", "number"]
    # The day of a return differs between the return itself and the statement that shows it.
    known.append("stated")
    stated = pl.when(pl.col("outcome") == "returned").then(None).otherwise("day") if iso else pl.col("day")
    if not iso:
        known.append("reference")
    rows = rows.with_columns(why.alias("why"), stated.alias("stated"))
    nth = pl.int_range(pl.len()).over(known)
    rows = rows.with_columns(
        pl.when(pl.col("line_key").is_null() | pl.lit(value=iso)).then(nth).otherwise(0).alias("nth")
    )
    parts = rows.select(*(pl.col(name).cast(pl.String).fill_null("") for name in [*known, "nth"]))
    start = f"{provider}\x1f{'each' if each else 'total'}\x1f"
    keys = [hashlib.sha256((start + "\x1f".join(row)).encode()).hexdigest() for row in parts.iter_rows()]
    return rows.with_columns(
        pl.Series("key", keys, pl.String),
        pl.when(pl.col("number") >= 0).then(pl.col("number")).cast(pl.String).alias("amount"),
    ).drop("nth", "stated", "number", "account")


def _amounts(texts: pl.Series, codes: pl.Series) -> pl.Series:
    """Exact numbers: by columns where plain digits stand, one by one what people wrote in their own way."""
    plain = texts.str.contains(_PLAIN).fill_null(value=False)
    numbers = pl.select(pl.when(plain).then(texts)).to_series().cast(_FINE, strict=False)
    if bool((plain | texts.is_null()).all()):
        return numbers
    odd = {(text, code): _amount(text, code) for text, code in zip(texts, codes, strict=True) if text}
    read = [odd.get((text, code)) for text, code in zip(texts, codes, strict=True)]
    return numbers.fill_null(pl.Series(read, dtype=_FINE, strict=False))


def _amount(text: str, code: str | None) -> Decimal | None:
    currency = (code or "").upper()
    try:
        return read_amount(text, currency if currency in currencies() else "USD").amount
    except Problem:
        return None
