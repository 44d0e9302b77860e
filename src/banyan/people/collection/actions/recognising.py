"""Whom the people of a batch may be: asking the rooms above to compare them, and waiting for the answer."""

from collections.abc import Iterable
from uuid import UUID

from banyan.people.collection import queries, states
from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.facts import BatchChecked
from banyan.people.collection.models import Batch
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem

# What a correction may change of who somebody is: the person, and where the household is found.
_TELLING = ("person.", "household.place", "household.phone")


@action("collection.submit_batch")
def ask_whom(batch_id: UUID, *, by: Viewer) -> Batch:
    """Have the people of a batch compared with each other and with the register; nothing unless it is open for review."""
    batch = locked(batch_id)
    return ask(batch, by) if batch.state in states.OPEN else batch


def ask(batch: Batch, by: Viewer) -> Batch:
    """Count the request and announce it; for actions that hold the batch locked."""
    asked = int(batch.detected.get("asked", 0)) + 1
    batch.detected = batch.detected | {"asked": asked}
    batch.save(update_fields=["detected"])
    announce(BatchChecked(batch_id=batch.pk, operation_id=batch.operation_id, asked=asked), by=by)
    return batch


def ask_after(batch: Batch, fields: Iterable[str], by: Viewer) -> None:
    """Ask again when corrections of these fields may have made somebody else of a person."""
    if any(field.startswith(_TELLING) for field in fields):
        ask(batch, by)


def require_compared(batch: Batch, uncompared: str, *, by: Viewer) -> None:
    """Raise Problem collection.comparing while a comparison is outstanding and nobody says why it cannot wait."""
    found = queries.comparison(batch, seen_by=by)
    if found is not None and found.state != "done" and not uncompared.strip():
        raise Problem("collection.comparing", at=Location(field="uncompared"))
