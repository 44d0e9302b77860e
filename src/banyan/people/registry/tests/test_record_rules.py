"""Rules of record pages: masks tell little, notices count as given last, sizes follow from stays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry.rules.masking import DOTS, masked_email, masked_number, masked_text
from banyan.people.registry.rules.notices import Given, allows, standing
from banyan.people.registry.rules.stays import size_changes

DAYS = st.dates(date(2020, 1, 1), date(2021, 1, 1))


@pytest.mark.parametrize(
    ("number", "mask"),
    [("", ""), ("  - ", ""), ("123456", DOTS), ("1234567", f"{DOTS} 567"), ("12/KAMANA(N)123456", f"{DOTS} 456"),
     ("+959 111-222 333", f"{DOTS} 333"), ("AB 12", DOTS)],
)  # fmt: skip
def test_of_a_number_at_most_its_end_is_told(number, mask):
    assert masked_number(number) == mask


@given(st.text(max_size=40))
def test_a_mask_never_tells_more_than_three_signs(number):
    mask = masked_number(number)
    assert len(mask.removeprefix(DOTS).strip()) <= 3
    assert bool(mask) == bool(mask.strip())


@pytest.mark.parametrize(
    ("email", "mask"),
    [("", ""), ("khin@example.org", f"k{DOTS}@example.org"), ("k@example.org", DOTS), ("@x", DOTS), ("nothing", DOTS), ("kh@", DOTS)],
)  # fmt: skip
def test_of_an_address_the_provider_is_told(email, mask):
    assert masked_email(email) == mask


def test_any_text_becomes_dots():
    assert (masked_text(""), masked_text("secret")) == ("", DOTS)


def notice(day, withdrawn=None, **purposes):
    return Given(date(2026, 1, day), purposes, "consent", date(2026, 1, withdrawn) if withdrawn else None)


@pytest.mark.parametrize(
    ("notices", "allowed"),
    [
        ([], False),
        ([notice(1, sharing=True)], True),
        ([notice(1, sharing=False)], False),
        ([notice(1, registration=True)], False),  # not asked is no
        ([notice(1, sharing=True, withdrawn=2)], False),
        ([notice(1, sharing=True), notice(2, sharing=False)], False),
        ([notice(2, sharing=True), notice(1, sharing=False)], True),
        ([notice(1, sharing=True, withdrawn=2), notice(3, sharing=True)], True),
        ([notice(1, sharing=True), notice(1, sharing=True, withdrawn=1)], False),  # of one day the withdrawn one counts
    ],
)
def test_the_notice_given_last_counts(notices, allowed):
    assert allows(standing(notices), "sharing") is allowed


@given(st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), max_size=12))
def test_sizes_follow_from_stays(stays):
    """Compared with counting every day."""
    changes = size_changes(stays)
    assert [day for day, _size in changes] == sorted({day for day, _size in changes})

    def size_on(day):
        return sum(1 for since, until in stays if since <= day and (until is None or day < until))

    told, place = 0, 0
    for number in range(368):
        day = date(2020, 1, 1) + timedelta(days=number)
        while place < len(changes) and changes[place][0] <= day:
            told = changes[place][1]
            place += 1
        assert told == size_on(day)
