"""What a part of a criterion becomes in SQL: a truth is two conditions, a value its least and greatest.

Three-valued logic is compiled away. Of every condition there is SQL for *certainly true* and for *certainly false*; a record of
which neither holds is unknown. Either may be NULL where something is not known, which counts as not holding: AND, OR, EXISTS
and WHERE read it so, and what has to be turned round says IS NOT TRUE. So a planner sees plain conditions and semi-joins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal

from banyan.platform.criteria.queries import bounds
from banyan.platform.criteria.queries.frames import Bound, all_of, any_of, held

TEXTS = ("text", "code")
DATES = ("date", "day")


@dataclass(frozen=True, slots=True)
class Truth:
    """SQL that holds where something is certainly true, and SQL that holds where it is certainly false."""

    certain: str
    refuted: str

    @property
    def possible(self) -> str:
        """True, or not known. Never NULL."""
        return negated(self.refuted)

    @property
    def decided(self) -> str:
        """Known either way. May be NULL where it does not hold."""
        return any_of([self.certain, self.refuted])

    def turned(self) -> "Truth":
        """The contrary."""
        return Truth(self.refuted, self.certain)


TRUE, FALSE = Truth("TRUE", "FALSE"), Truth("FALSE", "TRUE")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time between two dates, counted in completed years or in days."""

    first: "Value"
    last: "Value"
    unit: Literal["years", "days"]


@dataclass(frozen=True, slots=True)
class Value:
    """SQL of the least and the greatest that a value can be: the same SQL where it is exact, NULL where it is not known.

    `constant` is what a criterion wrote or the day of use gives. `partial` is the column behind a partial date, `born` that behind
    an age on the day `on`, `stretch` the time that it counts: compared with a constant they need little reckoning. `filled` is a
    text column in which `empty` stands for not known.
    """

    low: str
    high: str
    kind: str
    constant: Any = None
    partial: str = ""
    born: str = ""
    on: date | None = None
    stretch: Stretch | None = None
    filled: str = ""
    empty: str = ""

    @property
    def exact(self) -> bool:
        """Whether it is one value wherever it is known."""
        return self.low == self.high


def negated(sql: str) -> str:
    """Where the SQL does not hold, be it false or NULL."""
    return {"TRUE": "FALSE", "FALSE": "TRUE"}.get(sql) or f"({sql}) IS NOT TRUE"


def compared(op: str, a: Value, b: Value, bound: Bound) -> Truth:
    """Two values compared. Ranges are decided where every pair of values in them answers alike."""
    if op == "!=":
        return compared("==", a, b, bound).turned()
    if op in (">", ">="):
        return compared("<" if op == ">" else "<=", b, a, bound)
    if a.kind in TEXTS:
        return _same_text(a, b)
    for one, other, turn in ((a, b, False), (b, a, True)):
        if (one.born or one.stretch) and isinstance(other.constant, int | Decimal):
            return _age(_TURNED[op] if turn else op, one, other.constant, bound)
        if one.partial and isinstance(other.constant, date):
            return _day(_TURNED[op] if turn else op, one.partial, other.constant, bound)
    if a.partial and b.partial:
        # Reading texts as dates costs most of comparing them.
        a, b = (Value(bounds.earliest_text(one.partial), bounds.latest_text(one.partial), "date") for one in (a, b))
    if op == "==":
        if a.exact and b.exact:
            return Truth(held(f"{a.low} = {b.low}"), held(f"{a.low} <> {b.low}"))
        return Truth(
            all_of([held(f"{a.low} = {b.high}"), held(f"{a.high} = {b.low}")]),
            any_of([held(f"{a.high} < {b.low}"), held(f"{a.low} > {b.high}")]),
        )
    contrary = ">=" if op == "<" else ">"
    return Truth(held(f"{a.high} {op} {b.low}"), held(f"{a.low} {contrary} {b.high}"))


_TURNED = {"==": "==", "<": ">", "<=": ">="}


def _same_text(a: Value, b: Value) -> Truth:
    if b.filled and not a.filled:
        a, b = b, a
    if a.filled and b.constant is not None and b.constant != a.empty:
        # What equals a known text is known itself: the column alone may use its index, and the planner its statistics.
        return Truth(held(f"{a.filled} = {b.low}"), held(f"({a.filled} <> {b.low} AND {a.filled} <> '{a.empty}')"))
    return Truth(held(f"{a.low} = {b.low}"), held(f"{a.low} <> {b.low}"))


