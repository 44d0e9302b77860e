"""Samples for verification: their size, the lot, and how far what was found may be carried to all lines."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.aid.payments.rules.verifying import (
    CONFIDENCES,
    Sums,
    drawn,
    finding,
    outcome_of,
    ratio,
    sample_size,
    share,
    z_of,
)

NOTHING = Sums(0, Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def sums(pairs: list[tuple[Decimal, Decimal]]) -> Sums:
    return Sums(
        len(pairs),
        *(
            sum((Decimal(value) for value in column), Decimal(0))
            for column in (
                [x for x, _y in pairs], [y for _x, y in pairs], [x * x for x, _y in pairs],
                [x * y for x, y in pairs], [y * y for _x, y in pairs],
            )
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("population", "confidence", "margin", "size"),
    [(0, 95, 5, 0), (1, 95, 5, 1), (100, 95, 5, 80), (1000, 95, 5, 278), (100_000, 95, 5, 383), (10_000_000, 95, 5, 385), (500, 90, 10, 60)],
)  # fmt: skip
def test_sizes_are_those_of_the_tables(population: int, confidence: int, margin: int, size: int) -> None:
    assert sample_size(population, confidence, Decimal(margin)) == size


@given(st.integers(1, 10**6), st.sampled_from(CONFIDENCES), st.integers(1, 25))
def test_a_sample_is_part_of_the_whole_and_grows_with_what_is_asked(many: int, confidence: int, margin: int) -> None:
    size = sample_size(many, confidence, Decimal(margin))
    assert 1 <= size <= many
    assert sample_size(many, confidence, Decimal(margin) + 1) <= size
    assert sample_size(many + 1, confidence, Decimal(margin)) >= size


@given(st.sets(st.text("0123456789abcdef", min_size=4, max_size=8), max_size=40), st.integers(0, 50), st.integers())
def test_the_lot_knows_no_order_and_draws_nobody_twice(keys: set[str], size: int, seed: int) -> None:
    chosen = drawn(keys, size, seed)
    assert chosen == drawn(sorted(keys, reverse=True), size, seed)
    assert len(chosen) == len(set(chosen)) == min(size, len(keys))
    assert chosen == drawn(keys, size + 1, seed)[: len(chosen)], "a larger sample keeps the smaller one"


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 5000), st.sampled_from(CONFIDENCES))
def test_a_share_lies_within_its_limits(hits: int, looked: int, more: int, confidence: int) -> None:
    hits = min(hits, looked)
    one = share(hits, looked, of=looked + more, confidence=confidence)
    assert 0 <= one.low <= one.value <= one.high <= 1
    assert (one.low == one.high) == (more == 0), "who was asked whole leaves nothing to chance"


def test_intervals_keep_their_promise() -> None:
    """Of samples drawn by lot from a plan of which a tenth did not arrive, 95 in 100 intervals hold the truth, amounts as well."""
    dice = Random(7)
    population = [(Decimal(dice.choice((50, 100, 150))), dice.random() < 0.1) for _each in range(2000)]
    lines = [(due, Decimal(0) if lost else due) for due, lost in population]
    truth = sum(lost for _due, lost in population) / len(population)
    whole = float(sum(said for _due, said in lines) / sum(due for due, _said in lines))
    held = money = 0
    rounds, size = 300, sample_size(len(lines), 95, Decimal(5))
    for _round in range(rounds):
        picked = dice.sample(lines, size)
        one = share(sum(said == 0 for _due, said in picked), size, of=len(lines), confidence=95)
        amount = ratio(sums(picked), of=len(lines), confidence=95)
        assert amount is not None
        held += one.low <= truth <= one.high
        money += amount.low <= whole <= amount.high
    assert held / rounds > 0.92
    assert money / rounds > 0.92


def test_wilson_is_wilson() -> None:
    one = share(2, 10, of=10**9, confidence=95)
    assert (round(one.low, 4), round(one.high, 4)) == (0.0567, 0.5098)
    assert round(z_of(95), 4) == 1.96
    with pytest.raises(ValueError, match="nobody"):
        share(0, 0, of=5, confidence=95)


def test_amounts_of_nobody_of_one_and_of_all() -> None:
    assert ratio(NOTHING, of=5, confidence=95) is None
    one = sums([(Decimal(100), Decimal(60))])
    alone = ratio(one, of=5, confidence=95)
    assert alone is not None
    assert (alone.low, alone.value, alone.high) == (0.0, 0.6, 0.6)
    known = ratio(one, of=1, confidence=95)
    assert known is not None
    assert known.low == known.high == 0.6


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=2, max_size=30), st.integers(0, 500))
def test_amounts_lie_within_their_limits(pairs: list[tuple[int, int]], more: int) -> None:
    one = ratio(sums([(Decimal(x), Decimal(y)) for x, y in pairs]), of=len(pairs) + more, confidence=90)
    assert one is not None
    assert 0 <= one.low <= one.value <= one.high <= max(1, one.value)


def test_a_finding_tells_who_did_not_answer_beside_the_shares() -> None:
    answered = [(Decimal(100), Decimal(100))] * 7 + [(Decimal(100), Decimal(40))] * 2 + [(Decimal(100), Decimal(0))]
    counts = {"received": 7, "less": 2, "nothing": 1, "unreached": 4, "refused": 1, "": 5}
    told = finding(counts, sums(answered), of=1000, confidence=95)
    assert (told.answered, told.unreached, told.refused, told.waiting) == (10, 4, 1, 5)
    assert told.shares["received"].value == 0.7
    assert round(told.lines["nothing"].value) == 100
    assert told.amount is not None
    assert round(told.amount.value, 2) == 0.78
    empty = finding({"": 3}, NOTHING, of=3, confidence=95)
    assert (empty.shares, empty.lines, empty.amount) == ({}, {}, None)


def test_an_answer_beside_what_was_recorded() -> None:
    assert [outcome_of(Decimal(10), Decimal(said)) for said in (0, 9, 10, 11)] == [
        "nothing",
        "less",
        "received",
        "received",
    ]
