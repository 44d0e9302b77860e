"""What is kept of former days: enough for a trend of years, not every group of every day."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from banyan.people.quality.models import AgeCount, Pass, Snapshot, Waiver
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer

RUN = "quality.change_check"
# Breakdowns are kept day by day for so long, then by Mondays, then by each month's first Monday; the whole of an operation is
# kept for every day.
DAILY = timedelta(days=35)
WEEKLY = timedelta(days=366)
PASSES = timedelta(days=365)
_MONDAY = 2  # of Django's days of the week
_MENDED = """
DELETE FROM quality_assignment a USING quality_issue i
WHERE i.record_id = a.record_id AND i.check_key = a.check_key AND i.resolved_on IS NOT NULL
"""


@action(RUN)
def keep_scores(*, by: Viewer) -> int:
    """Thin out the scores of long ago, end waivers whose day has come, clear work lists of what is mended; returns rows gone."""
    today = timezone.localdate()
    gone: int = 0
    for model in (Snapshot, AgeCount):
        old = model._default_manager.filter(day__lt=today - DAILY).exclude(breakdown="all")
        gone += int(old.exclude(day__week_day=_MONDAY).delete()[0])
        gone += int(old.filter(day__lt=today - WEEKLY, day__day__gt=7).delete()[0])
    gone += Pass.objects.filter(at__lt=timezone.now() - PASSES).delete()[0]
    Waiver.objects.filter(ended_on=None, expires_on__lt=today).update(ended_on=today)
    with connection.cursor() as cursor:
        cursor.execute(_MENDED)
        gone += cursor.rowcount
    return gone
