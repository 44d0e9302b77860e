"""Fits the triggers in the database to the models in the code: after every migration, as the owner.

Triggers are compared by the hash of their SQL, so that an ordinary migration touches none. A table that becomes kept
when it already has rows gets a first event for each of them: its past begins then, visibly.
"""

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from psycopg import sql

from banyan.platform.access.declarations import declared
from banyan.platform.history import tracking

PREFIX = "pgtrigger_history_"


def after_migrations(**_signal: Any) -> None:
    """Receiver of post_migrate; does nothing for a role that does not own history's tables (tests, flush)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('history_event')"
        )
        found = cursor.fetchone()
    if found and found[0]:
        install(tracking.tracked_models(), remove_others=True)


def view_permission(model: type[models.Model]) -> str:
    """The permission that lets a person see this table's history: `history_permission`, else the room's own."""
    own = getattr(model, "history_permission", None)
    if own is not None:
        return str(own)
    module = declared().rooms.get(model._meta.app_label)
    return module.permission if module else ""


def install(
    tracked: Iterable[type[models.Model]], *, remove_others: bool = False, using: str = DEFAULT_DB_ALIAS
) -> list[str]:
    """Register the tables, install missing or changed triggers, remove what is no longer wanted.

    Returns the tables whose triggers were touched. Tables that do not exist yet (partial migrations) are left out.
    """
    touched: list[str] = []
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('history.installing'))")
        cursor.execute(
            """
            SELECT c.relname, t.tgname, coalesce(obj_description(t.oid, 'pg_trigger'), '')
            FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname LIKE 'pgtrigger\\_history\\_%'
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            """
        )
        present: dict[str, dict[str, str]] = {}
        for table, trigger, digest in cursor.fetchall():
            present.setdefault(table, {}).update({trigger: digest} if trigger else {})
        kept = [model for model in tracked if model._meta.db_table in present]
        for model in kept:
            table = model._meta.db_table
            number = _register(cursor, model)
            wanted = {
                trigger.sql.pgid: trigger
                for trigger in (each.compile(model) for each in tracking.triggers_of(model, number))
            }
            found = present[table]
            for name, trigger in wanted.items():
                if found.get(name) != trigger.hash:
                    cursor.execute(trigger.install_sql)
                    touched.append(table)
            if not any(name.startswith(f"{PREFIX}insert_") for name in found):
                _begin(cursor, model, number)
            for name in found.keys() - wanted.keys():
                _drop(cursor, table, name)
        if remove_others:
            names = {model._meta.db_table for model in kept}
            for table, found in present.items():
                if table not in names and found and not table.startswith("history_"):
                    for name in found:
                        _drop(cursor, table, name)
                    touched.append(table)
                    cursor.execute("UPDATE history_table SET kept = false WHERE name = %s", [table])
    return sorted(set(touched))


def missing_triggers() -> list[str]:
    """Kept tables that lack a trigger or have it switched off or outdated, for the doctor and the guards."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname || '.' || t.tgname, obj_description(t.oid, 'pg_trigger')
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE t.tgname LIKE 'pgtrigger\\_history\\_%' AND t.tgenabled = 'O'
            """
        )
        found = dict(cursor.fetchall())
        cursor.execute("SELECT name, id FROM history_table WHERE kept")
        numbers = dict(cursor.fetchall())
    return [
        model._meta.db_table
        for model in tracking.tracked_models()
        if any(
            found.get(f"{model._meta.db_table}.{trigger.sql.pgid}") != trigger.hash
            for trigger in (
                each.compile(model) for each in tracking.triggers_of(model, numbers.get(model._meta.db_table, 0))
            )
        )
    ]


def _register(cursor: Any, model: type[models.Model]) -> int:
    """The table's number; its room, permission and scoping brought up to date."""
    wanted = (model._meta.db_table, model._meta.app_label, _permission_of(cursor, model), tracking.scoped(model))
    cursor.execute("SELECT id, room, permission, scoped, kept FROM history_table WHERE name = %s", wanted[:1])
    found = cursor.fetchone()
    if found and found[1:] == (*wanted[1:], True):
        return int(found[0])
    cursor.execute(
        """
        INSERT INTO history_table (name, room, permission, scoped, kept) VALUES (%s, %s, %s, %s, true)
        ON CONFLICT (name) DO UPDATE
        SET room = excluded.room, permission = excluded.permission, scoped = excluded.scoped, kept = true
        RETURNING id
        """,
        wanted,
    )
    (number,) = cursor.fetchone()
    if wanted[2]:
        # The sealed reach holds only permissions that some protected table asks for; history asks for this one.
        cursor.execute(
            """
            INSERT INTO access_protectedtable ("table", view_permission, change_permission) VALUES (%s, %s, '')
            ON CONFLICT ("table") DO UPDATE SET view_permission = excluded.view_permission
            """,
            [f"history of {wanted[0]}", wanted[2]],
        )
        cursor.execute("UPDATE access_accessversion SET number = number + 1")
    return int(number)


def _permission_of(cursor: Any, model: type[models.Model]) -> str:
    """The permission that guards the rows themselves, else the one declared for the model or its room."""
    cursor.execute('SELECT view_permission FROM access_protectedtable WHERE "table" = %s', [model._meta.db_table])
    found = cursor.fetchone()
    return str(found[0]) if found and found[0] else view_permission(model)


def _begin(cursor: Any, model: type[models.Model], number: int) -> None:
    """First events for rows that were there before the trigger (the owner, too, is under forced row-level security)."""
    table = sql.Identifier(model._meta.db_table)
    cursor.execute("SELECT relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
    (forced,) = cursor.fetchone()
    if forced:
        cursor.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(table))
    cursor.execute(
        sql.SQL(
            """
            WITH change AS (SELECT nextval('history_change_id_seq') AS id),
            events AS (
                INSERT INTO history_event (change_id, table_id, object_id, parent_id, scope_id)
                SELECT change.id, {number}, {key}, {parent}, {scope} FROM change, {table} r
                WHERE NOT EXISTS (SELECT FROM history_event e WHERE e.object_id = {key} AND e.table_id = {number})
                RETURNING 1
            )
            SELECT history_close_change(change.id, {number}::smallint, 'I', made.n, 'history.begin')
            FROM change, (SELECT count(*) AS n FROM events) made WHERE made.n > 0
            """
        ).format(
            number=sql.Literal(number),
            key=sql.SQL(tracking.object_key(model, "r")),
            parent=sql.SQL(tracking.parent_key(model, "r")),
            scope=sql.SQL("r.scope_id" if tracking.scoped(model) else "NULL::int"),
            table=table,
        )
    )
    if forced:
        cursor.execute(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(table))


def _drop(cursor: Any, table: str, trigger: str) -> None:
    cursor.execute(
        sql.SQL("DROP TRIGGER IF EXISTS {trigger} ON {table}; DROP FUNCTION IF EXISTS {trigger}()").format(
            trigger=sql.Identifier(trigger), table=sql.Identifier(table)
        )
    )
