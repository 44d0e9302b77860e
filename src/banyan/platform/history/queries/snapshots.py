"""Records as they were: exact, from what every later change kept of the row before it.

State of a row at an instant: what the first change after that instant found; if there is none, the row of today. A row
that the first later change inserted did not exist.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql
from psycopg.rows import dict_row

from banyan.platform.access.viewers import Viewer
from banyan.platform.history import tracking
from banyan.platform.history.models import Event, ExactDecoder, Kind, Table
from banyan.platform.history.queries.visibility import (
    Model,
    about_people,
    field_of_column,
    hidden_fields,
    log_values,
    require,
    table_of,
    within_reach,
)
from banyan.platform.kernel.problems import Problem

# The first change of every row after the instant.
_LATER = """
    SELECT DISTINCT ON (e.object_id) e.object_id, c.kind, e.old
    FROM history_change c JOIN history_event e ON e.change_id = c.id
    WHERE c.table_id = {number} AND e.table_id = {number} AND c.at > %(at)s
    ORDER BY e.object_id, e.change_id
"""


@dataclass(frozen=True)
class Difference:
    """A row that differs between two instants; None where it did not exist. Values by column."""

    object_id: UUID
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def columns(self) -> list[str]:
        """Columns that differ; empty for rows that were added or removed."""
        if self.before is None or self.after is None:
            return []
        return [name for name in {**self.before, **self.after} if self.before.get(name) != self.after.get(name)]


def as_it_was(model: Model, object_id: UUID | int, at: datetime, *, seen_by: Viewer) -> dict[str, Any] | None:
    """The record at an instant, as Python values by field name (foreign keys: the id); None when it did not exist.

    Also None when it lay outside the viewer's scopes then. Values the viewer may not see are left out.
    Raises Problem history.not_kept, not_allowed.
    """
    table = table_of(model)
    require(table, seen_by)
    key = tracking.object_id(model, object_id)
    first = (
        Event.objects.filter(table=table, object_id=key, change__at__gt=at)
        .select_related("change")
        .order_by("change_id")
        .first()
    )
    state: Mapping[str, Any] | None
    if first is None:
        state = _row_of_today(model, key)
    else:
        state = None if first.change.kind == Kind.INSERT else first.old
    if state is None or not within_reach(table, state.get("scope_id"), seen_by):
        return None
    hidden = hidden_fields(model, table, seen_by, state.get("scope_id"))
    found: dict[str, Any] = {}
    for column, value in state.items():
        field = field_of_column(model, column)
        # Of a column that is gone nobody knows any more how careful one has to be with it.
        if field is not None and field.name not in hidden:
            # A relation's own to_python would ask for the record; its target only reads the key.
            reader = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
            found[field.name] = reader.to_python(value)
    if any(found.get(name) not in (None, "") for name in about_people(model)):
        log_values(seen_by, model, [key])
    return found


def hidden_then(model: Model, state: Mapping[str, Any], *, seen_by: Viewer) -> list[str]:
    """Names of the fields that `as_it_was` left out of this state because this viewer may not see them; no secrets."""
    secret = set(tracking.secret_columns(model))
    return [each.name for each in model._meta.concrete_fields if each.name not in state and each.column not in secret]


def as_they_were(
    model: Model,
    at: datetime,
    *,
    seen_by: Viewer,
    where: Mapping[str, Any] | None = None,
    order_by: str | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """All records at an instant, by one set-based query; values by column name, typed as the table's columns are.

    where: columns and the values they had then (a list means one of them). order_by: a column. Hidden columns are left
    out, and rows that then lay outside the viewer's scopes. Raises Problem history.not_kept, not_allowed.
    """
    table = table_of(model)
    require(table, seen_by)
    veil = _Veil(model, table, seen_by)
    # Whoever may not see a value may not find out either which rows have it.
    if not {*(where or {}), *([order_by] if order_by else [])} <= veil.columns(None):
        raise Problem("not_allowed", permission=table.permission)
    secret = tracking.secret_columns(model)
    shown = [str(field.column) for field in model._meta.concrete_fields if field.column not in secret]
    conditions: list[sql.Composable] = [sql.SQL("true")]
    values: dict[str, Any] = {"at": at}
    for number, (column, value) in enumerate((where or {}).items()):
        form = "state.{} = ANY(%({})s)" if isinstance(value, list | tuple | set | frozenset) else "state.{} = %({})s"
        conditions.append(sql.SQL(form).format(sql.Identifier(column), sql.SQL(f"value_{number}")))
        values[f"value_{number}"] = list(value) if isinstance(value, tuple | set | frozenset) else value
    statement = sql.SQL(
        f"""
        WITH later AS ({_LATER}),
        state AS (
            SELECT r.* FROM {{table}} r WHERE NOT EXISTS (SELECT FROM later WHERE later.object_id = {{key}})
            UNION ALL
            SELECT (jsonb_populate_record(NULL::{{table}}, later.old)).* FROM later WHERE later.kind <> 'I'
        )
        SELECT {{columns}} FROM state WHERE {{conditions}} {{order}} {{limit}}
        """
    ).format(
        number=sql.Literal(table.pk),
        table=sql.Identifier(model._meta.db_table),
        key=sql.SQL(tracking.object_key(model, "r")),
        columns=sql.SQL(", ").join(sql.Identifier(column) for column in shown),
        conditions=sql.SQL(" AND ").join(conditions),
        order=sql.SQL("ORDER BY state.{}").format(sql.Identifier(order_by)) if order_by else sql.SQL(""),
        limit=sql.SQL("LIMIT {}").format(sql.Literal(limit)) if limit is not None else sql.SQL(""),
    )
    with connection.cursor() as cursor:
        raw = cursor.cursor.connection.cursor(row_factory=dict_row)
        rows = raw.execute(statement, values).fetchall()
    found = [state for state in map(veil.over, rows) if state is not None]
    veil.log((tracking.object_id(model, state[str(model._meta.pk.column)]), state) for state in found)
    return found


def differences(
    model: Model, since: datetime, until: datetime, *, seen_by: Viewer, limit: int | None = None
) -> list[Difference]:
    """Rows that differ between two instants, as far as the viewer may see them. Rows changed and changed back are left out.

    Raises Problem history.not_kept, not_allowed.
    """
    table = table_of(model)
    require(table, seen_by)
    veil = _Veil(model, table, seen_by)
    statement = sql.SQL(
        f"""
        WITH later AS ({_LATER}),
        final AS ({_LATER.replace("%(at)s", "%(until)s")})
        SELECT later.object_id,
            CASE WHEN later.kind <> 'I' THEN later.old END::text,
            CASE WHEN final.object_id IS NULL THEN (SELECT to_jsonb(r) FROM {{table}} r WHERE {{key}} = later.object_id)
                 WHEN final.kind <> 'I' THEN final.old END::text
        FROM later LEFT JOIN final ON final.object_id = later.object_id
        ORDER BY later.object_id {{limit}}
        """
    ).format(
        number=sql.Literal(table.pk),
        table=sql.Identifier(model._meta.db_table),
        key=sql.SQL(tracking.object_key(model, "r")),
        limit=sql.SQL("LIMIT {}").format(sql.Literal(limit)) if limit is not None else sql.SQL(""),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": since, "until": until})
        rows = cursor.fetchall()
    found = []
    for object_id, *texts in rows:
        before, after = (veil.over(_read(text)) for text in texts)
        if before != after:
            found.append(Difference(object_id, before, after))
    veil.log((each.object_id, state) for each in found for state in (each.before, each.after))
    return found


def _read(text: str | None) -> dict[str, Any] | None:
    return json.loads(text, cls=ExactDecoder) if text is not None else None


class _Veil:
    """Leaves out of a table's past states what a viewer may not see of them, and logs what was shown about people."""

    def __init__(self, model: Model, table: Table, viewer: Viewer) -> None:
        self._model, self._table, self._viewer = model, table, viewer
        self._open: dict[int | None, set[str]] = {}
        people = about_people(model)
        self._people = [str(field.column) for field in model._meta.concrete_fields if field.name in people]

    def columns(self, scope_id: int | None) -> set[str]:
        """The columns open in rows with this scope."""
        if scope_id not in self._open:
            hidden = hidden_fields(self._model, self._table, self._viewer, scope_id)
            self._open[scope_id] = {
                str(field.column) for field in self._model._meta.concrete_fields if field.name not in hidden
            }
        return self._open[scope_id]

    def over(self, state: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """The state without hidden columns; None when the row lay out of reach or was not there."""
        if state is None or not within_reach(self._table, state.get("scope_id"), self._viewer):
            return None
        shown = self.columns(state.get("scope_id"))
        return {column: value for column, value in state.items() if column in shown}

    def log(self, states: Iterable[tuple[UUID, Mapping[str, Any] | None]]) -> None:
        """Enter into the log of reads which records' values about people these states show."""
        ids = {
            key for key, state in states if state and any(state.get(name) not in (None, "") for name in self._people)
        }
        log_values(self._viewer, self._model, ids)


def _row_of_today(model: Model, key: UUID) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT (to_jsonb(r) - %s::text[])::text FROM {table} r WHERE {key} = %s").format(
                table=sql.Identifier(model._meta.db_table), key=sql.SQL(tracking.object_key(model, "r"))
            ),
            [tracking.secret_columns(model), key],
        )
        found = cursor.fetchone()
    return _read(found[0]) if found else None
