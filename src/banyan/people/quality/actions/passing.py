"""The engine at work: full passes over an operation, and passes over the few records that moved."""

import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.people.quality import queries
from banyan.people.quality.actions.defining import renew_definitions
from banyan.people.quality.declarations import declared
from banyan.people.quality.facts import PassFinished
from banyan.people.quality.models import AgeCount, Baseline, Filled, Pass, Snapshot, State
from banyan.people.quality.queries.plans import Plan
from banyan.people.quality.queries.statements import Statements
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.criteria.declarations import Subject, subjects
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.facts import announce

RUN, SIGNED_IN = "quality.change_check", "access.sign_in"
AT_ONCE = 5_000
# Passes over one operation take turns: each counts from where the one before left the scores.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('quality:' || %s, 0))"
# Hashes of a whole operation stay in memory instead of going to disk in pieces.
_ROOM = "SELECT set_config('work_mem', '256MB', true)"
# The planner takes working on a text for as cheap as adding two numbers, and so sees no use in a second processor.
_WIDE = "SELECT set_config('cpu_operator_cost', '0.025', true)"
_AS_USUAL = "SET LOCAL cpu_operator_cost TO DEFAULT"
# Of more records than this that moved, all are looked at and written in one statement.
FEW = 20_000
_TABLES = re.compile(r"\b(?:FROM|JOIN) ([a-z_]+)")
_TAKE = """
DELETE FROM quality_moved WHERE id IN (SELECT id FROM quality_moved ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING subject, record_id, cause
"""
_QUEUE = """
INSERT INTO quality_moved (subject, record_id, cause) SELECT %s, unnest(%s::uuid[]), %s
"""


@dataclass(frozen=True)
class PassDone:
    """What a pass did. broken: own checks that can no longer be read, which were left out."""

    checked: int = 0
    moved: int = 0
    opened: int = 0
    resolved: int = 0
    broken: tuple[str, ...] = field(default=())

    def __add__(self, other: "PassDone") -> "PassDone":
        return PassDone(
            self.checked + other.checked, self.moved + other.moved, self.opened + other.opened,
            self.resolved + other.resolved, (*self.broken, *other.broken),
        )  # fmt: skip


@action(RUN)
def run_pass(operation_id: UUID, *, by: Viewer) -> PassDone:
    """Check every record of an operation and write the scores of the day. Only what moved is written; repeating moves nothing.

    Announces PassFinished. The engine itself reads as the system: `by` is who asked for it.
    """
    started = time.monotonic()
    today = timezone.localdate()
    engine = system_viewer("quality")
    with viewing(engine):
        _execute((_LOCK, [str(operation_id)]), (_ROOM, []))
        _learn()
        renew_definitions(by=engine)
        done = PassDone()
        asked = queries.computed(operation_id, seen_by=engine)
        for subject in _subjects(asked):
            plan = Plan(operation_id, subject, [one for one in asked if one.subject == subject.key], today)
            done += _look_at_all(plan)
            _count(plan)
            _count_filled(plan)
        _forget(operation_id, {one.subject for one in asked})
        Pass.objects.create(
            operation_id=operation_id, kind="full", seconds=time.monotonic() - started, checked=done.checked,
            moved=done.moved, opened=done.opened, resolved=done.resolved,
        )  # fmt: skip
    announce(PassFinished(operation_id=operation_id), by=by)
    return done


@action(SIGNED_IN)
def moved(subject: str, ids: Collection[UUID], *, by: Viewer, cause: str = "") -> None:
    """Records changed: have them and what is related checked in the background. For the rooms that own them.

    Cheap, in the transaction of the change: rows are appended and a job is queued. cause: who changed them, when not `by`.
    """
    if ids:
        _execute((_QUEUE, [subject, [str(one) for one in ids], (cause or str(by.label))[:200]]))
        jobs.start("quality.check_moved", by=system_viewer("quality"))


