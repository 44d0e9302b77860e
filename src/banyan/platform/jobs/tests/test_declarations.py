"""What cannot be declared as a job."""

from typing import Any

import pytest

from banyan.platform.jobs import declarations
from banyan.platform.jobs.declarations import Link, Outcome, job, job_named, reaction, reaction_named, schedule
from banyan.platform.kernel.facts import Fact


def test_a_job_is_found_again_by_its_name() -> None:
    declared = job_named("jobs.forget_old_jobs")
    assert declared.cron == "17 2 * * *"
    assert declared in declarations.all_jobs()


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(LookupError, match="no job is called"):
        job_named("jobs.nothing")
    with pytest.raises(LookupError, match="no reaction is called"):
        reaction_named("jobs.nothing")


def test_a_name_has_a_room() -> None:
    def work(progress: Any, *, by: Any) -> None: ...

    with pytest.raises(TypeError, match=r"room\.verb_noun"):
        job("work")(work)


def test_a_job_takes_progress_first() -> None:
    def work(*, by: Any) -> None: ...

    with pytest.raises(TypeError, match="progress"):
        job("jobs.planted_a")(work)


def test_a_job_needs_by() -> None:
    def work(progress: Any) -> None: ...

    with pytest.raises(TypeError, match="needs a keyword-only argument by"):
        job("jobs.planted_b")(work)


def test_two_jobs_cannot_share_a_name() -> None:
    def work(progress: Any, *, by: Any) -> None: ...

    with pytest.raises(TypeError, match="two jobs"):
        job("jobs.forget_old_jobs")(work)


def test_schedule_stands_above_job() -> None:
    with pytest.raises(TypeError, match="stands above"):
        schedule(cron="0 0 * * *")(lambda progress, *, by: None)  # type: ignore[arg-type]


def test_a_reaction_needs_by() -> None:
    def react(fact: Fact) -> None: ...

    with pytest.raises(TypeError, match="by"):
        reaction(Fact)(react)


def test_locks_are_filled_from_the_arguments() -> None:
    from banyan.platform.jobs.tests.sample_jobs import count_in_chunks

    assert count_in_chunks.lock_for({"lane": "a"}) == "count:a"
    assert job_named("jobs.forget_old_jobs").lock_for({}) is None


def test_an_outcome_is_written_as_plain_values() -> None:
    outcome = Outcome(summary="All taken.", counts={"Rows": 3}, links=(Link("Report", "/r/"),))
    assert outcome.as_dict() == {
        "summary": "All taken.",
        "counts": {"Rows": 3},
        "links": [{"label": "Report", "url": "/r/"}],
    }
