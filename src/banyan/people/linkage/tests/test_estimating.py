"""Intervals, stratified estimates, agreement, drift and lots: against published figures, by properties, and by simulated samples."""

import random
from math import isclose

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from banyan.people.linkage.rules import sampling
from banyan.people.linkage.rules.estimating import agreement, drift, groups, intervals, strata
from banyan.people.linkage.rules.estimating.intervals import Estimate
from banyan.people.linkage.rules.estimating.strata import Judged, Stratum

counts = some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n)))


def near(estimate: Estimate, low: float, high: float, by: float = 5e-4) -> bool:
    return abs(estimate.low - low) < by and abs(estimate.high - high) < by


def test_the_interval_of_a_share_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3.
    assert near(intervals.share(81, 263), 0.2553, 0.3662)
    assert near(intervals.share(15, 148), 0.0624, 0.1605)
    assert near(intervals.share(0, 20), 0.0, 0.1611)
    assert near(intervals.share(1, 29), 0.0061, 0.1718)
    with pytest.raises(ValueError, match="nobody"):
        intervals.share(0, 0)


def test_the_difference_of_two_shares_is_newcombes():
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10, contrasts (a) and (e).
    assert near(intervals.difference(intervals.share(56, 70), intervals.share(48, 80)), 0.0524, 0.3339)
    assert near(intervals.difference(intervals.share(5, 56), intervals.share(0, 29)), -0.0381, 0.1926)


@given(counts, some.integers(0, 5000))
def test_a_share_lies_within_its_limits_and_more_of_the_whole_makes_it_surer(count, more):
    hits, looked = count
    plain = intervals.share(hits, looked)
    drawn = intervals.share(hits, looked, of=looked + more)
    assert 0 <= plain.low <= plain.value <= plain.high <= 1
    assert plain.low - 1e-12 <= drawn.low <= drawn.value <= drawn.high <= plain.high + 1e-12
    if not more:
        assert drawn.low == drawn.high == hits / looked


@given(some.lists(counts, min_size=1, max_size=5), some.lists(counts, min_size=1, max_size=5))
def test_a_portion_lies_within_its_limits(found, missed):
    parts = [intervals.total(intervals.share(*one).times(one[1] * 10) for one in side) for side in (found, missed)]
    whole = intervals.portion(*parts)
    if whole is None:
        assert parts[0].value == parts[1].value == 0
        return
    assert 0 <= whole.low <= whole.value <= whole.high <= 1
    mirrored = intervals.portion(parts[1], parts[0])
    assert isclose(mirrored.value, 1 - whole.value, abs_tol=1e-9)
    assert isclose(mirrored.low, 1 - whole.high, abs_tol=1e-6)
    assert isclose(mirrored.high, 1 - whole.low, abs_tol=1e-6)


def test_a_portion_at_the_rims():
    nothing, some_, sure = Estimate(0, 0, 0), Estimate(10, 5, 20), Estimate(10, 10, 10)
    assert intervals.portion(nothing, nothing) is None
    assert intervals.portion(sure, nothing) == Estimate(1, 1, 1)
    assert intervals.portion(nothing, sure) == Estimate(0, 0, 0)
    assert intervals.portion(some_, sure).high < 1  # an upper limit of exactly twice the figure
    assert intervals.portion(some_, nothing).low == 1


LAYERS = [Stratum(-5.0, 0.0, 900), Stratum(0.0, 5.0, 100), Stratum(5.0, None, 400)]


def judged(*rows: tuple[int, int, int, int]) -> list[Judged]:
    """Of each row: stratum, pairs that are the same, that differ, that are open."""
    found = []
    for number, same, different, still_open in rows:
        found += (
            [Judged(number, True)] * same + [Judged(number, False)] * different + [Judged(number, None)] * still_open
        )
    return found


