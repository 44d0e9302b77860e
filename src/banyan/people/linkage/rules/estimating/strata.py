"""How good the linkage is, from a sample labelled by people: how much of what is proposed is right, how much of what is there is found.

Pairs were drawn by lot in strata of their weight, above the threshold and below it. In a stratum of N pairs of which n were judged
and y were the same person, N·y/n pairs are expected to be so: the stratified estimator (Cochran 1977, Sampling Techniques,
chapter 5). Precision above a threshold is their sum over the pairs above it, recall that sum over the same sum of all strata: what
lies below was missed. Recall is of pairs that share a key at all: those that never met in a key are in no stratum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from banyan.people.linkage.rules.estimating.intervals import Estimate, portion, share, total


@dataclass(frozen=True)
class Stratum:
    """Pairs of like weight: from `low` (none: without limit) up to but not including `high`, and how many there are."""

    low: float | None
    high: float | None
    size: int


@dataclass(frozen=True)
class Judged:
    """A pair of the sample: its stratum, by number, and whether both are the same person; None while nobody can say."""

    stratum: int
    same: bool | None


@dataclass(frozen=True)
class Quality:
    """Precision and recall at one threshold. None: not to be told, for lack of labels in the strata named.

    precision_span and recall_span: where the figures would lie if every pair that is open turned out badly or well.
    """

    threshold: float
    pairs: int
    judged: int
    open: int
    precision: Estimate | None
    recall: Estimate | None
    precision_span: tuple[float, float] | None
    recall_span: tuple[float, float] | None
    unlabelled: tuple[int, ...]


def thresholds(strata: Sequence[Stratum]) -> list[float]:
    """The weights at which quality can be told: the lower edges of the strata."""
    return [stratum.low for stratum in strata if stratum.low is not None]


def quality(strata: Sequence[Stratum], judged: Sequence[Judged], threshold: float) -> Quality:
    """Quality at a threshold, which is the lower edge of one of the strata. Raises ValueError at any other."""
    if threshold not in thresholds(strata):
        raise ValueError("quality is told at the edges of strata only")
    above = [stratum.low is not None and stratum.low >= threshold for stratum in strata]
    known = _counts(strata, judged, lambda one: one.same)
    precision, recall = _figures(strata, above, known)
    # At worst whatever is open above is wrong and whatever is open below was missed; at best the other way round.
    worst = _counts(strata, judged, lambda one: not above[one.stratum] if one.same is None else one.same)
    best = _counts(strata, judged, lambda one: above[one.stratum] if one.same is None else one.same)
    ends = [_figures(strata, above, counts) for counts in (worst, best)]
    return Quality(
        threshold=threshold,
        pairs=sum(stratum.size for stratum, is_above in zip(strata, above, strict=True) if is_above),
        judged=sum(one.same is not None for one in judged),
        open=sum(one.same is None for one in judged),
        precision=precision,
        recall=recall,
        precision_span=_span(ends[0][0], ends[1][0]),
        recall_span=_span(ends[0][1], ends[1][1]),
        unlabelled=tuple(
            number for number, (stratum, (_same, looked)) in enumerate(zip(strata, known, strict=True))
            if stratum.size and not looked
        ),
    )  # fmt: skip


def _counts(
    strata: Sequence[Stratum], judged: Sequence[Judged], verdict: Callable[[Judged], bool | None]
) -> list[tuple[int, int]]:
    """Of each stratum: how many are the same person, how many were judged."""
    counts = [(0, 0)] * len(strata)
    for one in judged:
        found = verdict(one)
        if found is not None:
            same, looked = counts[one.stratum]
            counts[one.stratum] = same + found, looked + 1
    return counts


def _figures(
    strata: Sequence[Stratum], above: Sequence[bool], counts: Sequence[tuple[int, int]]
) -> tuple[Estimate | None, Estimate | None]:
    matches = [
        share(same, looked, of=stratum.size).times(stratum.size) if looked else None
        for stratum, (same, looked) in zip(strata, counts, strict=True)
        if stratum.size
    ]
    upper = [is_above for stratum, is_above in zip(strata, above, strict=True) if stratum.size]
    found = [each for each, is_above in zip(matches, upper, strict=True) if is_above]
    missed = [each for each, is_above in zip(matches, upper, strict=True) if not is_above]
    if not found or None in found:
        return None, None
    right = total(each for each in found if each is not None)
    whole = sum(stratum.size for stratum, is_above in zip(strata, above, strict=True) if is_above)
    precision = _within(right.times(1 / whole))
    if None in missed:
        return precision, None
    return precision, portion(right, total(each for each in missed if each is not None))


def _within(estimate: Estimate) -> Estimate:
    return Estimate(estimate.value, max(estimate.low, 0.0), min(estimate.high, 1.0))


def _span(worst: Estimate | None, best: Estimate | None) -> tuple[float, float] | None:
    return None if worst is None or best is None else (worst.value, best.value)
