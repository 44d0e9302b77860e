"""Which pairs people are asked to judge: strata of their weight above and below the threshold, a share for each, and the lot.

Half of the sample is spread evenly, so that every stratum can be told about; half where it makes the sum of matches surest, in proportion
to N·√(p(1−p)) (Neyman 1934, Journal of the Royal Statistical Society 97:558-625), with p as the model expects it. The lot is a hash of
seed and pair: whoever knows the seed draws the same pairs again, in whatever order the pairs came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from typing import Any, Final

import polars as pl

from banyan.people.linkage.rules.estimating.strata import Stratum

# Steps of the match weight, in bits: narrow where the decision is made, wide where it is clear.
BELOW: Final = (8.0, 5.0, 2.0)
ABOVE: Final = (4.0, 10.0)
_COUNTS: Final = {"stratum": pl.Int64, "drawn": pl.Int64}
# A model that is sure is not believed beyond this: a stratum without any doubt would get no pair.
_LEAST_DOUBT: Final = 0.02


def edges(review: float, probable: float) -> list[float]:
    """The lower edges of the strata, the lowest first: below `review`, between the thresholds, and above `probable`."""
    between = [review, (review + probable) / 2] if probable - review >= 1 else [review]
    known = {*(review - step for step in BELOW), *between, probable, *(probable + step for step in ABOVE)}
    return sorted(known)


def stratum_of(weight: float, lows: Sequence[float]) -> int | None:
    """The number of the stratum of a weight; None below the lowest edge."""
    place = None
    for number, low in enumerate(lows):
        if weight >= low:
            place = number
    return place


def strata(lows: Sequence[float], sizes: Sequence[int]) -> list[Stratum]:
    """The strata between these edges with the pairs that lie in each."""
    highs = [*lows[1:], None]
    return [Stratum(low, high, size) for low, high, size in zip(lows, highs, sizes, strict=True)]


def allocate(sizes: Sequence[int], expected: Sequence[float], wanted: int) -> list[int]:
    """How many pairs to draw from each stratum: `wanted` in all, or as many as there are.

    sizes: pairs in each stratum. expected: the share of matches that the model expects in each.
    """
    doubts = [max(_LEAST_DOUBT, min(1 - _LEAST_DOUBT, share)) for share in expected]
    spread = [size * sqrt(p * (1 - p)) for size, p in zip(sizes, doubts, strict=True)]
    given = [0] * len(sizes)
    # Each round shares out what is left among strata that are not exhausted; a round either ends it or exhausts one.
    while left := min(wanted, sum(sizes)) - sum(given):
        open_ = [number for number, size in enumerate(sizes) if given[number] < size]
        whole = sum(spread[number] for number in open_)
        wished = {n: left * (0.5 / len(open_) + 0.5 * spread[n] / whole) for n in open_}
        shares = {n: min(int(wished[n]), sizes[n] - given[n]) for n in open_}
        if not any(shares.values()):
            for number in sorted(open_, key=lambda n: (-wished[n], n))[:left]:
                given[number] += 1
            continue
        for number, count in shares.items():
            given[number] += count
    return given


def lot(seed: int, first: str, second: str) -> int:
    """The lot of a pair: the same for the same seed, whichever of the two is named first."""
    one, other = sorted((first, second))
    return int.from_bytes(blake2b(f"{seed}:{one}:{other}".encode(), digest_size=8).digest())


@dataclass(frozen=True)
class Drawn:
    """What the lot gave: the strata with their sizes and what the model expects of each, and the pairs in the order of the lot.

    pairs: columns left, right, weight, probability, stratum. beneath: how many pairs lie below the lowest stratum.
    """

    strata: list[dict[str, Any]]
    pairs: pl.DataFrame
    beneath: int


def draw(pairs: pl.DataFrame, lows: Sequence[float], wanted: int, seed: int) -> Drawn:
    """Draw pairs by lot. pairs: columns left, right, weight, probability."""
    placed = (
        pairs.select("left", "right", "weight", "probability")
        .with_columns(
            stratum=pl.Series(lows, dtype=pl.Float64).search_sorted(pairs["weight"], side="right").cast(pl.Int64) - 1
        )
        .filter(pl.col("stratum") >= 0)
    )
    known = {
        row["stratum"]: (row["size"], row["expected"])
        for row in placed.group_by("stratum")
        .agg(size=pl.len(), expected=pl.col("probability").mean())
        .iter_rows(named=True)
    }
    sizes = [known.get(number, (0, 0.0))[0] for number in range(len(lows))]
    expected = [known.get(number, (0, 0.0))[1] for number in range(len(lows))]
    counts = allocate(sizes, expected, wanted)
    lots = [lot(seed, left, right) for left, right in placed.select("left", "right").iter_rows()]
    chosen = (
        placed.with_columns(lot=pl.Series(lots, dtype=pl.UInt64))
        .sort("lot", "left", "right")
        .with_columns(turn=pl.int_range(pl.len()).over("stratum"))
        .join(
            pl.DataFrame({"stratum": list(range(len(lows))), "drawn": counts}, schema=_COUNTS), on="stratum", how="left"
        )
        .filter(pl.col("turn") < pl.col("drawn"))
        .sort("lot", "left", "right")
    )
    told = [
        {"low": layer.low, "high": layer.high, "size": layer.size, "expected": share, "drawn": count}
        for layer, share, count in zip(strata(lows, sizes), expected, counts, strict=True)
    ]
    return Drawn(told, chosen.select("left", "right", "weight", "probability", "stratum"), pairs.height - placed.height)
