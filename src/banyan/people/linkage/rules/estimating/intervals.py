"""Intervals in which a share lies with 95 % certainty: of one count, of a weighted sum of several, of a ratio, of a difference.

Of one count: the score interval of Wilson (1927, JASA 22:209-212), which keeps its promise near 0 and 1 and for small counts
(Brown, Cai & DasGupta 2001, Statistical Science 16:101-133). Records that were all looked at leave nothing to chance, so the
count is taken for larger the more of its stratum was drawn: n·(N−1)/(N−n), the finite population correction as an effective size.

Of sums, ratios and differences: the "method of variance estimates recovery", which puts together the limits of the parts.
Sums of shares: Zou, Huang & Zhang (2009), Computational Statistics & Data Analysis 53:1080-1085. Ratios: Donner & Zou (2012),
Statistical Methods in Medical Research 21:347-359, and Newcombe (2016), ibid. 25:1774-1778. Differences: Newcombe (1998),
Statistics in Medicine 17:873-890. None of them needs dice, so the same labels always give the same limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist
from typing import Final

Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Estimate:
    """A figure and where it lies with 95 % certainty."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Estimate":
        """The same in other units; the factor is not negative."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


def share(hits: float, looked: float, *, of: float = inf) -> Estimate:
    """The share of hits among those looked at, drawn by lot from `of`. Raises ValueError when nobody was looked at."""
    if looked <= 0:
        raise ValueError("a share of nobody")
    value = hits / looked
    if looked >= of:
        return Estimate(value, value, value)
    size = looked if of == inf else looked * (of - 1) / (of - looked)
    whole = 1 + Z * Z / size
    middle = (value + Z * Z / (2 * size)) / whole
    half = Z / whole * sqrt(value * (1 - value) / size + Z * Z / (4 * size * size))
    # At 0 and 1 the formula gives the value itself, but for the last bits of a float.
    return Estimate(value, min(max(middle - half, 0.0), value), max(min(middle + half, 1.0), value))


def total(parts: Iterable[Estimate]) -> Estimate:
    """The sum of independent figures."""
    known = list(parts)
    value = sum(part.value for part in known)
    return Estimate(
        value,
        value - sqrt(sum((part.value - part.low) ** 2 for part in known)),
        value + sqrt(sum((part.high - part.value) ** 2 for part in known)),
    )


def portion(part: Estimate, rest: Estimate) -> Estimate | None:
    """What share `part` has of itself and `rest`, two independent figures that are not negative; None when both are nothing."""
    if part.value + rest.value <= 0:
        return None
    value = part.value / (part.value + rest.value)
    high_odds, low_odds = _ratio(rest, part)
    return Estimate(value, min(1 / (1 + high_odds), value), max(1 / (1 + low_odds), value))


def _ratio(over: Estimate, under: Estimate) -> tuple[float, float]:
    """The upper and the lower limit of over ÷ under; infinity where nothing holds it."""
    if under.high <= 0:
        return inf, inf
    middle = over.value * under.value
    floor, roof = max(under.low, 0.0), under.high
    down = floor * (2 * under.value - floor)
    high = inf
    if down > 0:
        high = (middle + sqrt(max(middle**2 - over.high * (2 * over.value - over.high) * down, 0.0))) / down
    up = roof * (2 * under.value - roof)
    least = max(over.low, 0.0)
    inner = max(middle**2 - least * (2 * over.value - least) * up, 0.0)
    if up > 0:
        low = (middle - sqrt(inner)) / up
    elif up < 0:
        # The same limit, written so that it holds when the width of the lower part is more than the part itself.
        low = (sqrt(inner) - middle) / -up
    else:
        low = least * (2 * over.value - least) / (2 * middle) if middle else 0.0
    return high, max(low, 0.0)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """One less the other, of two independent figures."""
    value = one.value - other.value
    return Estimate(
        value,
        value - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2),
        value + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2),
    )
