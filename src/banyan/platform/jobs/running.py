"""How a worker runs a job: as its viewer, with progress, and with every end written down without personal data."""

import random
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import App
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason, JobContext
from procrastinate.jobs import Job as QueueJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewer_of
from banyan.platform.jobs import actions, rules
from banyan.platform.jobs.declarations import (
    JobDeclaration,
    Outcome,
    ReactionDeclaration,
    all_jobs,
    all_reactions,
    job_named,
    reaction_named,
    reactions_to,
)
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.progress import JobInterrupted, Progress
from banyan.platform.kernel.facts import Fact
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

SECONDS_UNTIL_DATABASE = 5


class JobFailed(Exception):
    """What the queue gets to see of a failure: a digest, since its log must not hold what a message may hold."""

    def __init__(self, digest: str, *, failures: int, final: bool) -> None:
        super().__init__(digest)
        self.failures = failures
        self.final = final


class HandedOver(Exception):
    """A job that was not begun: a fresh worker takes it."""


class _Retries(BaseRetryStrategy):
    """The queue's question when to try again, answered by the job's Backoff."""

    def __init__(self, backoff: rules.Backoff) -> None:
        self.backoff = backoff

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision | None:
        if isinstance(exception, JobInterrupted | HandedOver):
            return RetryDecision(retry_in={"seconds": 0})
        if isinstance(exception, OperationalError | InterfaceError):
            # The database went away before the failure could be written down: no fault of the job's.
            return RetryDecision(retry_in={"seconds": SECONDS_UNTIL_DATABASE})
        if not isinstance(exception, JobFailed) or exception.final:
            return None
        # Not for secrets: chance only spreads the load.
        wait = self.backoff.wait(exception.failures, random.random())  # noqa: S311
        return None if wait is None else RetryDecision(retry_in={"seconds": round(wait)})


def register(app: App) -> None:
    """Make every declared job and reaction known to the queue. Reactions are jobs called "reaction:room.name"."""
    for declared in [*all_jobs(), *(_reaction_job(reaction) for reaction in all_reactions())]:
        if declared.name in app.tasks:
            continue
        task = app.task(name=declared.name, queue=declared.queue, retry=_Retries(declared.retry), pass_context=True)(
            _body(declared)
        )
        if declared.cron:
            app.periodic(cron=declared.cron)(task)


def declaration_of(task_name: str) -> JobDeclaration:
    """The job or reaction that the queue calls so. Raises LookupError."""
    if task_name.startswith("reaction:"):
        return _reaction_job(reaction_named(task_name.removeprefix("reaction:")))
    return job_named(task_name)


def receive(fact: Fact, *, by: Viewer) -> None:
    """Start one job for each reaction to a fact, in the fact's transaction: reactions fail and retry apart."""
    announcement = new_id()
    for reaction in reactions_to(type(fact)):
        declared = _reaction_job(reaction)
        actions.start(
            declared,
            by=system_viewer("reaction"),
            label=_("{reaction} after {fact}").format(reaction=reaction.name, fact=fact.fact_name()),
            key=f"{announcement}:{reaction.name}",
            payload=fact.payload(),
        )


def execute(
    declared: JobDeclaration,
    row: Job,
    *,
    worker_stops: Any = lambda: False,
    aside: BaseDatabaseWrapper | None = None,
) -> None:
    """Run a job once and write down how it ended.

    Raises JobFailed (a digest instead of the error), JobCancelled or JobInterrupted for the queue to act on.
    """
    rows = Job.objects.filter(id=row.id)
    now = timezone.now()
    rows.update(attempted_at=now, started_at=row.started_at or now, failure=None, finished_at=None)
    try:
        by = _viewer(row)
        progress = Progress(row.id, by=by, done=row.done, total=row.total, worker_stops=worker_stops, aside=aside)
        with translation.override(_language(row)), causing(f"job:{row.id}"):
            outcome = declared.function(progress, by=by, **row.args) or Outcome()
            summary = outcome.as_dict()
        progress.write()
        rows.update(outcome=summary, finished_at=timezone.now(), note="")
    except JobInterrupted:
        raise
    except JobAborted:
        rows.update(finished_at=timezone.now())
        raise
    except Exception as error:  # noqa: BLE001 - whatever a job raises is written down, and told to the queue as a digest
        with translation.override(_language(row)):
            failure = describe_failure(error)
        failures = row.failures + 1
        final = isinstance(error, Problem) or declared.retry.wait(failures, 0) is None
        rows.update(failure=failure, failures=failures, finished_at=timezone.now() if final else None)
        raise JobFailed(failure["digest"], failures=failures, final=final) from None


