"""Frames written into tables of this room: one statement for a table, however many rows.

COPY does not heed row-level security and PostgreSQL refuses it there. So each column travels as one array and is unnested.
"""

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
import psycopg
from django.db import connection
from psycopg import sql

from banyan.platform.kernel.arrays import array_text


def lock_operation(operation_id: Any) -> None:
    """Whoever writes pairs and cases of an operation takes turns; None stands for pairs across operations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('linkage:' || %s, 0))", [str(operation_id or "")])


def given(statement: str, rows: pl.DataFrame, kinds: Mapping[str, str], **values: Any) -> psycopg.Cursor[Any]:
    """Run a statement in which {given} stands for the rows: unnest(…) AS given (columns).

    kinds: PostgreSQL's type of each column; arrays travel as their text, so that "int[]" is cast from text row by row.
    values: named parameters of the statement besides.
    """
    arrays, names = [], []
    for name, kind in kinds.items():
        arrays.append(sql.SQL("%({})s::{}[]").format(sql.SQL(f"given_{name}"), sql.SQL(_travels(kind))))
        names.append(sql.Identifier(name))
    table = sql.SQL("unnest({}) AS given ({})").format(sql.SQL(", ").join(arrays), sql.SQL(", ").join(names))
    with connection.cursor() as cursor:
        # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
        bound.execute(
            sql.SQL(statement).format(given=table),
            {**{f"given_{name}": array_text(rows[name]) for name in kinds}, **values},
        )
        return bound


def _travels(kind: str) -> str:
    """Arrays of arrays have to be rectangular, so an array travels as text."""
    return "text" if kind.endswith("[]") else kind


def array_texts(values: Collection[Collection[Any]]) -> pl.Series:
    """Each list as the text of an array of plain values: numbers, ids or names of keys."""
    return pl.Series(["{" + ",".join(f'"{one}"' for one in each) + "}" for each in values], dtype=pl.String)
