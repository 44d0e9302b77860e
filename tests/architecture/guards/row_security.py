"""Tables with scope_id are closed by the database itself: row-level security, forced, for every kind of statement.

And wherever row-level security is on, it is forced on the owner too.
"""

from collections.abc import Iterable
from typing import Any

from tests.architecture.guards.source import Finding

MEND = "ProtectRows(…) from banyan.platform.access.migrating in a migration"


FORCE = "ALTER TABLE … FORCE ROW LEVEL SECURITY in the migration, and policies TO CURRENT_USER only for what the owner needs"


def unforced(cursor: Any) -> list[Finding]:
    """Tables under row-level security past which their owner sees."""
    cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity ORDER BY relname")
    return [
        Finding(table, "row-level security is on but not forced: the owner sees past it", FORCE)
        for (table,) in cursor.fetchall()
    ]


def findings(cursor: Any, tables: Iterable[str], role: str) -> list[Finding]:
    """Tables (names in the search path) whose rows the database does not guard against ``role``."""
    found = []
    for table in tables:
        cursor.execute(
            """
            SELECT c.relrowsecurity, c.relforcerowsecurity, coalesce(array_agg(p.polname::text) FILTER (
                WHERE (p.polcmd <> 'a' AND coalesce(pg_get_expr(p.polqual, p.polrelid), '') NOT LIKE '%%scope_id%%')
                   OR (p.polcmd IN ('a', 'w', '*') AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid),
                                                                pg_get_expr(p.polqual, p.polrelid), '') NOT LIKE '%%scope_id%%')), '{}')
            FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polpermissive AND (
                0 = ANY(p.polroles)
                OR EXISTS (SELECT FROM pg_roles r WHERE r.oid = ANY(p.polroles) AND pg_has_role(%s, r.oid, 'MEMBER')))
            WHERE c.oid = to_regclass(%s) GROUP BY c.oid
            """,
            [role, f'"{table}"'],
        )
        row = cursor.fetchone()
        if row is None:
            found.append(Finding(table, "is not in the database", "migrate"))
            continue
        enabled, forced, blind = row
        if not enabled:
            found.append(Finding(table, "has scope_id but no row-level security", MEND))
        if not forced:
            found.append(Finding(table, "row-level security is not forced: the owner sees past it", MEND))
        # A kind of statement without any policy is refused by PostgreSQL itself, so only what a policy opens is looked at.
        found += [Finding(table, f"policy {name} does not look at scope_id", MEND) for name in blind]
    return found
