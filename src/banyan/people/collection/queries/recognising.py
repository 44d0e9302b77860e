"""People on their way in: what rooms above compare of them, and what they found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from banyan.people.collection.declarations import Likeness, Match, comparers
from banyan.people.collection.models import Batch, Decision, Submission
from banyan.people.collection.queries.batches import batch, batches, submission, submissions
from banyan.people.collection.queries.takeover import fields_of, staged
from banyan.people.collection.states import ARRIVING, STAGED, BatchState
from banyan.platform.access.viewers import Viewer

# Changed submissions become proposals to people who are known; unchanged and repeated ones bring nobody.
_ARRIVING = """
SELECT s.id FROM collection_submission s
WHERE s.batch_id = %s AND s.decision = 'pending' AND s.outcome = 'new' ORDER BY s.ordinal
"""
# A comparison that takes longer keeps nothing else waiting.
_COMPARED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BatchComparison:
    """How far the comparison of a batch is, of all rooms that compare; counts are of submissions that wait."""

    state: Literal["running", "done", "failed"]
    people: int = 0
    known: int = 0
    twice: int = 0
    at: datetime | None = None
    notes: tuple[str | Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Arriving:
    """The people who wait in a batch: frames as `accepted_chunk` gives them, with the fields that were asked for."""

    operation_id: UUID
    scope_id: int
    asked: int
    households: pl.DataFrame
    people: pl.DataFrame


def comparison(batch: Batch, *, seen_by: Viewer) -> BatchComparison | None:
    """How far the comparison is; None when nobody compares, or nothing was asked for."""
    asked = int(batch.detected.get("asked", 0))
    if not asked or not comparers():
        return None
    found = [comparer.comparison(batch.pk, seen_by=seen_by) for comparer in comparers()]
    late = [each for each in found if each.asked < asked]
    return BatchComparison(
        state="done" if not late else "failed" if all(each.failed for each in late) else "running",
        people=max(each.people for each in found),
        known=sum(each.known for each in found),
        twice=sum(each.twice for each in found),
        at=max((each.at for each in found if each.at), default=None),
        notes=tuple(note for each in found for note in each.notes),
    )


def are_arriving(*, seen_by: Viewer) -> bool:
    """Whether any batch is being read, checked, compared or taken over by the register: heavy work that can wait should."""
    rows = batches(seen_by=seen_by)
    if rows.filter(state__in=ARRIVING).exists():
        return True
    checked = rows.filter(state=BatchState.REVIEW, submitted_at__gte=timezone.now() - _COMPARED_WITHIN)
    found = (comparison(one, seen_by=seen_by) for one in checked)
    return any(one is not None and one.state == "running" for one in found)


def matches(submission_id: UUID, *, seen_by: Viewer) -> dict[UUID, list[Match]]:
    """Whom the rows of a submission may be, by row, the likest first. Raises Problem not_found out of reach."""
    submission(submission_id, seen_by=seen_by)
    found: dict[UUID, list[Match]] = {}
    for comparer in comparers():
        for match in comparer.matches(submission_id, seen_by=seen_by):
            found.setdefault(match.row_id, []).append(match)
    return found


def holding(rows: QuerySet[Submission], batch_id: UUID, likeness: Likeness, *, seen_by: Viewer) -> QuerySet[Submission]:
    """Of these submissions of a batch those with somebody who looks registered ("known"), or like another row ("twice")."""
    condition = Q(pk__in=[])
    for comparer in comparers():
        condition |= Q(pk__in=comparer.holding(batch_id, likeness, seen_by=seen_by))
    return rows.filter(condition)


def arriving(batch_id: UUID, fields: Collection[str], *, seen_by: Viewer) -> Arriving:
    """The people of new submissions that wait in a batch, with these fields of theirs and their households. Three queries.

    `asked` is the number of the request for comparison that this reading answers.
    """
    found = batch(batch_id, seen_by=seen_by)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVING, [found.pk])
        ids: list[Any] = [row[0] for row in cursor.fetchall()]
        frame = staged(cursor, ids)
    kept = {
        subject: [name for name in found.columns.get(subject, []) if name in fields]
        for subject in ("household", "person")
    }
    return Arriving(
        found.operation_id, found.scope_id, int(found.detected.get("asked", 0)),
        fields_of(frame, "household", kept), fields_of(frame, "person", kept),
    )  # fmt: skip


__all__ = ["Arriving", "BatchComparison", "arriving", "comparison", "holding", "matches"]


def unsettled(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[Submission]:
    """The submissions of a batch of which it still matters whom they look like: they wait, or were put aside and may be opened
    again. None of a batch that is over, or is being checked anew.
    """
    found = submissions(batch_id, seen_by=seen_by).filter(decision__in=(Decision.PENDING, Decision.REJECTED))
    return found.filter(batch__state__in=STAGED)