def test_precision_and_recall_weigh_strata_by_their_pairs():
    told = strata.quality(LAYERS, judged((0, 1, 29, 0), (1, 15, 15, 0), (2, 40, 0, 0)), 0.0)
    assert told.precision.value == pytest.approx(450 / 500)
    assert told.recall.value == pytest.approx(450 / 480)
    assert told.precision_span == pytest.approx((0.9, 0.9))
    assert (told.pairs, told.judged, told.open, told.unlabelled) == (500, 100, 0, ())
    higher = strata.quality(LAYERS, judged((0, 1, 29, 0), (1, 15, 15, 0), (2, 40, 0, 0)), 5.0)
    assert higher.precision.value == 1.0
    assert higher.precision.low < 0.95
    assert higher.recall.value == pytest.approx(400 / 480)
    with pytest.raises(ValueError, match="edges"):
        strata.quality(LAYERS, [], 1.0)


def test_open_pairs_are_left_out_and_both_ends_are_told():
    told = strata.quality(LAYERS, judged((0, 0, 20, 10), (1, 20, 0, 0), (2, 20, 0, 20)), 0.0)
    assert told.precision.value == told.recall.value == 1.0
    assert told.precision_span == pytest.approx(((100 + 200) / 500, 1.0))
    assert told.recall_span == pytest.approx((300 / 600, 1.0))
    assert told.open == 30


def test_what_nobody_judged_cannot_be_told():
    told = strata.quality(LAYERS, judged((1, 20, 0, 0), (2, 20, 0, 0)), 0.0)
    assert told.precision is not None
    assert told.recall is None
    assert told.recall_span is None
    assert told.unlabelled == (0,)
    told = strata.quality(LAYERS, judged((0, 1, 20, 0), (1, 20, 0, 0)), 0.0)
    assert told.precision is None
    assert told.unlabelled == (2,)
    empty = [Stratum(None, 0.0, 0), Stratum(0.0, None, 0)]
    assert strata.quality(empty, [], 0.0).precision is None
    assert strata.thresholds(empty) == [0.0]
    everything = strata.quality([Stratum(None, 0.0, 2), Stratum(0.0, None, 2)], judged((0, 1, 1, 0), (1, 2, 0, 0)), 0.0)
    assert everything.recall == Estimate(2 / 3, pytest.approx(2 / 3), pytest.approx(2 / 3))


WORLDS = {
    "as it should be": [(60_000, 0.0005), (4_000, 0.02), (1_500, 0.35), (3_000, 0.93), (9_000, 0.998)],
    "much is missed": [(20_000, 0.01), (4_000, 0.15), (1_500, 0.5), (2_000, 0.9), (4_000, 0.99)],
    "few pairs": [(300, 0.01), (80, 0.1), (60, 0.5), (90, 0.9), (200, 1.0)],
    "a bad model": [(5_000, 0.05), (2_000, 0.2), (2_000, 0.3), (2_000, 0.5), (2_000, 0.8)],
}


@pytest.mark.parametrize("world", WORLDS, ids=list(WORLDS))
def test_the_intervals_hold_the_truth_as_often_as_they_say(world):
    dice = random.Random(20261122)
    sizes = [size for size, _rate in WORLDS[world]]
    matches = [round(size * rate) for size, rate in WORLDS[world]]
    layers = sampling.strata([-8.0, -5.0, -2.0, 0.0, 6.0], sizes)
    above = slice(3, None)
    precision, recall = sum(matches[above]) / sum(sizes[above]), sum(matches[above]) / sum(matches)
    drawn = sampling.allocate(sizes, [rate for _size, rate in WORLDS[world]], 400)
    held = [0, 0]
    for _round in range(400):
        labels = []
        for number, count in enumerate(drawn):
            labels += [Judged(number, ball < matches[number]) for ball in dice.sample(range(sizes[number]), count)]
        told = strata.quality(layers, labels, 0.0)
        for place, (estimate, truth) in enumerate(((told.precision, precision), (told.recall, recall))):
            held[place] += estimate.low - 1e-9 <= truth <= estimate.high + 1e-9
    assert min(held) / 400 >= 0.93, held


