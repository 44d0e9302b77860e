"""Starting, cancelling, retrying; who may do so; what is left when it fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job as QueueJob
from procrastinate.manager import JobManager

from banyan.platform.access.models import Account
from banyan.platform.access.viewers import system_viewer, viewer_of, viewing
from banyan.platform.jobs import actions, queries
from banyan.platform.jobs.models import Job, JobStep
from banyan.platform.jobs.progress import JobCancelled, JobInterrupted, Progress
from banyan.platform.jobs.rules import JobState
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.jobs.tests import sample_jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.usefixtures("trace_table")
SYSTEM = system_viewer("test")


def state(job: Job) -> JobState:
    return queries.state_of(queries.job(job.id, seen_by=SYSTEM))


@pytest.mark.django_db
def test_a_job_runs_and_says_how_it_ended() -> None:
    job = actions.start(sample_jobs.count_in_chunks, by=SYSTEM, label="Count", chunks=3, lane="a")
    assert state(job) is JobState.WAITING
    assert run_jobs() == 1
    assert sample_jobs.traces() == ["chunk 0", "chunk 1", "chunk 2"]
    shown = queries.progress_of(queries.job(job.id, seen_by=SYSTEM))
    assert (shown["state"], shown["done"], shown["total"], shown["percent"]) == ("done", 3, 3, 100)
    assert shown["outcome"]["links"] == [{"label": "Report", "url": "/report/"}]
    assert shown["cancel_url"] == shown["retry_url"] == ""


@pytest.mark.django_db
def test_the_cause_of_what_a_job_changes_is_the_job() -> None:
    job = actions.start(sample_jobs.count_in_chunks, by=SYSTEM, chunks=1, lane="a")
    run_jobs()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cause FROM test_trace")
        assert cursor.fetchone() == (f"job:{job.id}",)


@pytest.mark.django_db
def test_a_job_is_started_by_name_too() -> None:
    assert actions.start("jobs.need_mending", by=SYSTEM).name == "jobs.need_mending"
    with pytest.raises(LookupError):
        actions.start("jobs.unheard_of", by=SYSTEM)


@pytest.mark.django_db
def test_the_same_key_gives_the_same_job() -> None:
    first = actions.start("jobs.need_mending", by=SYSTEM, key="one")
    assert actions.start("jobs.need_mending", by=SYSTEM, key="one").id == first.id
    assert actions.start("jobs.need_mending", by=SYSTEM, key="two").id != first.id


@pytest.mark.django_db(transaction=True)
def test_nothing_is_queued_when_the_transaction_rolls_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.start("jobs.need_mending", by=SYSTEM)
        assert ProcrastinateJob.objects.count() == 1
        raise ZeroDivisionError
    assert (Job.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once_and_can_be_taken_up_again() -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a")
    actions.cancel_job(by=SYSTEM, job_id=job.id)
    assert state(job) is JobState.CANCELLED
    assert Job.objects.get(id=job.id).finished_at
    assert run_jobs() == 0
    with pytest.raises(Problem) as caught:
        actions.cancel_job(by=SYSTEM, job_id=job.id)
    assert caught.value.code == "jobs.already_over"
    actions.retry_job(by=SYSTEM, job_id=job.id)
    assert run_jobs() == 1
    assert state(job) is JobState.DONE
    with pytest.raises(Problem) as caught:
        actions.retry_job(by=SYSTEM, job_id=job.id)
    assert caught.value.code == "jobs.not_over"


@pytest.mark.django_db
def test_a_problem_is_not_repeated_and_tells_its_mend() -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    run_jobs(raising=False)
    assert state(job) is JobState.FAILED
    failure = queries.job(job.id, seen_by=SYSTEM).failure
    assert failure
    assert failure["detail"] == "Row 3 has no name."
    assert job.id in {row.id for row in queries.dead_letters(seen_by=SYSTEM)}


@pytest.mark.django_db
def test_the_message_of_an_unexpected_error_is_not_kept() -> None:
    job = actions.start("jobs.fail_with_people", by=SYSTEM, name="Daw Aye")
    run_jobs(raising=False)
    failure = queries.job(job.id, seen_by=SYSTEM).failure
    assert "Daw Aye" not in str(failure)
    assert failure
    assert failure["kind"] == "RuntimeError"
    assert "fail_with_people" in failure["place"]
    assert len(failure["digest"]) == 12


@pytest.mark.django_db
def test_steps_done_before_a_failure_stay_done_after_a_retry() -> None:
    job = actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=3, lane="a")
    with viewing(SYSTEM):
        JobStep.objects.create(job=job, key="chunk 1")
    run_jobs()
    assert sample_jobs.traces() == ["chunk 0", "chunk 2"]


@pytest.mark.django_db(transaction=True)
def test_a_step_outside_a_transaction_is_a_mistake() -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    with pytest.raises(RuntimeError, match="a step is marked"):
        Progress(job.id, by=SYSTEM).step("one")


@pytest.mark.django_db
def test_reports_are_written_at_most_twice_a_second() -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    now = [100.0]
    progress = Progress(job.id, by=SYSTEM, clock=lambda: now[0])

    def stored() -> tuple[int, int | None, float | None, str]:
        row = Job.objects.get(id=job.id)
        return row.done, row.total, row.rate, row.note

    progress.report(1, 10)
    assert stored() == (1, 10, None, "")
    now[0] += 0.3
    progress.advance(4)
    assert stored()[0] == 1
    progress.report(5, note="second half")
    assert stored()[::3] == (5, "second half")
    now[0] += 0.7
    progress.report(6)
    assert stored() == (6, 10, 6.0, "second half")
    progress.report(10)
    assert stored()[0] == 10


@pytest.mark.django_db
def test_a_running_job_hears_of_its_cancellation_at_the_next_report() -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    progress = Progress(job.id, by=SYSTEM)
    actions.cancel_job(by=SYSTEM, job_id=job.id)
    assert state(job) is JobState.CANCELLING
    with pytest.raises(JobCancelled):
        progress.report(1, note="now")


@pytest.mark.django_db
def test_a_job_hears_that_its_worker_stops() -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    with pytest.raises(JobInterrupted):
        Progress(job.id, by=SYSTEM, worker_stops=lambda: True).report(1)


@pytest.mark.django_db
def test_each_reaction_is_a_job_of_its_own() -> None:
    with viewing(SYSTEM):
        announce(sample_jobs.SampleChanged("x"), by=SYSTEM)
    assert run_jobs(raising=False) == 2
    assert sample_jobs.traces() == ["remembered x"]
    states = {job.name: state(job) for job in Job.objects.all()}
    assert states == {
        "reaction:tests.remember_change": JobState.DONE,
        "reaction:tests.stumble_over_change": JobState.FAILED,
    }
    for failed in Job.objects.filter(name__contains="stumble"):
        actions.retry_job(by=SYSTEM, job_id=failed.id)
    assert run_jobs(raising=False) == 1
    assert sample_jobs.traces() == ["remembered x"]


@pytest.mark.django_db
def test_people_see_and_steer_their_own_jobs_only(make_account: Callable[..., Account]) -> None:
    mine, other, overseer, chief = (
        viewer_of(make_account(*roles)) for roles in ([], ["reader"], ["auditor"], ["administrator"])
    )
    job = actions.start("jobs.need_mending", by=mine)
    assert [row.id for row in queries.jobs(seen_by=mine)] == [job.id]
    assert list(queries.jobs(seen_by=other)) == []
    for wanting in (queries.job, queries.job_for_change):
        with pytest.raises(Problem) as caught:
            wanting(job.id, seen_by=other)
        assert caught.value.code == "kernel.not_found"
    assert queries.job(job.id, seen_by=overseer).id == job.id
    with pytest.raises(Problem) as caught:
        actions.cancel_job(by=overseer, job_id=job.id)
    assert caught.value.code == "kernel.not_allowed"
    actions.cancel_job(by=chief, job_id=job.id)
    actions.retry_job(by=mine, job_id=job.id)
    run_jobs(raising=False)
    assert [entry.count for entry in queries.waiting(seen_by=mine)] == [1]
    assert [entry.count for entry in queries.waiting(seen_by=chief)] == [1]
    assert queries.waiting(seen_by=other) == queries.waiting(seen_by=overseer) == []
    assert [hit.url for hit in queries.search("need", seen_by=mine)] == [f"/jobs/{job.id}/"]
    assert queries.search("need", seen_by=other) == queries.search(" ", seen_by=mine) == []


@pytest.mark.django_db
def test_a_job_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(Problem):
        queries.is_over(uuid4(), seen_by=SYSTEM)


@pytest.mark.django_db
def test_a_job_that_the_queue_has_forgotten_is_told_by_its_end() -> None:
    ends: list[tuple[dict[str, Any], JobState]] = [
        ({"outcome": {}}, JobState.DONE),
        ({"failure": {"detail": "x"}}, JobState.FAILED),
        ({}, JobState.CANCELLED),
    ]
    for values, expected in ends:
        job = actions.start("jobs.need_mending", by=SYSTEM)
        Job.objects.filter(id=job.id).update(queued_id=None, **values)
        assert state(job) is expected
        assert queries.is_over(job.id, seen_by=SYSTEM)


@pytest.mark.django_db
def test_no_worker_lives_until_one_says_so() -> None:
    assert not queries.worker_alive()
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_register_worker_v1()")
    assert queries.worker_alive()


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(JobState))
def test_every_state_is_a_filter(name: str) -> None:
    job = actions.start("jobs.need_mending", by=SYSTEM)
    rows = queries.rows_in_state(queries.jobs(seen_by=SYSTEM), name)
    assert [row.id for row in rows] == ([job.id] if name == "waiting" else [])
    assert not queries.rows_in_state(queries.jobs(seen_by=SYSTEM), "none")


@pytest.mark.django_db
def test_jobs_that_went_well_are_forgotten_after_their_time_and_failures_stay() -> None:
    jobs = [actions.start("jobs.count_in_chunks", by=SYSTEM, chunks=1, lane="a") for _ in range(2)]
    failed = actions.start("jobs.need_mending", by=SYSTEM)
    run_jobs(raising=False)
    long_ago = timezone.now() - timedelta(days=31)
    Job.objects.filter(id__in=[jobs[0].id, failed.id]).update(finished_at=long_ago)
    sweeping = actions.start("jobs.forget_old_jobs", by=SYSTEM)
    run_jobs()
    assert set(Job.objects.values_list("id", flat=True)) == {jobs[1].id, failed.id, sweeping.id}
    assert ProcrastinateJob.objects.count() == 3
    assert queries.job(sweeping.id, seen_by=SYSTEM).outcome["counts"] == {"Jobs": 1}


@pytest.mark.django_db
def test_a_job_that_the_clock_left_waiting_has_no_row_yet_and_is_run_all_the_same() -> None:
    JobManager(DjangoConnector()).defer_job(
        QueueJob(
            id=None, queue="default", lock=None, queueing_lock=None, task_name="jobs.tick", task_kwargs={"timestamp": 1}, priority=0
        )
    )  # fmt: skip
    assert run_jobs() == 1
    assert sample_jobs.traces() == ["tick by system:schedule"]
    assert state(Job.objects.get(name="jobs.tick")) is JobState.DONE
