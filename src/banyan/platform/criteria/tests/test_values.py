"""Three values and ranges: what is certain, what is impossible, and what nobody can say."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.criteria.rules import values
from banyan.platform.criteria.rules.values import Range, point
from banyan.platform.kernel.dates import PartialDate

THREE = (True, False, None)
KNOWN = {True: (True,), False: (False,), None: (True, False)}


@pytest.mark.parametrize(("a", "b"), list(product(THREE, THREE)))
def test_unknown_is_what_could_be_either(a: bool | None, b: bool | None) -> None:
    for joined, plain in ((values.all_of, all), (values.any_of, any)):
        outcomes = {plain(pair) for pair in product(KNOWN[a], KNOWN[b])}
        assert joined([a, b]) == (outcomes.pop() if len(outcomes) == 1 else None)
    assert values.not_so(a) == (None if a is None else not a)


@given(st.lists(st.sampled_from(THREE), max_size=5))
def test_exactly_one_is_certain_only_of_what_is(verdicts: list[bool | None]) -> None:
    outcomes = {sum(world) == 1 for world in product(*(KNOWN[one] for one in verdicts))}
    assert values.exactly_one(verdicts) == (outcomes.pop() if len(outcomes) == 1 else None)


RANGES = st.tuples(st.integers(-4, 4), st.integers(0, 3)).map(
    lambda pair: Range(Fraction(pair[0]), Fraction(sum(pair)))
)
OPERATORS = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def whole(a: Range) -> list[int]:
    return list(range(int(a.low), int(a.high) + 1))


@given(st.sampled_from(sorted(OPERATORS)), RANGES, RANGES)
def test_a_comparison_is_certain_when_it_holds_for_all_that_both_can_be(op: str, a: Range, b: Range) -> None:
    outcomes = {OPERATORS[op](x, y) for x in whole(a) for y in whole(b)}
    assert values.ordered(op, a, b) == (outcomes.pop() if len(outcomes) == 1 else None)


@given(st.sampled_from("+-*/"), RANGES, RANGES)
def test_reckoning_gives_the_range_of_all_that_can_come_out(op: str, a: Range, b: Range) -> None:
    found = values.reckoned(op, a, b)
    if op == "/" and 0 in whole(b):
        assert found is None
        return
    reckon = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": Fraction}[op]
    outcomes = [reckon(x, y) for x in whole(a) for y in whole(b)]
    assert found is not None
    assert abs(found.low - min(outcomes)) <= Fraction(1, 10**10)
    assert abs(found.high - max(outcomes)) <= Fraction(1, 10**10)


def test_quotients_are_cut_towards_zero_and_rests_follow_the_dividend() -> None:
    assert values.reckoned("/", point(Fraction(2)), point(Fraction(3))) == point(Fraction(6666666666, 10**10))
    assert values.reckoned("/", point(Fraction(-2)), point(Fraction(3))) == point(Fraction(-6666666666, 10**10))
    assert values.reckoned("%", point(Fraction(-7)), point(Fraction(3))) == point(Fraction(-1))
    assert values.reckoned("%", point(Fraction(7)), point(Fraction(0))) is None
    assert values.reckoned("%", Range(Fraction(1), Fraction(2)), point(Fraction(3))) is None


def test_nothing_comes_of_nothing() -> None:
    known = point(Fraction(1))
    assert values.reckoned("+", None, known) is None
    assert values.ordered("<", known, None) is None
    assert values.negative(None) is None
    assert values.negative(Range(1, 2)) == Range(-2, -1)
    assert values.same_text("a", None) is None
    assert values.same_text("a", "a") is True
    assert values.between("days_between", None, point(date.min)) is None
    assert values.age(None, point(date.min)) is None
    assert values.moved("add_days", None, 1) is None
    assert values.number(None) is values.dates("") is values.dates("soon") is None


def test_values_of_records_are_taken_in_any_form() -> None:
    assert values.number(Decimal("1.5")) == values.number("1.5") == point(Fraction(3, 2))
    assert values.dates("1990") == values.dates(PartialDate(1990)) == Range(date(1990, 1, 1), date(1990, 12, 31))
    assert values.dates(date(1990, 5, 3)) == values.dates("1990-05-03~") == point(date(1990, 5, 3))


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2000-02-29", "2001-02-28", (0, 0)),
        ("2000-02-29", "2001-03-01", (1, 1)),
        ("1990", "2026-03-01", (35, 36)),
        ("2026", "2026-03-01", (0, 0)),
        ("2026-04", "2026-03-01", None),
        ("1990-05", "2020", (29, 30)),
        ("2020-06", "2020", (0, 0)),
    ],
)
def test_ages_are_ranges(birth: str, day: str, age: tuple[int, int] | None) -> None:
    assert values.age(values.dates(birth), values.dates(day)) == age


@given(st.dates(date(1900, 1, 1), date(2026, 3, 1)), st.integers(1, 3))
def test_ages_agree_with_the_kernel(born: date, parts: int) -> None:
    partial = PartialDate(born.year, born.month if parts > 1 else None, born.day if parts > 2 else None)
    today = date(2026, 3, 1)
    assert values.age(values.dates(partial), point(today)) == tuple(partial.age_on(today))


def test_time_between_dates_is_a_range_and_may_be_negative() -> None:
    year, day = values.dates("1990"), values.dates("2000-06-15")
    assert values.between("years_between", year, day) == Range(9, 10)
    assert values.between("days_between", day, day) == point(0)
    assert values.between("days_between", year, year) == Range(-364, 364)
    assert values.between("years_between", day, values.dates("2000-06-14")) == point(-1)


def test_dates_move_within_the_calendar() -> None:
    assert values.moved("add_months", point(date(2024, 1, 31)), 1) == point(date(2024, 2, 29))
    assert values.moved("add_months", values.dates("2024-01"), -12) == values.dates("2023-01")
    assert values.moved("add_days", point(date(2024, 2, 28)), 2) == point(date(2024, 3, 1))
    assert values.moved("add_days", point(date.max), 1) is None
    assert values.moved("add_months", point(date.min), -1) is None


ROWS = st.lists(st.tuples(st.sampled_from(THREE), st.none() | RANGES), max_size=4)


@given(ROWS)
def test_numbers_over_records_hold_whichever_belong(rows: list[tuple[bool | None, Range | None]]) -> None:
    sets = [
        [row for row, so in zip(rows, world, strict=True) if so]
        for world in product(*(KNOWN[verdict] for verdict, _value in rows))
    ]
    counted = values.counted(verdict for verdict, _value in rows)
    assert counted == Range(min(map(len, sets)), max(map(len, sets)))
    if any(value is None and verdict is not False for verdict, value in rows):
        assert values.added_up(rows) is values.extreme("min", rows) is values.extreme("max", rows) is None
        return
    low = min(sum(value.low for _verdict, value in rows if value) for rows in sets)
    high = max(sum(value.high for _verdict, value in rows if value) for rows in sets)
    assert values.added_up(rows) == Range(low, high)
    for which, pick in (("min", min), ("max", max)):
        found = values.extreme(which, rows)
        if not all(sets):
            assert found is None
        else:
            lows = [pick(value.low for _verdict, value in rows if value) for rows in sets]
            highs = [pick(value.high for _verdict, value in rows if value) for rows in sets]
            assert found == Range(min(lows), max(highs))
