"""From the number of a formula to what somebody is entitled to: rounded by name, capped, and never guessed.

What SQL reckons for a whole programme has to agree with this, case by case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from banyan.platform.kernel.money import Rounding, decimals_of

# What a column of numeric(19, 4) cannot hold.
TOO_LARGE: Final = 10**15
_WIDE: Final = Context(prec=60)


class Verdict(StrEnum):
    """What a reckoning said: something is due, nothing is, or it could not be decided."""

    DUE = "due"
    NOTHING = "nothing"
    UNDECIDED = "undecided"


class Cause(StrEnum):
    """Why nothing could be decided, or why nothing is due any more."""

    NONE = ""
    UNKNOWN = "unknown"  # the record leaves open what the formula asks
    ABSENT = "absent"  # no live record within reach
    NEGATIVE = "negative"  # the formula gives less than nothing
    BEYOND = "beyond"  # more than can be kept
    WITHDRAWN = "withdrawn"  # taken back by an amendment


@dataclass(frozen=True)
class Terms:
    """How a number becomes an amount: rounded to whole units, and at most so much."""

    unit: Decimal
    rounding: Rounding
    cap: Decimal | None = None


class Settled(NamedTuple):
    """What a number came to."""

    verdict: Verdict
    cause: Cause
    amount: Decimal | None


class Reckoned(NamedTuple):
    """The least and the greatest that a formula gives, as criteria reckon; one number where they are the same."""

    low: Fraction
    high: Fraction


def terms_of(rounding: str, step: Decimal | None, cap: Decimal | None, currency: str) -> Terms:
    """The terms of a package: `step` is the smallest unit given; without one that of the currency, or whole pieces in kind.

    A cap that is no multiple of the unit counts as the next multiple below: nobody gets what cannot be handed out.
    Raises ValueError for a step that is not positive.
    """
    unit = step
    if unit is None:
        unit = Decimal(1).scaleb(-decimals_of(currency)) if currency else Decimal(1)
    if unit <= 0:
        raise ValueError("the step of rounding must be positive")
    if cap is not None:
        cap = _WIDE.multiply((_WIDE.divide(cap, unit)).to_integral_value(ROUND_FLOOR), unit)
    return Terms(unit, Rounding(rounding), cap)


def fits_currency(step: Decimal, currency: str) -> bool:
    """Whether a step of rounding gives amounts that the currency has."""
    return step == step.quantize(Decimal(1).scaleb(-decimals_of(currency)))


def settle(found: Reckoned | None, terms: Terms) -> Settled:
    """What a formula's number comes to. One that may be several, is less than nothing, or too large, is undecided."""
    if found is None or found.low != found.high:
        return Settled(Verdict.UNDECIDED, Cause.UNKNOWN, None)
    if found.low < 0:
        return Settled(Verdict.UNDECIDED, Cause.NEGATIVE, None)
    amount = rounded(found.low, terms)
    if terms.cap is not None:
        amount = min(amount, terms.cap)
    if amount >= TOO_LARGE:
        return Settled(Verdict.UNDECIDED, Cause.BEYOND, None)
    return Settled(Verdict.DUE if amount else Verdict.NOTHING, Cause.NONE, amount)


def rounded(number: Fraction, terms: Terms) -> Decimal:
    """A number of zero or more in whole units."""
    whole, rest = divmod(number / Fraction(terms.unit), 1)
    units = int(whole) + _UP[terms.rounding](rest, int(whole))
    return _WIDE.multiply(Decimal(units), terms.unit)


_HALF: Final = Fraction(1, 2)
# By how much a rest of a unit, and whether the whole units are even, rounds up.
_UP: Final[dict[Rounding, Callable[[Fraction, int], int]]] = {
    Rounding.DOWN: lambda _rest, _whole: 0,
    Rounding.FLOOR: lambda _rest, _whole: 0,
    Rounding.UP: lambda rest, _whole: int(rest > 0),
    Rounding.CEILING: lambda rest, _whole: int(rest > 0),
    Rounding.HALF_UP: lambda rest, _whole: int(rest >= _HALF),
    Rounding.HALF_EVEN: lambda rest, whole: int(rest > _HALF or (rest == _HALF and whole % 2 == 1)),
}