def test_kappa_is_cohens_with_the_variance_of_fleiss():
    # By hand: seen 0.8, chance 0.5.
    rows = [("same", "same")] * 40 + [("different", "different")] * 40 + [("same", "different")] * 10
    rows += [("different", "same")] * 10
    told = agreement.agreement(rows)
    assert told.kappa.value == pytest.approx(0.6)
    # In a symmetric table with even margins the variance of Fleiss, Cohen & Everitt is that of the plain share.
    assert told.kappa.high - told.kappa.value == pytest.approx(intervals.Z * (0.8 * 0.2 / 100) ** 0.5 / 0.5, rel=1e-6)
    assert (told.pairs, told.agreed) == (100, 80)
    assert agreement.agreement([]) is None
    assert agreement.agreement([("same", "same")] * 5).kappa is None
    assert agreement.agreement([("same", "different"), ("different", "same")]).grade == "poor"
    assert agreement.grade(0.6) == "moderate"
    assert agreement.grade(0.9) == "almost perfect"


@given(
    some.lists(some.tuples(some.sampled_from(agreement.VERDICTS), some.sampled_from(agreement.VERDICTS)), min_size=1)
)
def test_kappa_never_asks_who_was_first_and_stays_in_its_range(rows):
    told, turned = agreement.agreement(rows), agreement.agreement([(b, a) for a, b in rows])
    assert told.agreed == turned.agreed
    assert (told.kappa is None) == (turned.kappa is None)
    if told.kappa is not None:
        assert -1 <= told.kappa.low <= told.kappa.value <= told.kappa.high <= 1
        assert told.kappa.value == pytest.approx(turned.kappa.value)
        assert (told.kappa.value == pytest.approx(1)) == (told.agreed == told.pairs)


@pytest.mark.parametrize(
    ("labels", "verdict"),
    [
        ([], ""),
        (["same"], ""),
        (["same", "same"], "same"),
        (["same", "different"], ""),
        (["unsure", "unsure"], ""),
        (["same", "different", "different"], "different"),
        (["unsure", "same", "unsure"], "unsure"),
    ],
)
def test_two_settle_it_and_a_third_settles_disputes(labels, verdict):
    assert agreement.verdict_of(labels) == verdict


def test_drift_is_judged_against_custom_and_chance():
    same = drift.drift([100, 200, 700], [1000, 2000, 7000])
    assert same.psi == pytest.approx(0, abs=1e-4)
    assert same.grade == "stable"
    moved = drift.drift([1000, 2000, 7000], [4000, 3000, 3000])
    assert moved.psi == pytest.approx(0.3 * 1.3863 + 0.1 * 0.4055 + 0.4 * 0.8473, abs=2e-3)
    assert moved.grade == "shifted"
    assert drift.drift([5000, 5000], [3800, 6200]).grade == "stable"
    assert drift.drift([5000, 5000], [3200, 6800]).grade == "watch"
    few = drift.drift([5, 5], [2, 8])
    assert few.grade == "stable", "ten records may differ so much by chance"
    assert few.chance == pytest.approx(3.841 * 0.2, rel=0.03)
    assert drift.drift([0, 0], [1, 2]) is None
    assert drift.drift([3, 0], [5, 0]).psi == pytest.approx(0)
    with pytest.raises(ValueError, match="classes"):
        drift.drift([1], [1, 2])


def test_levels_are_counted_by_comparison_with_the_unknown_first():
    counted = drift.level_counts([[0, 2], [-1, 2], [1, -1]], {"sex": 2, "names": 3})
    assert counted == {"sex": [1, 1, 1], "names": [1, 0, 0, 2]}
    assert drift.level_counts([], {"sex": 2}) == {"sex": [0, 0, 0]}


