"""What a typed date means."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.platform.history.rules import instant
from banyan.platform.kernel.problems import Problem

YANGON = timezone(timedelta(hours=6, minutes=30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", datetime(2026, 3, 31, 23, 59, 59, 999999, YANGON)),
        (" 2026-03-31 ", datetime(2026, 3, 31, 23, 59, 59, 999999, YANGON)),
        ("2026-03-31T14:30", datetime(2026, 3, 31, 14, 30, tzinfo=YANGON)),
        ("2026-03-31T14:30:00+00:00", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
    ],
)
def test_a_date_means_the_end_of_its_day(text: str, expected: datetime) -> None:
    assert instant(text, YANGON) == expected


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "31/03/2026", "9999-12-31", "2026-03-31T25:00", "2026-03"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(Problem) as raised:
        instant(text, UTC)
    assert raised.value.code == "history.instant_malformed"


@given(st.dates(max_value=date(9998, 12, 31)))
def test_every_date_ends_before_the_next_begins(day: date) -> None:
    found = instant(day.isoformat(), UTC)
    assert found.date() == day
    assert (found + timedelta(microseconds=1)).date() == day + timedelta(days=1)
