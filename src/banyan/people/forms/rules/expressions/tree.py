"""The parts of an expression, as plain data. `at` is the 0-based position in the text, for messages."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float
    at: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Text between quotes."""

    value: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """`${name}`: the question of that name nearest to where the expression stands."""

    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a child by name ("*" any), the node itself ("."), or its parent ("..")."""

    name: str
    predicates: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A location path. `start` is the top of the form ("/"), where the expression stands (""), or an expression."""

    start: "str | Expression"
    steps: tuple[Step, ...] = ()
    at: int = 0


@dataclass(frozen=True, slots=True)
class Filtered:
    """An expression with predicates: `${members}[./age < 5]`."""

    inner: "Expression"
    predicates: tuple["Expression", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Expression", ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions joined by one of OPERATORS."""

    operator: str
    left: "Expression"
    right: "Expression"
    at: int = 0


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus in front of an expression."""

    inner: "Expression"
    at: int = 0


Expression = Number | Text | Reference | Path | Filtered | Call | Binary | Negative

# From weakest to strongest; operators of one line bind alike, from the left.
OPERATORS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    if isinstance(expression, Binary):
        return (expression.left, expression.right)
    if isinstance(expression, Negative):
        return (expression.inner,)
    if isinstance(expression, Call):
        return expression.arguments
    if isinstance(expression, Filtered):
        return (expression.inner, *expression.predicates)
    if isinstance(expression, Path):
        inner = tuple(predicate for step in expression.steps for predicate in step.predicates)
        return inner if isinstance(expression.start, str) else (expression.start, *inner)
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """An expression and everything inside it, outermost and leftmost first; a long chain needs no deep stack."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(parts(part)))
