"""Rounding, caps and prices by place, as pure rules."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.programmes.rules.entitling import (
    Cause,
    Reckoned,
    Settled,
    Terms,
    Verdict,
    fits_currency,
    rounded,
    settle,
    terms_of,
)
from banyan.aid.programmes.rules.pricing import Stretch, spread, stretches
from banyan.platform.kernel.money import Money, Rounding

DOLLARS = terms_of("ROUND_HALF_UP", None, None, "USD")


def one(number: str) -> Reckoned:
    return Reckoned(Fraction(number), Fraction(number))


@pytest.mark.parametrize(
    ("found", "terms", "expected"),
    [
        (None, DOLLARS, (Verdict.UNDECIDED, Cause.UNKNOWN, None)),
        (Reckoned(Fraction(3), Fraction(4)), DOLLARS, (Verdict.UNDECIDED, Cause.UNKNOWN, None)),
        (one("-0.001"), DOLLARS, (Verdict.UNDECIDED, Cause.NEGATIVE, None)),
        (one("0"), DOLLARS, (Verdict.NOTHING, Cause.NONE, Decimal(0))),
        (one("0.004"), DOLLARS, (Verdict.NOTHING, Cause.NONE, Decimal(0))),
        (one("0.005"), DOLLARS, (Verdict.DUE, Cause.NONE, Decimal("0.01"))),
        (one("1000000000000000"), DOLLARS, (Verdict.UNDECIDED, Cause.BEYOND, None)),
        (one("1000000000000000"), terms_of("ROUND_UP", None, Decimal(5), "USD"), (Verdict.DUE, Cause.NONE, Decimal(5))),
        # Rounded first, then at most the cap, in units that can be handed out.
        (one("1490"), terms_of("ROUND_HALF_UP", Decimal(1000), Decimal(2500), "MMK"), (Verdict.DUE, Cause.NONE, Decimal(1000))),
        (one("9999"), terms_of("ROUND_HALF_UP", Decimal(1000), Decimal(2500), "MMK"), (Verdict.DUE, Cause.NONE, Decimal(2000))),
        (one("2.5"), terms_of("ROUND_HALF_EVEN", None, None, ""), (Verdict.DUE, Cause.NONE, Decimal(2))),
    ],
)  # fmt: skip
def test_a_number_comes_to_an_amount_or_to_nothing_decided(
    found: Reckoned | None, terms: Terms, expected: tuple[Verdict, Cause, Decimal | None]
) -> None:
    assert settle(found, terms) == Settled(*expected)


@given(
    number=st.decimals(0, 10**9, places=10),
    rounding=st.sampled_from(list(Rounding)),
    step=st.sampled_from([None, Decimal("0.05"), Decimal(1), Decimal(3), Decimal(1000)]),
)
def test_rounding_is_that_of_money(number: Decimal, rounding: Rounding, step: Decimal | None) -> None:
    terms = terms_of(rounding.value, step, None, "USD")
    assert rounded(Fraction(number), terms) == Money.rounded(number, "USD", rounding, step=step).amount


def test_a_step_is_positive_and_fits_the_currency() -> None:
    with pytest.raises(ValueError, match="positive"):
        terms_of("ROUND_UP", Decimal(0), None, "USD")
    assert fits_currency(Decimal("0.05"), "USD")
    assert not fits_currency(Decimal("0.005"), "USD")
    assert terms_of("ROUND_UP", None, None, "JPY").unit == 1


MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
STATE, TOWNSHIP, VILLAGE, OTHER = (UUID(int=number) for number in range(1, 5))
CHILDREN = {STATE: [TOWNSHIP, OTHER], TOWNSHIP: [VILLAGE]}
PARENTS = {STATE: None, TOWNSHIP: STATE, VILLAGE: TOWNSHIP, OTHER: STATE}


def price_on(found: list[tuple[UUID, Stretch]], place: UUID, day: date) -> Decimal | None:
    holding = [
        stretch.amount
        for where, stretch in found
        if where == place and stretch.from_on <= day and (stretch.until_on is None or day < stretch.until_on)
    ]
    assert len(holding) <= 1
    return holding[0] if holding else None


def test_a_place_has_its_own_price_or_that_of_the_nearest_place_above() -> None:
    prices = {STATE: {MAY: Decimal(10), JULY: Decimal(12)}, TOWNSHIP: {JUNE: Decimal(20)}}
    found = list(spread(prices, CHILDREN, PARENTS))
    assert price_on(found, VILLAGE, date(2026, 4, 30)) is None
    assert price_on(found, VILLAGE, MAY) == Decimal(10)
    assert price_on(found, VILLAGE, JUNE) == price_on(found, TOWNSHIP, JULY) == Decimal(20)
    assert price_on(found, OTHER, JUNE) == Decimal(10)
    assert price_on(found, OTHER, JULY) == Decimal(12)
    assert list(spread({}, CHILDREN, PARENTS)) == []
    # What is above and what is below are priced apart.
    assert [where for where, _ in spread({VILLAGE: {MAY: Decimal(1)}}, CHILDREN, PARENTS)] == [VILLAGE]


def test_what_is_inherited_ends_where_the_own_begins() -> None:
    above = [Stretch(Decimal(1), MAY, JUNE), Stretch(Decimal(2), JUNE, None)]
    assert stretches(above, {}) == above
    assert stretches(above, {JULY: Decimal(3)}) == [
        Stretch(Decimal(1), MAY, JUNE),
        Stretch(Decimal(2), JUNE, JULY),
        Stretch(Decimal(3), JULY, None),
    ]
    assert stretches(above, {MAY: Decimal(3)}) == [Stretch(Decimal(3), MAY, None)]


@given(st.randoms(use_true_random=False))
def test_any_place_has_the_price_nearest_above_it(chance: random.Random) -> None:
    days = [MAY, JUNE, JULY]
    prices = {
        place: {day: Decimal(chance.randrange(100)) for day in days if chance.random() < 0.5}
        for place in PARENTS
        if chance.random() < 0.6
    }
    found = list(spread(prices, CHILDREN, PARENTS))
    for place in PARENTS:
        for day in days:
            nearest, above = None, place
            while above is not None and nearest is None:
                begun = [start for start in prices.get(above, {}) if start <= day]
                nearest = prices[above][max(begun)] if begun else None
                above = PARENTS[above]  # type: ignore[assignment]
            assert price_on(found, place, day) == nearest
