"""The people of a batch compared with each other and with the register, before anybody is accepted."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.actions.incoming import keep_incoming
from banyan.people.linkage.queries.incoming import answered, recognised
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job
from banyan.platform.jobs.progress import Progress


@job(
    "linkage.compare_batch",
    label=_("Compare people on their way in"),
    retry=Backoff(attempts=4),
    lock="linkage:batch:{batch}",
    large=True,
)
def compare_batch(progress: Progress, *, by: Viewer, batch: str, asked: int) -> Outcome:
    """Look for the people of a batch in the batch itself and in the register; nothing when a later look answered already.

    Nothing is held locked while they are weighed. Repeating it gives the same.
    """
    with viewing(by):
        if answered(UUID(batch), seen_by=by) >= asked:
            return Outcome(summary=_("They were compared already."))
        found = recognised(UUID(batch), seen_by=by)
    kept = keep_incoming(found, by=by)
    return Outcome(
        summary=_("They were compared."), counts={_("People"): kept.people, _("Looks alike"): found.rows.height}
    )