def test_drifts_compares_what_both_know():
    found = drift.drifts({"names": [10, 90], "sex": [5, 5], "old": [1]}, {"names": [900, 100], "sex": [1, 2, 3]})
    assert set(found) == {"names"}
    assert drift.worst(found) == found["names"]
    assert drift.worst({}) is None


@given(some.lists(some.tuples(some.integers(0, 400), some.integers(0, 400)), min_size=1, max_size=8))
def test_drift_is_never_negative_and_the_same_both_ways(rows):
    then, now = [a for a, _b in rows], [b for _a, b in rows]
    found, back = drift.drift(then, now), drift.drift(now, then)
    assert (found is None) == (back is None)
    if found is not None:
        assert found.psi >= 0
        assert found.psi == pytest.approx(back.psi)


def test_chance_explains_drift_as_often_as_it_says():
    dice = random.Random(5)
    beyond = 0
    for _round in range(300):
        samples = [[0, 0, 0, 0], [0, 0, 0, 0]]
        for place in samples:
            for ball in dice.choices(range(4), weights=(1, 2, 3, 4), k=400):
                place[ball] += 1
        found = drift.drift(*samples)
        beyond += found.psi > found.chance
    assert 0.02 <= beyond / 300 <= 0.08


def grouped(*rows: tuple[int, int, int, str]) -> list[groups.Grouped]:
    found = []
    for number, same, different, name in rows:
        found += [groups.Grouped(number, True, name)] * same + [groups.Grouped(number, False, name)] * different
    return found


def test_a_gap_between_groups_is_told_only_when_it_is_certain():
    rows = grouped((0, 40, 20, "women"), (0, 2, 58, "men"), (1, 40, 0, "women"), (1, 60, 0, "men"), (2, 100, 0, "men"),
                   (2, 60, 0, "women"))  # fmt: skip
    men, women = groups.by_group(LAYERS, rows, 0.0)
    assert (men.group, women.group) == ("men", "women")
    assert women.recall.value < men.recall.value
    assert women.gap.value == pytest.approx(women.recall.value - men.recall.value)
    assert women.verdict == men.verdict == "gap"
    assert women.precision.value == men.precision.value == 1.0
    assert women.precision.low < 1
    assert (women.matches, women.proposed) == (140, 100)


def test_of_few_nothing_is_said():
    rows = grouped((0, 0, 30, "men"), (1, 19, 0, "women"), (1, 30, 5, "men"), (2, 40, 0, "men"))
    men, women = groups.by_group(LAYERS, rows, 0.0)
    assert women.recall is women.precision is women.gap is None
    assert women.verdict == men.verdict == "unknown"
    assert men.recall is not None
    assert 0.8 < men.precision.value < 1
    assert men.precision.low < men.precision.value < men.precision.high
    assert groups.by_group(LAYERS, grouped((1, 30, 0, "men"), (2, 30, 0, "men")), 0.0)[0].recall is None
    assert groups.by_group([*LAYERS, Stratum(99.0, None, 0)], rows, 0.0)[0].recall == men.recall


def test_what_counts_as_a_gap():
    assert groups.verdict(Estimate(0.01, -0.02, 0.025)) == "none"
    assert groups.verdict(Estimate(-0.1, -0.2, -0.01)) == "gap"
    assert groups.verdict(Estimate(-0.01, -0.015, -0.005)) == "none"
    assert groups.verdict(Estimate(0.01, -0.2, 0.2)) == "unknown"


def test_the_precision_of_a_group_holds_the_truth_as_often_as_it_says():
    dice = random.Random(11)
    balls = {1: [(True, "w")] * 500 + [(False, "w")] * 300 + [(True, "m")] * 900 + [(False, "m")] * 300,
             2: [(True, "w")] * 2900 + [(False, "w")] * 60 + [(True, "m")] * 5000 + [(False, "m")] * 40}  # fmt: skip
    layers = [Stratum(-5.0, 0.0, 10), Stratum(0.0, 5.0, 2000), Stratum(5.0, None, 8000)]
    truth = 3400 / 3760
    held = 0
    for _round in range(300):
        rows = [groups.Grouped(0, False, "m")] + [
            groups.Grouped(number, same, name) for number, all_ in balls.items()
            for same, name in dice.sample(all_, 120)
        ]  # fmt: skip
        told = groups.by_group(layers, rows, 0.0)[1].precision
        held += told.low <= truth <= told.high
    assert held / 300 >= 0.92, held


