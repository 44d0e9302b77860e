"""The worker: takes jobs from the queue, tells that it lives, and takes up the jobs of workers that died."""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from banyan.platform.jobs.models import Job
from banyan.platform.jobs.queries import SECONDS_UNTIL_LOST
from banyan.platform.jobs.running import HandedOver, declaration_of

logger = logging.getLogger("banyan.jobs")

SECONDS_BETWEEN_HEARTBEATS = 5.0
SECONDS_BETWEEN_RESCUES = 5.0
# A job that hears of the stop at its next report ends well within this; one that does not is killed and resumes later.
SECONDS_TO_STOP = 10.0

_LOST = """
    SELECT queue.id, queue.task_name FROM procrastinate_jobs AS queue
    LEFT JOIN procrastinate_workers AS worker ON worker.id = queue.worker_id
    WHERE queue.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
    FOR UPDATE OF queue SKIP LOCKED
"""


# A worker that takes more than this hands over to a fresh one before a large job: what Python and its libraries took for the rows of
# earlier jobs they keep.
GROWN = 450 * 2**20
# The job that started a large one is about to end: it is waited for so long.
_SECONDS_FOR_OTHERS = 2.0

# Weight against pages where both want the processor: about a fifth.
_NICENESS = 7


def step_back() -> None:
    """Let pages go first: this process, and the database's processes that work for it, yield to whoever waits for a page."""
    # Not by so much more: a worker that starts afresh has stepped back already.
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    connection_created.connect(_let_it_yield, dispatch_uid="jobs.step_back")


def _let_it_yield(connection: Any, **_unused: Any) -> None:
    """Lower the priority of the server's process behind a connection, where the server is ours and on this machine.

    Anywhere else its process number means nothing here, so the name of the process is looked at first.
    """
    info = connection.connection.info
    if not info.host.startswith("/"):
        return
    with contextlib.suppress(OSError):
        if Path(f"/proc/{info.backend_pid}/comm").read_text().startswith("postgres"):
            os.setpriority(os.PRIO_PROCESS, info.backend_pid, os.getpriority(os.PRIO_PROCESS, 0))


def rescue(seconds: float = SECONDS_UNTIL_LOST) -> int:
    """Put jobs whose worker died back into the queue; returns how many.

    A job that loses its worker as often as its back-off allows attempts goes to the dead letters: it is probably
    what kills them. Jobs without a row are put back too.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST, [seconds])
        lost = cursor.fetchall()
        for queue_id, name in lost:
            row = Job.objects.filter(queued_id=queue_id).first()
            if row is not None:
                row.failures += 1
                row.failure = {
                    "kind": "WorkerLost",
                    "code": "kernel.unavailable",
                    "digest": "worker-lost",
                    "detail": _("The worker that ran this job died or was switched off."),
                    "mend": _("Retry it; if it happens again, look at the memory of the machine."),
                }
                row.save(update_fields=["failures", "failure"])
            cursor.execute("SELECT abort_requested FROM procrastinate_jobs WHERE id = %s", [queue_id])
            cancelled = cursor.fetchone()[0]
            if cancelled or (row is not None and _too_often(name, row.failures)):
                cursor.execute(
                    "SELECT procrastinate_finish_job_v1(%s, %s, false)",
                    [queue_id, "aborted" if cancelled else "failed"],
                )
                Job.objects.filter(queued_id=queue_id).update(finished_at=timezone.now())
            else:
                cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [queue_id])
                cursor.execute(
                    "SELECT pg_notify('procrastinate_any_queue_v1', %s)", ['{"type": "job_inserted", "job_id": 0}']
                )
    return len(lost)


def _too_often(name: str, failures: int) -> bool:
    try:
        return declaration_of(name).retry.wait(failures, 0) is None
    except LookupError:
        return failures > 3  # a job that this release no longer has


class _Growth:
    """Goes around every job: before a large one it ends a worker that has grown, unless other jobs still run in it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.running = 0
        self.done = 0
        self.over = False

    async def __call__(self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        self.running += 1
        try:
            # One that has done nothing yet is as fresh as any other: were it too large, none would ever begin.
            large = self.done and declaration_of(context.job.task_name).large
            if large and _memory() > self.most and await self._alone():
                self.over = True
                worker.stop()
                raise HandedOver
            return await call_next()
        finally:
            self.running -= 1
            self.done += 1

    async def _alone(self) -> bool:
        end = time.monotonic() + _SECONDS_FOR_OTHERS
        while self.running > 1 and time.monotonic() < end:
            await asyncio.sleep(0.05)
        return self.running == 1


def _memory() -> int:
    """Bytes that this process takes."""
    return int(psutil.Process().memory_info().rss)


def run(
    stop: threading.Event | None = None,
    *,
    concurrency: int = 2,
    until_idle: bool = False,
    signals: bool = True,
    lost_after: float = SECONDS_UNTIL_LOST,
    grown: int | None = None,
) -> bool:
    """Work until `stop` is set or a signal comes, or with `until_idle` until no job is waiting.

    signals: whether SIGINT and SIGTERM stop it (only possible in the main thread). grown: bytes above which no large job is begun
    here; when it ended for that, the result is True: whoever called starts a fresh one.
    """
    growth = _Growth(grown) if grown else None
    asyncio.run(_work(stop, concurrency, until_idle, signals, lost_after, growth))
    return growth is not None and growth.over


async def _work(
    stop: threading.Event | None, concurrency: int, until_idle: bool, signals: bool, lost_after: float,
    growth: _Growth | None,
) -> None:  # fmt: skip
    django_connector = app.connector
    if not isinstance(django_connector, DjangoConnector):
        raise RuntimeError("a worker already runs in this process")
    app.perform_import_paths()
    with app.replace_connector(django_connector.get_worker_connector()):
        async with app.open_async():
            rescuer = asyncio.create_task(_rescue_forever(lost_after))
            working = asyncio.create_task(
                app.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_idle,
                    install_signal_handlers=signals,
                    update_heartbeat_interval=min(SECONDS_BETWEEN_HEARTBEATS, lost_after / 4),
                    stalled_worker_timeout=lost_after,
                    shutdown_graceful_timeout=0.5,
                    fetch_job_polling_interval=2.0,
                    abort_job_polling_interval=2.0,
                    name="banyan",
                    worker_middleware=[growth] if growth else [],
                )
            )
            stopper = asyncio.create_task(_stop_when(stop, working)) if stop else None
            try:
                await working
            except asyncio.CancelledError:
                logger.info("Worker stopped")
            finally:
                for task in filter(None, (rescuer, stopper)):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task


async def _rescue_forever(lost_after: float) -> None:
    while True:
        try:
            count = await sync_to_async(_rescue_and_close, thread_sensitive=False)(lost_after)
            if count:
                logger.warning("Took up %s jobs of lost workers", count)
        except Exception:
            # The database may be restarting; the next round tries again.
            logger.exception("Could not look for lost jobs")
        await asyncio.sleep(min(SECONDS_BETWEEN_RESCUES, lost_after / 2))


def _rescue_and_close(lost_after: float) -> int:
    try:
        return rescue(lost_after)
    finally:
        connection.close()


async def _stop_when(stop: threading.Event, working: "asyncio.Task[Any]") -> None:
    while not stop.is_set():
        await asyncio.sleep(0.05)
    working.cancel()
