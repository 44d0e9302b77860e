"""How long something took, told of many at once."""

from collections.abc import Mapping
from dataclasses import dataclass

# Days, up to and with each of these; what took longer comes last.
WAITS = (3, 7, 14, 21, 30, 45, 60, 90)


@dataclass(frozen=True)
class Waits:
    """How many took how long: `buckets` by the ends of WAITS, and longer; the day by which half had arrived."""

    buckets: tuple[int, ...] = ()
    median: int | None = None


def waits_of(days: Mapping[int, int]) -> Waits:
    """Of how many took how many days. Nothing of nothing."""
    whole = sum(days.values())
    if not whole:
        return Waits()
    buckets = [0] * (len(WAITS) + 1)
    median = None
    counted = 0
    for day in sorted(days):
        buckets[sum(day > end for end in WAITS)] += days[day]
        counted += days[day]
        if median is None and counted * 2 >= whole:
            median = day
    return Waits(tuple(buckets), median)
