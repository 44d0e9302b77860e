"""The application's database role owns nothing and can step past nothing."""

from typing import Any

from tests.architecture.guards.source import Finding

RIGHTS = {
    "rolsuper": "is a superuser",
    "rolbypassrls": "steps past row-level security",
    "rolcreaterole": "may make roles",
    "rolcreatedb": "may make databases",
    "rolreplication": "may copy the whole server",
}


def findings(cursor: Any, role: str) -> list[Finding]:
    """Powers of the role that would make row-level security or history worthless."""
    cursor.execute(
        "SELECT oid, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        [role],
    )
    row = cursor.fetchone()
    if row is None:
        return [Finding(role, "there is no such role")]
    oid, *flags = row
    found = [Finding(role, words) for flag, words in zip(flags, RIGHTS.values(), strict=True) if flag]
    cursor.execute(
        """
        SELECT 'owns ' || classid::regclass || ' ' || objid FROM pg_shdepend
        WHERE refclassid = 'pg_authid'::regclass AND refobjid = %(oid)s AND deptype = 'o'
        UNION ALL SELECT 'is a member of ' || roleid::regrole FROM pg_auth_members WHERE member = %(oid)s
        UNION ALL SELECT 'may create objects in schema ' || nspname FROM pg_namespace
            WHERE nspname = 'public' AND has_schema_privilege(%(oid)s, oid, 'CREATE')
        UNION ALL SELECT 'may truncate ' || relname FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
            AND has_table_privilege(%(oid)s, oid, 'TRUNCATE')
        """,
        {"oid": oid},
    )
    return found + [Finding(role, words, "let the owner keep it") for (words,) in cursor.fetchall()]
