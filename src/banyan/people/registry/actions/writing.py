"""Frames written into tables of the register: one statement for a table, however many rows.

COPY does not heed row-level security and PostgreSQL refuses it there, and the application may not make temporary tables.
So rows travel as text, a line for each, which PostgreSQL reads as a row of the table: as fast as COPY, and policies,
constraints and history see the rows as they see any other row. What is alike in all rows travels once.
"""

from typing import Any

import polars as pl
import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from banyan.people.registry.models import Person
from banyan.platform.kernel.arrays import array_text

# Without OFFSET 0 every line would be read anew for each of its columns.
_LINES = sql.SQL(
    "INSERT INTO {table} ({columns}) SELECT {values} FROM"
    " (SELECT ('(' || line || ')')::{table} AS given FROM string_to_table(%s, %s) AS line OFFSET 0) AS lines"
)
_ARRAYS = sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM unnest({arrays}) AS given ({columns})")
_BUT_KNOWN = sql.SQL(" ON CONFLICT DO NOTHING")
_COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_FEW = 5
"""Columns that are read faster one array after the other than line by line."""


def insert_frame(table: str, rows: pl.DataFrame, *, but_known: bool = False) -> int:
    """Insert rows whose columns are named as the table's; a column left out takes the table's own default. Returns how many.

    but_known: leave out rows that the table holds already.
    """
    if not rows.height:
        return 0
    if not any(model._meta.db_table == table for model in apps.get_app_config(Person._meta.app_label).get_models()):
        raise LookupError(f"the register has no table {table}")
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        kinds = dict(cursor.fetchall())
        statement, values = (_arrays if rows.width <= _FEW else _lines)(table, kinds, rows)
        # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
        bound.execute(statement + _BUT_KNOWN if but_known else statement, values)
        return bound.rowcount


def _arrays(table: str, kinds: dict[str, str], rows: pl.DataFrame) -> tuple[sql.Composed, list[Any]]:
    statement = _ARRAYS.format(
        table=sql.Identifier(table),
        columns=_named(rows.columns),
        arrays=sql.SQL(", ").join(sql.SQL(f"%s::{kinds[column]}[]") for column in rows.columns),
    )
    return statement, [array_text(rows[column]) for column in rows.columns]


def _lines(table: str, kinds: dict[str, str], rows: pl.DataFrame) -> tuple[sql.Composed, list[Any]]:
    """`kinds` in the order of the table's columns: a line holds a place for each, empty where the row gives no value."""
    first = rows.select(pl.all().first())
    alike = rows.select((pl.all().eq_missing(pl.all().first())).all()).row(0, named=True)
    once = {column: first[column][0] for column, same in alike.items() if same}
    each = [column for column in rows.columns if column not in once]
    statement = _LINES.format(
        table=sql.Identifier(table),
        columns=_named([*once, *each]),
        values=sql.SQL(", ").join([
            *(sql.SQL(f"%s::{kinds[column]}") for column in once),
            *(sql.SQL("(given).{}").format(sql.Identifier(column)) for column in each),
        ]),
    )  # fmt: skip
    places = (pl.col(column) if column in each else pl.lit(None, pl.String).alias(column) for column in kinds)
    return statement, [*once.values(), *row_lines(rows.select(places))]


def row_lines(rows: pl.DataFrame) -> tuple[str, str]:
    """Rows as PostgreSQL reads them inside of parentheses, and the mark that stands between them and nowhere else.

    Null is nothing at all, text stands in quotation marks, and a backslash says that the next letter is meant as it is.
    """
    texts = pl.col(pl.String).str.replace_all("\\", "\\\\", literal=True)
    mark = "\n"
    while True:
        written = rows.with_columns(texts).write_csv(
            include_header=False, quote_style="non_numeric", line_terminator=mark
        )
        if written.count(mark) == rows.height:
            return written.removesuffix(mark), mark
        mark += "\x1f"


def _named(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
