"""Arithmetic and decisions of background work. Pure: no Django, no clock."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# What the person waiting sees; derived, never stored.


class JobState(StrEnum):
    """What a job is doing, as people say it."""

    WAITING = "waiting"
    RETRYING = "retrying"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STALLED = "stalled"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """True when nothing more will happen unless somebody asks for it."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

    @property
    def may_cancel(self) -> bool:
        """True when cancelling still changes something."""
        return self in (JobState.WAITING, JobState.RETRYING, JobState.RUNNING, JobState.STALLED)

    @property
    def may_retry(self) -> bool:
        """True when the job can be taken up again where it stopped."""
        return self in (JobState.FAILED, JobState.CANCELLED)


def derive_state(queued: str, *, cancel_requested: bool, attempts: int, worker_lost: bool = False) -> JobState:
    """State of a job from its place in the queue.

    queued: the queue's own status (todo, doing, succeeded, failed, cancelled, aborted).
    Raises ValueError for a status the queue does not have.
    """
    if queued == "todo":
        return JobState.RETRYING if attempts else JobState.WAITING
    if queued == "doing":
        if cancel_requested:
            return JobState.CANCELLING
        return JobState.STALLED if worker_lost else JobState.RUNNING
    over = {
        "succeeded": JobState.DONE,
        "failed": JobState.FAILED,
        "cancelled": JobState.CANCELLED,
        "aborted": JobState.CANCELLED,
    }
    if queued not in over:
        raise ValueError(f"the queue has no status {queued!r}")
    return over[queued]


def rate(done: int, done_before: int, seconds: float) -> float | None:
    """Units for each second of this attempt; None while nothing can be said."""
    if seconds <= 0 or done <= done_before:
        return None
    return (done - done_before) / seconds


def seconds_left(done: int, total: int | None, rate: float | None) -> int | None:
    """Whole seconds until `total` at this rate; None when total or rate is unknown."""
    if total is None or not rate:
        return None
    return max(0, round((total - done) / rate))


def percent(done: int, total: int | None) -> int | None:
    """Whole per cent done, 0 to 100; None when the total is unknown. 100 only when all is done."""
    if total is None:
        return None
    if total <= 0 or done >= total:
        return 100
    return max(0, done * 100 // total)


@dataclass(frozen=True)
class Backoff:
    """When a failed attempt is repeated: base · factor^(attempt - 1) seconds, at most `longest`, half of it by chance.

    attempts: how often the job is tried altogether before it goes to the dead letters.
    """

    attempts: int = 4
    base: float = 5.0
    factor: float = 4.0
    longest: float = 3600.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.base <= 0 or self.factor < 1 or self.longest < self.base:
            raise ValueError("a back-off needs attempts ≥ 1, base > 0, factor ≥ 1 and longest ≥ base")

    def wait(self, failed: int, chance: float) -> float | None:
        """Seconds until the next attempt after `failed` failed ones; None when there is none.

        chance: a random number from 0 to 1; it spreads jobs that failed together over half of the wait.
        """
        if failed >= self.attempts:
            return None
        try:
            full = min(self.longest, self.base * self.factor ** (failed - 1))
        except OverflowError:
            full = self.longest
        return full * (0.5 + 0.5 * chance)


@dataclass(frozen=True)
class Frame:
    """One line of a traceback without any values: module, function, line."""

    module: str
    function: str
    line: int


def traceback_digest(kind: str, frames: Sequence[Frame]) -> str:
    """Twelve characters that are equal for equal failures; holds no data, so it can be quoted anywhere.

    Line numbers are left out, so that a release that moves code keeps the digest.
    """
    text = "\n".join([kind, *(f"{frame.module}:{frame.function}" for frame in frames)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
