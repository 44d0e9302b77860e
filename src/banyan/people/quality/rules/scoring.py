"""Scores of checks, of dimensions and the composite, with the rates that show when a score was bought cheaply."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

HUNDRED = Decimal(100)
_STEP = Decimal("0.01")


def share(part: int, whole: int) -> Decimal | None:
    """100 × part ÷ whole, to two places; None of nothing."""
    return (HUNDRED * part / whole).quantize(_STEP) if whole else None


def score(eligible: int, failed: int, waived: int = 0) -> Decimal | None:
    """100 × (1 − open ÷ eligible), where findings that are waived are not open; None when the check is about nobody."""
    wrong = share(failed - waived, eligible)
    return None if wrong is None else HUNDRED - wrong


@dataclass(frozen=True)
class Scored:
    """What a composite is made of: one check's score, with its dimension and weight. None is left out."""

    dimension: str
    score: Decimal | None
    weight: Decimal = Decimal(1)
    target: Decimal = Decimal(95)


def weighted(values: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of values by weight, to two places; None when there is none."""
    known = [(value, weight) for value, weight in values if value is not None]
    whole = sum((weight for _value, weight in known), Decimal(0))
    if not whole:
        return None
    return (sum((value * weight for value, weight in known), Decimal(0)) / whole).quantize(_STEP)


def composite(checks: Iterable[Scored]) -> Decimal | None:
    """The weighted mean of all scores."""
    return weighted((check.score, check.weight) for check in checks)


def by_dimension(checks: Iterable[Scored]) -> dict[str, Decimal | None]:
    """The weighted mean of the scores in each dimension, in the order in which dimensions come."""
    groups: dict[str, list[Scored]] = {}
    for check in checks:
        groups.setdefault(check.dimension, []).append(check)
    return {dimension: composite(group) for dimension, group in groups.items()}


def worst(dimensions: dict[str, Decimal | None]) -> str | None:
    """The dimension with the lowest score: a mean hides it, so it is always said beside the mean."""
    known = {dimension: value for dimension, value in dimensions.items() if value is not None}
    return min(known, key=lambda dimension: known[dimension]) if known else None
