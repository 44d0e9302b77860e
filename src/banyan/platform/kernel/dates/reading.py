"""Reading dates as people and spreadsheets write them: tolerant of form, never guessing the meaning."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache

from babel.dates import get_month_names

from banyan.platform.kernel.dates.partial import PartialDate
from banyan.platform.kernel.problems import Problem

LANGUAGES = ("en", "fr", "es", "ar", "my")


class DayFirst(StrEnum):
    """What is known about the order of 03/05/1990 in a column."""

    UNKNOWN = "unknown"
    YES = "yes"
    NO = "no"


_ABOUT = re.compile(r"^(?:circa|ca\.?|c\.|about|around|approx\.?|est\.?|estimated|vers|env\.?|hacia|aprox\.?)\s+|^~\s*")
_MARK = re.compile(r"\s*(?:[~?%]|\((?:est\.?|estimated|approx\.?)\))$")
_TIME = re.compile(r"[t ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?:z|[+-]\d{2}:?\d{2})?$")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/. ](\d{1,2}|xx)(?:[-/. ](\d{1,2}|xx))?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(?:(\d{1,2}|xx)[-/. ])?(\d{1,2})[-/. ](\d{4})")
_YEAR_SHORT = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}|\d{2}")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_WORDS = re.compile(r"[\s,./-]+")
# Day 0 of spreadsheets, corrected for the 29 February 1900 that they believe in.
_SPREADSHEET_EPOCH = date(1899, 12, 30)


def read_date(value: str | int | date | datetime, *, day_first: DayFirst = DayFirst.UNKNOWN) -> PartialDate:
    """The partial date that a cell or field holds.

    Takes 1990, 1990-05, 1990-05-03 (with - / . or spaces, XX for unknown parts, a time of midnight), 19900503,
    05/1990, 03/05/1990 when `day_first` or the numbers decide, 3 May 1990 and May 1990 in English, French,
    Spanish, Arabic and Burmese, any script's digits; ~ ? % or a word such as "circa" mean estimated.
    Raises Problem "kernel.date_…" that says how to mend it; nothing is silently changed into another date.
    """
    if isinstance(value, datetime):
        if value.time() != time():
            raise Problem("kernel.date_with_time", text=value.isoformat(sep=" "))
        return PartialDate.of(value.date())
    if isinstance(value, date):
        return PartialDate.of(value)
    written = str(value).strip()
    text, estimated = _plain(written)
    year, month, day = _parts(text, written, day_first)
    try:
        return PartialDate(year, month, day, estimated)
    except Problem:
        # The Problem shall name what was written, not our reading of it.
        raise Problem("kernel.date_impossible", text=written) from None


def _plain(written: str) -> tuple[str, bool]:
    """Small letters, ASCII digits, without time and marks; and whether a mark said estimated."""
    text = "".join(
        str(unicodedata.decimal(character, character)) for character in unicodedata.normalize("NFKC", written)
    ).casefold()
    text, before = _ABOUT.subn("", text)
    text, behind = _MARK.subn("", text)
    clock = _TIME.search(text)
    if clock:
        if set(clock[1]) - set("0:."):
            raise Problem("kernel.date_with_time", text=written)
        text = text[: clock.start()]
    return text.strip(), bool(before or behind)


def _parts(text: str, written: str, day_first: DayFirst) -> tuple[int, int | None, int | None]:
    if match := (_YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)):
        return int(match[1]), _number(match[2]), _number(match[3])
    if match := _YEAR_LAST.fullmatch(text):
        first, second, year = _number(match[1]), int(match[2]), int(match[3])
        if first is None:
            return year, second, None
        return year, *_month_and_day(first, second, year, written, day_first)
    if _YEAR_SHORT.fullmatch(text):
        raise Problem("kernel.date_year_short", text=written)
    if _SERIAL.fullmatch(text):
        meant = _SPREADSHEET_EPOCH + timedelta(days=int(float(text)))
        raise Problem("kernel.date_is_number", text=written, meant=meant.isoformat())
    return _in_words(text, written)


def _number(part: str | None) -> int | None:
    return None if part in (None, "xx") else int(part or 0)


def _month_and_day(first: int, second: int, year: int, written: str, day_first: DayFirst) -> tuple[int, int]:
    if day_first is DayFirst.YES or (day_first is DayFirst.UNKNOWN and first > 12):
        return second, first
    if day_first is DayFirst.NO or second > 12 or first == second:
        return first, second
    raise Problem(
        "kernel.date_ambiguous",
        text=written,
        first=f"{year}-{second:02}-{first:02}",
        second=f"{year}-{first:02}-{second:02}",
    )


def _in_words(text: str, written: str) -> tuple[int, int | None, int | None]:
    """3 May 1990, May 3rd 1990, May 1990, 1990 May 3."""
    numbers: list[str] = []
    months: list[int] = []
    for word in filter(None, _WORDS.split(text)):
        digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th|er|º|ª)?", word)
        if digits:
            numbers.append(digits[1])
        elif word not in ("de", "of", "the", "del", "le"):
            months.append(_months().get(word, 0))
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(months) != 1 or months == [0] or len(years) + len(days) != len(numbers) or len(days) > 1 or len(years) != 1:
        code = (
            "kernel.date_year_short" if months and 0 not in months and not years and days else "kernel.date_unreadable"
        )
        raise Problem(code, text=written)
    return int(years[0]), months[0], int(days[0]) if days else None


@cache
def _months() -> dict[str, int]:
    """Month names, wide and abbreviated, of every language of the pages. No name means two months among these."""
    return {
        part: number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, language).items()
        for part in [unicodedata.normalize("NFKC", name).casefold().rstrip(".")]
    } | {"sept": 9}
