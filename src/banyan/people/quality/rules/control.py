"""Control limits of a score over time, so that noise is not taken for news.

The p-chart of Shewhart: with p̄ the share of failures over all points and n the size of the point, its limits are
p̄ ± 3·√(p̄(1−p̄)/n), within 0 and 1 (NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.3.2 "Proportions control charts").
Each point has limits of its own because n differs. A point outside is a signal; so are eight in a row on one side of p̄
(the fourth of the Western Electric rules, ibid. 6.3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

# Fewer points give limits that mean nothing.
FEWEST_POINTS = 5
RUN = 8


@dataclass(frozen=True)
class Counted:
    """One day's count: how many were looked at, how many failed."""

    eligible: int
    failed: int


@dataclass(frozen=True)
class Limits:
    """Where a point's share of failures may lie by chance alone, and whether it is a signal that something changed."""

    low: float
    mean: float
    high: float
    signal: bool


def limits(points: Sequence[Counted]) -> list[Limits | None]:
    """The limits of every point; None for points about nobody, and for all when there are fewer than FEWEST_POINTS."""
    counted = [point for point in points if point.eligible]
    if len(counted) < FEWEST_POINTS:
        return [None] * len(points)
    mean = sum(point.failed for point in counted) / sum(point.eligible for point in counted)
    found: list[Limits | None] = []
    side, run = 0, 0
    for point in points:
        if not point.eligible:
            found.append(None)
            continue
        share = point.failed / point.eligible
        now = (share > mean) - (share < mean)
        run = run + 1 if now and now == side else int(bool(now))
        side = now
        spread = 3 * sqrt(mean * (1 - mean) / point.eligible)
        low, high = max(mean - spread, 0.0), min(mean + spread, 1.0)
        # A share of exactly the limit, off by the last bit of a float, is no signal.
        outside = share < low - 1e-12 or share > high + 1e-12
        found.append(Limits(low, mean, high, outside or run >= RUN))
    return found
