"""What a text says before anybody has asked whether its names and types exist."""

from collections.abc import Iterator
from dataclasses import dataclass

from banyan.platform.criteria.rules.tree import Span


@dataclass(slots=True)
class Constant:
    """A number, text, true, false or null as written; `sort` is the grammar's name for it."""

    sort: str
    text: str
    at: Span


@dataclass(slots=True)
class Name:
    """A bare name."""

    name: str
    at: Span


@dataclass(slots=True)
class Options:
    """A list in brackets."""

    items: "tuple[Syntax, ...]"
    at: Span


@dataclass(slots=True)
class Select:
    """Something of something: `household.size`."""

    of: "Syntax"
    name: str
    at: Span
    name_at: Span


@dataclass(slots=True)
class Call:
    """A function (`of` is None), or a method of something."""

    of: "Syntax | None"
    name: str
    arguments: "tuple[Syntax, ...]"
    at: Span
    name_at: Span


@dataclass(slots=True)
class Unary:
    """! or - before something."""

    op: str
    a: "Syntax"
    at: Span


@dataclass(slots=True)
class Binary:
    """A comparison or arithmetic."""

    op: str
    a: "Syntax"
    b: "Syntax"
    at: Span


@dataclass(slots=True)
class Logic:
    """&& or || over two parts or more."""

    op: str
    parts: "tuple[Syntax, ...]"
    at: Span


@dataclass(slots=True)
class Ternary:
    """One of two, by a condition."""

    condition: "Syntax"
    then: "Syntax"
    otherwise: "Syntax"
    at: Span


@dataclass(slots=True)
class Unsupported:
    """CEL that criteria have no use for; `what` is a key of vocabulary.UNSUPPORTED."""

    what: str
    at: Span


Syntax = Constant | Name | Options | Select | Call | Unary | Binary | Logic | Ternary | Unsupported


def inside(node: Syntax) -> tuple[Syntax, ...]:
    """The nodes directly inside one, in the order written."""
    match node:
        case Options(items=found) | Logic(parts=found):
            return found
        case Select(of=of):
            return (of,)
        case Call(of=None, arguments=arguments):
            return arguments
        case Call(of=of, arguments=arguments):
            return (of, *arguments)  # type: ignore[arg-type]
        case Unary(a=a):
            return (a,)
        case Binary(a=a, b=b):
            return (a, b)
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
    return ()


def levels(node: Syntax) -> Iterator[tuple[Syntax, int]]:
    """Every node with how deep it stands, 1 for the outermost; needs no deep stack."""
    waiting = [(node, 1)]
    while waiting:
        one, level = waiting.pop()
        yield one, level
        waiting.extend((part, level + 1) for part in reversed(inside(one)))