@action(RUN)
def check_moved(*, by: Viewer) -> PassDone:
    """Check the records that wait, at most AT_ONCE of them; returns what was done (checked 0: none waited)."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [AT_ONCE])
        rows = cursor.fetchall()
    waiting: dict[str, dict[UUID, str]] = defaultdict(dict)
    for subject, record_id, cause in rows:
        waiting[subject][record_id] = cause
    return check_records(waiting, by=by) if waiting else PassDone()


@action(RUN)
def check_records(waiting: Mapping[str, Mapping[UUID, str]], *, by: Viewer) -> PassDone:
    """Check these records, {subject: {id: who moved it}}, with all that is related to them, here and now."""
    engine = system_viewer("quality")
    with viewing(engine):
        causes = {record: cause for records in waiting.values() for record, cause in records.items()}
        done, whole = PassDone(), set()
        for key, ids in _related(waiting, engine).items():
            if key not in subjects():
                continue
            for operation_id, these in _by_operation(subjects()[key], ids).items():
                if operation_id in whole:
                    continue
                if not Baseline.objects.filter(operation=operation_id).exists():
                    # Nobody looked at this operation before: now everything of it is looked at.
                    whole.add(operation_id)
                    done += run_pass(operation_id, by=engine)
                    continue
                done += _recheck(operation_id, subjects()[key], these, causes)
        return done


@action(RUN)
def start_pass(operation_id: UUID, *, by: Viewer) -> UUID:
    """Have an operation checked as a whole in the background, as soon as may be; returns the job."""
    return jobs.start("quality.check_operation", by=system_viewer("quality"), operation=str(operation_id)).pk


def _recheck(operation_id: UUID, subject: Subject, ids: Sequence[UUID], causes: Mapping[UUID, str]) -> PassDone:
    started = time.monotonic()
    today = timezone.localdate()
    _execute((_LOCK, [str(operation_id)]))
    asked = queries.computed(operation_id, seen_by=system_viewer("quality"), subject=subject.key)
    # What is new is first looked at in a full pass.
    plan = Plan(operation_id, subject, [one for one in asked if one.since is not None], today, only=ids)
    if not plan.read:
        return PassDone()
    counted = Snapshot.objects.filter(
        operation=operation_id, day=today, breakdown="all", check_key__in=[one.key for one in plan.read]
    ).exists()
    done = _look(plan, causes, tally=counted)
    if not counted:
        _count(Plan(operation_id, subject, plan.read, today))
    if done.moved:
        Pass.objects.create(
            operation_id=operation_id, kind="moved", seconds=time.monotonic() - started, checked=len(ids),
            moved=done.moved, opened=done.opened, resolved=done.resolved,
        )  # fmt: skip
    return done


def _learn() -> None:
    """Have the planner look at what records are made of. After an import it may believe that the tables are empty, and loop."""
    sources = " ".join(f"FROM {subject.source}" for subject in subjects().values())
    tables = sorted({*_TABLES.findall(sources), State._meta.db_table})
    _execute(("SELECT quality_learn(%s)", [tables]))


def _look_at_all(plan: Plan) -> PassDone:
    """Look at every record of a plan. As a rule few moved since the last time: first who did, then these alone."""
    if any(one.since is None for one in plan.read):
        return _look(plan, {}, tally=False)
    sql, values = Statements(plan).who(FEW)
    with connection.cursor() as cursor:
        cursor.execute(_WIDE)
        cursor.execute(sql, values)
        (ids,) = cursor.fetchone()
        cursor.execute(_AS_USUAL)
    if ids is None:
        return _look(plan, {}, tally=False)
    few = Plan(plan.operation_id, plan.subject, plan.checks, plan.today, only=ids)
    done = _look(few, {}, tally=False, complete=True)
    return replace(done, checked=_held(plan))


def _look(plan: Plan, causes: Mapping[UUID, str], *, tally: bool, complete: bool = False) -> PassDone:
    """Run the statement of a plan, and note since when each of its definitions is computed here."""
    fresh = frozenset((one.key, one.version) for one in plan.read if one.since is None)
    sql, values = Statements(plan, fresh=fresh, complete=complete).run(causes, tally=tally)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        moved, opened, resolved = cursor.fetchone()
    Baseline.objects.bulk_create(
        Baseline(operation_id=plan.operation_id, definition_id=one.definition_id, since=plan.today)
        for one in plan.read
        if one.since is None and one.definition_id is not None
    )
    checked = _held(plan) if plan.only is None else len(plan.only)
    return PassDone(checked, moved, opened, resolved, tuple(plan.broken))


def _held(plan: Plan) -> int:
    """How many records of the subject stand anywhere."""
    return State.objects.filter(operation=plan.operation_id, subject=plan.subject.key).count()


def _count(plan: Plan) -> None:
    """Write the scores of the day, and the ages, from where the records stand."""
    keys = [one.key for one in plan.checks]
    Snapshot.objects.filter(operation=plan.operation_id, day=plan.today, check_key__in=keys).delete()
    statements = Statements(plan)
    _execute(statements.scores())
    if plan.breakdown.birth_date:
        AgeCount.objects.filter(operation=plan.operation_id, day=plan.today, subject=plan.subject.key).delete()
        _execute(statements.ages())


def _count_filled(plan: Plan) -> None:
    """Write how many mandatory fields are filled in, for the checks that are made of them; a day's count is that of its last full pass."""
    made = [one for one in plan.read if one.mandatory and one.fields]
    keys = [one.key for one in made]
    Filled.objects.filter(operation=plan.operation_id, day=plan.today, check_key__in=keys).delete()
    for one in made:
        _execute(Statements(Plan(plan.operation_id, plan.subject, [], plan.today)).filled(one))


def _forget(operation_id: UUID, kept: Collection[str]) -> None:
    """No check is left about a subject: its records stand nowhere, and nothing of the day is told of it."""
    State.objects.filter(operation=operation_id).exclude(subject__in=kept).delete()


def _subjects(checks: Iterable[queries.CheckInForce]) -> list[Subject]:
    return [subjects()[key] for key in dict.fromkeys(one.subject for one in checks) if key in subjects()]


def _related(waiting: Mapping[str, Collection[UUID]], engine: Viewer) -> dict[str, list[UUID]]:
    """The records that wait and all whose checks they may move, by subject."""
    found: dict[str, dict[UUID, None]] = defaultdict(dict)
    for key, ids in waiting.items():
        found[key].update(dict.fromkeys(ids))
        shown = declared().records.get(key)
        if shown and shown.related:
            for other, more in shown.related(list(ids), seen_by=engine).items():
                found[other].update(dict.fromkeys(more))
    return {key: sorted(ids) for key, ids in found.items()}


def _by_operation(subject: Subject, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """These records by their operation, also those that are no longer live."""
    if not subject.operation:
        return {}
    sql = (
        f"SELECT t.{subject.operation}, array_agg(t.{subject.id})"  # noqa: S608 — of declarations
        f" FROM {subject.source.replace('%', '%%')} t WHERE t.{subject.id} = ANY(%s) GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids)])
        return dict(cursor.fetchall())


def _execute(*statements: tuple[str, Any]) -> None:
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
