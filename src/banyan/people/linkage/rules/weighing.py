"""What a model makes of each comparison, read from its settings; and the weight of one pair as steps from the prior to the sum.

A level weighs log2(m ÷ u) (Fellegi & Sunter 1969, Journal of the American Statistical Association 64:1183-1210): m is how often two
records of one person reach it, u how often two of different people do. Weights add up; a sum of 10 makes odds 1024 times as high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, Final

# Rounded to this, steps and their sum may differ by chance of the last digit.
_EXACT: Final = 0.05
REST = "rest"


@dataclass(frozen=True)
class LevelWeight:
    """One level of a comparison: its number (0 is the weakest), its name, m, u and what it weighs; None while untrained."""

    number: int
    name: str
    m: float | None
    u: float | None
    weight: float | None


@dataclass(frozen=True)
class ComparisonWeights:
    """A comparison with its levels, the strongest first."""

    name: str
    levels: tuple[LevelWeight, ...]


@dataclass(frozen=True)
class Step:
    """One step of a pair's weight: from where to where, and by what comparison and level."""

    name: str
    level: int | None
    start: float
    end: float


def comparisons_of(settings: Mapping[str, Any]) -> list[ComparisonWeights]:
    """The comparisons of a model's settings, in their order."""
    found = []
    for comparison in settings.get("comparisons", ()):
        known = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        levels = tuple(_level(len(known) - 1 - place, level) for place, level in enumerate(known))
        found.append(ComparisonWeights(comparison["output_column_name"], levels))
    return found


def _level(number: int, level: Mapping[str, Any]) -> LevelWeight:
    m, u = level.get("m_probability"), level.get("u_probability")
    weight = log2(m / u) if m and u else None
    return LevelWeight(number, str(level.get("label_for_charts", number)), m, u, weight)


def prior_of(settings: Mapping[str, Any]) -> float:
    """The weight before anything is compared: log2 of the odds that two records taken at random are one person."""
    chance = settings.get("probability_two_random_records_match") or 0.0001
    return log2(chance / (1 - chance))


def waterfall(settings: Mapping[str, Any], levels: Sequence[int], weight: float) -> list[Step]:
    """The steps from the prior to a pair's weight. What the levels alone do not explain is the last step (REST).

    That rest is what rare names add, common ones take away, and the thought that they may be relatives takes away.
    """
    at = prior_of(settings)
    steps = [Step("", None, 0.0, at)]
    for comparison, level in zip(comparisons_of(settings), levels, strict=True):
        known = {each.number: each.weight for each in comparison.levels}
        added = known.get(level)
        if added is None:
            continue
        steps.append(Step(comparison.name, level, at, at + added))
        at += added
    if abs(weight - at) >= _EXACT:
        steps.append(Step(REST, None, at, weight))
    return steps
