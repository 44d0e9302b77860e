"""Whether two people who judged the same pairs apart from each other agree more than by chance: Cohen's kappa.

Kappa is (agreement − agreement by chance) ÷ (1 − agreement by chance), Cohen (1960), Educational and Psychological Measurement
20:37-46; its large-sample variance is that of Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72:323-327. The words are those of
Landis & Koch (1977), Biometrics 33:159-174; they are a custom, not a law.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from banyan.people.linkage.rules.estimating.intervals import Estimate, Z

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
VERDICTS: Final = (SAME, DIFFERENT, UNSURE)
_GRADES: Final = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))


@dataclass(frozen=True)
class Agreement:
    """How far two people agree: over how many pairs, the plain share, kappa with its interval (None where chance explains all)."""

    pairs: int
    agreed: int
    kappa: Estimate | None
    grade: str


def agreement(verdicts: Sequence[tuple[str, str]]) -> Agreement | None:
    """The agreement of pairs of verdicts; None for none. Kappa is None when both said one and the same thing of everything."""
    count = len(verdicts)
    if not count:
        return None
    cells = {cell: number / count for cell, number in Counter(verdicts).items()}
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    for (one, other), part in cells.items():
        rows[one] += part  # type: ignore[assignment]  # shares, not counts
        columns[other] += part  # type: ignore[assignment]
    seen = sum(part for (one, other), part in cells.items() if one == other)
    chance = sum(rows[code] * columns[code] for code in rows)
    agreed = sum(one == other for one, other in verdicts)
    if chance > 1 - 1e-12:
        return Agreement(count, agreed, None, "")
    kappa = (seen - chance) / (1 - chance)
    matched = sum(
        part * ((1 - chance) - (rows[one] + columns[one]) * (1 - seen)) ** 2
        for (one, other), part in cells.items()
        if one == other
    )
    crossed = (1 - seen) ** 2 * sum(
        part * (columns[one] + rows[other]) ** 2 for (one, other), part in cells.items() if one != other
    )
    rest = (seen * chance - 2 * chance + seen) ** 2
    spread = Z * sqrt(max(matched + crossed - rest, 0.0) / count) / (1 - chance) ** 2
    estimate = Estimate(kappa, max(kappa - spread, -1.0), min(kappa + spread, 1.0))
    return Agreement(count, agreed, estimate, grade(kappa))


def grade(kappa: float) -> str:
    """The word of Landis & Koch: poor, slight, fair, moderate, substantial or almost perfect."""
    return next((word for most, word in _GRADES if kappa <= most), "almost perfect")


def verdict_of(labels: Sequence[str]) -> str:
    """What a pair counts as, from the verdicts in the order in which they were given; empty while it is open.

    Two who say the same settle it. Where they differ, or cannot say, a third person's word stands.
    """
    if len(labels) < 2:
        return ""
    if labels[0] == labels[1] != UNSURE:
        return labels[0]
    return labels[2] if len(labels) > 2 else ""
