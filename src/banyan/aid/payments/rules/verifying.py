"""How many lines to verify, which of them the lot draws, and what the answers say of all lines, with intervals.

Size: Cochran (1977), Sampling Techniques, 3rd ed., 4.4: n₀ = z²·p(1−p)/e² with p = ½, which no share exceeds, corrected for the lines
there are. Shares: the score interval of Wilson (1927, JASA 22:209-212) with the finite population correction as an effective size,
n·(N−1)/(N−n). Amounts: the ratio of what people say to what was recorded, with its variance linearised (Cochran, 6.4), because what
people got differs more from line to line than the share of it that reached them.

Whoever could not be asked is told beside the figures: the intervals are about people like those who answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final

CONFIDENCES: Final = (80, 90, 95, 99)
SMALLEST_MARGIN, LARGEST_MARGIN = Decimal("0.5"), Decimal(25)
# What is said of a line. The first three are answers; the others say that nobody answered.
RECEIVED, LESS, NOTHING, UNREACHED, REFUSED = "received", "less", "nothing", "unreached", "refused"
ANSWERS: Final = (RECEIVED, LESS, NOTHING)
OUTCOMES: Final = (*ANSWERS, UNREACHED, REFUSED)


@dataclass(frozen=True)
class Estimate:
    """A figure and where it lies with the confidence asked for."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Estimate":
        """The same in other units; the factor is not negative."""
        return Estimate(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Sums:
    """Of the lines answered: how many, recorded (x) and said (y), their squares and products."""

    count: int
    x: Decimal
    y: Decimal
    xx: Decimal
    xy: Decimal
    yy: Decimal


@dataclass(frozen=True)
class Finding:
    """What a verification says of all lines: shares by answer, lines by answer, and the share of the amount that arrived.

    lines: the same shares as numbers of lines of the whole. amount: None while nobody answered.
    """

    answered: int
    unreached: int
    refused: int
    waiting: int
    shares: dict[str, Estimate]
    lines: dict[str, Estimate]
    amount: Estimate | None


def z_of(confidence: int) -> float:
    """How many standard errors to each side an interval of this confidence, in per cent, takes."""
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def sample_size(population: int, confidence: int, margin: Decimal) -> int:
    """How many lines of `population` to draw so that a share is known to ± margin (per cent) with this confidence (per cent)."""
    if population <= 0:
        return 0
    first = z_of(confidence) ** 2 * 0.25 / (float(margin) / 100) ** 2
    return min(population, ceil(first / (1 + (first - 1) / population)))


def lot(seed: int, key: str) -> str:
    """The lot of a line: a hash of seed and line. The lowest are drawn, so whoever knows the seed draws the same again."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def drawn(keys: Iterable[str], size: int, seed: int) -> list[str]:
    """The lines that the lot gives, in its order, whatever order they came in. The database draws by the same rule."""
    return sorted(keys, key=lambda key: lot(seed, key))[:size]


def share(hits: int, looked: int, *, of: int, confidence: int) -> Estimate:
    """The share of hits among those looked at, drawn from `of`. Raises ValueError when nobody was looked at."""
    if looked <= 0:
        raise ValueError("a share of nobody")
    value = hits / looked
    if looked >= of:
        return Estimate(value, value, value)
    z, size = z_of(confidence), looked * (of - 1) / (of - looked)
    whole = 1 + z * z / size
    middle = (value + z * z / (2 * size)) / whole
    half = z / whole * sqrt(value * (1 - value) / size + z * z / (4 * size * size))
    # At 0 and 1 the formula gives the value itself, but for the last bits of a float.
    return Estimate(value, min(max(middle - half, 0.0), value), max(min(middle + half, 1.0), value))


def ratio(sums: Sums, *, of: int, confidence: int) -> Estimate | None:
    """What part of the amount recorded people say they got; None when nothing recorded was answered.

    Nobody says more than is recorded, so the limits lie between nothing and all of it. One answer alone says nothing about the spread:
    its limits are nothing and the value.
    """
    if sums.count <= 0 or sums.x <= 0:
        return None
    value = float(sums.y / sums.x)
    if sums.count >= of:
        return Estimate(value, value, value)
    if sums.count == 1:
        return Estimate(value, 0.0, value)
    rate = sums.y / sums.x
    spread = max(sums.yy - 2 * rate * sums.xy + rate * rate * sums.xx, Decimal(0)) / (sums.count - 1)
    mean = sums.x / sums.count
    error = sqrt((1 - sums.count / of) * float(spread) / sums.count) / float(mean)
    half = z_of(confidence) * error
    return Estimate(value, max(value - half, 0.0), max(min(value + half, 1.0), value))


def finding(counts: Mapping[str, int], sums: Sums, *, of: int, confidence: int) -> Finding:
    """What the answers say. counts: items by outcome, "" for those still open. of: lines that could have been drawn."""
    answered = sum(counts.get(outcome, 0) for outcome in ANSWERS)
    shares = (
        {each: share(counts.get(each, 0), answered, of=of, confidence=confidence) for each in ANSWERS}
        if answered
        else {}
    )
    return Finding(
        answered=answered,
        unreached=counts.get(UNREACHED, 0),
        refused=counts.get(REFUSED, 0),
        waiting=counts.get("", 0),
        shares=shares,
        lines={each: one.times(of) for each, one in shares.items()},
        amount=ratio(sums, of=of, confidence=confidence),
    )


def outcome_of(recorded: Decimal, said: Decimal) -> str:
    """What somebody's answer means beside what was recorded. More than recorded is received: the ledger is not in doubt."""
    if said <= 0:
        return NOTHING
    return RECEIVED if said >= recorded else LESS
