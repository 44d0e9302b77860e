"""Columns of collected rows as expressions: empty or null where nothing was answered or nothing was asked."""

import polars as pl

_DAY = r"^\d{4}-\d{2}-\d{2}$"


def text(frame: pl.DataFrame, field: str) -> pl.Expr:
    """The column of a field, empty where nothing was answered or nothing was asked."""
    return (pl.col(field).fill_null("") if field in frame.columns else pl.lit("", pl.String)).alias(short(field))


def value(frame: pl.DataFrame, field: str) -> pl.Expr:
    """The column of a field, null where nothing was answered or nothing was asked."""
    if field not in frame.columns:
        return pl.lit(None, pl.String).alias(short(field))
    return pl.when(pl.col(field) == "").then(None).otherwise(pl.col(field)).alias(short(field))


def short(field: str) -> str:
    """The name of the column that a field becomes: person.sex → sex."""
    return field.rpartition(".")[2]


def day(frame: pl.DataFrame, *fields: str) -> pl.Expr:
    """The first of these fields that holds a whole day."""
    days = [pl.when(pl.col(field).str.contains(_DAY)).then(pl.col(field)) for field in fields if field in frame.columns]
    return pl.coalesce(*days) if days else pl.lit(None, pl.String)


def true(frame: pl.DataFrame, field: str) -> pl.Expr:
    """Whether a yes-or-no field says yes; what was not asked does not."""
    return (pl.col(field) == "true").fill_null(value=False) if field in frame.columns else pl.lit(value=False)
