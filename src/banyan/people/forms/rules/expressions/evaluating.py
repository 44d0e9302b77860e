"""Expressions on one submission: what is asked, what holds, what an answer is worth.

The slow, obvious engine: it walks the tree of a submission as JavaRosa does, and is the reference for `compiling`.
"""

import math
import operator
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from banyan.people.forms.rules.expressions import paths
from banyan.people.forms.rules.expressions.answers import NotOfType, read
from banyan.people.forms.rules.expressions.functions import PLAIN, check_call
from banyan.people.forms.rules.expressions.instance import Node, Outline, list_node
from banyan.people.forms.rules.expressions.parsing import parse
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.expressions.tree import (
    Binary,
    Call,
    Expression,
    Filtered,
    Negative,
    Number,
    Path,
    Reference,
    Text,
)
from banyan.people.forms.rules.expressions.values import (
    Nodes,
    Scalar,
    Value,
    numbers,
    same,
    to_number,
    to_text,
    to_truth,
)
from banyan.people.forms.rules.schema import Choice, Schema

COMPARED: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def divided(left: float, right: float) -> float:
    """Division as in Java: by zero it is infinite, or NaN for 0 div 0."""
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def remainder(left: float, right: float) -> float:
    """Remainder as in Java: it has the sign of the left number."""
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


COUNTED: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divided,
    "mod": remainder,
}


