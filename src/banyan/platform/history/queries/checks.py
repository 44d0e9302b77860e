"""Whether history and the tables tell the same story."""

from django.db import connection
from psycopg import sql

from banyan.platform.access.viewers import Viewer
from banyan.platform.history import tracking
from banyan.platform.history.policy import VIEW_HISTORY
from banyan.platform.history.queries.visibility import Model, table_of

_CHECKS = {
    "rows without a first event": """
        SELECT count(*) FROM {table} r
        WHERE NOT EXISTS (SELECT FROM history_event e WHERE e.object_id = {key} AND e.table_id = {number})
    """,
    "rows that history says are deleted": """
        SELECT count(*) FROM {table} r CROSS JOIN LATERAL (
            SELECT c.kind FROM history_event e JOIN history_change c ON c.id = e.change_id
            WHERE e.object_id = {key} AND e.table_id = {number} ORDER BY e.change_id DESC LIMIT 1
        ) latest WHERE latest.kind = 'D'
    """,
    "rows that vanished without an event": """
        SELECT count(*) FROM (
            SELECT DISTINCT ON (e.object_id) e.object_id, c.kind
            FROM history_event e JOIN history_change c ON c.id = e.change_id
            WHERE e.table_id = {number} ORDER BY e.object_id, e.change_id DESC
        ) latest
        WHERE latest.kind <> 'D' AND NOT EXISTS (SELECT FROM {table} r WHERE {key} = latest.object_id)
    """,
    "events in an impossible order": """
        SELECT count(*) FROM (
            SELECT c.kind, lag(c.kind) OVER (PARTITION BY e.object_id ORDER BY e.change_id) AS previous
            FROM history_event e JOIN history_change c ON c.id = e.change_id WHERE e.table_id = {number}
        ) step
        WHERE (coalesce(previous, 'D') = 'D') <> (kind = 'I')
    """,
    "changes whose number of rows differs": """
        SELECT count(*) FROM history_change c
        WHERE c.table_id = {number} AND c.rows <> (SELECT count(*) FROM history_event e WHERE e.change_id = c.id)
    """,
}


def replay_findings(model: Model, *, seen_by: Viewer) -> list[str]:
    """Contradictions between a kept table and its history, in words; none means that they agree.

    Meaningful for a viewer who sees every row. Raises Problem history.not_kept, not_allowed.
    """
    seen_by.require(VIEW_HISTORY)
    table = table_of(model)
    findings = []
    with connection.cursor() as cursor:
        for name, statement in _CHECKS.items():
            cursor.execute(
                sql.SQL(statement).format(
                    table=sql.Identifier(model._meta.db_table),
                    key=sql.SQL(tracking.object_key(model, "r")),
                    number=sql.Literal(table.pk),
                )
            )
            (count,) = cursor.fetchone()
            if count:
                findings.append(f"{model._meta.db_table}: {count} {name}")
    return findings
