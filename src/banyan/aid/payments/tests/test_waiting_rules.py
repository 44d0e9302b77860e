"""How long something took: buckets hold everybody, the median is somebody's day."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.payments.rules.waiting import WAITS, Waits, waits_of


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 50), max_size=40))
def test_everybody_is_counted_once_and_the_median_splits_them(days):
    told = waits_of(days)
    if not days:
        assert told == Waits()
        return
    assert sum(told.buckets) == sum(days.values())
    assert len(told.buckets) == len(WAITS) + 1
    assert told.median in days
    every = sorted(day for day, count in days.items() for _each in range(count))
    assert told.median == every[(len(every) - 1) // 2]


def test_the_ends_of_buckets_belong_to_them():
    assert waits_of({3: 1, 4: 1, 90: 1, 91: 1}).buckets == (1, 1, 0, 0, 0, 0, 0, 1, 1)
