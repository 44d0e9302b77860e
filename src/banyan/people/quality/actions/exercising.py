"""Verification exercises: records drawn from what some checks find, looked at by people one by one."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import queries
from banyan.people.quality.models import Exercise, ExerciseRecord
from banyan.people.quality.rules.outcomes import OUTCOMES
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

CHANGE = "quality.change_findings"
MOST_RECORDS = 500


@action(CHANGE)
def make_exercise(
    operation_id: UUID,
    *,
    by: Viewer,
    label: str,
    subject: str,
    keys: Sequence[str],
    size: int,
    due_on: date | None = None,
) -> Exercise:
    """Draw records of a subject that fail any of these checks, as far as `by` sees, evenly by lot; the order is that of the lot.

    Raises Problem quality.exercise_size, exercise_empty, check_unknown, own_incomplete.
    """
    if not 1 <= size <= MOST_RECORDS:
        raise Problem("quality.exercise_size", most=MOST_RECORDS, at=Location(field="size"))
    if not label.strip():
        raise Problem("quality.own_incomplete", at=Location(field="label"))
    drawn: dict[UUID, int] = {}
    for key in keys:
        rows = queries.findings(operation_id, key, seen_by=by).filter(subject=subject)
        # Ids begin with the time, their end is chance.
        drawn.update(sorted(rows.values_list("pk", "scope_id"), key=_lot)[:size])
    if not drawn:
        raise Problem("quality.exercise_empty")
    chosen = sorted(drawn.items(), key=_lot)[:size]
    scopes = {scope for _record, scope in chosen}
    exercise = Exercise.objects.create(
        operation_id=operation_id, label=label.strip()[:120], subject=subject, checks=list(keys), made_by=by.id,
        made_by_label=str(by.label)[:200], due_on=due_on,
        scope_id=scopes.pop() if len(scopes) == 1 else _whole(operation_id, by, scopes),
    )  # fmt: skip
    ExerciseRecord.objects.bulk_create(
        ExerciseRecord(exercise=exercise, scope_id=scope, record_id=record, position=position)
        for position, (record, scope) in enumerate(chosen, 1)
    )
    return exercise


@action(CHANGE)
def assign_exercise(exercise_id: UUID, positions: Collection[int], *, by: Viewer, assignee: UUID) -> int:
    """Give records of an exercise to somebody; returns how many. Raises not_found, quality.assignee_unknown, exercise_closed."""
    exercise = _open(exercise_id, by)
    names = dict(queries.assignees(exercise.operation_id, seen_by=by))
    if assignee not in names:
        raise Problem("quality.assignee_unknown", at=Location(field="assignee"))
    rows = queries.exercise_records(exercise_id, seen_by=by).filter(position__in=list(positions))
    return rows.order_by().update(assignee=assignee, assignee_label=names[assignee][:200])


@action(CHANGE)
def record_outcome(record_id: UUID, *, by: Viewer, outcome: str, note: str = "") -> ExerciseRecord:
    """Note what looking at a record found: `record_id` is the id of the row of the exercise.

    Raises Problem not_found, quality.outcome_unknown, exercise_closed.
    """
    if outcome not in OUTCOMES:
        raise Problem("quality.outcome_unknown", outcome=outcome, at=Location(field="outcome"))
    exercise_id = ExerciseRecord.objects.filter(pk=record_id).values_list("exercise", flat=True).first()
    row = None
    if exercise_id is not None:
        rows = queries.exercise_records(exercise_id, seen_by=by)
        row = rows.select_for_update().filter(pk=record_id).first()
    if row is None:
        raise Problem("not_found")
    _open(row.exercise_id, by)
    row.outcome, row.note = outcome, note.strip()[:300]
    row.checked_by_label, row.checked_at = str(by.label)[:200], timezone.now()
    row.save(update_fields=["outcome", "note", "checked_by_label", "checked_at"])
    return row


@action(CHANGE)
def close_exercise(exercise_id: UUID, *, by: Viewer) -> Exercise:
    """No outcome is noted any more. Raises Problem not_found, quality.exercise_closed."""
    exercise = _open(exercise_id, by)
    exercise.closed_at = timezone.now()
    exercise.save(update_fields=["closed_at"])
    return exercise


def _open(exercise_id: UUID, by: Viewer) -> Exercise:
    exercise = queries.exercise(exercise_id, seen_by=by)
    if exercise.closed_at is not None:
        raise Problem("quality.exercise_closed")
    return exercise


def _lot(row: tuple[UUID, int]) -> str:
    return row[0].hex[::-1]


def _whole(operation_id: UUID, by: Viewer, scopes: set[int]) -> int:
    """The scope of an exercise over several areas: the whole operation, or where `by` reaches no further, the first of them."""
    whole = operation_scope(operation_id, seen_by=by)
    return whole if whole in by.reach(CHANGE) else min(scopes)
