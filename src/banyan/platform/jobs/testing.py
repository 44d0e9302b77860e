"""For tests and the demo: run what is waiting, here and now, without a worker process."""

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import JobAborted

from banyan.platform.jobs.models import Job
from banyan.platform.jobs.running import JobFailed, declaration_of, execute

_END = "UPDATE procrastinate_jobs SET status = %s, attempts = attempts + 1 WHERE id = %s"


def run_jobs(*, limit: int = 1000, raising: bool = True) -> int:
    """Run waiting jobs in order, in this thread and connection, also those that they start; returns how many.

    Works inside a test's transaction. Retries are not waited for: with `raising` the first failure is raised as
    AssertionError with its reason, else the job is left failed.
    """
    count = 0
    while count < limit:
        queued = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "id").first()
        if queued is None:
            break
        count += 1
        declared = declaration_of(queued.task_name)
        # A job that the clock put there has no row before its first attempt: a worker that was stopped may leave one waiting.
        row, _new = Job.objects.get_or_create(
            queued_id=queued.id, defaults={"name": declared.name, "label": str(declared.label), "starter": "schedule"}
        )
        end = "succeeded"
        try:
            execute(declared, row)
        except JobAborted:
            end = "aborted"
        except JobFailed:
            end = "failed"
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [queued.id])
            cursor.execute(_END, [end, queued.id])
        if end == "failed":
            Job.objects.filter(id=row.id).update(finished_at=timezone.now())
            row.refresh_from_db()
            assert not raising, f"{row.name} failed: {row.failure}"
    return count


__all__ = ["run_jobs"]
