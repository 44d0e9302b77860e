"""Comparing the text of a partial date answers as its first and last days do."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from banyan.platform.criteria.queries import bounds
from banyan.platform.criteria.rules import values
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.problems import Problem

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 30)) | st.dates(date(1999, 11, 1), date(2001, 3, 1))


@st.composite
def partials(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates() | st.dates(date(1999, 11, 1), date(2001, 3, 1)))
    known = draw(st.integers(1, 3))
    return PartialDate(day.year, day.month if known > 1 else None, day.day if known > 2 else None, draw(st.booleans()))


def holds(sql: str, text: str) -> bool:
    """The SQL as Python: the same operators over the same characters, and C orders as Python does."""
    return bool(
        eval(
            sql.replace(" <> ", " != ").replace(" = ", " == ").replace("AND", "and").replace("OR", "or"),
            {"column": text},
        )
    )


@given(partial=partials(), day=DAYS)
@example(PartialDate(2020), date(2020, 1, 1))
@example(PartialDate(2020, estimated=True), date(2020, 1, 2))
@example(PartialDate(2020, 5, estimated=True), date(2020, 5, 2))
@example(PartialDate(2020, 4), date(2020, 5, 1))
def test_texts_are_compared_like_the_days_they_can_mean(partial: PartialDate, day: date) -> None:
    text = bounds.shortest(day)
    exact = tuple(f"'{one}'" for one in bounds.prefixes(text))
    estimated = tuple(f"'{one}~'" for one in bounds.prefixes(text))
    assert holds(bounds.begins_from("column", f"'{text}'", estimated), str(partial)) == (partial.earliest >= day)
    assert holds(bounds.begins_before("column", f"'{text}'", estimated), str(partial)) == (partial.earliest < day)
    assert holds(bounds.ends_before("column", f"'{text}'", exact), str(partial)) == (partial.latest < day)
    assert holds(bounds.ends_from("column", f"'{text}'", exact), str(partial)) == (partial.latest >= day)


@given(born=DAYS, on=DAYS, years=st.integers(1, 120))
@example(date(2020, 2, 29), date(2023, 2, 28), 3)
@example(date(2020, 2, 29), date(2023, 3, 1), 3)
def test_the_last_day_of_birth_of_an_age(born: date, on: date, years: int) -> None:
    last = bounds.years_before(on, years)
    try:
        completed = PartialDate.of(born).age_on(on).oldest
    except Problem:
        completed = -1
    assert (completed >= years) == (last is not None and born <= last)


@given(day=DAYS, days=st.integers(-800_000, 800_000), months=st.integers(-30_000, 30_000))
def test_moving_days_stays_within_the_calendar(day: date, days: int, months: int) -> None:
    moved = bounds.moved(day, days=days)
    try:
        assert moved == day + timedelta(days=days)
    except OverflowError:
        assert moved is None
    later = bounds.moved(day, months=months)
    if later is not None:
        assert (later.year - day.year) * 12 + later.month - day.month == months
        assert later.day == day.day or (later + timedelta(days=1)).day == 1
    else:
        assert not 12 <= day.year * 12 + day.month - 1 + months < 10_000 * 12
    assert bounds.moved(day, days=4_000_000) is None
    assert bounds.moved(day, months=-(10**14)) is None


@given(one=DAYS, other=DAYS, count=st.integers(-12_000, 12_000), unit=st.sampled_from(["years", "days"]))
@example(date(2020, 2, 29), date(2023, 2, 28), 3, "years")
@example(date(2020, 2, 29), date(2023, 3, 1), 3, "years")
@example(date(1, 1, 1), date(9999, 12, 30), 9_998, "years")
def test_the_time_between_two_days_is_that_of_one_to_a_turning_day(
    one: date, other: date, count: int, unit: str
) -> None:
    length = values.years(one, other) if unit == "years" else (other - one).days
    begin = bounds.begin_of_shorter(other, count, unit)
    assert (length < count) == (begin if isinstance(begin, bool) else one >= begin)
    end = bounds.end_of_shorter(one, count, unit)
    assert (length < count) == (end if isinstance(end, bool) else other < end)
