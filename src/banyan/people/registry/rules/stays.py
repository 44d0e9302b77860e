"""Who stayed in a household from when to when, and how large it was in the meantime."""

from collections.abc import Iterable
from datetime import date


def size_changes(stays: Iterable[tuple[date, date | None]]) -> list[tuple[date, int]]:
    """(day, size from that day on) for every day on which the size changed, in order.

    stays: first day and the day of leaving (which no longer counts), None for those who are still there.
    """
    changes: dict[date, int] = {}
    for since, until in stays:
        if until is not None and until <= since:
            continue  # belonged to it on no day
        changes[since] = changes.get(since, 0) + 1
        if until is not None:
            changes[until] = changes.get(until, 0) - 1
    found: list[tuple[date, int]] = []
    size = 0
    for day in sorted(changes):
        if changes[day]:
            size += changes[day]
            found.append((day, size))
    return found
