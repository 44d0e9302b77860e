"""Enrolling whom a run of targeting chose, in the background."""

from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes import actions
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Backoff, Outcome, job
from banyan.platform.jobs.progress import Progress


@job("programmes.enrol_targeted", label=_("Enrol whom targeting chose"), retry=Backoff(attempts=3))
def enrol_targeted(progress: Progress, *, by: Viewer, run: str) -> Outcome:
    """One statement, done once, whole or not at all; whoever is in already stays as they are."""
    told = actions.Enrolled()
    with progress.once("enrol") as first:
        if first:
            told = actions.enrol_targeted(UUID(run), by=by)
    progress.report(1, 1)
    counts: dict[str | Promise, int] = {
        _("Enrolled"): told.enrolled + told.admitted,
        _("On the waiting list"): told.waiting,
        _("Left out: enrolled elsewhere"): told.left_out,
        _("Enrolled elsewhere too"): told.flagged,
        _("Enrolled or waiting before"): told.known,
        _("Registration not active any more"): told.gone,
    }
    return Outcome(summary=_("Whom the run chose is enrolled."), counts=counts)