def _day(op: str, column: str, day: date, bound: Bound) -> Truth:
    """A partial date compared with a day."""
    match op:
        case "<":
            return Truth(_text(bounds.ends_before, column, day, bound), _text(bounds.begins_from, column, day, bound))
        case "<=":
            after = _next(day)
            if after is None:
                return Truth(f"{column} IS NOT NULL", "FALSE")
            return Truth(
                _text(bounds.ends_before, column, after, bound), _text(bounds.begins_from, column, after, bound)
            )
        case "==":
            sooner, by_then = _day("<", column, day, bound), _day("<=", column, day, bound)
            return Truth(all_of([sooner.refuted, by_then.certain]), any_of([sooner.certain, by_then.refuted]))
    return _day("<" if op == ">=" else "<=", column, day, bound).turned()


def _age(op: str, age: Value, years: int | Decimal, bound: Bound) -> Truth:
    """An age, or the time between two dates, compared with a number: the date compared with the day for which it would be just so."""
    match op:
        case "<":
            return _under(age, int(Decimal(years).to_integral_value(ROUND_CEILING)), bound)
        case "<=":
            return _under(age, int(Decimal(years).to_integral_value(ROUND_FLOOR)) + 1, bound)
        case "==":
            if years != int(years):
                return Truth("FALSE", f"({age.low}) IS NOT NULL" if age.stretch else _born(age, bound))
            under, over = _under(age, int(years), bound), _under(age, int(years) + 1, bound).turned()
            return Truth(all_of([under.refuted, over.refuted]), any_of([under.certain, over.certain]))
    return _age("<" if op == ">=" else "<=", age, years, bound).turned()


def _under(age: Value, years: int, bound: Bound) -> Truth:
    """Fewer completed years than a whole number. Who is born later than the day of use has no age."""
    if age.stretch:
        return _shorter(age, age.stretch, years, bound)
    born = _born(age, bound)
    if years <= 0:
        return Truth("FALSE", born)
    assert age.on is not None  # noqa: S101 — an age is always on a day
    last = bounds.years_before(age.on, years)
    if last is None:
        return Truth(born, "FALSE")
    day = last + bounds.ONE_DAY
    young = all_of([_text(bounds.begins_from, age.born, day, bound), born])
    return Truth(young, _text(bounds.ends_before, age.born, day, bound))


def _shorter(value: Value, stretch: Stretch, count: int, bound: Bound) -> Truth:
    """Fewer completed years, or days, between two dates than a whole number."""
    first, last = stretch.first, stretch.last
    if isinstance(last.constant, date):
        return _beside(">=", first, value, bounds.begin_of_shorter(last.constant, count, stretch.unit), bound)
    if isinstance(first.constant, date):
        return _beside("<", last, value, bounds.end_of_shorter(first.constant, count, stretch.unit), bound)
    if stretch.unit == "days":
        limit = bound.place(count)
        return Truth(held(f"{value.high} < {limit}"), held(f"{value.low} >= {limit}"))
    # As numbers of eight digits two dates differ by 10,000 for each completed year.
    limit = bound.place(count * 10_000)
    (a_low, a_high), (b_low, b_high) = _numbers(first), _numbers(last)
    return Truth(held(f"{b_high} - {a_low} < {limit}"), held(f"{b_low} - {a_high} >= {limit}"))


def _beside(op: str, one: Value, value: Value, day: date | bool, bound: Bound) -> Truth:
    """A date compared with a day; True where it is always so, False where never."""
    if isinstance(day, bool):
        known = Truth(f"({value.low}) IS NOT NULL", "FALSE")
        return known if day else known.turned()
    place = bound.place(day)
    return compared(op, one, Value(place, place, "day", constant=day), bound)


def _numbers(value: Value) -> tuple[str, str]:
    """The first and last day as numbers of eight digits."""
    if value.partial:
        return bounds.earliest_number(value.partial), bounds.latest_number(value.partial)
    return bounds.day_number(value.low), bounds.day_number(value.high)


def _born(age: Value, bound: Bound) -> str:
    assert age.on is not None  # noqa: S101 — an age is always on a day
    after = _next(age.on)
    return f"{age.born} IS NOT NULL" if after is None else _text(bounds.begins_before, age.born, after, bound)


def _text(comparing: Callable[[str, str, tuple[str, ...]], str], column: str, day: date, bound: Bound) -> str:
    text = bounds.shortest(day)
    mark = "~" if comparing in (bounds.begins_from, bounds.begins_before) else ""
    within = tuple(bound.place(prefix + mark) for prefix in bounds.prefixes(text))
    return comparing(column, bound.place(text), within)


def _next(day: date) -> date | None:
    return None if day == date.max else day + bounds.ONE_DAY
