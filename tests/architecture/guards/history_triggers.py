"""Tables marked ``tracked`` carry history's triggers: one per kind of statement, for statements, not rows, and enabled."""

from collections.abc import Iterable
from typing import Any

from tests.architecture.guards.source import Finding

ROW, INSERT, DELETE, UPDATE, TRUNCATE = 1, 4, 8, 16, 32
MEND = "./banyan manage migrate: history installs its triggers after migrations"


def findings(cursor: Any, tables: Iterable[str]) -> list[Finding]:
    """Tracked tables that lack a trigger, or whose trigger runs row by row or is switched off."""
    found = []
    for table in tables:
        cursor.execute(
            "SELECT tgtype::int, tgenabled::text, tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = to_regclass(%s)",
            [f'"{table}"'],
        )
        triggers = cursor.fetchall()
        for bit, words in ((INSERT, "INSERT"), (UPDATE, "UPDATE"), (DELETE, "DELETE"), (TRUNCATE, "TRUNCATE")):
            fitting = [row for row in triggers if row[0] & bit and not row[0] & ROW]
            if not fitting:
                found.append(Finding(table, f"is tracked but has no statement trigger for {words}", MEND))
            elif all(row[1] not in ("O", "A") for row in fitting):
                found.append(Finding(table, f"its trigger for {words} is switched off", "ALTER TABLE … ENABLE TRIGGER"))
    return found
