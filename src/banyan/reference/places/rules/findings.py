"""Findings of an import as a table: what, where, the value seen, and what the message needs."""

from collections.abc import Mapping

import polars as pl

SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(), "code": pl.String(), "table": pl.Int32(), "row": pl.Int32(), "role": pl.String(),
    "value": pl.String(), "params": pl.String(),
}  # fmt: skip
ERROR, WARNING = "error", "warning"


def none_found() -> pl.DataFrame:
    """A table of findings without any."""
    return pl.DataFrame(schema=SCHEMA)


def found(
    rows: pl.DataFrame, code: str, role: str, value: pl.Expr | None = None, params: Mapping[str, pl.Expr] | None = None,
    *, severity: str = ERROR,
) -> pl.DataFrame:  # fmt: skip
    """One finding for each of `rows`. `params` fill the message of the problem places.<code>; "value" is always there."""
    if rows.is_empty():
        return none_found()
    seen = (value if value is not None else pl.lit("")).cast(pl.String).fill_null("").str.slice(0, 200)
    fields = [expression.cast(pl.String).fill_null("").alias(name) for name, expression in (params or {}).items()]
    encoded = pl.struct(fields).struct.json_encode() if fields else pl.lit("{}")
    return rows.select(
        pl.lit(severity).alias("severity"),
        pl.lit(f"places.{code}").alias("code"),
        pl.col("table"),
        pl.col("row"),
        pl.lit(role).alias("role"),
        seen.alias("value"),
        encoded.alias("params"),
    )
