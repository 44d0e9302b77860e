"""Lines of a plan in the background: some thousands at a time, from where the last go stopped."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments import actions
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job
from banyan.platform.jobs.progress import Progress


@job("payments.make_lines", label=_("Make the lines of a plan"), retry=Backoff(attempts=5), lock="payments:{plan}")
def make_lines(progress: Progress, *, by: Viewer, plan: str) -> Outcome:
    """The plan itself keeps how far its lines are: whatever is killed, no entitlement is taken twice or left out."""
    lines = seen = 0
    while True:
        made = actions.make_lines(UUID(plan), by=by)
        lines, seen = lines + made.lines, seen + made.seen
        progress.report(seen)
        if made.done:
            return Outcome(
                summary=_("The lines were made."),
                counts={_("Entitlements"): seen, _("Lines"): lines},
                links=(Link(_("This plan"), reverse("payments:plan", args=[plan])),),
            )
