"""Answers as they stand in a file or submission, to values by the type of their question."""

import math
import re
from datetime import datetime
from typing import Any, Final

from banyan.people.forms.rules.expressions.values import Scalar, read_moment, read_time, to_number
from banyan.people.forms.rules.schema import Question

WHOLE_TYPES: Final = frozenset({"integer", "int"})
NUMBER_TYPES: Final = frozenset({"decimal", "range"})
DATE_TYPES: Final = frozenset({"date", "today"})
MOMENT_TYPES: Final = frozenset({"datetime", "dateTime", "start", "end"})
PLACE_TYPES: Final = frozenset({"geopoint", "start-geopoint"})
LINE_TYPES: Final = frozenset({"geotrace", "geoshape"})
_WHOLE: Final = re.compile(r"-?\d{1,18}")
_DECIMAL: Final = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
LARGEST: Final = 2**31 - 1  # ODK keeps whole numbers in 32 bits


class NotOfType(Exception):
    """An answer that its question's type does not allow. `kind` is "type", or "range" for numbers out of bounds."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def as_text(raw: Any) -> str:
    """An answer as text, without the spaces around it; None is the empty answer."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        if math.isnan(raw):
            return ""
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, list | tuple):
        return " ".join(map(as_text, raw))
    if isinstance(raw, datetime) and raw.time() == raw.time().min:
        return raw.date().isoformat()
    return raw.isoformat() if hasattr(raw, "isoformat") else str(raw).strip()


def read(raw: Any, question: Question | None) -> Scalar:
    """The value of an answer; "" if empty. Raises NotOfType."""
    text = as_text(raw)
    kind = question.type if question is not None else ""
    if not text:
        return ""
    if kind in WHOLE_TYPES:
        if not _WHOLE.fullmatch(text):
            raise NotOfType("type")
        if abs(int(text)) > LARGEST:
            raise NotOfType("range")
        return float(text)
    if kind in NUMBER_TYPES:
        if not _DECIMAL.fullmatch(text):
            raise NotOfType("type")
        return float(text)
    if kind in DATE_TYPES or kind in MOMENT_TYPES:
        moment = read_moment(text)
        if moment is None:
            raise NotOfType("type")
        return moment if kind in MOMENT_TYPES else moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "time" and read_time(text) is None:
        raise NotOfType("type")
    if kind in PLACE_TYPES:
        _check_place(text)
    if kind in LINE_TYPES:
        for place in text.split(";"):
            if place.strip():
                _check_place(place)
    return text


def _check_place(text: str) -> None:
    numbers = [to_number(part) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or any(map(math.isnan, numbers)):
        raise NotOfType("type")
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise NotOfType("range")
