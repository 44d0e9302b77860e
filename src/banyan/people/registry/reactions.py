"""What the register does when collection announces that a batch was accepted or undone."""

from django.utils.translation import gettext as _

from banyan.people.collection.facts import BatchAccepted, BatchUndone
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs.declarations import reaction


@reaction(BatchAccepted)
def register_accepted(fact: BatchAccepted, *, by: Viewer) -> None:
    """Register the people of an accepted batch, as whoever accepted it."""
    jobs.start("registry.register_batch", by=by, label=_("Accepted batch"), batch=str(fact.batch_id))


@reaction(BatchUndone)
def withdraw_undone(fact: BatchUndone, *, by: Viewer) -> None:
    """Withdraw the people of an undone batch."""
    jobs.start(
        "registry.withdraw_batch", by=by, label=_("Undone batch"), batch=str(fact.batch_id), operation=str(fact.operation_id)
    )  # fmt: skip
