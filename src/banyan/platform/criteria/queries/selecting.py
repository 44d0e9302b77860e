"""Whom a criterion selects: counted, shown by a few, or as a statement for rooms that work with the whole set.

Every statement runs as the application role under the viewer's sealed reach, so nobody counts what they may not see; a
criterion that asks for something sensitive looks only where the viewer may see sensitive values.
"""

# ruff: noqa: S608 — composed of declarations and of names made by the compiler; values are bound

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from django.db import DataError, OperationalError, connection, transaction
from django.utils import timezone

from banyan.platform.access.viewers import Viewer
from banyan.platform.criteria.declarations import Subject
from banyan.platform.criteria.queries.frames import Many
from banyan.platform.criteria.queries.loading import loaded
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.queries.vocabularies import is_sensitive, vocabulary
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.explaining import Explanation, Words, explain
from banyan.platform.criteria.rules.meanings import Setting
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.tree import Condition, Node
from banyan.platform.kernel.problems import Problem

LIVE_SECONDS: Final = 5
MOST_SHOWN: Final = 100
_HURRY = """
WITH former AS MATERIALIZED (SELECT current_setting('statement_timeout') AS value)
SELECT value, set_config('statement_timeout', %s, true) FROM former
"""
Which = Literal["certain", "unknown", "refuted"]


@dataclass(frozen=True)
class Counted:
    """How many records a criterion selects, of how many it cannot be known, and how many were looked at."""

    certain: int
    unknown: int
    total: int


@dataclass(frozen=True)
class Sampled:
    """A record with what the criterion asks of it: values by name as they are written in the criterion."""

    id: UUID
    title: str
    url: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Selection:
    """A statement that gives the ids of the records selected, and its values by name: for INSERT … SELECT and IN (…)."""

    sql: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A criterion as it is asked: by whom, of what, when, and within which scopes."""

    node: Condition
    subject: Subject
    today: date
    within: frozenset[int] | None
    operation: UUID | None

    def scan(self, many: Many) -> Scan:
        """A statement over the subject's rows."""
        return Scan(self.subject, today=self.today, many=many, within=self.within)


def check(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None,
) -> Condition:  # fmt: skip
    """The typed tree of a text, when it can be read and compiled. Raises every Problem of it."""
    asked = _asked(text, subject, seen_by, operation_id, purpose, parameters, None)
    asked.scan("exists").truth(asked.node)
    return asked.node


def count(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None, today: date | None = None, seconds: int = LIVE_SECONDS,
) -> Counted:  # fmt: skip
    """How many live records within the viewer's reach a criterion selects.

    Raises every Problem of the text, criteria.too_slow after so many seconds, and criteria.not_answerable.
    """
    asked = _asked(text, subject, seen_by, operation_id, purpose, parameters, today)
    scan = asked.scan("grouped")
    truth = scan.truth(asked.node)
    where = scan.where_sql(operation=asked.operation)
    sql = (
        f"SELECT count(*) FILTER (WHERE {truth.certain}), count(*) FILTER (WHERE ({truth.decided}) IS NOT TRUE), count(*)"
        f" FROM {scan.from_sql()} WHERE {where}"
    )
    ((certain, unknown, total),) = _rows(sql, scan.values, seconds)
    return Counted(certain, unknown, total)


def selection(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None, today: date | None = None, only: Sequence[UUID] | None = None,
    which: Which = "certain",
) -> Selection:  # fmt: skip
    """A statement giving the ids of the records that a criterion selects, for rooms that go on with the set in the database.

    It has to run under the same viewer. `only`: records to choose from. Raises every Problem of the text.
    """
    asked = _asked(text, subject, seen_by, operation_id, purpose, parameters, today)
    scan = asked.scan("exists" if only is None else "each")
    where = scan.where_sql(_which(scan, asked.node, which), only=only, operation=asked.operation)
    return Selection(f"SELECT {scan.id} FROM {scan.from_sql()} WHERE {where}", scan.values)


