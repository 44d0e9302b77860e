"""Whether ages are told or guessed: heaping on round ages, on digits, and on 1 January.

Whipple's index: 500 times the share of the ages 23 to 62 that end in 0 or 5; 100 is no preference, 500 nothing else.
Myers' blended index: how far the last digits of ages 10 to 89 lie from a tenth each, blended so that dying out with age
does not look like preference; half the sum of the deviations, 0 to 90 (a population that never died would have 1.7, because the
second of the sums it blends lacks the first ten ages). Both as in Siegel & Swanson, The Methods and
Materials of Demography (2004), chapter 7; the grades of Whipple's index are those of the United Nations (1955).
A person born on a day taken at random has a 1 January once in 365 days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# Below this the indices say more about chance than about interviewers, and more about single people than is good.
FEWEST_PEOPLE: Final = 200
OLDEST: Final = 99
_GRADES: Final = ((105, "excellent"), (110, "good"), (125, "approximate"), (175, "rough"))


def whipple(ages: Sequence[int]) -> float | None:
    """Whipple's index of counts by single age from 0 on; None when nobody is 23 to 62."""
    whole = sum(ages[23:63])
    return 500 * sum(ages[25:61:5]) / whole if whole else None


def myers(ages: Sequence[int]) -> float | None:
    """Myers' blended index of counts by single age from 0 on, over ages 10 to 89; None when nobody is 10 to 89."""
    padded = [*ages[:90], *[0] * (90 - len(ages[:90]))]
    blended = [
        (digit + 1) * sum(padded[10 + digit : 90 : 10]) + (9 - digit) * sum(padded[20 + digit : 90 : 10])
        for digit in range(10)
    ]
    whole = sum(blended)
    return sum(abs(100 * each / whole - 10) for each in blended) / 2 if whole else None


def grade(index: float) -> str:
    """What the United Nations call data with this index of Whipple: excellent, good, approximate, rough or very rough."""
    return next((name for most, name in _GRADES if index <= most), "very rough")


@dataclass(frozen=True)
class AgeQuality:
    """How well ages of a group of people are known. january: the share born on a 1 January of days that are known."""

    people: int
    whipple: float
    myers: float
    january: float
    score: Decimal
    grade: str


def age_quality(ages: Sequence[int], *, known: int, first_of_january: int) -> AgeQuality | None:
    """The age quality of a group: its score is the least of three; None for groups of fewer than FEWEST_PEOPLE.

    ages: counts by single age. known: people whose day of birth is written and not estimated. The three are
    100 − 100·max(0, share of 1 January − 1/365), 100 − min(100, |Whipple − 100|) and 100 − Myers.
    """
    people = sum(ages)
    index, blended = whipple(ages), myers(ages)
    if people < FEWEST_PEOPLE or index is None or blended is None:
        return None
    share = first_of_january / known if known else 0.0
    least = min(100 - 100 * max(0.0, share - 1 / 365), 100 - min(100.0, abs(index - 100)), 100 - blended)
    return AgeQuality(people, index, blended, share, Decimal(least).quantize(Decimal("0.01")), grade(index))
