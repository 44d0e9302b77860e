"""Conditions joined: always flat, so that one meaning has one tree."""

from collections.abc import Sequence

from banyan.platform.criteria.rules.tree import NOWHERE, And, Condition, Not, Or, Span


def both(conditions: Sequence[Condition], at: Span = NOWHERE) -> Condition:
    """All of the conditions; a single one is itself."""
    parts = tuple(part for one in conditions for part in (one.parts if isinstance(one, And) else (one,)))
    return parts[0] if len(parts) == 1 else And(parts, at=at)


def either(conditions: Sequence[Condition], at: Span = NOWHERE) -> Condition:
    """Any of the conditions; a single one is itself."""
    parts = tuple(part for one in conditions for part in (one.parts if isinstance(one, Or) else (one,)))
    return parts[0] if len(parts) == 1 else Or(parts, at=at)


def negated(condition: Condition, at: Span = NOWHERE) -> Condition:
    """Not the condition."""
    return Not(condition, at=at)
