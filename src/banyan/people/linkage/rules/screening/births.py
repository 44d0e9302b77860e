"""Dates of birth: how lists write them, and how one of them stands to what the register knows."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Literal

from banyan.people.linkage.rules.screening.entries import BirthKind, ListedBirth
from banyan.platform.kernel.dates import PartialDate

Level = Literal["same_day", "swapped", "agrees", "near", "off", "apart", "unknown"]
"""From the surest agreement to a conflict; "unknown" when one of the two says nothing."""

# How far apart two dates may lie and still mean one birth: a slip of a year between dates given as certain, three years
# where one of them was estimated.
TOLERANCE = {"certain": 366, "estimated": 3 * 366}
# Up to this they count against each other, but may be the same with a mistake in one of them.
_OFF = 5 * 366
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_CIRCA = re.compile(r"\b(?:circa|approximately|approx|about|around|c)\b\.?|^ca?\.|~", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:\bto\b|\band\b|–|—|(?<=\d{4})\s*[-/]\s*(?=\d{4}))\s*", re.IGNORECASE)
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)


def window(
    year: int, month: int | None = None, day: int | None = None, kind: BirthKind = "exact"
) -> ListedBirth | None:
    """A date known to the year, month or day; None when no calendar has it."""
    try:
        first = date(year, month or 1, (day or 1) if month else 1)
    except ValueError:
        return None
    if month and day:
        return ListedBirth(first, first, kind)
    last_month = month or 12
    return ListedBirth(first, date(year, last_month, monthrange(year, last_month)[1]), kind)


def between(first: int, last: int, kind: BirthKind = "range") -> ListedBirth | None:
    """From one year to another, whichever comes first; None when no calendar has one of them."""
    one, other = window(min(first, last)), window(max(first, last))
    return ListedBirth(one.first, other.last, kind) if one and other else None


def read_birth(text: str) -> ListedBirth | None:
    """A date as lists write it: 1938-05-07, 07 May 1938, May 1938, 1938, circa 1961, 1958 to 1963; None for what is no date."""
    circa = bool(_CIRCA.search(text))
    plain = _CIRCA.sub(" ", text).strip(" .,")
    kind: BirthKind = "approximate" if circa else "exact"
    parts = [part for part in _BETWEEN.split(plain) if part.strip()]
    if len(parts) == 2 and all(_YEAR.search(part) for part in parts):
        years = [int(_YEAR.findall(part)[-1]) for part in parts]
        return between(years[0], years[1], kind="approximate" if circa else "range")
    if match := _ISO.fullmatch(plain):
        year, month, day = (int(part) if part else None for part in match.groups())
        return window(year or 0, month, day, kind)
    if match := _WORDS.fullmatch(plain):
        month = _MONTHS.get(match[2].lower())
        return window(int(match[3]), month, int(match[1]) if match[1] else None, kind) if month else None
    if match := _SLASHED.fullmatch(plain):
        # Which comes first is not said: the whole year is the honest answer, unless only one reading is possible.
        one, other = int(match[1]), int(match[2])
        if one == other or (one > 12) != (other > 12):
            return window(int(match[3]), min(one, other), max(one, other), kind)
        return window(int(match[3]), kind="approximate")
    return None


def compare_births(known: str | None, listed: Iterable[ListedBirth]) -> Level:
    """The best of a list's dates against what the register knows (the text of a partial date, perhaps none)."""
    births = list(listed)
    if not known or not births:
        return "unknown"
    own = PartialDate.from_text(known)
    return min((_level(own, birth) for birth in births), key=_ORDER.index)


_ORDER: tuple[Level, ...] = ("same_day", "swapped", "agrees", "near", "off", "apart", "unknown")


def _level(own: PartialDate, birth: ListedBirth) -> Level:
    first, last = own.earliest, own.latest
    if first <= birth.last and birth.first <= last:
        # The first of January is what is written when only the year is known: it is no sign that the days agree.
        day = birth.is_day and first == last and not own.estimated and birth.kind == "exact"
        return "same_day" if day and (first.month, first.day) != (1, 1) else "agrees"
    if birth.is_day and own.day and _is_swapped(first, birth.first):
        return "swapped"
    gap = (first - birth.last).days if first > birth.last else (birth.first - last).days
    sure = "certain" if birth.kind == "exact" and not own.estimated else "estimated"
    if gap <= TOLERANCE[sure]:
        return "near"
    return "off" if gap <= _OFF else "apart"


def _is_swapped(one: date, other: date) -> bool:
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)
