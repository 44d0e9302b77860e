"""The register at a glance: numbers of each operation, the latest batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from banyan.people.collection import queries as collection
from banyan.people.registry.queries.changing.requests import changes_waiting
from banyan.people.registry.queries.people import VIEW, households, people
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Listing, Waiting

LATELY = timedelta(days=30)
EXACTLY = 50_000
_COUNTING = Listing(key="overview", columns=())


@dataclass(frozen=True)
class Count:
    """A number, exact while that is cheap and an estimate of the database beyond."""

    number: int
    estimated: bool


@dataclass(frozen=True)
class OperationNumbers:
    """What the register of one operation holds, as far as the viewer reaches."""

    operation: Any
    people: Count
    households: Count
    lately: Count

    @property
    def empty(self) -> bool:
        """Whether nobody is registered yet."""
        return not self.people.number and not self.households.number


def _count(rows: Any) -> Count:
    """Exact as far as counting takes a few milliseconds, for the estimate of a young register is far off."""
    counted = rows.order_by().values("pk")[: EXACTLY + 1].count()
    return Count(counted, estimated=False) if counted <= EXACTLY else Count(*_COUNTING.count(rows))


def operation_numbers(*, seen_by: Viewer) -> list[OperationNumbers]:
    """Active people and households of each operation within reach, and people registered in the last thirty days."""
    since = timezone.localdate() - LATELY
    numbers = []
    for operation in operations_within(VIEW, seen_by=seen_by):
        living = people(seen_by=seen_by).filter(operation=operation, status="active")
        homes = households(seen_by=seen_by).filter(operation=operation, status="active")
        numbers.append(
            OperationNumbers(operation, _count(living), _count(homes), _count(homes.filter(registered_on__gte=since)))
        )
    return numbers


def recent_batches(*, seen_by: Viewer) -> Sequence[Any]:
    """The latest batches of submissions; none for viewers who may not see batches."""
    if not seen_by.may("collection.view_batch"):
        return []
    return list(collection.batches(seen_by=seen_by).order_by("-submitted_at")[:5])


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """What waits for this viewer in the register; the shell shows it under "Waiting for you"."""
    return changes_waiting(seen_by=seen_by)
