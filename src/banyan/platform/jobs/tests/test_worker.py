"""A real worker process: killed, cancelled, stopped, retried, driven by the clock."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs import actions, queries, running, worker
from banyan.platform.jobs.models import Job
from banyan.platform.jobs.progress import JobInterrupted
from banyan.platform.jobs.rules import JobState
from banyan.platform.jobs.tests import sample_jobs
from banyan.platform.kernel.facts import announce

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("trace_table")]
SYSTEM = system_viewer("test")
# Ten times as hasty as a real worker, so that the tests need not wait.
LOST_AFTER = 2.0
PROGRAM = f"""
import sys, django
django.setup()
from procrastinate.contrib.django import app
from banyan.platform.jobs import running, worker
from banyan.platform.jobs.tests import sample_jobs
if sys.argv[1] != "tick":
    from banyan.platform.jobs import declarations
    declarations._jobs.pop("jobs.tick")
running.register(app)
if sys.argv[1] == "grown":
    import os
    from django.core.management import call_command
    with open(os.environ["SAMPLE_DIED"], "a") as starts:
        starts.write(f"{{os.getpid()}}\\n")
    worker.GROWN = 1
    call_command("work", lost_after={LOST_AFTER})
else:
    worker.run(lost_after={LOST_AFTER})
"""


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts worker processes that know the sample jobs; they end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {**os.environ, "SAMPLE_DIED": str(tmp_path / "died"), "PYTHONPATH": os.pathsep.join(sys.path)}

    def start(mode: str = "plain") -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-c", PROGRAM, mode], env=environment, stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def state(job: Job) -> JobState:
    return queries.state_of(queries.job(job.id, seen_by=SYSTEM))


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, (
            f"not in time: {[(job.name, state(job), job.failure) for job in Job.objects.all()]}"
        )
        time.sleep(0.05)


def test_a_job_killed_mid_way_resumes_and_does_nothing_twice(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=6, die_in=3, lane="a")
    first = start_worker()
    assert first.wait(30) == -signal.SIGKILL
    # Three chunks are committed; the fourth died with its transaction.
    assert sample_jobs.traces() == ["chunk 0", "chunk 1", "chunk 2"]
    assert state(job) in (JobState.RUNNING, JobState.STALLED)
    start_worker()
    wait_until(lambda: state(job) is JobState.DONE)
    assert sample_jobs.traces() == [f"chunk {number}" for number in range(6)]
    row = Job.objects.get(id=job.id)
    assert (row.done, row.total, row.failure) == (6, 6, None)


def test_a_worker_that_is_stopped_hands_its_job_over(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=20, pause=0.2, lane="a")
    first = start_worker()
    wait_until(lambda: len(sample_jobs.traces()) >= 2)
    first.send_signal(signal.SIGTERM)
    first.wait(15)
    assert state(job) is JobState.RETRYING
    assert 2 <= len(sample_jobs.traces()) < 20
    start_worker()
    wait_until(lambda: state(job) is JobState.DONE)
    assert sample_jobs.traces() == [f"chunk {number}" for number in range(20)]
    assert Job.objects.get(id=job.id).failures == 0


def test_progress_shows_while_the_transaction_is_open_and_cancelling_undoes_it(
    start_worker: Callable[..., subprocess.Popen[bytes]],
) -> None:
    job = actions.start("jobs.work_in_one_transaction", by=SYSTEM, units=200, pause=0.1)
    start_worker()
    wait_until(lambda: Job.objects.get(id=job.id).done > 0)
    assert sample_jobs.traces() == []
    shown = queries.progress_of(queries.job(job.id, seen_by=SYSTEM))
    assert shown["state"] == "running"
    assert shown["note"] == "counting"
    assert shown["total"] == 200
    assert shown["rate"] > 0
    assert shown["seconds_left"] > 0
    actions.cancel_job(by=SYSTEM, job_id=job.id)
    wait_until(lambda: state(job) is JobState.CANCELLED)
    assert sample_jobs.traces() == []
    assert Job.objects.get(id=job.id).finished_at


def test_a_failing_job_is_tried_again_then_goes_to_the_dead_letters_then_can_be_retried(
    start_worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    failing = actions.start("jobs.fail_with_people", by=SYSTEM, name="Daw Aye")
    start_worker()
    wait_until(lambda: state(failing) is JobState.FAILED)
    assert sample_jobs.traces() == ["tried"] * 3
    assert [row.id for row in queries.dead_letters(seen_by=SYSTEM)] == [failing.id]
    actions.retry_job(by=SYSTEM, job_id=failing.id)
    wait_until(lambda: len(sample_jobs.traces()) == 6)
    wait_until(lambda: state(failing) is JobState.FAILED)
    log = b"".join(path.read_bytes() for path in tmp_path.glob("*.log"))
    assert b"Daw Aye" not in log


def test_a_job_that_fails_twice_goes_well_by_itself(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    job = actions.start("jobs.fail_twice", by=SYSTEM)
    start_worker()
    wait_until(lambda: state(job) is JobState.DONE)
    row = Job.objects.get(id=job.id)
    assert (row.failures, row.failure, row.outcome["summary"]) == (2, None, "At last")  # type: ignore[index]


def test_the_clock_starts_jobs_as_the_system(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    start_worker("tick")
    wait_until(lambda: len(sample_jobs.traces()) >= 2)
    assert set(sample_jobs.traces()) == {"tick by system:schedule"}
    assert Job.objects.filter(name="jobs.tick", account=None, starter="schedule").count() >= 2


def test_a_failing_reaction_does_not_repeat_the_other(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    with viewing(SYSTEM):
        announce(sample_jobs.SampleChanged("x"), by=SYSTEM)
    with pytest.raises(ZeroDivisionError), viewing(SYSTEM):
        announce(sample_jobs.SampleChanged("rolled back"), by=SYSTEM)
        raise ZeroDivisionError
    start_worker()
    stumbling = Job.objects.get(name="reaction:tests.stumble_over_change")
    wait_until(lambda: state(stumbling) is JobState.FAILED)
    wait_until(lambda: state(Job.objects.get(name="reaction:tests.remember_change")) is JobState.DONE)
    assert sample_jobs.traces() == ["remembered x"]
    assert Job.objects.get(id=stumbling.id).failures == 3


def test_jobs_with_the_same_lock_run_one_after_the_other(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    with transaction.atomic():
        jobs = [actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=3, pause=0.1, lane="a") for _ in range(2)]
    start_worker()
    wait_until(lambda: all(state(job) is JobState.DONE for job in jobs))
    assert sample_jobs.traces() == ["chunk 0", "chunk 1", "chunk 2"] * 2


def test_a_worker_that_has_grown_starts_afresh_before_a_large_job_and_only_then(
    start_worker: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    def starts() -> list[str]:
        return (tmp_path / "died").read_text().split()

    first = actions.start("jobs.count_large", by=SYSTEM)
    process = start_worker("grown")
    wait_until(lambda: state(first) is JobState.DONE)
    assert starts() == [str(process.pid)]  # nothing was done before it: no other would be fresher
    small = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a")
    wait_until(lambda: state(small) is JobState.DONE)
    assert len(starts()) == 1
    second = actions.start("jobs.count_large", by=SYSTEM)
    wait_until(lambda: state(second) is JobState.DONE)
    assert starts() == [str(process.pid)] * 2
    assert sample_jobs.traces() == ["large", "chunk 0", "large"]
    assert queries.job(second.id, seen_by=SYSTEM).failures == 0


def test_a_living_worker_says_so(start_worker: Callable[..., subprocess.Popen[bytes]]) -> None:
    start_worker()
    wait_until(queries.worker_alive)


def _lose(job: Job, *, cancelled: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, abort_requested = %s WHERE id = %s",
            [cancelled, job.queued_id],
        )


def test_a_job_that_keeps_losing_its_worker_goes_to_the_dead_letters() -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a")
    for expected in (JobState.RETRYING, JobState.RETRYING, JobState.FAILED):
        _lose(job)
        assert state(job) is JobState.STALLED
        assert worker.rescue() == 1
        assert state(job) is expected
    assert Job.objects.get(id=job.id).failure["kind"] == "WorkerLost"  # type: ignore[index]
    assert worker.rescue() == 0


def test_a_lost_job_that_was_to_be_cancelled_is_cancelled() -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a")
    _lose(job, cancelled=True)
    assert worker.rescue() == 1
    assert state(job) is JobState.CANCELLED


def test_a_lost_job_that_no_release_knows_is_put_back() -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET task_name = 'jobs.gone'")
    _lose(job)
    assert worker.rescue() == 1
    assert state(job) is JobState.RETRYING


def test_a_worker_and_the_database_behind_it_let_pages_go_first():
    program = """
