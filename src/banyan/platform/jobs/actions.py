"""Starting, cancelling and retrying background work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from procrastinate import jobs as queue_jobs
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import queries
from banyan.platform.jobs.declarations import JobDeclaration, job_named
from banyan.platform.jobs.models import Job
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

__all__ = ["cancel_job", "retry_job", "start"]


def start(
    job: JobDeclaration | str,
    *,
    by: Viewer,
    label: str | Promise = "",
    key: str | None = None,
    at: datetime | None = None,
    **args: Any,
) -> Job:
    """Start a job; it runs once the transaction of the caller commits, and never if that rolls back.

    job: the declaration or its name. args: JSON values, given to the job's function; ids rather than contents.
    key: a second start with the same key gives the first job. at: not before this instant.
    The right to start belongs to the action that starts it, so none is asked for here.
    Raises LookupError for an unknown name.
    """
    declared = job_named(job) if isinstance(job, str) else job
    with transaction.atomic():
        if key is not None and (known := Job.objects.filter(key=key).first()):
            return known
        row = Job(
            id=new_id(),
            name=declared.name,
            label=str(label or declared.label),
            account_id=None if by.is_system else by.id,
            starter=str(by.label) if by.is_system else "",
            args=args,
            key=key,
        )
        # Not task.defer(): inside a worker that would go over the worker's own connection, outside this transaction.
        queued = JobManager(DjangoConnector()).defer_job(
            queue_jobs.Job(
                id=None,
                queue=declared.queue,
                lock=declared.lock_for(args),
                queueing_lock=None,
                task_name=declared.name,
                priority=declared.priority,
                # Only the id: the queue writes its arguments into the log.
                task_kwargs={"job": str(row.id)},
                scheduled_at=at,
            )
        )
        row.queued_id = queued.id
        row.save(force_insert=True)
        return row


def cancel_job(*, by: Viewer, job_id: UUID) -> None:
    """Ask a job to stop: at once when it waits, at its next report when it runs.

    Raises Problem "not_found" for a job the viewer may not see, "jobs.already_over" when it has ended.
    """
    with transaction.atomic():
        job = queries.job_for_change(job_id, seen_by=by)
        if not JobManager(DjangoConnector()).cancel_job_by_id(job.queued_id or 0, abort=True):
            raise Problem("jobs.already_over")
        # A waiting job will never be run, so nobody else would write its end.
        Job.objects.filter(id=job.id, queued__status="cancelled").update(finished_at=timezone.now())


def retry_job(*, by: Viewer, job_id: UUID) -> None:
    """Take up a failed or cancelled job again where it stopped; what was done stays done.

    Raises Problem "not_found" for a job the viewer may not see, "jobs.not_over" when it has not ended or went well.
    """
    with transaction.atomic():
        job = queries.job_for_change(job_id, seen_by=by)
        # The queue's own retry refuses cancelled jobs; ours keeps their finished steps, so going on is safe.
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE procrastinate_jobs
                SET status = 'todo', abort_requested = false, scheduled_at = NULL, attempts = 0, worker_id = NULL
                WHERE id = %s AND status IN ('failed', 'cancelled', 'aborted')
                """,
                [job.queued_id],
            )
            if cursor.rowcount != 1:
                raise Problem("jobs.not_over")
            cursor.execute(
                "SELECT pg_notify('procrastinate_any_queue_v1', %s)", ['{"type": "job_inserted", "job_id": 0}']
            )
        Job.objects.filter(id=job.id).update(failures=0, failure=None, finished_at=None)
