"""Migration operations by which rooms put their tables under row-level security.

In a room's migration, after the table exists::

    dependencies = [("access", "0002_sealed_reach"), …]
    operations = [ProtectRows("places_place", view="places.view_place", change="places.change_place")]

The table needs an integer column scope_id that refers to access.Scope. Queries find rows through their own
indexes with leakproof operators (=, <, ≥ on int, text, date, uuid); the policy then only looks at the scope. An index that
serves counts or pages should carry scope_id (INCLUDE), so that the look costs no visit to the table.
"""

# ruff: noqa: S608 — the names come from migrations, never from users

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import RunSQL


def _reach(permission: str) -> str:
    """The condition on scope_id: within the sealed reach.

    The reach is computed once for a statement (an InitPlan). The CASE is for the planner alone: of `<@` with a value it
    does not know it expects next to no rows, and then gives up the order of an index that serves the page. No scope is
    numbered 0: a row without scope is seen by who reaches everything.
    """
    return f"(CASE WHEN coalesce(scope_id, 0) <@ (SELECT access_reach('{permission}')) THEN true ELSE false END)"


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

    Forced on the owner too. owner: kinds of statement (SELECT, INSERT …) that functions of the owner need on the table
    (chaining the log of reads). Without `view` everybody sees it all; without `change` nobody changes it.
    """

    def __init__(self, table: str, view: str = "", change: str = "", owner: Sequence[str] = ()) -> None:
        self.table, self.view, self.change, self.owner = table, view, change, tuple(owner)
        see = f"(SELECT access_may('{view}'))" if view else "true"
        write = f"(SELECT access_may('{change}'))"
        policies = {f"{table}_see": f"FOR SELECT USING ({see})"}
        if change:
            policies[f"{table}_insert"] = f"FOR INSERT WITH CHECK ({write})"
            policies[f"{table}_update"] = f"FOR UPDATE USING ({write}) WITH CHECK ({write})"
            policies[f"{table}_delete"] = f"FOR DELETE USING ({write})"
        for kind in self.owner:
            check = "WITH CHECK" if kind == "INSERT" else "USING"
            policies[f"{table}_owner_{kind.lower()}"] = f"FOR {kind} TO CURRENT_USER {check} (true)"
        super().__init__(
            sql=f"""
                ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
                ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
                {" ".join(f"CREATE POLICY {name} ON {table} {rule};" for name, rule in policies.items())}
                INSERT INTO access_protectedtable ("table", view_permission, change_permission)
                VALUES ('{table}', '{view}', '{change}');
            """,
            reverse_sql=f"""
                {" ".join(f"DROP POLICY {name} ON {table};" for name in policies)}
                ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
                ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
                DELETE FROM access_protectedtable WHERE "table" = '{table}';
            """,
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        arguments = {"table": self.table, "view": self.view, "change": self.change, "owner": self.owner}
        return type(self).__name__, (), arguments

    def describe(self) -> str:
        """For the output of migrate."""
        return f"Restrict the table {self.table}"
