"""Pictures as geometry, and figures in words, at their rims."""

from types import SimpleNamespace

import pytest

from banyan.people.linkage.rules.estimating.agreement import agreement
from banyan.people.linkage.rules.estimating.groups import GroupQuality
from banyan.people.linkage.rules.estimating.intervals import Estimate
from banyan.people.linkage.rules.estimating.strata import Judged, Stratum, quality
from banyan.people.linkage.views import gauging, pictures, weighing


def point(weight, one, other):
    return pictures.CurvePoint(weight, one, one, one, other, other, other)


def test_a_curve_needs_two_points_and_turns_for_languages_from_the_right():
    assert pictures.curve([]) is None
    assert pictures.curve([point(1, 0.5, 0.5)]) is None
    drawn = pictures.curve([point(8, 1.0, 0.2), point(-2, 0.5, None), point(2, 0.7, 0.9)], [2, 99])
    assert [dot["share"] for dot in drawn["one"]["dots"]] == [0.5, 0.7, 1.0]
    assert drawn["one"]["dots"][0]["x"] == drawn["near"]
    assert drawn["one"]["dots"][-1] == {"x": drawn["far"], "y": drawn["top"], "share": 1.0}
    assert len(drawn["other"]["dots"]) == 2
    assert len(drawn["marks"]) == 1, "a threshold beyond the points is not drawn"
    turned = pictures.curve([point(8, 1.0, 0.2), point(-2, 0.5, None)], mirrored=True)
    assert turned["one"]["dots"][0]["x"] > turned["one"]["dots"][-1]["x"]
    alone = pictures.curve([point(1, 0.5, None), point(2, None, 0.5)])
    assert alone["one"]["line"] == alone["other"]["line"] == ""


def test_bars_fill_their_row_at_most():
    assert pictures.bars([]) == []
    assert pictures.bars([0, 0]) == [0.0, 0.0]
    assert pictures.bars([25, 100]) == [100.0, 200.0]


def test_steps_hold_all_and_nought():
    first, second = pictures.steps([(0, -10), (-10, 10)])
    assert first == {"x": 0.0, "width": 100.0, "side": "against", "axis": 100.0}
    assert second == {"x": 0.0, "width": 200.0, "side": "for", "axis": 100.0}
    assert pictures.steps([(0, 0)])[0]["width"] == 0


def test_spans_lie_on_their_row():
    assert pictures.span(0.25, 0.5, 1.0) == {"x1": 50.0, "x2": 200.0, "dot": 100.0}
    assert pictures.gap_span(-1, 0, 1) == {"x1": 0.0, "x2": 200.0, "dot": 100.0, "axis": 100.0}


def test_what_cannot_be_told_is_said_so():
    layers = [Stratum(-2.0, 0.0, 50), Stratum(0.0, None, 50)]
    empty = quality(layers, [], 0.0)
    told = gauging.told(SimpleNamespace(review=empty, probable=empty))[0]
    assert told["precision"] is told["recall"] is None
    assert "Not to be told yet" in told["precision_words"]
    assert "Not to be told yet" in told["recall_words"]
    assert told["span"] == ""
    assert told["unlabelled"] == 2
    row = SimpleNamespace(review=0.0, probable=4.0)
    assert gauging.curve(SimpleNamespace(curve=[empty]), row) is None
    assert gauging.agreed(None) is None
    one_voice = gauging.agreed(agreement([("same", "same")] * 4))
    assert (one_voice["kappa"], one_voice["between"], one_voice["is_weak"]) == ("", "", False)


def test_open_pairs_are_told_with_what_they_could_change():
    layers = [Stratum(-2.0, 0.0, 50), Stratum(0.0, None, 50)]
    judged = [Judged(0, False)] * 10 + [Judged(1, True)] * 10 + [Judged(1, None)] * 10
    told = gauging.told(SimpleNamespace(review=quality(layers, judged, 0.0), probable=quality(layers, judged, 0.0)))[0]
    assert "50.0 and 100.0 per cent" in told["span"]
    assert "100 are one person" in told["precision_words"]
    assert "are shown; the others are missed" in told["recall_words"]


@pytest.mark.parametrize(("matches", "words"), [(19, "fewer than 20"), (20, "20")])
def test_small_counts_of_groups_are_not_told(matches, words):
    gap = Estimate(-0.1, -1.4, -0.05)
    one = GroupQuality("female", matches, 30, Estimate(0.5, 0.4, 0.6), None, gap, "gap")
    other = GroupQuality("other", matches, 30, None, None, None, "unknown")
    (told,) = gauging.groups({"sex": [other, one], "age": []})
    row = told["rows"][0]
    assert row["matches"] == words
    assert row["label"] == "women and girls"
    assert (row["gap"]["value"], row["gap"]["x1"]) == ("-10.0", 0.0)
    assert row["precision"] is None


def test_groups_stand_in_their_own_order_and_countries_under_their_names():
    def found(*names):
        return [GroupQuality(name, 3, 3, None, None, None, "unknown") for name in names]

    ages, origins = gauging.groups(
        {"age": found("0-4", "18-59", "5-17", "60+"), "origin": found("MMR", "XXX")}, {"MMR": "Myanmar"}
    )
    assert [str(row["label"]) for row in ages["rows"]] == [
        "0 to 4 years", "5 to 17 years", "18 to 59 years", "60 years and older"
    ]  # fmt: skip
    assert [row["label"] for row in origins["rows"]] == ["Myanmar", "XXX"]


@pytest.mark.parametrize(
    ("share", "words"), [(None, "–"), (0.5, "50 of 100"), (0.015, "1.5 of 100"), (0.0004, "1 in 2,500"), (0.0, "never")]
)
def test_probabilities_are_told_as_people_count(share, words):
    assert weighing._share(share) == words


def test_a_version_that_was_not_trained_has_no_report():
    assert weighing.training({}) is None
    assert weighing.training({"seed": 1, "job": "x"}) is None
    told = weighing.training({"people": 10})
    assert told["rows"] == told["rules"] == []
