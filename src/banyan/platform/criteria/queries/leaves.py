"""Where values begin: what a criterion writes, and the fields of records."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from banyan.platform.criteria.declarations import Field
from banyan.platform.criteria.queries import bounds
from banyan.platform.criteria.queries.frames import Frame, Level, held
from banyan.platform.criteria.queries.truths import Value
from banyan.platform.criteria.rules import tree

Levels = Mapping[str, Level]
_MARKED = re.compile(r"nullif\((\w+\.\w+), ?'(\w+)'\)", re.ASCII)


def one_value(sql: str, kind: str) -> Value:
    """One value, not a range."""
    return Value(held(sql), sql, kind)


def case_of(*cases: tuple[str, str]) -> str:
    """CASE of (when, then)."""
    whens = " ".join(f"WHEN {when} THEN {then}" for when, then in cases)
    return held(f"(CASE {whens} END)")


def constant_of(value: bool | int | Decimal | str | date, kind: str, frame: Frame) -> Value:
    """What is written in the criterion, bound."""
    place = frame.bound.place(value)
    return Value(place, place, kind, constant=value)


def field_of(node: tree.FieldRef, levels: Levels, today: date) -> Value:
    """A field of a record, as the range it can have."""
    one = node.field
    column = levels[node.variable].field(node.steps, one)
    known = f"nullif({column}, '')" if one.empty == "blank" else column
    if one.derived == "age":
        return _age(f'({known}) COLLATE "C"', today)
    match one.kind:
        case "date":
            text = f'({known}) COLLATE "C"'
            return Value(bounds.earliest(text), bounds.latest(text), "date", partial=text)
        case "text" | "code":
            return _written(column, known, one)
    return one_value(known, one.kind)


def _written(column: str, known: str, one: Field) -> Value:
    """A text or code. A declaration may say by nullif which text means not known."""
    if one.empty == "blank":
        return Value(known, known, one.kind, filled=column)
    marked = _MARKED.fullmatch(column)
    return Value(known, known, one.kind, filled=marked[1], empty=marked[2]) if marked else Value(known, known, one.kind)


def _age(born: str, on: date) -> Value:
    """Completed years on a day; days of birth behind it count as that day, and a whole date behind it gives no age."""
    day = on.strftime("%Y%m%d").rjust(8, "0")
    first = bounds.earliest_number(born)
    low = case_of((f"{first} <= {day}", bounds.ages(f"least({bounds.latest_number(born)}, {day})", day)))
    high = case_of((f"{first} <= {day}", bounds.ages(first, day)))
    return Value(low, high, "integer", born=born, on=on)