def describe_failure(error: BaseException) -> dict[str, Any]:
    """A failure for the dead letters. A Problem speaks for itself; of any other error only kind and place are kept.

    Messages of other errors may quote rows of people (a unique violation does), so they are not kept.
    """
    frames = [
        rules.Frame(module=_module(frame), function=frame.f_code.co_qualname, line=line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    kind = type(error).__name__
    ours = [frame for frame in frames if frame.module.startswith("banyan.")]
    place = ours[-1] if ours else None
    failure: dict[str, Any] = {
        "kind": kind,
        "digest": rules.traceback_digest(kind, frames),
        "place": f"{place.module}:{place.function}:{place.line}" if place else "",
        "frames": [f"{frame.module}:{frame.function}:{frame.line}" for frame in frames],
    }
    if isinstance(error, Problem):
        errors = error.errors or (error,)
        return {
            **failure,
            "code": error.code,
            "detail": error.detail,
            "mend": error.mend,
            "errors": [single.as_text() for single in errors[:50]] if error.errors else [],
            "error_count": len(errors),
        }
    return {
        **failure,
        "code": "kernel.unexpected",
        "detail": _("Something unexpected happened in the program ({kind}).").format(kind=kind),
        "mend": _("Retry it; if it fails again, give your administrator the code {digest}.").format(
            digest=failure["digest"]
        ),
        "errors": [],
        "error_count": 1,
    }


@contextmanager
def separate_connection() -> Iterator[BaseDatabaseWrapper]:
    """A second connection for progress, so that it shows while the job's own transaction is open."""
    aside = connection.copy()
    try:
        yield aside
    finally:
        aside.close()


def _body(declared: JobDeclaration) -> Any:
    def run(context: JobContext, job: str = "", timestamp: int = 0) -> None:
        row = Job.objects.filter(id=UUID(job)).first() if job else _scheduled(declared, context)
        if row is None:
            # Its row was removed by hand: there is nothing to run and nothing to retry.
            raise JobFailed("no row", failures=0, final=True)
        # A session keeps the plans of its checks and triggers. One made while a table had a page goes through all of that table for
        # each row, long after it has become large.
        with connection.cursor() as cursor:
            cursor.execute("DISCARD PLANS")
        with separate_connection() as aside:
            execute(
                declared,
                row,
                worker_stops=lambda: context.abort_reason() == AbortReason.SHUTDOWN,
                aside=aside,
            )

    return run


def _scheduled(declared: JobDeclaration, context: JobContext) -> Job:
    """The row of a job that the clock started: made at its first attempt."""
    with transaction.atomic():
        return Job.objects.get_or_create(
            queued_id=context.job.id,
            defaults={"name": declared.name, "label": str(declared.label), "starter": "schedule"},
        )[0]


def _reaction_job(reaction: ReactionDeclaration) -> JobDeclaration:
    def react(progress: Progress, *, by: Viewer, payload: dict[str, Any]) -> None:
        # The marker commits with what the reaction wrote: a worker that dies after the commit does not repeat it.
        with progress.once("reacted") as first:
            if first:
                reaction.function(reaction.fact.from_payload(payload), by=by)

    return JobDeclaration(
        name=f"reaction:{reaction.name}", function=react, label=reaction.name, retry=reaction.retry, queue="reactions"
    )


def _viewer(row: Job) -> Viewer:
    if row.account is not None:
        return viewer_of(row.account)
    return system_viewer(row.starter or "job")


def _language(row: Job) -> str | None:
    return getattr(row.account, "language", None) or None


def _module(frame: Any) -> str:
    name = str(frame.f_globals.get("__name__", "?"))
    return name if name in sys.modules else "?"


__all__ = [
    "HandedOver",
    "JobFailed",
    "declaration_of",
    "describe_failure",
    "execute",
    "receive",
    "register",
    "separate_connection",
]
