"""Jobs and reactions for the tests of the worker. They leave their traces in the table test_trace."""

import os
import signal
import time
from dataclasses import dataclass

from django.db import connection

from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs.declarations import Backoff, Link, Outcome, job, reaction, schedule
from banyan.platform.jobs.progress import Progress
from banyan.platform.kernel.facts import Fact
from banyan.platform.kernel.problems import Problem

QUICK = Backoff(attempts=3, base=0.01, factor=1, longest=0.02)


@dataclass(frozen=True)
class SampleChanged(Fact):
    """A fact that two reactions wait for."""

    what: str


def leave_trace(text: str) -> None:
    """One row in test_trace, with the cause that history would record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO test_trace (what, cause) VALUES (%s, coalesce(current_setting('banyan.cause', true), ''))",
            [text],
        )


def traces() -> list[str]:
    """What was left, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT what FROM test_trace ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@job("jobs.count_in_chunks", lock="count:{lane}", retry=QUICK)
def count_in_chunks(
    progress: Progress, *, by: Viewer, chunks: int, die_in: int = -1, pause: float = 0, lane: str = "a"
) -> Outcome:
    """Leave a trace for each chunk, exactly once; in one chunk the first attempt kills its own process."""
    for number in range(chunks):
        with progress.once(f"chunk {number}") as first:
            if first:
                leave_trace(f"chunk {number}")
                if number == die_in and not os.path.exists(os.environ["SAMPLE_DIED"]):
                    open(os.environ["SAMPLE_DIED"], "w").close()
                    os.kill(os.getpid(), signal.SIGKILL)
        progress.report(number + 1, chunks)
        time.sleep(pause)
    return Outcome(summary=f"{chunks} chunks", counts={"Chunks": chunks}, links=(Link("Report", "/report/"),))


@job("jobs.count_large", retry=QUICK, large=True)
def count_large(progress: Progress, *, by: Viewer) -> None:
    """Leave one trace; wants a worker that has not grown."""
    leave_trace("large")


@job("jobs.work_in_one_transaction", retry=QUICK)
def work_in_one_transaction(progress: Progress, *, by: Viewer, units: int, pause: float = 0) -> None:
    """Long work in one transaction, reporting from inside it."""
    with progress.once("all") as first:
        if first:
            leave_trace("begun")
            for unit in range(units):
                progress.report(unit, units, note="counting")
                time.sleep(pause)


@job("jobs.fail_with_people", retry=QUICK)
def fail_with_people(progress: Progress, *, by: Viewer, name: str) -> None:
    """Fail with a message that must not be kept."""
    with progress.once("tried"):
        leave_trace("tried")
    raise RuntimeError(f"duplicate key: {name}")


@job("jobs.fail_twice", retry=QUICK)
def fail_twice(progress: Progress, *, by: Viewer) -> Outcome:
    """Go well at the third attempt."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM test_trace")
        tried = cursor.fetchone()[0]
    leave_trace("tried")
    if tried < 2:
        raise OSError("not yet")
    return Outcome(summary="At last")


@job("jobs.need_mending")
def need_mending(progress: Progress, *, by: Viewer) -> None:
    """Fail with something that a person has to mend."""
    leave_trace("tried")
    raise Problem("kernel.field_invalid", message="Row 3 has no name.")


@schedule(cron="* * * * * */1")
@job("jobs.tick")
def tick(progress: Progress, *, by: Viewer) -> None:
    """Leave a trace by the clock."""
    leave_trace(f"tick by {by.actor}")


@reaction(SampleChanged, retry=QUICK)
def remember_change(fact: SampleChanged, *, by: Viewer) -> None:
    """A reaction that goes well."""
    leave_trace(f"remembered {fact.what}")


@reaction(SampleChanged, retry=QUICK)
def stumble_over_change(fact: SampleChanged, *, by: Viewer) -> None:
    """A reaction that always fails."""
    leave_trace(f"stumbled over {fact.what}")
    raise RuntimeError("stumbled")
