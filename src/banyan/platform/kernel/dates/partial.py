"""The partial date itself: a subset of EDTF (ISO 8601-2): YYYY, YYYY-MM, YYYY-MM-DD, each with ~ when estimated."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import NamedTuple, Self

from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import Problem, ProblemKind, declare_problems

PROBLEMS = declare_problems(
    {
        "kernel.date_unreadable": ProblemKind(
            number=30,
            status=422,
            message=_("“{text}” is not a date that can be read."),
            mend=_("Write 1990-05-03, or 1990-05 or 1990 when the day or month is not known."),
        ),
        "kernel.date_impossible": ProblemKind(
            number=31,
            status=422,
            message=_("“{text}” is in no calendar."),
            mend=_("Check year, month and day; leave the day off when it is not known."),
        ),
        "kernel.date_ambiguous": ProblemKind(
            number=32,
            status=422,
            message=_("“{text}” can mean {first} or {second}."),
            mend=_("Write the year first ({first}), or say for the whole column whether the day comes first."),
        ),
        "kernel.date_year_short": ProblemKind(
            number=33,
            status=422,
            message=_("“{text}” has a year of two digits."),
            mend=_("Write the year with four digits."),
        ),
        "kernel.date_is_number": ProblemKind(
            number=34,
            status=422,
            message=_("“{text}” is a spreadsheet's number of a day, perhaps {meant}."),
            mend=_("Format the column as date in the spreadsheet, or write the dates as text such as {meant}."),
        ),
        "kernel.date_with_time": ProblemKind(
            number=35,
            status=422,
            message=_("“{text}” holds a time of day as well."),
            mend=_("Write only the date."),
        ),
        "kernel.date_in_future": ProblemKind(
            number=36,
            status=422,
            message=_("{date} lies after {on}, so there is no age."),
            mend=_("Check the date of birth."),
        ),
    }
)

_TEXT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~?)", re.ASCII)


class Ages(NamedTuple):
    """Completed years a person can have: equal when the birthday is known."""

    youngest: int
    oldest: int

    def surely_under(self, age: int) -> bool:
        """True when every possible age is below."""
        return self.oldest < age

    def surely_at_least(self, age: int) -> bool:
        """True when every possible age reaches it."""
        return self.youngest >= age

    def __str__(self) -> str:
        return str(self.youngest) if self.youngest == self.oldest else f"{self.youngest}–{self.oldest}"


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, month or day; `estimated` says that somebody judged it rather than knew it.

    Order: by the first day it can mean, then by text, so 1990 < 1990~ and 1990 < 1990-01 < 1990-01-01 < 1990-02.
    Exactly `order by partial_date_earliest(column), column` under collation C. Impossible dates cannot be made:
    Problem "kernel.date_impossible".
    """

    year: int
    month: int | None = None
    day: int | None = None
    estimated: bool = False

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise Problem("kernel.date_impossible", text=f"{self.year}-XX-{self.day}")
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError:
            parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
            raise Problem("kernel.date_impossible", text="-".join(parts)) from None

    @classmethod
    def of(cls, day: date, *, estimated: bool = False) -> Self:
        """The whole date."""
        return cls(day.year, day.month, day.day, estimated)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From what str() writes, and nothing else; `read_date` is for what people write."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise Problem("kernel.date_unreadable", text=text)
        year, month, day, mark = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None, bool(mark))

    @property
    def earliest(self) -> date:
        """First day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """Last day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def known_to(self) -> str:
        """ "year", "month" or "day"."""
        return "day" if self.day else "month" if self.month else "year"

    def may_be(self, other: "PartialDate") -> bool:
        """Whether both can mean the same day. Estimates are taken at their word."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def surely_before(self, other: "PartialDate") -> bool:
        """Whether every day it can mean lies before every day of the other."""
        return self.latest < other.earliest

    def age_on(self, on: date) -> Ages:
        """Completed years on a day of somebody born on this date, as a range of what is possible.

        Born on 29 February, a year is completed on 1 March of common years. Raises Problem
        "kernel.date_in_future" when the whole date lies after `on`; days after `on` count for nothing otherwise.
        """
        if self.earliest > on:
            raise Problem("kernel.date_in_future", date=str(self), on=on.isoformat())
        return Ages(_years(min(self.latest, on), on), _years(self.earliest, on))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.earliest, str(self)) < (other.earliest, str(other))

    def __str__(self) -> str:
        month = "" if self.month is None else f"-{self.month:02}"
        day = "" if self.day is None else f"-{self.day:02}"
        return f"{self.year:04}{month}{day}{'~' if self.estimated else ''}"


def _years(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
