"""Values and how they turn into each other, as JavaRosa (the engine of ODK Collect and KoboCollect) does it.

Five kinds: text, number (always float), truth, moment (a naive datetime; a date is its midnight) and `Nodes`. The empty
answer is the empty text. Moments count as days since 1970-01-01.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from banyan.people.forms.rules.expressions.tokens import ExpressionError

if TYPE_CHECKING:
    from banyan.people.forms.rules.expressions.instance import Node

Scalar = str | float | bool | datetime
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - answers carry the wall clock of whoever filled the form
NEAR: Final = 1e-12  # numbers closer than this are equal
_NUMBER: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_MOMENT: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Nodes:
    """Several places of a submission, in its order."""

    items: tuple["Node", ...]


Value = Scalar | Nodes


def to_number(value: Scalar) -> float:
    """A number; NaN for text that is none. Neither exponents nor "+5" are numbers (XPath 1.0)."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    if isinstance(value, datetime):
        return float(math.floor(days(value)))
    text = value.strip()
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def to_text(value: Scalar) -> str:
    """Text: whole numbers without a point, truths as "true" and "false", moments as dates."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value


def number_text(value: float) -> str:
    """A number as JavaRosa writes it into an answer; very large ones in full instead of with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if abs(value - round(value)) < NEAR:
        return str(round(value))
    text = repr(value)
    return text if "e" not in text else f"{value:.17f}".rstrip("0")


def to_truth(value: Scalar) -> bool:
    """Truth: a number that is neither 0 nor NaN, text that is not empty, any moment."""
    if isinstance(value, float):
        return abs(value) > NEAR and not math.isnan(value)
    return bool(value) if isinstance(value, bool | str) else True


def days(moment: datetime) -> float:
    """Days since 1970-01-01, with their fraction."""
    return (moment - EPOCH) / timedelta(days=1)


def from_days(number: float) -> datetime:
    """The moment so many days after 1970-01-01. Raises ExpressionError outside of the calendar."""
    try:
        return EPOCH + timedelta(days=number)
    except (OverflowError, ValueError):
        raise ExpressionError("value", 0, number_text(number)) from None


def read_moment(text: str) -> datetime | None:
    """A date, or a date with time, written as ISO 8601; a time zone is left aside, for the wall clock is meant."""
    matched = _MOMENT.fullmatch(text.strip())
    if matched is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in matched.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, _micro(matched[7]))  # noqa: DTZ001 - wall clock
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """A time of day."""
    matched = _TIME.fullmatch(text.strip())
    if matched is None:
        return None
    try:
        return time(int(matched[1]), int(matched[2]), int(matched[3] or 0), _micro(matched[4]))
    except ValueError:
        return None


def _micro(fraction: str | None) -> int:
    return int((fraction or "0").ljust(6, "0")[:6])


def to_moment(value: Scalar) -> datetime | None:
    """A moment from text or a number of days; None for the empty text. Raises ExpressionError for other text."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool):
        raise ExpressionError("value", 0, to_text(value))
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return from_days(value)
    if not value.strip():
        return None
    moment = read_moment(value)
    if moment is None:
        raise ExpressionError("value", 0, "date")
    return moment


def same(left: Scalar, right: Scalar) -> bool:
    """`=`: as truths if one is a truth, else as numbers if one is a number, else as text."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_truth(left) == to_truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return abs(to_number(left) - to_number(right)) < NEAR
    return to_text(left) == to_text(right)


def words(value: Scalar) -> list[str]:
    """The choices taken in a multiple-choice answer."""
    return to_text(value).split()


def numbers(values: Sequence[Scalar]) -> list[float]:
    """The numbers among answers, empty answers left out."""
    return [to_number(value) for value in values if value != ""]
