"""Ages and composition hold on every day, however little is known of a birth date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.registry.rules.ages import (
    ADULT,
    GROUPS,
    UNKNOWN,
    Composition,
    ages_on,
    birth_of_age,
    composition,
    group_names,
    group_of,
)
from banyan.platform.kernel.dates import Ages, PartialDate

DAY = date(2026, 6, 15)
days = st.dates(date(1920, 1, 1), date(2026, 12, 31))


@st.composite
def partial(draw):
    day = draw(days)
    known = draw(st.integers(1, 3))
    return PartialDate(
        day.year, day.month if known > 1 else None, day.day if known > 2 else None, estimated=draw(st.booleans())
    )


people = st.lists(
    st.tuples(st.sampled_from(["female", "male", "other", "unknown"]), st.none() | partial()), max_size=12
)


@pytest.mark.parametrize(
    ("birth", "ages", "group"),
    [
        ("1990-06-15", Ages(36, 36), "18-59"),
        ("1990-06-16", Ages(35, 35), "18-59"),
        ("2008", Ages(17, 18), UNKNOWN),
        ("2014-06", Ages(11, 12), UNKNOWN),
        ("1966", Ages(59, 60), UNKNOWN),
        ("1950~", Ages(75, 76), "60+"),
        ("2026", Ages(0, 0), "0-4"),
        ("2027-01-01", None, UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_an_age_is_a_range_and_a_group_only_when_both_ends_lie_in_it(birth, ages, group):
    found = ages_on(None if birth is None else PartialDate.from_text(birth), DAY)
    assert (found, group_of(found)) == (ages, group)


@given(partial(), days)
def test_nobody_grows_younger(birth, day):
    now, later = ages_on(birth, day), ages_on(birth, day + timedelta(days=400))
    if now is not None:
        assert later.youngest >= now.youngest
        assert later.oldest > now.oldest


@given(st.integers(0, 110), days)
def test_the_year_that_an_age_stands_for_gives_that_age_back(age, day):
    birth = birth_of_age(age, day)
    assert birth.estimated
    ages = ages_on(birth, day)
    assert ages.youngest <= age <= ages.oldest


@given(people, days)
def test_composition_counts_everybody_once(members, day):
    """Against the obvious way: look at each member by itself."""
    found = composition(members, day)
    assert found.size == len(members) == sum(found.counts.values())
    assert found.surely_children + found.surely_adults + found.uncertain == found.size
    for sex in ("female", "male", "other", "unknown"):
        assert found.of(sex=sex) == sum(one == sex for one, _birth in members)
    for group in group_names():
        assert found.of(group=group) == sum(group_of(ages_on(birth, day)) == group for _sex, birth in members)
    children = [
        birth for _sex, birth in members if birth and birth.earliest <= day and ages_on(birth, day).oldest < ADULT
    ]
    assert found.surely_children == len(children)
    assert found.dependency_possible == (found.size > 0 and not found.uncertain)


def test_an_empty_household_has_nobody():
    assert composition([], DAY) == Composition()
    assert group_names() == ("0-4", "5-11", "12-17", "18-59", "60+", UNKNOWN)
    assert GROUPS[0] == 0
