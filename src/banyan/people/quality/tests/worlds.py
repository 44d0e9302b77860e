"""A small world of people and homes for tests of the engine: two tables of its own, under row-level security."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from banyan.people.quality.declarations import Breakdown, Card, Check, Mended, Param, Records
from banyan.platform.access import actions as access
from banyan.platform.access.models import Operation
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.criteria.declarations import Field, Relation, Subject
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.privacy import Privacy

SYSTEM = system_viewer("tests")
PERMISSION = "quality.view_findings"
_REACH = f"(coalesce(scope_id, 0) <@ (SELECT access_reach('{PERMISSION}')))"
_TABLES = """
CREATE TABLE test_home (id uuid PRIMARY KEY, operation_id uuid, scope_id int, phone text DEFAULT '', status text DEFAULT 'active');
CREATE TABLE test_person (
    id uuid PRIMARY KEY, operation_id uuid, scope_id int, home_id uuid, name text DEFAULT 'Somebody', sex text DEFAULT 'female',
    birth_date text COLLATE "C", work text DEFAULT '', is_head boolean DEFAULT false, seen_on date DEFAULT '2026-05-01',
    legal text DEFAULT 'known', place uuid, interviewer text DEFAULT '', batch text DEFAULT '', status text DEFAULT 'active');
"""
_PROTECT = """
GRANT ALL ON {table} TO PUBLIC; ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY all_of_it ON {table} USING {reach} WITH CHECK {reach};
"""
SUBJECTS = (
    Subject(
        "being", "People", "test_person", operation="operation_id", active="{t}.status = 'active'",
        fields=(
            Field("name", "text", "Name", "{t}.name", empty="blank"),
            Field("sex", "text", "Sex", "{t}.sex", empty="blank"),
            Field("birth_date", "date", "Born", "{t}.birth_date"),
            Field("age", "integer", "Age", "{t}.birth_date", derived="age"),
            Field("work", "text", "Work", "{t}.work", empty="blank"),
            Field("seen_on", "day", "Seen", "{t}.seen_on"),
            Field("legal", "text", "Legal status", "{t}.legal", privacy=Privacy.SENSITIVE, empty="blank"),
            Field("is_head", "boolean", "Head", "{t}.is_head"),
        ),
        relations=(Relation("home", "Home", "home", many=False, join="{there}.id = {here}.home_id"),),
    ),
    Subject(
        "home", "Homes", "test_home", operation="operation_id", active="{t}.status = 'active'",
        fields=(Field("phone", "text", "Phone", "{t}.phone", empty="blank"),),
        relations=(Relation("members", "Members", "being", many=True, join="{there}.home_id = {here}.id"),),
    ),
)  # fmt: skip


def check(key: str, failed: str, **more: Any) -> Check:
    values = {"number": 0, "label": key, "about": "", "dimension": "validity", "subject": "being", **more}
    return Check(key=key, failed=failed, **values)


CHECKS = (
    check("nameless", "!has(name)", number=1, dimension="completeness", gate=True, target=Decimal(99)),
    check("childwork", "age < 5", eligible="has(work)", number=2, dimension="consistency"),
    check("stale", "days_between(seen_on, today) > param.days", number=3, dimension="timeliness",
          params=(Param("days", "integer", 365, "Days"),), weight=Decimal(2)),
    check("lawless", "!has(legal)", number=4, protects=True),
    check("needed", "", number=5, dimension="completeness", mandatory=True),
    check("headless", "members.filter(m, m.is_head).size() != 1", number=6, dimension="consistency", subject="home", gate=True),
    check("january", "birth_date == date('1990-01-01')", number=7, dimension="accuracy", score="age_quality"),
)  # fmt: skip


def _cards(ids: Any, *, seen_by: Viewer) -> dict[UUID, Card]:
    return {one: Card(reference=str(one)[:8], label="Somebody", url=f"/x/{one}/") for one in ids}


def _related(ids: Any, *, seen_by: Viewer) -> dict[str, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT home_id FROM test_person WHERE id = ANY(%s) AND home_id IS NOT NULL", [list(ids)]
        )
        return {"being": list(ids), "home": [row[0] for row in cursor.fetchall()]}


def _mend(record_id: UUID, field: str, value: str, *, by: Viewer, reason: str) -> Mended:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE test_person SET "{field}" = %s WHERE id = %s', [value, record_id])
    return Mended(done=True)


RECORDS = (
    Records("being", PERMISSION, "tests.being", _cards, related=_related, mendable={"nameless": "name"}, mend=_mend),
    Records("home", PERMISSION, "tests.home", _cards),
)
BREAKDOWNS = (
    Breakdown("being", place="{t}.place", interviewer="{t}.interviewer", source="{t}.batch", birth_date="{t}.birth_date",
              told_on="{t}.seen_on"),
)  # fmt: skip


@dataclass
class World:
    """An operation with two areas, and people in them."""

    operation: Operation
    north: int
    south: int
    people: list[UUID] = field(default_factory=list)

    def person(self, **values: Any) -> UUID:
        """Register a person; in the north unless said."""
        return self._add("test_person", {"scope_id": self.north, **values})

    def home(self, **values: Any) -> UUID:
        return self._add("test_home", {"scope_id": self.north, **values})

    def _add(self, table: str, values: dict[str, Any]) -> UUID:
        row = {"id": new_id(), "operation_id": self.operation.pk, **values}
        with viewing(SYSTEM), connection.cursor() as cursor:
            columns = ", ".join(row)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values())
            )
        return row["id"]

    def change(self, person: UUID, table: str = "test_person", **values: Any) -> None:
        with viewing(SYSTEM), connection.cursor() as cursor:
            columns = ", ".join(f"{name} = %s" for name in values)
            cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), person])


def make_tables(owner_address: str) -> Iterator[None]:
    """The tables, made by the owner for the session: the application role makes none."""
    with psycopg.connect(owner_address, autocommit=True) as owner:
        owner.execute(_TABLES)
        for table in ("test_person", "test_home"):
            owner.execute(_PROTECT.format(table=table, reach=_REACH))
    yield
    # A connection of its own: tests that commit end those that idle. Without a server or database there is nothing to drop.
    with suppress(psycopg.OperationalError), psycopg.connect(owner_address, autocommit=True) as owner:
        owner.execute("DROP TABLE IF EXISTS test_person, test_home")


def make_world() -> World:
    """An operation of two areas. Rolled back with the test."""
    with viewing(SYSTEM):
        access.register_areas([("XX01", "North", None, "MMR"), ("XX02", "South", None, "MMR")], by=SYSTEM)
        operation = access.add_operation("QTY", "Quality", "MMR", by=SYSTEM)
        north, south = (operation_scope(operation.pk, seen_by=SYSTEM, area_key=key) for key in ("XX01", "XX02"))
    return World(operation, north, south)


def declaring(monkeypatch: Any, checks: Any = CHECKS) -> Iterator[None]:
    """The subjects and checks of this world instead of the rooms' own, until the test is over."""
    from banyan.people.quality import declarations as quality
    from banyan.platform.criteria import declarations as criteria

    ours = SimpleNamespace(SUBJECTS=SUBJECTS, CHECKS=checks, RECORDS=RECORDS, BREAKDOWNS=BREAKDOWNS)
    monkeypatch.setattr(criteria, "_selectable", lambda: [ours])
    monkeypatch.setattr(quality, "_modules", lambda: [ours])
    caches = (criteria.subjects, quality.declared)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


TODAY = date(2026, 6, 1)
