"""Dates of birth as they are compared: a day that is known, or a span in which it lies.

What somebody judged is no day: years, months, dates marked as estimated, and 1 January, which is written where only the year
is known.
"""

import polars as pl

# Days on either side of a date that was estimated to the day or month.
_JUDGED = 366


def birth_columns(text: pl.Expr) -> list[pl.Expr]:
    """From a partial date as text: born (text of a day that is known), birth_lo and birth_hi (days since 1970), year.

    What is no date gives nulls.
    """
    plain = text.str.strip_suffix("~")
    estimated = text.str.ends_with("~")
    whole = plain.str.len_chars() == 10
    month = plain.str.len_chars() == 7
    first = (
        pl.when(whole)
        .then(plain)
        .when(month)
        .then(plain + "-01")
        .when(plain.str.len_chars() == 4)
        .then(plain + "-01-01")
        .str.to_date("%Y-%m-%d", strict=False)
    )
    last = (
        pl.when(whole & ~plain.str.ends_with("-01-01"))
        .then(first)
        .when(month)
        .then(first.dt.month_end())
        .otherwise(first.dt.offset_by("1y").dt.offset_by("-1d"))
    )
    known = whole & ~estimated & ~plain.str.ends_with("-01-01") & first.is_not_null()
    margin = pl.when(estimated).then(_JUDGED).otherwise(0)
    return [
        pl.when(known).then(plain).alias("born"),
        (first.cast(pl.Int32) - margin).cast(pl.Int32).alias("birth_lo"),
        (last.cast(pl.Int32) + margin).cast(pl.Int32).alias("birth_hi"),
        first.dt.year().cast(pl.Int32).alias("year"),
    ]
