"""Values of which not everything is known: three-valued logic and ranges.

A condition is True, False or None, which is *unknown*. A number or date is a `Range` from the least to the greatest it
can be, or None when nothing is known of it; of "born in 1990" the range is the whole year. Ranges know nothing of each
other: of a date known to the year, `days_between(d, d)` may be anything from -364 to 364. Numbers are exact fractions.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.problems import Problem

PLACES: Final = 10**10  # a quotient is cut to ten decimal places, towards zero


class Range(NamedTuple):
    """From the least to the greatest that a number or date can be; both are the same when it is known."""

    low: Any
    high: Any

    @property
    def known(self) -> bool:
        """Whether there is only one value it can be."""
        return bool(self.low == self.high)


def point(value: Any) -> Range:
    """A value that is known."""
    return Range(value, value)


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """False when one is False, else unknown when one is unknown."""
    found = list(verdicts)
    return False if False in found else None if None in found else True


def any_of(verdicts: Iterable[bool | None]) -> bool | None:
    """True when one is True, else unknown when one is unknown."""
    found = list(verdicts)
    return True if True in found else None if None in found else False


def not_so(verdict: bool | None) -> bool | None:
    """Unknown stays unknown."""
    return None if verdict is None else not verdict


def exactly_one(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether one record and no other meets a condition."""
    found = list(verdicts)
    certain, possible = found.count(True), len(found) - found.count(False)
    if certain == possible == 1:
        return True
    return False if certain > 1 or possible == 0 else None


def ordered(op: str, a: Range | None, b: Range | None) -> bool | None:
    """A comparison of two numbers or two dates: certain only when it holds for all that both can be."""
    if a is None or b is None:
        return None
    if op in ("==", "!="):
        same = True if a.known and a == b else False if a.high < b.low or b.high < a.low else None
        return same if op == "==" else not_so(same)
    if op in (">", ">="):
        a, b, op = b, a, {">": "<", ">=": "<="}[op]
    if op == "<":
        return True if a.high < b.low else False if a.low >= b.high else None
    return True if a.high <= b.low else False if a.low > b.high else None


def same_text(a: str | None, b: str | None) -> bool | None:
    """Whether two texts are the same, capital and small letters told apart."""
    return None if a is None or b is None else a == b


def reckoned(op: str, a: Range | None, b: Range | None) -> Range | None:
    """Two numbers added, subtracted, multiplied, divided (cut to ten places), or the rest of a division."""
    if a is None or b is None:
        return None
    if op == "+":
        return Range(a.low + b.low, a.high + b.high)
    if op == "-":
        return Range(a.low - b.high, a.high - b.low)
    if op == "*":
        return _corners(a, b, lambda x, y: x * y)
    if op == "/":
        return None if b.low <= 0 <= b.high else _corners(a, b, lambda x, y: Fraction(int(x / y * PLACES), PLACES))
    if not (a.known and b.known) or b.low == 0:
        return None
    return point(a.low - b.low * int(a.low / b.low))


def negative(a: Range | None) -> Range | None:
    """Minus a number."""
    return None if a is None else Range(-a.high, -a.low)


def extremum(end: str, parts: list[Range | None]) -> Range | None:
    """The least or greatest of several numbers; unknown when one of them is."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    pick = min if end == "least" else max
    return Range(pick(part.low for part in known), pick(part.high for part in known))


def between(function: str, a: Range | None, b: Range | None) -> Range | None:
    """Completed years, or days, from a date to a date; negative when the second comes first."""
    if a is None or b is None:
        return None
    count = years if function == "years_between" else _days
    return Range(Fraction(count(a.high, b.low)), Fraction(count(a.low, b.high)))


def age(birth: Range | None, day: Range | None) -> Range | None:
    """Completed years of somebody born on a date; unknown before that date."""
    if birth is None or day is None or birth.low > day.high:
        return None
    return Range(Fraction(max(0, years(birth.high, day.low))), Fraction(years(birth.low, day.high)))


def moved(function: str, a: Range | None, count: int) -> Range | None:
    """A date so many days or months on; unknown where the calendar ends."""
    if a is None:
        return None
    move = _days_on if function == "add_days" else _months_on
    try:
        return Range(move(a.low, count), move(a.high, count))
    except (ValueError, OverflowError):
        return None


def years(first: date, last: date) -> int:
    """Completed years; somebody born on 29 February completes one on 1 March of common years."""
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def counted(verdicts: Iterable[bool | None]) -> Range:
    """How many records meet a filter: from those certain to those possible."""
    found = list(verdicts)
    return Range(Fraction(found.count(True)), Fraction(len(found) - found.count(False)))


def added_up(rows: Iterable[tuple[bool | None, Range | None]]) -> Range | None:
    """The sum over records that meet a filter; unknown when a record that may belong has no value. Of none it is 0."""
    low = high = Fraction(0)
    for verdict, value in rows:
        if verdict is False:
            continue
        if value is None:
            return None
        low += value.low if verdict else min(Fraction(0), value.low)
        high += value.high if verdict else max(Fraction(0), value.high)
    return Range(low, high)


def extreme(which: str, rows: Iterable[tuple[bool | None, Range | None]]) -> Range | None:
    """The least or greatest value over records that meet a filter.

    Unknown when there may be no record, or when one that may belong has no value.
    """
    possible = [(verdict, value) for verdict, value in rows if verdict is not False]
    values = [value for _verdict, value in possible if value is not None]
    certain = [value for verdict, value in possible if verdict and value is not None]
    if not certain or len(values) < len(possible):
        return None
    if which == "min":
        return Range(min(value.low for value in values), min(value.high for value in certain))
    return Range(max(value.low for value in certain), max(value.high for value in values))


def number(raw: Any) -> Range | None:
    """A number of a record."""
    return None if raw is None or raw == "" else point(Fraction(Decimal(raw) if isinstance(raw, str) else raw))


def dates(raw: Any) -> Range | None:
    """A date of a record: a day, a partial date, or the text of one. What is no date is unknown."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, str):
        try:
            raw = PartialDate.from_text(raw)
        except Problem:
            return None
    return Range(raw.earliest, raw.latest) if isinstance(raw, PartialDate) else point(raw)


def _corners(a: Range, b: Range, reckon: Callable[[Any, Any], Any]) -> Range:
    found = [reckon(x, y) for x in a for y in b]
    return Range(min(found), max(found))


def _days(first: date, last: date) -> int:
    return (last - first).days


def _days_on(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _months_on(day: date, count: int) -> date:
    """The same day of another month, or that month's last day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
