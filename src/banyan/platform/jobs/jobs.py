"""The room's own job: forgetting what nobody needs to know any more."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Outcome, job, schedule
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.progress import Progress

DAYS_KEPT = 180
DAYS_KEPT_OF_THE_SYSTEM = 30


@schedule(cron="17 2 * * *")
@job("jobs.forget_old_jobs", label=_("Forget jobs that ended long ago"))
def forget_old_jobs(progress: Progress, *, by: Viewer) -> Outcome:
    """Delete jobs that went well: people's after half a year, the system's after a month. Failures stay."""
    with progress.once("forgotten") as first:
        if not first:
            return Outcome()
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                """
                DELETE FROM procrastinate_jobs WHERE status IN ('succeeded', 'cancelled', 'aborted') AND id IN (
                    SELECT queued_id FROM jobs_job
                    WHERE finished_at < CASE WHEN account_id IS NULL THEN %s::timestamptz ELSE %s::timestamptz END
                ) RETURNING id
                """,
                [now - timedelta(days=DAYS_KEPT_OF_THE_SYSTEM), now - timedelta(days=DAYS_KEPT)],
            )
            queued = [row[0] for row in cursor.fetchall()]
        Job.objects.filter(queued_id__in=queued).delete()
        return Outcome(summary=_("Jobs that ended long ago were forgotten."), counts={_("Jobs"): len(queued)})
