"""From grants to reach, with one query, cached per process and account until anything about access changes."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from banyan.platform.access import rules
from banyan.platform.access.declarations import declared
from banyan.platform.access.rules import Part, Reach

# Accounts kept per process; the oldest unused goes first.
_KEPT = 2000

# Scopes of one grant: its area and everything below, within its operation. An operation also opens the reference rows
# (scopes without operation) of its country. A row whose area is unknown (NULL) is reached only by grants without area.
_STANDING = """
SELECT g.role, g.organisation_id, g.clearance, g.valid_until, NULL::timestamptz,
    g.operation_id IS NULL AND g.area_id IS NULL AS everything,
    CASE WHEN g.operation_id IS NOT NULL OR g.area_id IS NOT NULL THEN ARRAY(
        SELECT s.id FROM access_scope s LEFT JOIN access_area a ON a.id = s.area_id
        WHERE (g.area_id IS NULL OR a.lineage @> ARRAY[g.area_id])
          AND (g.operation_id IS NULL OR s.operation_id = g.operation_id
               OR (s.operation_id IS NULL AND a.country = o.country))
    ) END AS scopes
FROM access_grant g LEFT JOIN access_operation o ON o.id = g.operation_id
WHERE g.account_id = %(account)s AND g.ended_at IS NULL
  AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until >= %(day)s)
UNION ALL
SELECT '', NULL, 3, NULL, b.ends_at, false, ARRAY(
        SELECT s.id FROM access_scope s JOIN access_area a ON a.id = s.area_id WHERE a.lineage @> ARRAY[b.area_id])
FROM access_breakglass b
WHERE b.account_id = %(account)s AND b.subject_kind = 'access.area' AND b.area_id IS NOT NULL
  AND b.begins_at <= %(now)s AND b.ends_at > %(now)s AND b.reviewed_at IS NULL
"""
# The date of the next grant to begin: until then what was resolved stays true.
_BEGINS = """
SELECT min(valid_from) FROM access_grant
WHERE account_id = %(account)s AND ended_at IS NULL AND valid_from > %(day)s
"""


@dataclass
class Standing:
    """What an account's grants give at this moment."""

    roles: frozenset[str]
    parts: tuple[Part, ...]
    until: datetime | None
    reaches: dict[str, Reach] = field(default_factory=dict)


_lock = threading.Lock()
_kept: OrderedDict[UUID, tuple[int, Standing]] = OrderedDict()
_protected: tuple[int, tuple[str, ...]] | None = None
_seen_version = 0


def access_version() -> int:
    """The current number of the access version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM access_accessversion")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def standing(account_id: UUID, version: int | None = None) -> Standing:
    """What the account holds now. version: the access version if it was read in this request, else it is read here."""
    global _seen_version  # noqa: PLW0603 — a process-wide cache
    if version is None:
        version = access_version()
    now = datetime.now(UTC)
    with _lock:
        _seen_version = version
        kept = _kept.get(account_id)
        if kept and kept[0] == version and (kept[1].until is None or now < kept[1].until):
            _kept.move_to_end(account_id)
            return kept[1]
    found = _read_standing(account_id, now)
    with _lock:
        _kept[account_id] = (version, found)
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return found


def protected_permissions() -> tuple[str, ...]:
    """Permissions that protect a table; only these need to be told to the database."""
    global _protected  # noqa: PLW0603 — a process-wide cache
    if _protected is None or _protected[0] != _seen_version or not _protected[1]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT view_permission FROM access_protectedtable WHERE view_permission <> ''"
                " UNION SELECT change_permission FROM access_protectedtable WHERE change_permission <> '' ORDER BY 1"
            )
            _protected = (_seen_version, tuple(row[0] for row in cursor.fetchall()))
    return _protected[1]


def forget() -> None:
    """Empty the caches of this process, for tests that roll back."""
    global _protected  # noqa: PLW0603 — a process-wide cache
    with _lock:
        _kept.clear()
        _protected = None


def _read_standing(account_id: UUID, now: datetime) -> Standing:
    day = now.date()
    values: dict[str, Any] = {"account": account_id, "day": day, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, values)
        rows = cursor.fetchall()
        cursor.execute(_BEGINS, values)
        begins: date | None = cursor.fetchone()[0]
    known = declared()
    emergency = frozenset(
        permission.codename
        for permission in known.permissions.values()
        if permission.kind == "view" and permission.room != "access"
    )
    parts, roles, ends = [], set(), []
    for code, organisation, clearance, valid_until, ends_at, everything, scopes in rows:
        if ends_at is not None:
            permissions = emergency
            ends.append(ends_at)
        else:
            role = known.roles.get(code)
            if role is None:  # no longer declared: gives nothing
                continue
            permissions = frozenset(role.permissions)
            roles.add(code)
            if valid_until is not None:
                ends.append(datetime.combine(valid_until + timedelta(days=1), time(), UTC))
        parts.append(Part(permissions, bool(everything), frozenset(scopes or ()), organisation, clearance))
    if begins is not None:
        ends.append(datetime.combine(begins, time(), UTC))
    return Standing(frozenset(roles), tuple(parts), rules.until(now, ends))
