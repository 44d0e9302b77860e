"""The arithmetic of progress and retries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.jobs import rules
from banyan.platform.jobs.rules import Backoff, Frame, JobState

counts = st.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(
    ("queued", "cancel", "attempts", "lost", "state"),
    [
        ("todo", False, 0, True, JobState.WAITING),
        ("todo", False, 2, True, JobState.RETRYING),
        ("doing", False, 0, False, JobState.RUNNING),
        ("doing", True, 0, False, JobState.CANCELLING),
        ("doing", True, 0, True, JobState.CANCELLING),
        ("doing", False, 0, True, JobState.STALLED),
        ("succeeded", False, 1, True, JobState.DONE),
        ("failed", False, 4, True, JobState.FAILED),
        ("cancelled", True, 0, True, JobState.CANCELLED),
        ("aborted", False, 1, True, JobState.CANCELLED),
    ],
)
def test_the_state_is_derived_from_the_queue(
    queued: str, cancel: bool, attempts: int, lost: bool, state: JobState
) -> None:
    assert rules.derive_state(queued, cancel_requested=cancel, attempts=attempts, worker_lost=lost) is state


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="no status 'aborting'"):
        rules.derive_state("aborting", cancel_requested=False, attempts=0)


@pytest.mark.parametrize("state", list(JobState))
def test_a_job_can_be_retried_only_when_over_and_cancelled_only_before(state: JobState) -> None:
    assert not (state.may_cancel and state.over)
    assert not state.may_retry or state.over


@given(done=counts, before=counts, seconds=st.floats(min_value=-5, max_value=1e9))
def test_the_rate_is_positive_or_unknown(done: int, before: int, seconds: float) -> None:
    rate = rules.rate(done, before, seconds)
    assert rate is None or rate > 0
    assert (rate is None) == (seconds <= 0 or done <= before)


@given(done=counts, total=counts, rate=st.floats(min_value=0.001, max_value=1e9))
def test_time_left_is_never_negative_and_zero_at_the_end(done: int, total: int, rate: float) -> None:
    left = rules.seconds_left(done, total, rate)
    assert left is not None
    assert left >= 0
    assert rules.seconds_left(total, total, rate) == 0


@pytest.mark.parametrize(("total", "rate"), [(None, 1.0), (10, None), (10, 0.0)])
def test_time_left_is_unknown_without_total_or_rate(total: int | None, rate: float | None) -> None:
    assert rules.seconds_left(1, total, rate) is None


@given(done=st.integers(min_value=-5, max_value=10**9), total=st.integers(min_value=0, max_value=10**9))
def test_per_cent_is_a_hundred_only_when_all_is_done(done: int, total: int) -> None:
    shown = rules.percent(done, total)
    assert shown is not None
    assert 0 <= shown <= 100
    assert (shown == 100) == (done >= total or total == 0)


def test_per_cent_of_an_unknown_total_is_unknown() -> None:
    assert rules.percent(3, None) is None


@given(
    attempts=st.integers(min_value=1, max_value=2000),
    base=st.floats(min_value=0.1, max_value=100),
    factor=st.floats(min_value=1, max_value=10),
    chance=st.floats(min_value=0, max_value=1),
    failed=st.integers(min_value=1, max_value=3000),
)
def test_waits_stay_between_half_and_whole_of_the_back_off_and_end(
    attempts: int, base: float, factor: float, chance: float, failed: int
) -> None:
    backoff = Backoff(attempts=attempts, base=base, factor=factor, longest=3600)
    wait = backoff.wait(failed, chance)
    if failed >= attempts:
        assert wait is None
    else:
        assert wait is not None
        assert base / 2 <= wait <= 3600


@given(failed=st.integers(min_value=1, max_value=8))
def test_waits_do_not_shrink(failed: int) -> None:
    backoff = Backoff(attempts=20)
    first, second = backoff.wait(failed, 0.5), backoff.wait(failed + 1, 0.5)
    assert first is not None
    assert second is not None
    assert first <= second


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base": 0}, {"factor": 0.5}, {"longest": 1, "base": 2}], ids=str)
def test_an_impossible_back_off_cannot_be_made(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a back-off needs"):
        Backoff(**wrong)  # type: ignore[arg-type]


frames = st.lists(st.builds(Frame, st.sampled_from("abc"), st.sampled_from("fgh"), st.integers(1, 99)), max_size=5)


@given(kind=st.sampled_from(["KeyError", "OSError"]), one=frames, other=frames)
def test_digests_are_equal_for_equal_places_whatever_the_lines(kind: str, one: list[Frame], other: list[Frame]) -> None:
    places = [[(frame.module, frame.function) for frame in each] for each in (one, other)]
    same = rules.traceback_digest(kind, one) == rules.traceback_digest(kind, other)
    assert same == (places[0] == places[1])
    assert len(rules.traceback_digest(kind, one)) == 12


def test_digests_differ_by_kind() -> None:
    assert rules.traceback_digest("A", []) != rules.traceback_digest("B", [])
