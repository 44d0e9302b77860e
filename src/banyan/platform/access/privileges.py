"""What the application role may do in the database, set after every migration by the owner.

The application role owns nothing. It gets rights table by table: all, append (read and insert), read, or none, as the
model's `database_rights` says. Tables of libraries may be named in DATABASE_RIGHTS of a room's policy.py.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from banyan.platform.access import rules

RIGHTS = {
    "all": "SELECT, INSERT, UPDATE, DELETE",
    "append": "SELECT, INSERT",
    "read": "SELECT",
    "none": "",
}
# Tables without a model that the application only reads.
_READ_ONLY = {"django_migrations": "read"}


def table_rights() -> dict[str, str]:
    """The rights of tables that do not have all of them, by table name."""
    rights = dict(_READ_ONLY)
    for model in apps.get_models(include_auto_created=True):
        rights[model._meta.db_table] = getattr(model, "database_rights", "all")
    for config in apps.get_app_configs():
        if config.name.startswith("banyan.") and find_spec(f"{config.name}.policy"):
            rights.update(getattr(import_module(f"{config.name}.policy"), "DATABASE_RIGHTS", {}))
    return rights


def set_privileges(sender: Any = None, **_options: Any) -> None:
    """Bring the rights of the application role and the seal key to the wanted state. Does nothing but as the owner.

    Called once for each app by Django's post_migrate; only the call for the last app works, when all tables exist.
    """
    with_models = [config.label for config in apps.get_app_configs() if config.models_module is not None]
    if sender is not None and sender.label != with_models[-1]:
        return
    role = settings.APPLICATION_ROLE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, to_regclass('access_sealkey') IS NOT NULL")
        user, ready = cursor.fetchone()
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not ready or user == role or cursor.fetchone() is None:
            return
        _grant(cursor, role)
        inner, outer = rules.seal_pads(settings.SEAL_KEY)
        cursor.execute(
            "INSERT INTO access_sealkey (id, inner_pad, outer_pad) VALUES (1, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad"
            " WHERE (access_sealkey.inner_pad, access_sealkey.outer_pad) IS DISTINCT FROM (excluded.inner_pad, excluded.outer_pad)",
            [inner, outer],
        )


def _grant(cursor: Any, role: str) -> None:
    rights = table_rights()
    to = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(to),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(to),
    ]
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    )
    for (table,) in cursor.fetchall():
        given = RIGHTS[rights.get(table, "all")]
        if given:
            statements.append(sql.SQL(f"GRANT {given} ON {{}} TO {{}}").format(sql.Identifier(table), to))
    for statement in statements:
        cursor.execute(statement)
