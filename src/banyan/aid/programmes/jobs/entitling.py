"""Entitlements computed in the background."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes import actions
from banyan.aid.programmes.models.entitlements import VERDICTS
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress


@job("programmes.compute_entitlements", label=_("Compute entitlements"), retry=Backoff(attempts=3))
def compute_entitlements(progress: Progress, *, by: Viewer, run: str) -> Outcome:
    """Compute a run: one statement in one transaction, so done once, however often it is begun."""
    done = actions.compute_run(UUID(run), by=by)
    progress.report(1, 1)
    return Outcome(
        summary=_("The entitlements were computed."),
        counts={label: done.totals["verdicts"][verdict.value] for verdict, label in VERDICTS.items()},
        links=(Link(_("Result"), f"/programmes/entitlements/runs/{done.pk}/"),),
    )
