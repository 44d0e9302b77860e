"""Migration operations by which rooms put their tables under row-level security.

In a room's migration, after the table exists::

    dependencies = [("access", "0002_sealed_reach"), …]
    operations = [ProtectRows("places_place", view="places.view_place", change="places.change_place")]

The table needs an integer column scope_id (NOT NULL) that refers to access.Scope. Policies compare it with an array
that is computed once per statement (an InitPlan), with leakproof operators only, so indexes stay usable.
"""

# ruff: noqa: S608 — the names come from migrations, never from users

from typing import Any

from django.db.migrations.operations import RunSQL


def _reach(permission: str) -> str:
    """The condition on scope_id: within the sealed reach, or the reach is everything (0)."""
    scopes = f"(SELECT access_scopes('{permission}'))::int[]"
    return f"(scope_id = ANY({scopes}) OR 0 = ANY({scopes}))"


class ProtectRows(RunSQL):
    """Row-level security on `table`: SELECT within `view`'s reach; INSERT, UPDATE, DELETE within `change`'s reach."""

    def __init__(self, table: str, view: str, change: str) -> None:
        self.table, self.view, self.change = table, view, change
        see, write = _reach(view), _reach(change)
        super().__init__(
            sql=f"""
                ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
                DROP POLICY IF EXISTS {table}_see ON {table};
                DROP POLICY IF EXISTS {table}_insert ON {table};
                DROP POLICY IF EXISTS {table}_update ON {table};
                DROP POLICY IF EXISTS {table}_delete ON {table};
                CREATE POLICY {table}_see ON {table} FOR SELECT USING ({see});
                CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({write});
                CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write});
                CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({write});
                INSERT INTO access_protectedtable ("table", view_permission, change_permission)
                VALUES ('{table}', '{view}', '{change}')
                ON CONFLICT ("table") DO UPDATE
                SET view_permission = excluded.view_permission, change_permission = excluded.change_permission;
                UPDATE access_accessversion SET number = number + 1;
            """,
            reverse_sql=f"""
                DROP POLICY {table}_see ON {table};
                DROP POLICY {table}_insert ON {table};
                DROP POLICY {table}_update ON {table};
                DROP POLICY {table}_delete ON {table};
                ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
                ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
                DELETE FROM access_protectedtable WHERE "table" = '{table}';
            """,
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return type(self).__name__, (), {"table": self.table, "view": self.view, "change": self.change}

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Protect the rows of {self.table}"


class RestrictTable(RunSQL):
    """Row-level security on a whole `table` without scopes: who holds `view` sees it all, who holds `change` changes it.

    Not forced on the owner, so that functions of the owner (checking seals, chaining the log) can read it. An empty
    permission leaves that side open; writing SQL of the application still needs the table's database rights.
    """

    def __init__(self, table: str, view: str = "", change: str = "") -> None:
        self.table, self.view, self.change = table, view, change
        see = f"(SELECT cardinality(access_scopes('{view}')) > 0)" if view else "true"
        write = f"(SELECT cardinality(access_scopes('{change}')) > 0)" if change else "true"
        super().__init__(
            sql=f"""
                ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                CREATE POLICY {table}_see ON {table} FOR SELECT USING ({see});
                CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({write});
                CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write});
                CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({write});
                INSERT INTO access_protectedtable ("table", view_permission, change_permission)
                VALUES ('{table}', '{view}', '{change}');
            """,
            reverse_sql=f"""
                DROP POLICY {table}_see ON {table};
                DROP POLICY {table}_insert ON {table};
                DROP POLICY {table}_update ON {table};
                DROP POLICY {table}_delete ON {table};
                ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
                DELETE FROM access_protectedtable WHERE "table" = '{table}';
            """,
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        return type(self).__name__, (), {"table": self.table, "view": self.view, "change": self.change}

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Restrict the table {self.table}"
