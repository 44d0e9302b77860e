"""Targeting runs in the background."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes import actions
from banyan.aid.programmes.models import Verdict
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress


@job("programmes.run_targeting", label=_("Run a targeting"), retry=Backoff(attempts=3))
def run_targeting(progress: Progress, *, by: Viewer, run: str) -> Outcome:
    """Hold a targeting against the register: one statement, done once."""
    with progress.once("rows") as first:
        if first:
            actions.freeze_run(UUID(run), by=by)
    with viewing(by):
        done = actions.freeze_run(UUID(run), by=by)
    counts = done.counts["verdicts"]
    progress.report(1, 1)
    return Outcome(
        summary=_("The targeting was held against the register."),
        counts={verdict.label: counts.get(verdict.value, [0])[0] for verdict in Verdict},
        links=(Link(_("Result"), f"/programmes/targeting/runs/{done.pk}/"),),
    )
