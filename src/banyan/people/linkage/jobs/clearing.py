"""What linkage keeps no longer than somebody needs it."""

from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.actions import incoming
from banyan.people.linkage.models import Incoming
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.declarations import Backoff, Outcome, job, schedule
from banyan.platform.jobs.progress import Progress


@schedule(cron="50 2 * * *")
@job("linkage.forget_decided", label=_("Clear comparisons of decided batches"), retry=Backoff(attempts=3))
def forget_decided(progress: Progress, *, by: Viewer) -> Outcome:
    """Every night, batch by batch: whom people looked like who are registered or refused by now."""
    with viewing(by):
        batches = sorted(Incoming.objects.order_by().values_list("batch", flat=True).distinct())
    forgotten = 0
    for number, batch in enumerate(batches, 1):
        with progress.once(str(batch)) as first:
            if first:
                forgotten += incoming.forget_decided(batch, by=by)
        progress.report(number, len(batches))
    return Outcome(counts={_("Rows"): forgotten})
