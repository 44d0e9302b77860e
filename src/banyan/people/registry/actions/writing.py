"""Frames written into tables of the register: one statement for a table, however many rows.

COPY does not heed row-level security and PostgreSQL refuses it there, and the application may not make temporary tables.
So each column travels as one array and is unnested: almost as fast, and policies, constraints and history see the rows as
they see any other row.
"""

from functools import cache

import polars as pl
import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from banyan.people.registry.models import Person
from banyan.platform.kernel.arrays import array_text

_INSERT = sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM unnest({arrays}) AS given ({columns})")
_BUT_KNOWN = sql.SQL(" ON CONFLICT DO NOTHING")


def insert_frame(table: str, rows: pl.DataFrame, *, but_known: bool = False) -> int:
    """Insert rows whose columns are named as the table's; a column left out takes the table's own default. Returns how many.

    but_known: leave out rows that the table holds already.
    """
    if not rows.height:
        return 0
    kinds = _kinds(table)
    statement = _INSERT.format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
        arrays=sql.SQL(", ").join(sql.SQL(f"%s::{kinds[column]}[]") for column in rows.columns),
    )
    if but_known:
        statement += _BUT_KNOWN
    with connection.cursor() as cursor:
        # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
        bound.execute(statement, [array_text(rows[column]) for column in rows.columns])
        return bound.rowcount


@cache
def _kinds(table: str) -> dict[str, str]:
    """PostgreSQL's type of each column of a table of this room."""
    for model in apps.get_app_config(Person._meta.app_label).get_models():
        if model._meta.db_table == table:
            return {
                str(field.column): str(
                    field.rel_db_type(connection) if field.is_relation else field.cast_db_type(connection)
                )
                for field in model._meta.concrete_fields
            }
    raise LookupError(f"the register has no table {table}")