def test_strata_lie_on_both_sides_of_the_threshold():
    lows = sampling.edges(2.0, 8.0)
    assert lows == [-6.0, -3.0, 0.0, 2.0, 5.0, 8.0, 12.0, 18.0]
    assert sampling.edges(2.0, 2.5) == [-6.0, -3.0, 0.0, 2.0, 2.5, 6.5, 12.5]
    assert [sampling.stratum_of(weight, lows) for weight in (-7, -6, 1.9, 2, 99)] == [None, 0, 2, 3, 7]
    layers = sampling.strata(lows, range(8))
    assert (layers[0].high, layers[-1].high, layers[3].size) == (-3.0, None, 3)


@given(
    some.lists(some.tuples(some.integers(0, 2000), some.floats(0, 1)), min_size=1, max_size=9), some.integers(0, 800)
)
def test_the_sample_is_shared_out_to_the_last_pair(rows, wanted):
    sizes = [size for size, _share in rows]
    given_ = sampling.allocate(sizes, [share for _size, share in rows], wanted)
    assert sum(given_) == min(wanted, sum(sizes))
    assert all(0 <= count <= size for count, size in zip(given_, sizes, strict=True))


def test_every_stratum_gets_its_part_and_doubt_gets_more():
    given_ = sampling.allocate([100_000, 5_000, 5_000, 5_000], [0.0001, 0.5, 0.99, 0.02], 400)
    assert min(given_) >= 50
    assert given_[1] > given_[2]


@given(some.integers(0, 2**31), some.uuids(), some.uuids())
def test_the_lot_depends_on_seed_and_pair_only(seed, one, other):
    assert sampling.lot(seed, str(one), str(other)) == sampling.lot(seed, str(other), str(one))
    assert sampling.lot(seed, str(one), str(other)) != sampling.lot(seed + 1, str(one), str(other))


def test_the_lot_is_the_same_whatever_the_order_and_leaves_out_what_lies_beneath():
    rows = [
        {"left": f"a{n:04}", "right": f"b{n:04}", "weight": n / 100 - 10, "probability": n / 3000} for n in range(3000)
    ]
    lows = sampling.edges(2.0, 8.0)
    drawn = sampling.draw(pl.DataFrame(rows), lows, 100, 7)
    turned = sampling.draw(pl.DataFrame(rows[::-1]), lows, 100, 7)
    assert drawn.pairs.equals(turned.pairs)
    assert not drawn.pairs.equals(sampling.draw(pl.DataFrame(rows), lows, 100, 8).pairs)
    assert drawn.pairs.height == sum(layer["drawn"] for layer in drawn.strata) == 100
    assert drawn.beneath == 400
    assert sum(layer["size"] for layer in drawn.strata) == 2600
    assert drawn.strata[0]["size"] == 300
    for layer, count in zip(drawn.strata, drawn.pairs.group_by("stratum").len().sort("stratum")["len"], strict=True):
        assert layer["drawn"] == count
    assert drawn.pairs["stratum"].to_list() != sorted(drawn.pairs["stratum"].to_list())


def test_a_lot_of_nothing_is_nothing():
    none = pl.DataFrame(schema={"left": pl.String, "right": pl.String, "weight": pl.Float64, "probability": pl.Float64})
    drawn = sampling.draw(none, sampling.edges(2.0, 8.0), 100, 7)
    assert drawn.pairs.is_empty()
    assert drawn.beneath == 0
    assert {layer["size"] for layer in drawn.strata} == {0}
