"""Verification exercises and their records."""

from uuid import UUID

from django.db.models import QuerySet

from banyan.people.quality.models import Exercise, ExerciseRecord
from banyan.people.quality.queries.reaching import VIEW, reach_of
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem


def exercises(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[Exercise]:
    """The exercises of an operation, the newest first."""
    seen_by.require(VIEW)
    return Exercise.objects.filter(within(seen_by.reach(VIEW)), operation=operation_id).order_by("-made_at")


def exercise(exercise_id: UUID, *, seen_by: Viewer) -> Exercise:
    """One exercise. Raises Problem not_found."""
    seen_by.require(VIEW)
    found = Exercise.objects.filter(within(seen_by.reach(VIEW)), pk=exercise_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def exercise_records(exercise_id: UUID, *, seen_by: Viewer) -> QuerySet[ExerciseRecord]:
    """The records of an exercise in reach, in their order on the sheet. Raises Problem not_found."""
    one = exercise(exercise_id, seen_by=seen_by)
    return ExerciseRecord.objects.filter(reach_of(one.subject, seen_by=seen_by), exercise=one).order_by("position")
