"""Expressions to columns: the same results as `evaluating`, for all rows at once.

What is compiled is the part of the dialect whose results do not depend on the kind of a value found only while it runs.
Everything else raises NotCompiled, and its questions are left to the row-wise engine; so do rows with unusual answers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import polars as pl

from banyan.people.forms.rules.expressions.instance import Outline, Shape
from banyan.people.forms.rules.expressions.parsing import parse
from banyan.people.forms.rules.expressions.paths import place_at
from banyan.people.forms.rules.expressions.patterns import whole_pattern
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.tree import Binary, Call, Expression, Negative, Number, Path, Reference, Text
from banyan.people.forms.rules.expressions.values import NEAR, number_text, to_number

Kind = Literal["text", "number", "moment", "truth"]
DEEPEST: Final = 60  # parts of a compiled expression inside each other; longer chains are left to the row-wise engine
SPACES: Final = r"\s+"
_COMPARED: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class NotCompiled(Exception):
    """This expression is left to the row-wise engine."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values of one kind. Null is the empty answer; truths are never null; moments are dates without time."""

    kind: Kind
    values: pl.Expr
    constant: str | float | None = None


class Compiler:
    """Compiles what stands at places of a form. `known` gives the column of each question that may be referred to."""

    def __init__(self, outline: Outline, now: datetime, known: Callable[[Shape, Shape], Column]) -> None:
        self.outline, self.now, self.known = outline, now, known
        self.depth = 0

    def truth(self, text: str, at: Shape) -> pl.Expr:
        """Whether an expression holds, as a Boolean column without nulls. Raises NotCompiled."""
        return truth_of(self.column(text, at))

    def column(self, text: str, at: Shape) -> Column:
        """The values of an expression that stands at a place. Raises NotCompiled."""
        try:
            return self.compiled(parse(text), at)
        except ExpressionError as error:
            raise NotCompiled(error.reason) from error

    def compiled(self, expression: Expression, at: Shape) -> Column:
        """The values of a tree."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotCompiled("deep")
        try:
            match expression:
                case Number(value=value):
                    return Column("number", pl.lit(value, pl.Float64), value)
                case Text(value=text):
                    return Column("text", pl.lit(text or None, pl.String), text)
                case Negative(inner=inner):
                    return Column("number", -number_of(self.compiled(inner, at)))
                case Binary():
                    return self.joined(expression, at)
                case Call():
                    return self.called(expression, at)
                case Reference() | Path():
                    return self.known(place_at(self.outline, expression, at), at)
                case _:
                    raise NotCompiled("predicate")
        finally:
            self.depth -= 1

    def joined(self, link: Binary, at: Shape) -> Column:
        """Two values and the operator between them."""
        left, right = self.compiled(link.left, at), self.compiled(link.right, at)
        sign = link.operator
        if sign == "and":
            return Column("truth", truth_of(left) & truth_of(right))
        if sign == "or":
            return Column("truth", truth_of(left) | truth_of(right))
        if sign in ("=", "!="):
            equal = same(left, right)
            return Column("truth", equal if sign == "=" else ~equal)
        one, other = number_of(left), number_of(right)
        if sign in _COMPARED:
            # polars orders NaN above all numbers; in XPath nothing compares with it.
            return Column("truth", _COMPARED[sign](one, other) & one.is_not_nan() & other.is_not_nan())
        if sign in ("+", "-", "*"):
            return Column("number", one + other if sign == "+" else one - other if sign == "-" else one * other)
        if sign == "div":
            return Column("number", one / other)
        raise NotCompiled(sign)

    def called(self, call: Call, at: Shape) -> Column:
        """A function of columns."""
        if call.name == "if":
            condition, *branches = [self.compiled(each, at) for each in call.arguments]
            return _chosen(truth_of(condition), *branches)
        if call.name == "coalesce":
            first, *others = [self.compiled(each, at) for each in call.arguments]
            for other in others:
                first = _chosen(first.values.is_not_null(), first, other)
            return first
        work = COMPILED.get((call.name, len(call.arguments)))
        if work is not None:
            return work(*[self.compiled(each, at) for each in call.arguments])
        if call.name == "today":
            return Column("moment", pl.lit(self.now.date(), pl.Date))
        raise NotCompiled(call.name)


def _chosen(condition: pl.Expr, left: Column, right: Column) -> Column:
    kinds = {each.kind for each in (left, right) if each.constant != ""}  # '' is the empty answer of any kind
    if len(kinds) > 1 or (kinds == {"truth"} and "" in (left.constant, right.constant)):
        raise NotCompiled("kinds")
    kind: Kind = kinds.pop() if kinds else "text"
    types = {"text": pl.String, "number": pl.Float64, "moment": pl.Date, "truth": pl.Boolean}
    values = [each.values.cast(types[kind]) for each in (left, right)]
    return Column(kind, pl.when(condition).then(values[0]).otherwise(values[1]))


def number_of(column: Column) -> pl.Expr:
    """Numbers without nulls: NaN for what is none."""
    if column.kind == "number":
        return column.values.fill_null(math.nan)
    if column.kind == "truth":
        return column.values.cast(pl.Float64)
    if column.kind == "moment":
        return column.values.cast(pl.Int32).cast(pl.Float64).fill_null(math.nan)
    if column.constant is not None:
        return pl.lit(to_number(str(column.constant)), pl.Float64)
    text = column.values.str.strip_chars()
    is_number = text.str.contains(r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$")
    read = pl.when(is_number).then(text).otherwise(None).cast(pl.Float64, strict=False)
    return read.fill_null(math.nan)


def text_of(column: Column) -> pl.Expr:
    """Texts without nulls: "" for the empty answer."""
    if column.kind == "text":
        return column.values.fill_null("")
    if column.kind == "truth":
        return pl.when(column.values).then(pl.lit("true")).otherwise(pl.lit("false"))
    if column.kind == "moment":
        return column.values.dt.to_string("%Y-%m-%d").fill_null("")
    return column.values.map_elements(number_text, return_dtype=pl.String).fill_null("")


def truth_of(column: Column) -> pl.Expr:
    """Truths without nulls."""
    if column.kind == "truth":
        return column.values
    if column.kind == "number":
        return ((column.values.abs() > NEAR) & column.values.is_not_nan()).fill_null(value=False)
    return column.values.is_not_null()


def same(left: Column, right: Column) -> pl.Expr:
    """`=` as `values.same` has it: the kinds of values present decide, and an empty answer is the empty text."""
    if "truth" in (left.kind, right.kind):
        return truth_of(left) == truth_of(right)
    if "number" not in (left.kind, right.kind):
        return text_of(left) == text_of(right)
    one, other = number_of(left), number_of(right)
    near = ((one - other).abs() < NEAR) & one.is_not_nan() & other.is_not_nan()
    numeric = near.fill_null(value=False)
    # Where every number is the empty answer, both sides are text.
    missing = [each.values.is_null() if each.kind == "number" else pl.lit(value=True) for each in (left, right)]
    texts = [pl.lit("") if each.kind == "number" else text_of(each) for each in (left, right)]
    return pl.when(missing[0] & missing[1]).then(texts[0] == texts[1]).otherwise(numeric)


def _selected(chosen: Column, name: Column) -> Column:
    if name.constant is None:
        raise NotCompiled("selected")
    wanted = str(name.constant).strip() if isinstance(name.constant, str) else number_text(name.constant)
    padded = pl.concat_str(pl.lit(" "), text_of(chosen).str.strip_chars(), pl.lit(" "))
    return Column("truth", padded.str.contains(f" {wanted} ", literal=True))


def _counted(chosen: Column) -> Column:
    return Column("number", text_of(chosen).str.count_matches(r"\S+").cast(pl.Float64))


def _matched(text: Column, pattern: Column) -> Column:
    if not isinstance(pattern.constant, str):
        raise NotCompiled("regex")
    return Column("truth", text_of(text).str.contains(whole_pattern(pattern.constant)))


def _length(text: Column) -> Column:
    return Column("number", text_of(text).str.len_chars().cast(pl.Float64))


def _joined_text(*parts: Column) -> Column:
    made = pl.concat_str(*(text_of(part) for part in parts))
    return Column("text", pl.when(made == "").then(None).otherwise(made))


def _whole(value: Column) -> Column:
    number = number_of(value)
    cut = pl.when(number < 0).then(number.ceil()).otherwise(number.floor())
    return Column("number", cut)


def _date(value: Column) -> Column:
    if value.kind != "moment":
        raise NotCompiled("date")
    return value


def _days(value: Column) -> Column:
    if value.kind != "moment":
        raise NotCompiled("decimal-date-time")
    return Column("number", value.values.cast(pl.Int32).cast(pl.Float64))


COMPILED: Final[dict[tuple[str, int], Callable[..., Column]]] = {
    ("true", 0): lambda: Column("truth", pl.lit(value=True)),
    ("false", 0): lambda: Column("truth", pl.lit(value=False)),
    ("not", 1): lambda value: Column("truth", ~truth_of(value)),
    ("boolean", 1): lambda value: Column("truth", truth_of(value)),
    ("number", 1): lambda value: Column("number", number_of(value)),
    ("string", 1): _joined_text,
    ("int", 1): _whole,
    ("floor", 1): lambda value: Column("number", number_of(value).floor()),
    ("ceiling", 1): lambda value: Column("number", number_of(value).ceil()),
    ("round", 1): lambda value: Column("number", (number_of(value) + 0.5).floor()),
    ("abs", 1): lambda value: Column("number", number_of(value).abs()),
    ("string-length", 1): _length,
    ("normalize-space", 1): lambda value: _joined_text(
        Column("text", text_of(value).str.replace_all(SPACES, " ").str.strip_chars(" "))
    ),
    ("contains", 2): lambda text, part: Column("truth", text_of(text).str.contains(text_of(part), literal=True)),
    ("starts-with", 2): lambda text, part: Column("truth", text_of(text).str.starts_with(text_of(part))),
    ("ends-with", 2): lambda text, part: Column("truth", text_of(text).str.ends_with(text_of(part))),
    ("regex", 2): _matched,
    ("selected", 2): _selected,
    ("is-selected", 2): _selected,
    ("count-selected", 1): _counted,
    ("concat", 2): _joined_text,
    ("concat", 3): _joined_text,
    ("concat", 4): _joined_text,
    ("date", 1): _date,
    ("decimal-date-time", 1): _days,
}
