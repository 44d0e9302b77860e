"""Imports in the background."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress
from banyan.reference.places import actions, queries
from banyan.reference.places.states import ImportState


@job("places.check_import", label=_("Check an import of places"), retry=Backoff(attempts=3), lock="places.import")
def check_import(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Check an import; when every row is good, take it at once, else leave the decision to a person."""
    with progress.once("check") as first:
        if first:
            actions.check_import(UUID(batch), by=by, report=progress.report)
    with viewing(by):
        found = queries.batch(UUID(batch), seen_by=by)
    if found.state == ImportState.CHECKED and not found.counts.get("errors"):
        return _take(progress, by, batch)
    return _outcome(by, batch)


@job("places.take_import", label=_("Take an import of places"), retry=Backoff(attempts=3), lock="places.import")
def take_import(progress: Progress, *, by: Viewer, batch: str) -> Outcome:
    """Write the good rows of a checked import."""
    return _take(progress, by, batch)


def _take(progress: Progress, by: Viewer, batch: str) -> Outcome:
    # The step commits with the rows: a job that is killed and taken up again does neither twice.
    with progress.once("take") as first:
        if first:
            actions.take_import(UUID(batch), by=by, report=progress.report)
    return _outcome(by, batch)


def _outcome(by: Viewer, batch: str) -> Outcome:
    with viewing(by):
        found = queries.batch(UUID(batch), seen_by=by)
    counts = found.counts
    taken = found.state == ImportState.ACCEPTED
    return Outcome(
        summary=_("The import was taken.") if taken else _("The import was checked and waits for your decision."),
        counts={
            _("Rows read"): counts.get("rows", 0),
            _("New places"): counts.get("added", counts.get("new", 0)),
            _("Places changed"): counts.get("changed", 0),
            _("Boundaries"): counts.get("outlined", 0),
            _("Rows not taken"): counts.get("not_taken", 0),
            _("Warnings"): counts.get("warnings", 0),
        },
        links=(Link(_("Report of the import"), reverse("places:import", args=[batch])),),
    )
