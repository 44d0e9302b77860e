"""Partial dates as SQL: the first and last day that a text can mean, and the same compared with a day without any reckoning.

A partial date is text under collation C: YYYY, YYYY-MM or YYYY-MM-DD, with ~ behind when estimated. Comparing it with a day
that is known beforehand needs no date at all: texts stand in the order of their first days, except that ~ stands behind every
other character and that a text stands before what begins with it. The few texts for which that matters are named one by
one, so that a scan compares bytes. `tests/test_bounds.py` compares both ways.
"""

from calendar import monthrange
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
# The last month of the calendar, counted from the year 0.
_MONTHS = 9999 * 12 + 11


def shortest(day: date) -> str:
    """The shortest partial date that begins on this day: "2020" for its first of January, "2020-05" for the first of May."""
    text = day.isoformat()
    return text[:4] if text[4:] == "-01-01" else text[:7] if text[7:] == "-01" else text


def prefixes(text: str) -> tuple[str, ...]:
    """Less exact dates that a partial date begins with: "2020" and "2020-05" for "2020-05-03"."""
    return tuple(text[:length] for length in (4, 7) if length < len(text))


def begins_from(column: str, day: str, within: tuple[str, ...]) -> str:
    """SQL: the first day that `column` can mean is this day or later. `within`: the prefixes of the day, estimated."""
    return " AND ".join([f"{column} >= {day}", *(f"{column} <> {text}" for text in within)])


def begins_before(column: str, day: str, within: tuple[str, ...]) -> str:
    """SQL: the first day that `column` can mean lies before this day. `within`: the prefixes of the day, estimated."""
    return f"({' OR '.join([f'{column} < {day}', *(f'{column} = {text}' for text in within)])})"


def ends_before(column: str, day: str, within: tuple[str, ...]) -> str:
    """SQL: the last day that `column` can mean lies before this day. `within`: the prefixes of the day, exact."""
    return " AND ".join([f"{column} < {day}", *(f"{column} <> {text}" for text in within)])


def ends_from(column: str, day: str, within: tuple[str, ...]) -> str:
    """SQL: the last day that `column` can mean is this day or later. `within`: the prefixes of the day, exact."""
    return f"({' OR '.join([f'{column} >= {day}', *(f'{column} = {text}' for text in within)])})"


def exact(column: str) -> str:
    """SQL: the date is known to the day, which its length tells; most are, so whatever is reckoned asks for this first."""
    return f"octet_length({column}) = 10"


def _unless_exact(column: str, day: str, reckoned: str) -> str:
    return f"(CASE WHEN {exact(column)} THEN {day} ELSE {reckoned} END)"


def earliest(column: str) -> str:
    """SQL of the first day, as a date."""
    return _unless_exact(column, f"({column})::date", f"rpad(rtrim({column}, '~'), 10, '-01-01')::date")


def latest(column: str) -> str:
    """SQL of the last day, as a date. Only months need to be reckoned."""
    bare = f"rtrim({column}, '~')"
    return _unless_exact(
        column,
        f"({column})::date",
        f"CASE length({bare}) WHEN 10 THEN {bare}::date WHEN 4 THEN ({bare} || '-12-31')::date"
        f" ELSE (({bare} || '-01')::date + interval '1 month - 1 day')::date END",
    )


def earliest_text(column: str) -> str:
    """SQL of the first day as text, which stands in the order of days."""
    return _unless_exact(column, column, f"rpad(rtrim({column}, '~'), 10, '-01-01')")


def latest_text(column: str) -> str:
    """SQL of the last day as text."""
    bare = f"rtrim({column}, '~')"
    return _unless_exact(
        column,
        column,
        f"CASE length({bare}) WHEN 7 THEN to_char(({bare} || '-01')::date + interval '1 month - 1 day', 'YYYY-MM-DD')"
        f" ELSE rpad({bare}, 10, '-12-31') END",
    )


def earliest_number(column: str) -> str:
    """SQL of the first day as a number of eight digits: 20200501."""
    return _number(column, f"translate(rpad(rtrim({column}, '~'), 10, '-01-01'), '-', '')::int")


def latest_number(column: str) -> str:
    """SQL of the last day as a number of eight digits."""
    bare = f"rtrim({column}, '~')"
    return _number(
        column,
        f"CASE length({bare}) WHEN 7 THEN to_char(({bare} || '-01')::date + interval '1 month - 1 day', 'YYYYMMDD')::int"
        f" ELSE translate(rpad({bare}, 10, '-12-31'), '-', '')::int END",
    )


def _number(column: str, reckoned: str) -> str:
    return _unless_exact(column, f"translate({column}, '-', '')::int", reckoned)


def day_number(day: str) -> str:
    """SQL of a date as a number of eight digits."""
    return f"to_char({day}, 'YYYYMMDD')::int"


def ages(first: str, last: str) -> str:
    """SQL of the years completed between two days given as numbers of eight digits, of which the first is not the later."""
    return f"(({last} - {first}) / 10000)"


def years(first: str, last: str) -> str:
    """SQL of the years completed from one date to another, fewer than none when it lies before."""
    return f"floor(({day_number(last)} - {day_number(first)}) / 10000.0)"


def years_before(day: date, years: int) -> date | None:
    """The last day of birth of those who have completed so many years on a day; None before the first year of the calendar."""
    year = day.year - years
    if year < 1:
        return None
    if (day.month, day.day) == (2, 29) and not _leap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def begin_of_shorter(last: date, count: int, unit: str) -> date | bool:
    """The first day from which to `last` there are fewer than so many days or completed years; True for any day, False for none."""
    if unit == "days":
        return _day_or(last.toordinal() - count + 1, below=True)
    if last.year - count > date.max.year:
        return False
    before = years_before(last, count)
    return True if before is None else _day_or(before.toordinal() + 1, below=True)


def end_of_shorter(first: date, count: int, unit: str) -> date | bool:
    """The first day to which from `first` there are so many days or completed years: before it are fewer. True for any day, False
    for none."""
    if unit == "days":
        return _day_or(first.toordinal() + count, below=False)
    year = first.year + count
    if not date.min.year <= year <= date.max.year:
        return year > date.max.year
    return date(year, 3, 1) if (first.month, first.day) == (2, 29) and not _leap(year) else first.replace(year=year)


def _day_or(number: int, *, below: bool) -> date | bool:
    """The day of a number; before the calendar `below`, behind it the contrary."""
    if number < 1:
        return below
    return date.fromordinal(number) if number <= date.max.toordinal() else not below


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def moved(day: date, *, days: int = 0, months: int = 0) -> date | None:
    """A day so many days or months later, the last of its month where that is shorter; None outside of the calendar."""
    room = movable(days=days, months=months)
    if room is None or not room[0] <= day <= room[1]:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1])) + timedelta(days)


def movable(*, days: int = 0, months: int = 0) -> tuple[date, date] | None:
    """The first and last day that can be moved so many days or months without leaving the calendar; None when there is none."""
    first = date.min.toordinal() + max(0, -days)
    last = date.max.toordinal() + min(0, -days)
    begin, end = max(12, 12 - months), min(_MONTHS, _MONTHS - months)
    if first > last or begin > end:
        return None
    early, late = divmod(begin, 12), divmod(end, 12)
    final = date(late[0], late[1] + 1, monthrange(late[0], late[1] + 1)[1])
    return max(date.fromordinal(first), date(early[0], early[1] + 1, 1)), min(date.fromordinal(last), final)