class Evaluation:
    """The expressions of a form on one submission.

    `now` is the moment for which today() and now() are asked; `present` the questions whose answers came, None for all:
    an expression that needs another one cannot be known.
    """

    def __init__(self, outline: Outline, top: Node, now: datetime, present: frozenset[str] | None = None) -> None:
        self.outline, self.schema, self.top, self.now, self.present = outline, outline.schema, top, now, present
        self._values: dict[Node, Scalar | ExpressionError] = {}
        self._asked: dict[Node, bool | ExpressionError] = {}
        self._lists: dict[str, Node] = {}
        self.current = top  # where the expression stands, also while a predicate looks at other places

    # What a place of the submission is worth.

    def is_asked(self, node: Node) -> bool:
        """Whether a place is relevant: its own condition and those of all around it hold."""
        known = self._asked.get(node)
        if known is None:
            self._asked[node] = ExpressionError("circle", 0, node.shape.path)
            try:
                known = (node.parent is None or self.is_asked(node.parent)) and self._own_condition(node)
            except ExpressionError as error:
                known = error
            self._asked[node] = known
        if isinstance(known, ExpressionError):
            raise known
        return known

    def _own_condition(self, node: Node) -> bool:
        question, group = node.shape.question, node.shape.group
        text = question.relevant if question is not None else group.relevant if group is not None else ""
        return self.truth(text, node) if text.strip() else True

    def worth(self, node: Node) -> Scalar:
        """The value of a place: empty where it is not asked, computed where it has a calculation and no answer."""
        known = self._values.get(node)
        if known is None:
            self._values[node] = ExpressionError("circle", 0, node.shape.path)
            try:
                known = self._worth(node)
            except ExpressionError as error:
                known = error
            self._values[node] = known
        if isinstance(known, ExpressionError):
            raise known
        return known

    def _worth(self, node: Node) -> Scalar:
        if not self.is_asked(node):
            return ""
        question = node.shape.question
        try:
            value = read(node.raw, question)
        except NotOfType:
            raise ExpressionError("answer", 0, node.shape.path) from None
        if value != "" or question is None:
            return value
        if question.calculation.strip():
            result = self._standing(question.calculation, node, node)
            try:
                return read(stored_text(result), question)
            except NotOfType:
                raise ExpressionError("answer", 0, node.shape.path) from None
        if self.present is not None and question.path not in self.present:
            raise ExpressionError("absent", 0, question.path)
        return value

    # What an expression is worth at a place.

    def truth(self, text: str, at: Node, item: Node | None = None) -> bool:
        """Whether an expression that stands at a place holds; for a choice filter, looking at the choice `item`.

        Raises ExpressionError where that cannot be known.
        """
        return to_truth(self._standing(text, at, item or at))

    def _standing(self, text: str, at: Node, seen: Node) -> Scalar:
        before, self.current = self.current, at
        try:
            return self.scalar(parse(text), seen)
        finally:
            self.current = before

    def scalar(self, expression: Expression, at: Node) -> Scalar:
        """The single value of an expression. Raises ExpressionError for several answers."""
        return self.single(self.value(expression, at))

    def single(self, value: Value) -> Scalar:
        """The only answer among nodes; none is empty."""
        if not isinstance(value, Nodes):
            return value
        if len(value.items) > 1:
            raise ExpressionError("several", 0, value.items[0].shape.path)
        return self.worth(value.items[0]) if value.items else ""

    def value(self, expression: Expression, at: Node) -> Value:
        """The value of an expression at a place of the submission."""
        if isinstance(expression, Binary):
            return self._chain(expression, at)
        if isinstance(expression, Call):
            return self._call(expression, at)
        if isinstance(expression, Number | Text):
            return expression.value
        if isinstance(expression, Negative):
            return -to_number(self.scalar(expression.inner, at))
        if isinstance(expression, Reference):
            return Nodes(tuple(paths.referred(self.outline, expression, self.current)))
        if isinstance(expression, Filtered):
            inner = self.value(expression.inner, at)
            if not isinstance(inner, Nodes):
                raise ExpressionError("unexpected", expression.at, "[")
            return Nodes(tuple(paths.filtered(self, inner.items, expression.predicates)))
        return Nodes(tuple(self._walked(expression, at)))

    def _walked(self, path: Path, at: Node) -> Sequence[Node]:
        if isinstance(path.start, str):
            return paths.walked(self, path, at)
        start = self.value(path.start, at)
        if not isinstance(start, Nodes):
            raise ExpressionError("unexpected", path.at, "/")
        return paths.stepped(self, start.items, path.steps)

    def _chain(self, expression: Binary, at: Node) -> Scalar:
        # Chains lean left: walked in a loop, so that their length is no depth.
        chain = [expression]
        while isinstance(chain[-1].left, Binary):
            chain.append(chain[-1].left)
        value: Scalar | ExpressionError = self._tried(chain[-1].left, at)
        for link in reversed(chain):
            value = self._joined(link, value, at)
        if isinstance(value, ExpressionError):
            raise value
        return value

    def _tried(self, expression: Expression, at: Node) -> Scalar | ExpressionError:
        try:
            return self.scalar(expression, at)
        except ExpressionError as error:
            return error

    def _joined(self, link: Binary, left: Scalar | ExpressionError, at: Node) -> Scalar | ExpressionError:
        if link.operator in ("and", "or"):
            decisive = link.operator == "or"
            if not isinstance(left, ExpressionError) and to_truth(left) is decisive:
                return decisive
            right = self._tried(link.right, at)
            if not isinstance(right, ExpressionError) and to_truth(right) is decisive:
                return decisive
            unknown = next((side for side in (left, right) if isinstance(side, ExpressionError)), None)
            return unknown or not decisive
        if isinstance(left, ExpressionError):
            return left
        right = self._tried(link.right, at)
        return right if isinstance(right, ExpressionError) else combined(link.operator, left, right)

    # Functions.

    def _call(self, call: Call, at: Node) -> Value:
        check_call(call.name, len(call.arguments), call.at)
        from_table = PLAIN.get(call.name)
        try:
            if from_table is not None:
                return from_table.work([self.scalar(argument, at) for argument in call.arguments])
            return self._special(call, at)
        except ExpressionError as error:
            raise ExpressionError(error.reason, error.at or call.at, error.detail) from None

    def _special(self, call: Call, at: Node) -> Value:
        arguments = call.arguments
        match call.name:
            case "if":
                return self.value(arguments[1 if to_truth(self.scalar(arguments[0], at)) else 2], at)
            case "coalesce":
                return next((value for each in arguments if (value := self.scalar(each, at)) != ""), "")
            case "once":
                own = read(at.raw, at.shape.question)
                return own if own != "" else self.scalar(arguments[0], at)
            case "today":
                return self.now.replace(hour=0, minute=0, second=0, microsecond=0)
            case "now":
                return self.now
            case "concat":
                return "".join(map(to_text, self._all(arguments, at)))
            case "join":
                separator = to_text(self.scalar(arguments[0], at))
                return separator.join(map(to_text, self._all(arguments[1:], at)))
            case "count":
                return float(len(self.nodes(arguments[0], at)))
            case "count-non-empty":
                return float(sum(self.worth(node) != "" for node in self.nodes(arguments[0], at)))
            case "sum":
                return sum(numbers([self.worth(node) for node in self.nodes(arguments[0], at)]), 0.0)
            case "min" | "max":
                taken = [number for number in numbers(self._all(arguments, at)) if not math.isnan(number)]
                if not taken:
                    return math.nan
                return min(taken) if call.name == "min" else max(taken)
            case "position" | "index":
                return self._position(arguments, at)
            case "last":
                return float(len(at.parent.children(at.shape.name))) if at.parent is not None else 1.0
            case "indexed-repeat":
                return Nodes(tuple(paths.indexed(self, arguments, at)))
            case "instance":
                return Nodes((self.choice_list(to_text(self.scalar(arguments[0], at)), call.at),))
            case "current":
                return Nodes((self.current,))
            case _:  # jr:choice-name, the last of SPECIAL
                return self._choice_name(arguments, at)

    def nodes(self, expression: Expression, at: Node) -> tuple[Node, ...]:
        """The asked places an expression names. Raises ExpressionError for a plain value."""
        value = self.value(expression, at)
        if not isinstance(value, Nodes):
            raise ExpressionError("value", 0, to_text(value))
        return tuple(node for node in value.items if self.is_asked(node))

    def _all(self, arguments: Sequence[Expression], at: Node) -> list[Scalar]:
        found: list[Scalar] = []
        for argument in arguments:
            value = self.value(argument, at)
            found += [self.worth(node) for node in value.items] if isinstance(value, Nodes) else [value]
        return found

    def _position(self, arguments: Sequence[Expression], at: Node) -> float:
        if not arguments:
            return float(at.ordinal + 1)
        value = self.value(arguments[0], at)
        if not isinstance(value, Nodes) or not value.items:
            raise ExpressionError("value", 0, "position")
        return float(value.items[0].ordinal + 1)

    def choice_list(self, name: str, at: int = 0) -> Node:
        """A list of choices as nodes. Raises ExpressionError for lists that lie in another file."""
        choices = self.schema.choices.get(name)
        if choices is None:
            raise ExpressionError("outside", at, name)
        if name not in self._lists:
            self._lists[name] = list_node(choices, self.schema.default_language)
        return self._lists[name]

    def _choice_name(self, arguments: Sequence[Expression], at: Node) -> str:
        value, named = self.scalar(arguments[0], at), arguments[1]
        if isinstance(named, Text):  # authors write '${question}' in quotes
            named = parse(named.value)
        question = paths.question_of(self.outline, named, self.current)
        choice = find_choice(self.schema, question.list_name if question else "", to_text(value))
        if choice is None:
            return ""
        return choice.labels.get(self.schema.default_language) or next(iter(choice.labels.values()), choice.name)


def combined(sign: str, left: Scalar, right: Scalar) -> Scalar:
    """Two values joined by an operator other than and, or."""
    if sign in ("=", "!="):
        return same(left, right) is (sign == "=")
    if sign in COMPARED:
        return COMPARED[sign](to_number(left), to_number(right))
    return COUNTED[sign](to_number(left), to_number(right))


def stored_text(result: Scalar) -> str:
    """A computed value as it would be stored in an answer: moments keep their time."""
    if isinstance(result, datetime) and result.time() != result.time().min:
        return result.isoformat(timespec="milliseconds")
    return to_text(result)


def find_choice(schema: Schema, list_name: str, name: str) -> Choice | None:
    """The choice of a list by its name."""
    return next((choice for choice in schema.choices.get(list_name, ()) if choice.name == name), None)
