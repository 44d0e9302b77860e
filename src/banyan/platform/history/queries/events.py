"""Events with their changes, read by hand-written SQL: a timeline stands on every record's page, so it must cost little."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from banyan.platform.history.models import ExactDecoder, Kind, Table
from banyan.platform.history.queries.visibility import table_numbered

# The few events first, then their changes: left to itself the planner may walk all changes backwards to save a sort.
_SELECT = sql.SQL(
    """
    WITH e AS MATERIALIZED (
        SELECT e.id, e.change_id, e.table_id, e.object_id, e.scope_id, e.scope_before, e.old
        FROM history_event e WHERE {condition} ORDER BY {order} LIMIT %s
    )
    SELECT e.id, e.change_id, e.table_id, e.object_id, e.scope_id, e.scope_before, e.old::text,
        c.kind, c.at, c.actor, c.action, c.cause, c.purpose, c.transaction
    FROM e JOIN history_change c ON c.id = e.change_id ORDER BY {order}
    """
)
NEWEST_FIRST = sql.SQL("e.change_id DESC, e.id DESC")
AS_WRITTEN = sql.SQL("e.id")


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of one change, with what is known of the change."""

    id: int
    change: int
    table: Table
    object_id: UUID
    scope_id: int | None
    scope_before: int | None
    old: Mapping[str, Any] | None
    kind: Kind
    at: datetime
    actor: str
    action: str
    cause: str
    purpose: str
    transaction: int


def exact(text: str | None) -> dict[str, Any] | None:
    """A state as it was written down; decimals stay decimals."""
    return json.loads(text, cls=ExactDecoder) if text is not None else None


def happened(condition: str, values: list[Any], *, order: sql.SQL, limit: int) -> list[Happened]:
    """Events (`e`) that meet a condition, with their changes, as row-level security lets them be seen."""
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(condition=sql.SQL(condition), order=order), [*values, limit])
        rows = cursor.fetchall()
    return [
        Happened(
            number, change, table_numbered(table), object_id, scope, before, exact(old), Kind(kind), at, actor, action,
            cause, purpose, transaction,
        )
        for number, change, table, object_id, scope, before, old, kind, at, actor, action, cause, purpose, transaction in rows
    ]  # fmt: skip
