"""Whether linkage serves some people worse than others: recall and precision of a group against everybody else.

A group is a domain of the stratified sample (Cochran 1977, Sampling Techniques, 5A.14; Särndal, Swensson & Wretman 1992, Model
Assisted Survey Sampling, chapter 10). Its matches in a stratum of N pairs are N·y/n, with y the pairs of the group that are the same
person among all n judged. Its precision is a ratio of two estimates, so its variance is that of the linearised ratio (Särndal et al.,
5.6), turned into a score interval by way of the effective sample size, never more than the pairs judged or the size of Kish (1965): so
Korn & Graubard (1998), Survey Methodology 24:193-201, with Wilson's interval in place of the exact one as Franco et al. (2019),
Journal of Survey Statistics and Methodology 7:334-364, found best. With few pairs the honest answer is that too few were judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from banyan.people.linkage.rules.estimating.intervals import Estimate, difference, portion, share, total
from banyan.people.linkage.rules.estimating.strata import Stratum

# Fewer judged pairs say more about chance, and about single people, than about linkage.
FEWEST: Final = 20
# A gap that matters: three points of a hundred (the target set for this linkage).
GAP: Final = 0.03


@dataclass(frozen=True)
class Grouped:
    """A judged pair with the group it belongs to; "" where its two records differ in it or do not say."""

    stratum: int
    same: bool
    group: str


@dataclass(frozen=True)
class GroupQuality:
    """One group against everybody else in the sample. None: too few to say.

    matches: judged pairs of the group that are the same person; proposed: its judged pairs above the threshold.
    verdict: "gap", "none" or "unknown", of the difference in recall (this group less the others).
    """

    group: str
    matches: int
    proposed: int
    recall: Estimate | None
    precision: Estimate | None
    gap: Estimate | None
    verdict: str


def by_group(strata: Sequence[Stratum], judged: Sequence[Grouped], threshold: float) -> list[GroupQuality]:
    """Quality of every group that the sample holds, by name; pairs without a group count among the others."""
    above = [stratum.low is not None and stratum.low >= threshold for stratum in strata]
    looked = [0] * len(strata)
    for one in judged:
        looked[one.stratum] += 1
    found = []
    for group in sorted({one.group for one in judged if one.group}):
        mine = [one for one in judged if one.group == group]
        others = [one for one in judged if one.group != group]
        recall, rest = (_recall(strata, above, looked, part) for part in (mine, others))
        gap = difference(recall, rest) if recall is not None and rest is not None else None
        found.append(
            GroupQuality(
                group=group,
                matches=sum(one.same for one in mine),
                proposed=sum(above[one.stratum] for one in mine),
                recall=recall,
                precision=_precision(strata, above, looked, mine),
                gap=gap,
                verdict=verdict(gap),
            )
        )
    return found


def verdict(gap: Estimate | None) -> str:
    """What a difference in recall says: "gap" when certain and more than GAP, "none" when certainly less, else "unknown"."""
    if gap is None:
        return "unknown"
    if (gap.low > 0 or gap.high < 0) and abs(gap.value) > GAP:
        return "gap"
    return "none" if gap.low >= -GAP and gap.high <= GAP else "unknown"


def _recall(
    strata: Sequence[Stratum], above: Sequence[bool], looked: Sequence[int], part: Iterable[Grouped]
) -> Estimate | None:
    same = [0] * len(strata)
    for one in part:
        same[one.stratum] += one.same
    if sum(same) < FEWEST or any(stratum.size and not judged for stratum, judged in zip(strata, looked, strict=True)):
        return None
    sides: dict[bool, list[Estimate]] = {True: [], False: []}
    for stratum, is_above, hits, judged in zip(strata, above, same, looked, strict=True):
        if stratum.size:
            sides[is_above].append(share(hits, judged, of=stratum.size).times(stratum.size))
    return portion(total(sides[True]), total(sides[False]))


def _precision(
    strata: Sequence[Stratum], above: Sequence[bool], looked: Sequence[int], part: Iterable[Grouped]
) -> Estimate | None:
    proposed = [one for one in part if above[one.stratum]]
    if len(proposed) < FEWEST:
        return None
    weights = {number: strata[number].size / looked[number] for number in {one.stratum for one in proposed}}
    whole = sum(weights[one.stratum] for one in proposed)
    value = sum(weights[one.stratum] for one in proposed if one.same) / whole
    kish = whole**2 / sum(weights[one.stratum] ** 2 for one in proposed)
    return share(value * (size := _effective(strata, looked, proposed, value, min(kish, len(proposed)))), size)


def _effective(
    strata: Sequence[Stratum], looked: Sequence[int], proposed: Sequence[Grouped], value: float, most: float
) -> float:
    """How many pairs of a plain lot would say as much as these."""
    residuals: Mapping[int, list[float]] = {
        number: [one.same - value for one in proposed if one.stratum == number]
        for number in {one.stratum for one in proposed}
    }
    variance, whole = 0.0, 0.0
    for number, known in residuals.items():
        size, judged = strata[number].size, looked[number]
        mean = sum(known) / judged
        # Pairs of other groups stand at nought: they belong to the stratum, not to the domain.
        squares = sum((each - mean) ** 2 for each in known) + (judged - len(known)) * mean**2
        left = 1 - judged / size
        variance += size**2 * max(left, 0.0) * squares / max(judged - 1, 1) / judged
        whole += size / judged * len(known)
    variance /= whole**2
    return min(value * (1 - value) / variance, most) if variance > 0 and 0 < value < 1 else most
