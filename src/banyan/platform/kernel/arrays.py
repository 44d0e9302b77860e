"""Columns as PostgreSQL reads arrays, so that many rows travel as few values and are unnested.

COPY does not heed row-level security and PostgreSQL refuses it there; INSERT … SELECT FROM unnest is almost as fast.
"""

import polars as pl

# Stands for what is not known until the whole is joined; a column that holds it is written value by value.
_UNKNOWN = "\x02"


def array_text(column: pl.Series) -> str:
    """A column as the text of an array: {"a",NULL,"b \\"c\\""}. Written by column, not value by value."""
    if column.dtype != pl.String:
        return "{" + (column.cast(pl.String).fill_null("NULL").str.join(",").item() or "") + "}"
    joined: str = column.fill_null(_UNKNOWN).str.join('","').item() or ""
    # Most columns hold nothing that must be escaped: seen by counting, which costs less than replacing.
    plain = "\\" not in joined and joined.count('"') == 2 * max(len(column) - 1, 0)
    if plain and joined.count(_UNKNOWN) == column.null_count():
        text = '"' + joined + '"' if len(column) else ""
        return "{" + (text.replace(f'"{_UNKNOWN}"', "NULL") if column.null_count() else text) + "}"
    escaped = column.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return "{" + str(('"' + escaped + '"').fill_null("NULL").str.join(",").item()) + "}"
