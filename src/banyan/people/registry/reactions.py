"""What the register does when collection announces that a batch was accepted or undone."""

from uuid import UUID

from django.utils.translation import gettext as _

from banyan.people.collection import queries as submitted
from banyan.people.collection.facts import BatchAccepted, BatchUndone
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, viewer_of
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.declarations import reaction


@reaction(BatchAccepted)
def register_accepted(fact: BatchAccepted, *, by: Viewer) -> None:
    """Register the people of an accepted batch, as whoever accepted it."""
    decider = _decider(fact.batch_id, by)
    jobs.start("registry.register_batch", by=decider, label=_("Accepted batch"), batch=str(fact.batch_id))


@reaction(BatchUndone)
def withdraw_undone(fact: BatchUndone, *, by: Viewer) -> None:
    """Withdraw the people of an undone batch, as whoever undid it."""
    jobs.start(
        "registry.withdraw_batch", by=_decider(fact.batch_id, by), label=_("Undone batch"), batch=str(fact.batch_id),
        operation=str(fact.operation_id),
    )  # fmt: skip


def _decider(batch_id: UUID, by: Viewer) -> Viewer:
    """Who decided about the batch, so that the history of every person names them; `by` when that was no person.

    Somebody whose role has ended since has decided all the same: the work is then done by `by`.
    """
    batch = submitted.batch(batch_id, seen_by=by)
    if batch.decided_by is None:
        return by
    decider = viewer_of(access.account_by_id(batch.decided_by, seen_by=by))
    return decider if batch.scope_id in decider.reach("registry.register_person") else by
