"""Dates of which only the year, or year and month, may be known, exactly or estimated."""

from banyan.platform.kernel.dates.partial import Ages, PartialDate
from banyan.platform.kernel.dates.reading import DayFirst, read_date

__all__ = ["Ages", "DayFirst", "PartialDate", "read_date"]
