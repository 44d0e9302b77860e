"""Whether records have become other than those the model was trained on: the population stability index.

PSI is the sum over classes of (now − then)·ln(now ÷ then), of shares; it is the Jeffreys divergence of two distributions. Below 0.10 is
called stable, from 0.25 on shifted, by a custom of credit scoring (Siddiqi 2006, Credit Risk Scorecards). The custom forgets
that small counts differ by chance: without any drift, PSI ÷ (1/n + 1/m) is distributed like χ² with one degree less than there are classes
(Yurdakul & Naranjo 2020, Journal of Risk Model Validation 14(4)), so what chance explains in 95 of 100 cases is given beside it.
The quantile of χ² is that of Wilson & Hilferty (1931), PNAS 17:684-688.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist
from typing import Final

WATCH: Final = 0.10
SHIFTED: Final = 0.25
_Z95: Final = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True)
class Drift:
    """How far a distribution moved: the index, what chance alone explains, and "stable", "watch" or "shifted"."""

    psi: float
    chance: float
    grade: str


def drift(then: Sequence[int], now: Sequence[int]) -> Drift | None:
    """The drift between two counts over the same classes; None when either counted nobody. Raises ValueError on other lengths."""
    if len(then) != len(now):
        raise ValueError("counts over different classes")
    kept = [(a, b) for a, b in zip(then, now, strict=True) if a or b]
    before, after = sum(a for a, _b in kept), sum(b for _a, b in kept)
    if not before or not after:
        return None
    # Half a case in each class: an empty class would make the index infinite.
    whole_before, whole_after = before + len(kept) / 2, after + len(kept) / 2
    psi = 0.0
    for a, b in kept:
        was, is_now = (a + 0.5) / whole_before, (b + 0.5) / whole_after
        psi += (is_now - was) * log(is_now / was)
    chance = _chi_square(len(kept) - 1) * (1 / before + 1 / after)
    return Drift(psi, chance, _grade(psi, chance))


def drifts(then: Mapping[str, Sequence[int]], now: Mapping[str, Sequence[int]]) -> dict[str, Drift]:
    """The drift of every comparison that both know by the same classes."""
    found = {
        name: drift(counts, now[name]) for name, counts in then.items() if name in now and len(now[name]) == len(counts)
    }
    return {name: one for name, one in found.items() if one is not None}


def level_counts(levels: Iterable[Sequence[int]], heights: Mapping[str, int]) -> dict[str, list[int]]:
    """How often pairs reach each level, by comparison: the unknown first, then level 0 and on.

    levels: of each pair, one number for each comparison, -1 where one side is unknown. heights: by comparison, in the same
    order, how many levels it has.
    """
    counts = {name: [0] * (height + 1) for name, height in heights.items()}
    columns = list(counts.values())
    for row in levels:
        for column, level in zip(columns, row, strict=True):
            column[level + 1] += 1
    return counts


def worst(found: Mapping[str, Drift]) -> Drift | None:
    """The one that moved farthest beyond chance; None of none."""
    return max(found.values(), key=lambda one: (one.grade != "stable", one.psi), default=None)


def _grade(psi: float, chance: float) -> str:
    if psi <= max(WATCH, chance):
        return "stable"
    return "watch" if psi <= SHIFTED else "shifted"


def _chi_square(degrees: int) -> float:
    """The value that χ² stays below in 95 of 100 cases."""
    if degrees < 1:
        return 0.0
    part = 2 / (9 * degrees)
    return float(degrees * (1 - part + _Z95 * sqrt(part)) ** 3)
