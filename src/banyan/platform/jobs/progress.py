"""What a running job holds in its hand: it reports how far it is, marks what is done, and hears of a cancellation."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from procrastinate.exceptions import JobAborted

from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs import rules

# Often enough for an eye on a progress bar, seldom enough to cost nothing.
SECONDS_BETWEEN_WRITES = 0.5

_WRITE = """
    UPDATE jobs_job SET done = %s, total = %s, rate = %s, note = %s WHERE id = %s
    RETURNING (SELECT abort_requested FROM procrastinate_jobs AS queue WHERE queue.id = jobs_job.queued_id)
"""
_STEP = "INSERT INTO jobs_jobstep (id, job_id, key, at) VALUES (banyan_new_id(), %s, %s, now()) ON CONFLICT DO NOTHING"


class JobCancelled(JobAborted):
    """Somebody asked for the job to stop; raised in the job at its next report or step."""


class JobInterrupted(JobAborted):
    """The worker stops; the job is taken up again where it is. Raised in the job at its next report or step."""


class Progress:
    """How far a job is.

    `report` is cheap to call for every row: it writes at most twice a second, over a connection of its own, so that
    others see the progress while the job's transaction is still open.
    """

    def __init__(
        self,
        job_id: UUID,
        *,
        by: Viewer,
        done: int = 0,
        total: int | None = None,
        worker_stops: Callable[[], bool] = lambda: False,
        aside: BaseDatabaseWrapper | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """aside: the connection for progress; None writes in the job's own transaction (tests inside one)."""
        self.job_id = job_id
        self.by = by
        self.done = done
        self.total = total
        self.note = ""
        self._worker_stops = worker_stops
        self._aside = aside
        self._clock = clock
        self._started = clock()
        self._done_before = done
        self._written = float("-inf")
        self._cancelled = False

    def report(self, done: int, total: int | None = None, note: str | None = None) -> None:
        """Say how many units are done, of how many, and what is being done. Totals and notes stay until changed.

        Raises JobCancelled or JobInterrupted when the job should stop; what its transaction did is then undone.
        """
        self.done = done
        self.total = self.total if total is None else total
        changed = note is not None and note != self.note
        self.note = self.note if note is None else note
        if changed or self.done == self.total or self._clock() - self._written >= SECONDS_BETWEEN_WRITES:
            self.write()
        self.check()

    def advance(self, by: int = 1) -> None:
        """Report `by` more units."""
        self.report(self.done + by)

    def write(self) -> None:
        """Write the progress now, and look whether somebody asked to cancel."""
        now = self._clock()
        rate = rules.rate(self.done, self._done_before, now - self._started)
        with (self._aside or connection).cursor() as cursor:
            cursor.execute(_WRITE, [self.done, self.total, rate, self.note, self.job_id])
            row: tuple[Any, ...] | None = cursor.fetchone()
        self._written = now
        self._cancelled = bool(row and row[0])

    def check(self) -> None:
        """Raise JobCancelled or JobInterrupted when the job should stop; for long work without units."""
        if self._cancelled:
            raise JobCancelled
        if self._worker_stops():
            raise JobInterrupted

    def step(self, key: str) -> bool:
        """True exactly once for a key, over all attempts: the marker commits with the transaction it is called in.

        ``if progress.step("sheet 3"): …`` inside ``viewing(by)`` or ``transaction.atomic()``. A second worker that
        runs the same job waits here until the first has committed, and then gets False.
        Raises RuntimeError outside a transaction, JobCancelled and JobInterrupted as `check` does.
        """
        if not connection.in_atomic_block:
            raise RuntimeError("a step is marked in the transaction of its work; open one, or use `once`")
        self.check()
        with connection.cursor() as cursor:
            cursor.execute(_STEP, [self.job_id, key])
            return cursor.rowcount == 1

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """A transaction as the job's viewer, with its step: ``with progress.once("sheet 3") as first: if first: …``"""
        with viewing(self.by), transaction.atomic():
            yield self.step(key)