def sample(
    text: str, subject: str, *, seen_by: Viewer, operation_id: UUID | None = None, purpose: str = "selection",
    parameters: Mapping[str, Setting] | None = None, today: date | None = None, number: int = 10,
    which: Which = "certain", seconds: int = LIVE_SECONDS,
) -> list[Sampled]:  # fmt: skip
    """A few of the records that a criterion selects, does not select, or cannot decide, in the order of their ids.

    With the fields of theirs that it asks for; whoever shows them to people writes that into the log of reads. Raises as `count`.
    """
    asked = _asked(text, subject, seen_by, operation_id, purpose, parameters, today)
    scan = asked.scan("exists")
    where = scan.where_sql(_which(scan, asked.node, which), operation=asked.operation)
    named = {".".join((*ref.path, ref.field.name)): ref for ref in _own_fields(asked.node)}
    title = asked.subject.field_named(asked.subject.title)
    columns = [scan.id, f"({scan.column(tree.FieldRef('', (), title))})::text" if title else "''"]
    columns += [scan.column(ref) for ref in named.values()]
    limit = scan.bind(max(0, min(number, MOST_SHOWN)))
    sql = f"SELECT {', '.join(columns)} FROM {scan.from_sql()} WHERE {where} ORDER BY {scan.id} LIMIT {limit}"
    return [
        Sampled(id, name, url_of(asked.subject, id), dict(zip(named, values, strict=True)))
        for id, name, *values in _rows(sql, scan.values, seconds)
    ]


def explain_record(
    text: str, subject: str, record_id: UUID, *, seen_by: Viewer, operation_id: UUID | None = None,
    purpose: str = "selection", parameters: Mapping[str, Setting] | None = None, today: date | None = None,
    words: Words | None = None,
) -> Explanation:  # fmt: skip
    """What a criterion says of one record, part by part, with the record's own values.

    Whoever shows it to people writes that into the log of reads. Raises every Problem of the text, and not_found for a record that
    is not live or lies outside of the viewer's reach.
    """
    asked = _asked(text, subject, seen_by, operation_id, purpose, parameters, today)
    found = loaded(asked.node, asked.subject, [record_id], today=asked.today, within=asked.within).get(record_id)
    if found is None:
        raise Problem("not_found")
    return explain(asked.node, found, today=asked.today, words=words)


def find_record(subject: str, title: str, *, seen_by: Viewer) -> UUID | None:
    """The live record that is called so, within the viewer's reach: by the field that titles records of the subject."""
    about = vocabulary(subject, seen_by=seen_by).subjects[subject]
    named = about.field_named(about.title)
    if named is None or not title.strip():
        return None
    scan = Scan(about, today=timezone.localdate(), many="each")
    field = tree.FieldRef("", (), named)
    where = scan.where_sql(scan.where(tree.Compare("==", field, tree.Literal(title.strip(), "text"))))
    found = _rows(f"SELECT {scan.id} FROM {scan.from_sql()} WHERE {where} LIMIT 2", scan.values, LIVE_SECONDS)
    return found[0][0] if len(found) == 1 else None


def records(
    node: Node,
    subject: Subject,
    ids: Collection[UUID],
    *,
    seen_by: Viewer,
    within: Collection[int] | None = None,
    today: date | None = None,
) -> dict[UUID, dict[str, Any]]:
    """Records as plain data for `rules.evaluating`, with whatever a criterion asks of them; one query for each relation."""
    if subject.view:
        seen_by.require(subject.view)
    return loaded(node, subject, ids, today=today or timezone.localdate(), within=within)


def url_of(subject: Subject, id: UUID) -> str:
    """Address of a record's page; empty when the subject has none."""
    return subject.url.replace("{id}", str(id))


def _asked(
    text: str,
    subject: str,
    viewer: Viewer,
    operation_id: UUID | None,
    purpose: str,
    parameters: Mapping[str, Setting] | None,
    today: date | None,
) -> Asked:
    known = vocabulary(subject, seen_by=viewer, operation_id=operation_id, purpose=purpose, parameters=parameters)
    node, about = read(text, known), known.subjects[subject]
    within = None
    if about.sensitive and is_sensitive(node):
        reach = viewer.reach(about.sensitive)
        within = None if reach.everything else frozenset(reach.scopes)
    return Asked(node, about, today or timezone.localdate(), within, operation_id)


def _which(scan: Scan, node: Condition, which: Which) -> str:
    truth = scan.truth(node)
    if which == "unknown":
        return f"({truth.decided}) IS NOT TRUE"
    return truth.certain if which == "certain" else truth.refuted


def _own_fields(node: Condition) -> Iterator[tree.FieldRef]:
    return (part for part in tree.walk(node) if isinstance(part, tree.FieldRef) and part.variable == "")


def _rows(sql: str, values: Mapping[str, Any], seconds: int) -> list[Any]:
    with _limited(seconds), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """A statement is stopped after so many seconds, and what the database cannot work out is a Problem."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HURRY, [f"{seconds}s"])
            (former, _hurried) = cursor.fetchone()
            yield
            # The setting outlives the savepoint; nothing else shall be hurried by it.
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [former])
    except OperationalError as error:
        if "statement timeout" not in str(error):
            raise
        raise Problem("criteria.too_slow", seconds=seconds) from None
    except DataError as error:
        raise Problem("criteria.not_answerable", reason=str(error).split("\n")[0]) from None
