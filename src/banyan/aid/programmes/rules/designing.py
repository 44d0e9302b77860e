"""What can be said of a design by itself: codes, days that overlap, which of two rulings counts."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

# A code of a price list becomes a name in formulas: extras.price_<code>.
NAMES: Final = ("a–z 0–9 _", 30, re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII))
CODES: Final = ("A–Z a–z 0–9 - _ . /", 40, re.compile(r"[A-Za-z][A-Za-z0-9._/-]{0,39}", re.ASCII))
# From the mildest to the strictest.
RULINGS: Final = ("allow", "warn", "forbid")


def overlapping(first: date, last: date | None, others: Iterable[tuple[str, date, date | None]]) -> str | None:
    """The name of the first of the others, (name, first day, last day), that shares a day; None when none does. No last day: no end."""
    for name, start, end in others:
        if (end is None or first <= end) and (last is None or start <= last):
            return name
    return None


def stricter(one: str, other: str) -> str:
    """Of two rulings about being in both programmes the stricter: what either forbids is forbidden."""
    return max(one, other, key=RULINGS.index)
