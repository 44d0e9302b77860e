"""Frames written into tables of the register: five statements for a table, however many rows.

COPY does not heed row-level security and PostgreSQL refuses it there, so rows are copied into a temporary table and
inserted from it: policies, constraints and history see them as they see any other row.
"""

from typing import Any

import polars as pl
from django.db import connection
from psycopg import sql

_MAKE = sql.SQL("CREATE TEMPORARY TABLE {bare} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
_DROP = sql.SQL("DROP TABLE {new}")
# What no text holds stands for nothing: \\N could be somebody's answer.
_NOTHING = "\x02nothing\x02"
_COPY = sql.SQL("COPY {new} ({columns}) FROM STDIN (FORMAT csv, NULL {nothing})")
_INSERT = sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {new}")


def insert_frame(table: str, rows: pl.DataFrame) -> int:
    """Insert rows whose columns are named as the table's; columns that are left out get no default. Returns how many."""
    if not rows.height:
        return 0
    names: dict[str, Any] = {
        "table": sql.Identifier(table),
        "nothing": _NOTHING,
        "bare": sql.Identifier(f"new_{table}"),
        "new": sql.Identifier("pg_temp", f"new_{table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
    }
    with connection.cursor() as cursor:
        raw = cursor.cursor
        raw.execute(_MAKE.format(**names))
        with raw.copy(_COPY.format(**names)) as copy:
            copy.write(rows.write_csv(include_header=False, null_value=_NOTHING, quote_style="necessary"))
        raw.execute(_INSERT.format(**names))
        raw.execute(_DROP.format(**names))
    return rows.height
