"""The typed tree of a criterion or formula, as plain data: what every compiler, evaluator and page works on.

Names, types and permissions are settled when a tree exists, so whoever walks it meets only what is possible:

- There is no null: `x == null` is `Not(Has(x))`. Booleans are not compared: `x == false` is `Not(x)`.
- Dates written in a criterion are whole days; `birth_date == date("1990")` became `>=` the first and `<=` the last day.
- `And` and `Or` are flat and have two parts at least. Variables are unique from the top down to where they are used.
- `filter` is folded into what follows it: `a.filter(x, c).exists(y, d)` is `exists` of `c && d`.

`at` is the place in the text, for messages; it says nothing about meaning and is not compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from decimal import Decimal
from typing import Literal as Choice
from typing import NamedTuple

from banyan.platform.criteria.declarations import Field, Kind, Relation


class Span(NamedTuple):
    """From the first character to behind the last, counted from 0."""

    start: int
    end: int


NOWHERE = Span(0, 0)
Comparison = Choice["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the criterion, or set for the operation under the name `parameter`.

    Python's bool, int, Decimal, str or date for the kinds boolean, integer, decimal, text and day.
    """

    value: bool | int | Decimal | str | date
    kind: Kind
    parameter: str = ""
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Today:
    """The day for which the criterion is asked."""

    kind: Kind = "day"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the subject (variable "") or of the record a variable stands for, `steps` (each to one) further on."""

    variable: str
    steps: tuple[Relation, ...]
    field: Field
    at: Span = attribute(default=NOWHERE, compare=False)

    @property
    def kind(self) -> Kind:
        """The kind of the field."""
        return self.field.kind

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the relations on the way."""
        return tuple(step.name for step in self.steps)


@dataclass(frozen=True, slots=True)
class RelationRef:
    """Related records: of the subject (variable "") or of a variable. All steps but the last reach one record.

    `subject` is the key of the subject reached.
    """

    variable: str
    steps: tuple[Relation, ...]
    at: Span = attribute(default=NOWHERE, compare=False)

    @property
    def subject(self) -> str:
        """The key of the subject that the last step reaches."""
        return self.steps[-1].subject

    @property
    def path(self) -> tuple[str, ...]:
        """Names of the relations on the way."""
        return tuple(step.name for step in self.steps)


@dataclass(frozen=True, slots=True)
class Not:
    """Not so."""

    a: "Condition"
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple["Condition", ...]
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any part."""

    parts: tuple["Condition", ...]
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers, two days or dates, or two texts or codes (texts by == and != only)."""

    op: Comparison
    a: "Value"
    b: "Value"
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """A value is one of those written. There is one option at least."""

    a: "Value"
    options: tuple[Literal, ...]
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Has:
    """A field is known. Never unknown itself."""

    ref: FieldRef
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TextTest:
    """A text has a part, a beginning, an end or a pattern (see rules/patterns.py for the patterns that can stand here).

    `parameter` is the name of the setting that gave it, if one did.
    """

    test: Choice["contains", "startsWith", "endsWith", "matches"]
    a: "Value"
    pattern: str
    parameter: str = ""
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """Some, all, or exactly one of the related records meet a condition.

    `has(household)` and `documents.size() > 0` written as `has(documents)` are `exists` with Literal(True) and no variable.
    """

    quantifier: Choice["exists", "all", "exists_one"]
    relation: RelationRef
    variable: str
    condition: "Condition"
    kind: Kind = "boolean"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers reckoned. `/` gives a decimal cut behind ten places; `%` takes whole numbers only."""

    op: Choice["+", "-", "*", "/", "%"]
    a: "Value"
    b: "Value"
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus a number."""

    a: "Value"
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Extremum:
    """The least or greatest of two numbers or more; not known where one of them is not."""

    end: Choice["least", "greatest"]
    parts: tuple["Value", ...]
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Lower:
    """A text in small letters."""

    a: "Value"
    kind: Kind = "text"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Length:
    """Number of characters of a text."""

    a: "Value"
    kind: Kind = "integer"
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Choose:
    """One of two values, or of two conditions."""

    condition: "Condition"
    then: "Value"
    otherwise: "Value"
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A number over related records that meet `filter`: how many, or sum, least, greatest of `value`.

    `variable` is the record in `filter` and `value`; `value` is None for size, `filter` None for all records.
    Least and greatest may be of dates: `kind` then is the kind of `value`.
    """

    aggregate: Choice["size", "sum", "min", "max"]
    relation: RelationRef
    variable: str
    filter: "Condition | None"
    value: "Value | None"
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DateMath:
    """years_between(a, b), days_between(a, b): from a to b. age_at: `a` is the reference to an age, b the day.

    add_days(a, b), add_months(a, b): b is a whole number written in the criterion; kind is that of `a`.
    """

    function: Choice["years_between", "days_between", "age_at", "add_days", "add_months"]
    a: "Value"
    b: "Value"
    kind: Kind
    at: Span = attribute(default=NOWHERE, compare=False)


Condition = Literal | FieldRef | Not | And | Or | Compare | In | Has | TextTest | Quantified | Choose
Value = (
    Literal
    | Today
    | FieldRef
    | Arithmetic
    | Negate
    | Extremum
    | Lower
    | Length
    | Choose
    | Aggregate
    | DateMath
    | Condition
)
Node = Value


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside one, in the order written."""
    match node:
        case And(parts=inside) | Or(parts=inside) | Extremum(parts=inside):
            return inside
        case Not(a=a) | Negate(a=a) | Lower(a=a) | Length(a=a) | TextTest(a=a):
            return (a,)
        case Compare(a=a, b=b) | Arithmetic(a=a, b=b) | DateMath(a=a, b=b):
            return (a, b)
        case In(a=a, options=options):
            return (a, *options)
        case Has(ref=ref):
            return (ref,)
        case Quantified(condition=condition):
            return (condition,)
        case Choose(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Aggregate(filter=chosen, value=value):
            return tuple(one for one in (chosen, value) if one is not None)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and everything inside it, outermost and leftmost first."""
    yield node
    for part in parts(node):
        yield from walk(part)


def figures(formula: Node) -> tuple[Node, ...]:
    """What a formula takes from records: the parts below its reckoning and choosing, each once.

    Numbers, and the conditions by which it chooses. With their values the whole is reckoned again without the record.
    """
    match formula:
        case Literal() | Today():
            return ()
        case Arithmetic() | Negate() | Extremum():
            found = [figure for part in parts(formula) for figure in figures(part)]
        case Choose(condition=condition, then=then, otherwise=otherwise):
            found = [condition, *figures(then), *figures(otherwise)]
        case _:
            found = [formula]
    return tuple(dict.fromkeys(found))


def whole_number(node: Node) -> int:
    """The constant that add_days and add_months take: a whole number, or minus a setting."""
    if isinstance(node, Negate):
        return -whole_number(node.a)
    if isinstance(node, Literal) and isinstance(node.value, int):
        return node.value
    raise TypeError(f"not a whole number: {node!r}")
