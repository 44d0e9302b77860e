"""Dates of a column, read together: its other values tell whether 03/04/1980 has the day first.

Nothing is rewritten: what is impossible or lies in the future is an error and is not stored; what can mean two days
keeps its year, with both readings named; two digits of a year are never guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from banyan.people.collection.rules.checking.ledger import ERROR, INDEX, PERSON, WARNING, Ledger, Verdict
from banyan.people.collection.rules.checking.vocabulary import EMPTY_WORDS, digits_plain, plain_word
from banyan.platform.kernel.dates import DayFirst, PartialDate, read_date
from banyan.platform.kernel.problems import Problem

BIRTH, AGE, ESTIMATED = f"{PERSON}.birth_date", f"{PERSON}.age", f"{PERSON}.birth_date_estimated"
# Nobody reaches this age; and nothing is registered or expires outside of these years.
OLDEST = 120
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
# Only these may lie ahead.
_MAY_LIE_AHEAD = re.compile(r"\.expires_on$")
_TWO_NUMBERS = re.compile(r"\s*(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{2}(?:\d{2})?\s*")
_SHORT = re.compile(r"\s*(?:(\d{1,2})[-/. ](\d{1,2})[-/. ])?(\d{2})\s*")
_ISO = r"^\d{4}-\d{2}-\d{2}$"
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?")
# This many rows tell when ages were reckoned, though the file does not say it.
_ENOUGH = 20


def order_of(values: Iterable[str]) -> DayFirst:
    """What the values of a column say about the order of day and month: one that cannot be otherwise decides, two opposed none."""
    day_first = month_first = False
    for value in values:
        match = _TWO_NUMBERS.fullmatch(digits_plain(value))
        if match:
            first, second = int(match[1]), int(match[2])
            day_first |= first > 12 >= second
            month_first |= second > 12 >= first
    if day_first == month_first:
        return DayFirst.UNKNOWN
    return DayFirst.YES if day_first else DayFirst.NO


def judge_dates(field: str, today: date, evidence: dict[str, Any]) -> Callable[[Iterable[str]], Mapping[str, Verdict]]:
    """Verdicts on the dates of a column; clean are the texts of partial dates.

    evidence: what columns told before; the order found here is kept in it under "order " and the field.
    """
    ahead = bool(_MAY_LIE_AHEAD.search(field))
    known = f"order {field}"

    def judge(values: Iterable[str]) -> Mapping[str, Verdict]:
        different = list(values)
        order = order_of(different)
        if order is DayFirst.UNKNOWN:
            order = DayFirst(evidence.get(known, DayFirst.UNKNOWN))
        else:
            evidence[known] = order.value
        return {value: judge_date(value, order, today, ahead=ahead, birth=field == BIRTH) for value in different}

    return judge


def judge_date(value: str, order: DayFirst, today: date, *, ahead: bool = False, birth: bool = False) -> Verdict:
    """One date, with what is known about the order of its column."""
    if plain_word(value) in EMPTY_WORDS:
        return Verdict(None, "no_value", WARNING)
    text = match[1] if not birth and (match := _WITH_TIME.fullmatch(value.strip())) else value
    try:
        found = read_date(text, day_first=order)
    except Problem as problem:
        return _unread(value, problem, today, ahead=ahead, birth=birth)
    return _bounded(found, today, ahead=ahead, birth=birth)


def _bounded(
    found: PartialDate, today: date, *, ahead: bool, birth: bool, clean: str | None = None, code: str = "",
    proposed: str | None = None, params: Mapping[str, str] | None = None,
) -> Verdict:  # fmt: skip
    if found.earliest > today and not ahead:
        return Verdict(None, "date_in_future", ERROR)
    if found.year < (today.year - OLDEST if birth else _EARLIEST_YEAR) or found.year > _LATEST_YEAR:
        return Verdict(None, "date_too_early" if found.year < today.year else "date_in_future", ERROR)
    return Verdict(clean or str(found), code, WARNING, proposed, params or {})


def _unread(value: str, problem: Problem, today: date, *, ahead: bool, birth: bool) -> Verdict:
    kind = problem.code.removeprefix("kernel.")
    if kind == "date_ambiguous":
        first, second = problem.parameters["first"], problem.parameters["second"]
        shared = PartialDate.from_text(first[:4])
        readings = [text for text in (first, second) if ahead or text <= today.isoformat()]
        proposed = readings[0] if readings else None
        params = {"first": first, "second": second}
        return _bounded(
            shared, today, ahead=ahead, birth=birth, code="date_ambiguous", proposed=proposed, params=params
        )
    if kind == "date_is_number":
        meant = PartialDate.from_text(problem.parameters["meant"])
        text = str(meant)
        return _bounded(
            meant, today, ahead=ahead, birth=birth, code="date_is_number", proposed=text, params={"meant": text}
        )
    if kind == "date_year_short":
        return Verdict(None, "date_year_short", WARNING, _long_year(value, today))
    return Verdict(None, kind if kind == "date_impossible" else "date_unreadable", ERROR)


def _long_year(value: str, today: date) -> str | None:
    """The reading to propose for a year of two digits: the latest that does not lie ahead."""
    match = _SHORT.fullmatch(digits_plain(value))
    if match is None:
        return None  # in words: 3 May 90
    year = today.year - (today.year - int(match[3])) % 100
    try:
        found = read_date(f"{match[1]}-{match[2]}-{year}" if match[1] else str(year), day_first=DayFirst.UNKNOWN)
    except Problem:
        return None
    if found.earliest > today:
        found = PartialDate(found.year - 100, found.month, found.day)
    return str(found)


def plain_dates(name: str, today: date) -> pl.Expr:
    """The clean value of whole dates in ISO form that cannot be wrong, null for all others."""
    low = today.year - OLDEST + 1 if name == BIRTH else _EARLIEST_YEAR
    text = pl.col(name)
    day = pl.when(text.str.contains(_ISO)).then(text).str.to_date("%Y-%m-%d", strict=False)
    return pl.when((day <= today) & (day.dt.year() >= low)).then(text)


def settle_births(ledger: Ledger) -> None:
    """Estimates marked, ages turned into estimated years where there is no date, both compared, neither an error.

    The year is estimated from the age on the day of registration or interview where the row says it, else from today.
    """
    if not ledger.has(PERSON, BIRTH):
        ledger.replace(PERSON, pl.lit(None, pl.String).alias(BIRTH))
    if ledger.has(PERSON, ESTIMATED):
        marked = (pl.col(ESTIMATED) == "true") & ~pl.col(BIRTH).str.ends_with("~")
        ledger.replace(PERSON, pl.when(marked).then(pl.col(BIRTH) + "~").otherwise(pl.col(BIRTH)).alias(BIRTH))
    if ledger.has(PERSON, AGE):
        frame = ledger.now[PERSON].with_columns(_asked_on(ledger).alias("#on"))
        _compare_ages(ledger, frame)
        year = pl.col("#on").fill_null(pl.lit(ledger.today)).dt.year() - pl.col(AGE).cast(pl.Int32, strict=False)
        frame = frame.with_columns(pl.coalesce(BIRTH, year.cast(pl.String) + "~").alias(BIRTH))
        ledger.now[PERSON] = frame.drop("#on")
    unborn = ledger.now[PERSON].filter(pl.col(BIRTH).is_null())
    unborn = ledger.without_errors(PERSON, ledger.without_errors(PERSON, unborn, BIRTH), AGE)
    ledger.note(PERSON, unborn, BIRTH, "birth_missing")


def _asked_on(ledger: Ledger) -> pl.Expr:
    """The day on which ages were asked: of registration, else of interview; null where the row says none."""
    frame = ledger.now[PERSON]
    candidates = [pl.lit(None, pl.String)]
    if "person.registered_on" in frame.columns:
        candidates.append(pl.col("person.registered_on"))
    households = ledger.now["household"]
    for name in ("household.interviewed_on", "household.registered_on"):
        if name in households.columns:
            first = households.unique("key", keep="first").select("key", name)
            days = frame.select("key").join(first, on="key", how="left", maintain_order="left")[name]
            candidates.append(pl.lit(days))
    return pl.coalesce(candidates).str.to_date("%Y-%m-%d", strict=False)


def _compare_ages(ledger: Ledger, frame: pl.DataFrame) -> None:
    both = frame.select(INDEX, "#on", pl.col(AGE).cast(pl.Int32, strict=False).alias("#age"), BIRTH).drop_nulls(
        [BIRTH, "#age"]
    )
    if both.is_empty():
        return
    earliest, latest = earliest_day(BIRTH), latest_day(BIRTH)
    on = pl.col("#on").fill_null(pl.lit(ledger.today))
    both = both.with_columns(years_between(latest, on).alias("#youngest"), years_between(earliest, on).alias("#oldest"))
    undated = both.filter(pl.col("#on").is_null() & (pl.col("#youngest") == pl.col("#oldest")))
    shift = int(ledger.evidence.get("ages reckoned years ago", 0))
    if undated.height >= _ENOUGH:
        apart = undated["#oldest"] - undated["#age"]
        middle = int(apart.median() or 0)  # type: ignore[arg-type]  # a number: the column is Int32
        if middle > 0 and int((apart.is_between(middle - 1, middle + 1)).sum()) >= 0.8 * undated.height:
            shift = ledger.evidence["ages reckoned years ago"] = middle
    passed = pl.when(pl.col("#on").is_null()).then(shift).otherwise(0)
    # An age may have been asked up to a year before or after the day that the row gives.
    fits = (pl.col("#age") + passed).is_between(pl.col("#youngest") - 1, pl.col("#oldest") + 1)
    ledger.note(
        PERSON, both.filter(~fits), AGE, "age_differs", severity=WARNING,
        params={"age": pl.col("#age"), "birth": pl.col(BIRTH)},
    )  # fmt: skip


def earliest_day(name: str) -> pl.Expr:
    """The first day that a clean partial date can mean."""
    text = pl.col(name).str.strip_chars_end("~")
    padded = pl.when(text.str.len_chars() == 4).then(text + "-01-01").when(text.str.len_chars() == 7).then(text + "-01")
    return padded.otherwise(text).str.to_date("%Y-%m-%d", strict=False)


def latest_day(name: str) -> pl.Expr:
    """The last day that a clean partial date can mean."""
    text = pl.col(name).str.strip_chars_end("~")
    first = earliest_day(name)
    return pl.when(text.str.len_chars() == 4).then(first.dt.offset_by("11mo").dt.month_end()).when(
        text.str.len_chars() == 7
    ).then(first.dt.month_end()).otherwise(first)  # fmt: skip


def years_between(birth: pl.Expr, on: pl.Expr) -> pl.Expr:
    """Completed years from birth to a day."""

    def place(day: pl.Expr) -> pl.Expr:
        return day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)

    not_yet = place(on) < place(birth)
    return (on.dt.year() - birth.dt.year() - not_yet.cast(pl.Int32)).cast(pl.Int32)


def check_order(ledger: Ledger) -> None:
    """Nobody arrives, is registered or gets a document before they are born: a warning."""
    frame = ledger.now[PERSON]
    for name in frame.columns:
        if not name.startswith(PERSON) or not name.endswith(("registered_on", "arrived_on", "issued_on")):
            continue
        early = frame.select(INDEX, name, BIRTH).filter(latest_day(name) < earliest_day(BIRTH))
        ledger.note(PERSON, early, name, "dates_in_wrong_order", severity=WARNING, params={"birth": pl.col(BIRTH)})
