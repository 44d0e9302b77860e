"""Reading, checking and staging in the background."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.collection import actions, queries
from banyan.people.collection.states import BatchState
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress

_SUMMARIES: dict[str, Promise] = {
    BatchState.MAPPING: _("The file was read; say which column feeds which field."),
    BatchState.REVIEW: _("The submissions were checked and wait for review."),
    BatchState.REFUSED: _("The file could not be read."),
}


@job("collection.read_batch", label=_("Read submissions"), retry=Backoff(attempts=3), lock="collection:{batch}")
def read_batch(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Read files; check and stage them at once when what their columns hold is known."""
    with progress.once("begin") as first:
        if first:
            actions.begin_reading(UUID(batch), by=by)
    # The step commits with the rows: a job that is killed and taken up again stages nothing twice.
    with progress.once("read") as first:
        if first:
            actions.read_batch(UUID(batch), by=by, report=progress.report)
    return _outcome(by, batch)


@job("collection.check_batch", label=_("Check submissions"), retry=Backoff(attempts=3), lock="collection:{batch}")
def check_batch(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Check and stage by the mapping that a person confirmed."""
    with progress.once("check") as first:
        if first:
            actions.check_batch(UUID(batch), by=by, report=progress.report)
    return _outcome(by, batch)


def _outcome(by: Viewer, batch: str) -> Outcome:
    with viewing(by):
        found = queries.batch(UUID(batch), seen_by=by)
    counts = found.counts
    try:
        links = (Link(_("Open the batch"), reverse("collection:batch", args=[batch])),)
    except NoReverseMatch:
        links = ()
    return Outcome(
        summary=_SUMMARIES.get(found.state, ""),
        counts={
            _("Submissions"): counts.get("submissions", 0),
            _("People"): counts.get("people", 0),
            _("With errors"): counts.get("errors", 0),
            _("New"): counts.get("new", 0),
            _("Changed"): counts.get("changed", 0),
            _("Unchanged"): counts.get("unchanged", 0),
        },
        links=links,
    )
