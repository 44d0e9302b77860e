"""What accepting a submission would do, from its key and content and what was accepted before under the same key."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

NEW, CHANGED, UNCHANGED, REPEATED = "new", "changed", "unchanged", "repeated"


class Waiting(NamedTuple):
    """A submission that waits for a decision, with what was told of it so far."""

    batch: UUID
    id: UUID
    key: str
    digest: str
    outcome: str
    earlier: UUID | None


def changed_outcomes(
    waiting: Sequence[Waiting], before: Mapping[str, tuple[UUID, str]]
) -> list[tuple[UUID, str, UUID | None]]:
    """(id, outcome, earlier) of those of whom something else must be told now.

    waiting: by batch, in the order of the batch: of two with the same key the first counts, the other is repeated.
    before: key → id and digest of the submission accepted last.
    """
    seen: set[tuple[UUID, str]] = set()
    told = []
    for each in waiting:
        earlier, digest = before.get(each.key, (None, ""))
        if (each.batch, each.key) in seen:
            outcome = REPEATED
        elif earlier is None:
            outcome = NEW
        else:
            outcome = UNCHANGED if digest == each.digest else CHANGED
        seen.add((each.batch, each.key))
        if (outcome, earlier) != (each.outcome, each.earlier):
            told.append((each.id, outcome, earlier))
    return told
