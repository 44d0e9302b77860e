"""Reads of background work. Everybody sees the jobs they started; some see all."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateWorker

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import rules
from banyan.platform.jobs.models import Job
from banyan.platform.kernel.listing import SearchHit, Waiting
from banyan.platform.kernel.problems import Problem

# A worker says every 5 seconds that it lives.
SECONDS_UNTIL_LOST = 20.0

STATES = {
    rules.JobState.WAITING: _("Waiting"),
    rules.JobState.RETRYING: _("Waiting to be tried again"),
    rules.JobState.RUNNING: _("Running"),
    rules.JobState.CANCELLING: _("Being cancelled"),
    rules.JobState.STALLED: _("Its worker was lost; it will be taken up again"),
    rules.JobState.DONE: _("Done"),
    rules.JobState.FAILED: _("Failed"),
    rules.JobState.CANCELLED: _("Cancelled"),
}
TONES = {
    rules.JobState.DONE: "good",
    rules.JobState.FAILED: "bad",
    rules.JobState.STALLED: "warn",
    rules.JobState.RETRYING: "warn",
    rules.JobState.CANCELLED: "plain",
    rules.JobState.RUNNING: "info",
    rules.JobState.CANCELLING: "warn",
    rules.JobState.WAITING: "plain",
}
# What each state asks of the queue, for filters.
_IN_STATE = {
    rules.JobState.WAITING: Q(queue_status="todo", attempts=0),
    rules.JobState.RETRYING: Q(queue_status="todo", attempts__gt=0),
    rules.JobState.RUNNING: Q(queue_status="doing", cancel_requested=False, worker_lost=False),
    rules.JobState.STALLED: Q(queue_status="doing", cancel_requested=False, worker_lost=True),
    rules.JobState.CANCELLING: Q(queue_status="doing", cancel_requested=True),
    rules.JobState.DONE: Q(queue_status="succeeded"),
    rules.JobState.FAILED: Q(queue_status="failed"),
    rules.JobState.CANCELLED: Q(queue_status__in=["cancelled", "aborted"]),
}


def _with_queue(rows: QuerySet[Job]) -> QuerySet[Any]:
    """Rows with what the queue knows: queue_status, cancel_requested, attempts, worker_lost."""
    alive = ProcrastinateWorker.objects.filter(
        id=OuterRef("queued__worker_id"), last_heartbeat__gt=timezone.now() - timedelta(seconds=SECONDS_UNTIL_LOST)
    )
    return rows.annotate(
        queue_status=F("queued__status"),
        cancel_requested=F("queued__abort_requested"),
        attempts=F("queued__attempts"),
        worker_lost=~Exists(alive),
    )


def _visible(seen_by: Viewer) -> QuerySet[Job]:
    seen_by.require(SIGNED_IN)
    if seen_by.may("jobs.view_all_jobs"):
        return Job.objects.all()
    return Job.objects.filter(account=seen_by.id) if seen_by.id else Job.objects.none()


def jobs(*, seen_by: Viewer) -> QuerySet[Any]:
    """The jobs this person may see, with what the queue knows of them."""
    return _with_queue(_visible(seen_by))


def rows_in_state(rows: QuerySet[Job], state: str, *, seen_by: Viewer | None = None) -> QuerySet[Job]:
    """Those of `rows`, which came from `jobs`, that are in a state; none for a state that does not exist."""
    return rows.filter(_IN_STATE[rules.JobState(state)]) if state in _IN_STATE else rows.none()


def dead_letters(*, seen_by: Viewer) -> QuerySet[Any]:
    """Jobs that failed for good, newest first."""
    return jobs(seen_by=seen_by).filter(queue_status="failed").order_by("-finished_at", "-id")


def job(job_id: UUID, *, seen_by: Viewer) -> Any:
    """One job. Raises Problem "not_found" when there is none that this person may see."""
    found = jobs(seen_by=seen_by).filter(id=job_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def job_for_change(job_id: UUID, *, seen_by: Viewer) -> Any:
    """One job that this person may cancel or retry. Raises Problem "not_found" or "not_allowed"."""
    found = job(job_id, seen_by=seen_by)
    if found.account_id is None or found.account_id != seen_by.id:
        seen_by.require("jobs.change_all_jobs")
    return found


def state_of(found: Any) -> rules.JobState:
    """State of a job that came from `jobs`; what the queue has forgotten is told by how the job ended."""
    status = found.queue_status
    if status is None:
        status = "succeeded" if found.outcome is not None else "failed" if found.failure else "cancelled"
    return rules.derive_state(
        status,
        cancel_requested=bool(found.cancel_requested),
        attempts=found.attempts or 0,
        worker_lost=bool(found.worker_lost),
    )


def progress_of(found: Any) -> dict[str, Any]:
    """A job from `jobs` as the progress component and the API show it."""
    state = state_of(found)
    return {
        "id": str(found.id),
        "name": found.name,
        "label": found.label,
        "state": state.value,
        "state_label": STATES[state],
        "tone": TONES[state],
        "over": state.over,
        "is_running": not state.over,
        "done": found.done,
        "total": found.total,
        "percent": 100 if state is rules.JobState.DONE else rules.percent(found.done, found.total),
        "rate": found.rate if state is rules.JobState.RUNNING else None,
        "seconds_left": (
            rules.seconds_left(found.done, found.total, found.rate) if state is rules.JobState.RUNNING else None
        ),
        "note": found.note if not state.over else "",
        "created_at": found.created_at,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "attempts": found.attempts or 0,
        "outcome": found.outcome,
        "summary": (found.outcome or {}).get("summary", ""),
        "failure": found.failure,
        "url": reverse("jobs:record", args=[found.id]),
        "poll_url": reverse("jobs:progress", args=[found.id]),
        "cancel_url": reverse("jobs:cancel", args=[found.id]) if state.may_cancel else "",
        "retry_url": reverse("jobs:retry", args=[found.id]) if state.may_retry else "",
    }


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Failed jobs that wait for this person: one's own, or all for those who steer all."""
    rows = dead_letters(seen_by=seen_by)
    if not seen_by.may("jobs.change_all_jobs"):
        rows = rows.filter(account=seen_by.id)
    # Old failures that nobody took up are history, not work.
    found = list(
        rows.filter(created_at__gt=timezone.now() - timedelta(days=30)).values_list("finished_at", flat=True)[:100]
    )
    if not found:
        return []
    since = min((at for at in found if at), default=None)
    url = f"{reverse('jobs:list')}?state={rules.JobState.FAILED.value}"
    return [Waiting(title=_("Jobs that failed"), url=url, count=len(found), since=since)]


def search(text: str, *, seen_by: Viewer) -> list[SearchHit]:
    """Jobs whose label holds the text, newest first."""
    if not text.strip():
        return []
    rows = _visible(seen_by).filter(label__icontains=text.strip()).order_by("-created_at", "-id")[:5]
    return [
        SearchHit(
            title=row.label,
            subtitle=f"{row.created_at:%Y-%m-%d %H:%M}",
            url=reverse("jobs:record", args=[row.id]),
            kind=_("Jobs"),
        )
        for row in rows
    ]


def worker_alive(*, seen_by: Viewer | None = None) -> bool:
    """Whether any worker said lately that it lives; needs no right, for the health check."""
    since = timezone.now() - timedelta(seconds=SECONDS_UNTIL_LOST)
    return bool(ProcrastinateWorker.objects.filter(last_heartbeat__gt=since).exists())


def is_over(job_id: UUID, *, seen_by: Viewer) -> bool:
    """Whether a job has ended, well or not. Raises Problem "not_found"."""
    return state_of(job(job_id, seen_by=seen_by)).over
