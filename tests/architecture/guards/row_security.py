"""Tables with scope_id are closed by the database itself: row-level security, forced, for every kind of statement."""

from collections.abc import Iterable
from typing import Any

from tests.architecture.guards.source import Finding

MEND = "ProtectRows(…) from banyan.platform.access.migrating in a migration"


def findings(cursor: Any, tables: Iterable[str]) -> list[Finding]:
    """Tables (names in the search path) whose rows the database does not guard."""
    found = []
    for table in tables:
        cursor.execute(
            """
            SELECT c.relrowsecurity, c.relforcerowsecurity,
                   array(SELECT p.polcmd::text FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive),
                   array(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
                         AND (coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') = 'true'
                              AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'))
            FROM pg_class c WHERE c.oid = to_regclass(%s)
            """,
            [f'"{table}"'],
        )
        row = cursor.fetchone()
        if row is None:
            found.append(Finding(table, "is not in the database", "migrate"))
            continue
        enabled, forced, commands, open_policies = row
        if not enabled:
            found.append(Finding(table, "has scope_id but no row-level security", MEND))
        if not forced:
            found.append(Finding(table, "row-level security is not forced: the owner sees past it", MEND))
        for letter, words in (("r", "SELECT"), ("a", "INSERT"), ("w", "UPDATE"), ("d", "DELETE")):
            if enabled and not {letter, "*"} & set(commands):
                found.append(Finding(table, f"no policy for {words}", f"{MEND}; without one nobody can {words}"))
        found += [Finding(table, f"policy {name} lets every row through", MEND) for name in open_policies]
    return found
