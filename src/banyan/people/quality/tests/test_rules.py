"""Scores, control limits and words, as properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.people.quality.rules import ages, control, outcomes, scoring, words
from banyan.people.quality.rules.control import Counted
from banyan.people.quality.rules.scoring import Scored

bits = st.sets(st.integers(0, words.BITS - 1))


@given(bits)
def test_a_word_holds_exactly_its_bits(some: set[int]) -> None:
    whole = words.word(some)
    assert 0 <= whole < 2**62
    assert {bit for bit in range(words.BITS) if words.stands(whole, bit)} == some
    free = words.first_free(some)
    assert (free is None) == (len(some) == words.BITS)
    assert free not in some


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_a_score_lies_between_0_and_100_and_waivers_never_lower_it(passed: int, failed: int, waived: int) -> None:
    eligible, waived = passed + failed, min(waived, failed)
    bare, granted = scoring.score(eligible, failed), scoring.score(eligible, failed, waived)
    if eligible == 0:
        assert bare is None
        return
    assert bare is not None
    assert granted is not None
    assert 0 <= bare <= granted <= 100
    assert (bare == 100) == (100 * failed / eligible < 0.005)


def test_a_composite_is_weighed_by_weight_and_leaves_out_what_has_no_score() -> None:
    checks = [
        Scored("validity", Decimal(100), Decimal(3)),
        Scored("validity", Decimal(60)),
        Scored("timeliness", Decimal(50)),
        Scored("accuracy", None, Decimal(9)),
    ]
    assert scoring.composite(checks) == Decimal(82)
    dimensions = scoring.by_dimension(checks)
    assert dimensions == {"validity": Decimal(90), "timeliness": Decimal(50), "accuracy": None}
    assert scoring.worst(dimensions) == "timeliness"
    assert scoring.worst({"accuracy": None}) is None
    assert scoring.composite([]) is None


def test_control_limits_are_those_of_the_handbook() -> None:
    """NIST/SEMATECH e-Handbook 6.3.3.2: wafers of 50 chips, p̄ = 0.2313 over 30 of them, limits 0.0524 and 0.4102."""
    failed = [
        12,
        15,
        8,
        10,
        4,
        7,
        16,
        9,
        14,
        10,
        5,
        6,
        17,
        12,
        22,
        8,
        10,
        5,
        13,
        11,
        20,
        18,
        24,
        15,
        9,
        12,
        7,
        13,
        9,
        6,
    ]
    found = control.limits([Counted(50, one) for one in failed])
    first = found[0]
    assert first is not None
    assert (round(first.mean, 4), round(first.low, 4), round(first.high, 4)) == (0.2313, 0.0524, 0.4102)
    assert [number for number, one in enumerate(found, 1) if one is not None and one.signal] == [15, 23]


def test_eight_in_a_row_on_one_side_are_a_signal_and_few_points_are_none() -> None:
    points = [Counted(1000, 100), Counted(1000, 90)] * 6 + [Counted(1000, 96)] * 8
    found = control.limits(points)
    assert [one.signal for one in found if one] == [False] * 19 + [True]
    assert control.limits(points[:4]) == [None] * 4
    with_hole = control.limits([Counted(0, 0), *points])
    assert with_hole[0] is None
    assert with_hole[1] == found[0]
    same = control.limits([Counted(10, 0)] * 9)
    assert not any(one.signal for one in same if one)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=5, max_size=40))
def test_limits_enclose_the_mean(pairs: list[tuple[int, int]]) -> None:
    for one in control.limits([Counted(passed + failed, failed) for passed, failed in pairs]):
        if one is not None:
            assert 0 <= one.low <= one.mean <= one.high <= 1


def test_even_ages_are_excellent_and_heaped_ones_are_not() -> None:
    even = [10] * 100
    assert ages.whipple(even) == pytest.approx(100)
    assert ages.myers(even) == pytest.approx(1.66, abs=0.01)
    good = ages.age_quality(even, known=1000, first_of_january=2)
    assert good is not None
    assert (good.score, good.grade, good.people) == (Decimal("98.34"), "excellent", 1000)
    heaped = [100 if age % 10 == 0 else 0 for age in range(100)]
    assert ages.whipple(heaped) == pytest.approx(500)
    assert ages.myers(heaped) == pytest.approx(90)
    bad = ages.age_quality(heaped, known=0, first_of_january=0)
    assert bad is not None
    assert (bad.score, bad.grade) == (Decimal("0.00"), "very rough")
    january = ages.age_quality(even, known=100, first_of_january=51)
    assert january is not None
    assert january.score == Decimal("49.27")


@pytest.mark.parametrize(
    ("index", "words_of_it"),
    [(100, "excellent"), (105, "excellent"), (108, "good"), (120, "approximate"), (150, "rough"), (176, "very rough")],
)
def test_grades_are_those_of_the_united_nations(index: float, words_of_it: str) -> None:
    assert ages.grade(index) == words_of_it


def test_groups_too_small_or_too_young_have_no_age_quality() -> None:
    assert ages.age_quality([1] * 100, known=9, first_of_january=0) is None
    children = [100] * 9
    assert ages.whipple(children) is None
    assert ages.myers(children) is None
    assert ages.age_quality(children, known=9, first_of_january=0) is None
    assert ages.age_quality([0] * 10 + [100] * 10, known=9, first_of_january=0) is None


@given(st.lists(st.integers(0, 50), min_size=90, max_size=100))
def test_indices_keep_within_their_bounds(counts: list[int]) -> None:
    whipple, myers = ages.whipple(counts), ages.myers(counts)
    assert whipple is None or 0 <= whipple <= 500
    assert myers is None or 0 <= myers <= 90.0001


def test_outcomes_tell_how_many_findings_were_mistakes_of_the_record() -> None:
    assert outcomes.confirmed({"right": 3, "wrong": 2, "mended": 4, "unfound": 5}) == (6, 9)
    assert outcomes.confirmed({}) == (0, 0)
