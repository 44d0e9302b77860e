"""What a changed submission would change, field by field, against the accepted one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from banyan.people.collection.models import StagedRow
from banyan.people.collection.queries.batches import rows, submission
from banyan.people.collection.rules.comparing import Difference, differing
from banyan.people.collection.rules.comparing import Row as ComparedRow
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

__all__ = ["Difference", "RowDifference", "differences"]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One field of a household or person that two submissions give differently. Row ids are of staged rows."""

    subject: str
    label: str
    field: str
    old: str
    new: str
    earlier_row: UUID | None
    row: UUID | None


def differences(submission_id: UUID, *, seen_by: Viewer) -> list[RowDifference]:
    """Field by field what a submission changes against the accepted one before it; people that came or went as a whole.

    Raises Problem not_found when there is none before it, or when it lies outside of the viewer's areas.
    """
    now = submission(submission_id, seen_by=seen_by)
    if now.earlier_id is None:
        raise Problem("not_found")
    before = submission(now.earlier_id, seen_by=seen_by)
    staged = list(rows([before.pk, now.pk], seen_by=seen_by))
    old = [row for row in staged if row.submission_id == before.pk]
    new = [row for row in staged if row.submission_id == now.pk]
    return [
        RowDifference(
            each.subject, each.label, each.field, each.old, each.new,
            old[each.old_index].pk if each.old_index is not None else None,
            new[each.new_index].pk if each.new_index is not None else None,
        )
        for each in differing(_compared(old), _compared(new))
    ]  # fmt: skip


def _compared(staged: Sequence[StagedRow]) -> list[ComparedRow]:
    return [
        ComparedRow(row.subject, row.values | {f"extra:{name}": value for name, value in row.extras.items()})
        for row in staged
    ]