import os, django
django.setup()
from django.db import connection
from banyan.platform.jobs import worker
connection.ensure_connection()
before = os.getpriority(os.PRIO_PROCESS, connection.connection.info.backend_pid)
connection.close()
getattr(connection, "close_pool", lambda: None)()
worker.step_back()
connection.ensure_connection()
info = connection.connection.info
print(before, os.getpriority(os.PRIO_PROCESS, 0), os.getpriority(os.PRIO_PROCESS, info.backend_pid))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr
    before, own, behind = map(int, done.stdout.split())
    assert own == behind > before


@pytest.mark.parametrize(
    ("host", "process"), [("db.example", "postgres"), ("/run/postgres", "cat"), ("/run/postgres", None)]
)
def test_processes_that_are_not_our_database_keep_their_priority(host, process, monkeypatch):
    changed = []
    monkeypatch.setattr(worker.os, "setpriority", lambda *given: changed.append(given))
    name = None if process is None else f"{process}\n"

    def read(path):
        if name is None:
            raise FileNotFoundError(path)
        return name

    monkeypatch.setattr(worker.Path, "read_text", read)
    connected = SimpleNamespace(connection=SimpleNamespace(info=SimpleNamespace(host=host, backend_pid=1)))
    worker._let_it_yield(connected)
    assert changed == []


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (OperationalError("gone"), running.SECONDS_UNTIL_DATABASE),
        (InterfaceError("closed"), running.SECONDS_UNTIL_DATABASE),
        (JobInterrupted(), 0),
        (running.JobFailed("a digest", failures=99, final=True), None),
        (ValueError("of the queue itself"), None),
    ],
)
def test_a_database_that_went_away_before_a_failure_was_written_fails_no_job(
    error: Exception, waits: int | None
) -> None:
    before = datetime.now(UTC)
    decision = running._Retries(sample_jobs.QUICK).get_retry_decision(exception=error, job=SimpleNamespace())
    if waits is None:
        assert decision is None
    else:
        assert decision.retry_at >= before + timedelta(seconds=waits)
