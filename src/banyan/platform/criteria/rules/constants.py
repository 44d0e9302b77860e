"""Values written out: numbers, texts, dates, and the settings that parameters stand for."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from banyan.platform.criteria.rules.meanings import Period, Setting
from banyan.platform.criteria.rules.tree import Literal, Span
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.problems import Problem

GREATEST: Final = 10**15
FINEST: Final = -10  # decimal places of a number, as an exponent of ten
SPANS: Final = {"add_days": 40_000, "add_months": 1_200}
"""How far add_days and add_months may reach."""

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SIGNS: Final = {"n": "\n", "t": "\t", "r": "\r", **{sign: sign for sign in "\\\"'`?"}}


def number(sort: str, text: str, at: Span) -> Literal | None:
    """The number a token says; None when it is too great or too fine."""
    if len(text) > 40:
        return None
    if sort == "INT_LIT":
        whole = int(text, 16 if "x" in text.lower() else 10)
        return Literal(whole, "integer", at=at) if abs(whole) <= GREATEST else None
    return decimal(Decimal(text), at)


def decimal(value: Decimal, at: Span, parameter: str = "") -> Literal | None:
    """A decimal of at most 15 digits before the point and ten behind it."""
    if not value.is_finite() or abs(value) > GREATEST or (value and value.adjusted() < FINEST):
        return None
    plain = value.normalize() if value else Decimal(0)
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent < FINEST:
        return None
    return Literal(plain, "decimal", parameter, at)


def text(written: str) -> str | None:
    """What a text between quotes says; None when a backslash in it says nothing."""
    try:
        found = _ESCAPE.sub(_unescaped, written[1:-1])
    except (KeyError, ValueError, OverflowError):
        return None
    return None if "\x00" in found or any("\ud800" <= sign <= "\udfff" for sign in found) else found


def day_or_period(written: str, at: Span) -> Literal | Period | None:
    """The day, or the month or year, that date("…") says; None when that is no date. Estimates are taken at their word."""
    try:
        found = PartialDate.from_text(written)
    except Problem:
        return None
    return Literal(found.earliest, "day", at=at) if found.known_to == "day" else Period(at, found)


def setting(value: Setting, name: str, at: Span) -> Literal | None:
    """A parameter's value; None when it is none that a criterion can use."""
    if isinstance(value, bool):
        return Literal(value, "boolean", name, at)
    if isinstance(value, int):
        return Literal(value, "integer", name, at) if abs(value) <= GREATEST else None
    if isinstance(value, Decimal):
        return decimal(value, at, name)
    if isinstance(value, date):
        return Literal(value, "day", name, at)
    return Literal(value, "text", name, at) if isinstance(value, str) and "\x00" not in value else None


def _unescaped(match: "re.Match[str]") -> str:
    short, long, byte, sign = match.groups()
    code = short or long or byte
    return chr(int(code, 16)) if code else _SIGNS[sign]
