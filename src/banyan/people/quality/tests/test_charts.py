"""Geometry of the pictures: inside the frame, broken where days cannot be compared, mirrored for right-to-left pages."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from banyan.people.quality.views import charts
from banyan.people.quality.views.charts import TrendPoint

DAY = date(2026, 3, 1)
percent = st.floats(0, 100)
points = st.lists(
    st.builds(
        TrendPoint, day=st.integers(0, 400).map(lambda n: DAY + timedelta(days=n)), score=st.none() | percent,
        low=st.none() | percent, high=st.none() | percent, target=st.none() | percent, signal=st.booleans(),
        version=st.integers(1, 2),
    ),
    unique_by=lambda point: point.day, max_size=12,
).map(lambda found: sorted(found, key=lambda point: point.day))  # fmt: skip


def places(path):
    return [tuple(float(part) for part in place.split(",")) for place in path.split()]


def day(number, score, **more):
    return TrendPoint(DAY + timedelta(days=number), score, **more)


@given(points, st.booleans())
def test_a_trend_stays_inside_its_frame(found, mirrored):
    drawn = charts.trend(found, mirrored=mirrored)
    if drawn is None:
        assert len({point.day for point in found if point.score is not None}) < 2
        return
    paths = [*drawn["lines"], *drawn["bands"], *drawn["targets"]]
    for x, y in [place for path in paths for place in places(path)] + [(dot["x"], dot["y"]) for dot in drawn["dots"]]:
        assert 0 <= x <= drawn["width"]
        assert drawn["top"] <= y <= drawn["bottom"]
    assert len(drawn["dots"]) == sum(point.score is not None for point in found)


@given(points)
def test_time_runs_from_the_right_on_mirrored_pages(found):
    plain, turned = charts.trend(found), charts.trend(found, mirrored=True)
    assert (plain is None) == (turned is None)
    for left, right in zip(plain["dots"] if plain else [], turned["dots"] if turned else [], strict=True):
        assert abs(left["x"] + right["x"] - charts.WIDE) < 0.2
        assert left["y"] == right["y"]


def test_lines_are_broken_by_unknown_days_and_new_definitions():
    drawn = charts.trend(
        [day(0, 90), day(1, 91), day(2, None), day(3, 92), day(4, 93, version=2), day(5, 94, version=2)]
    )
    assert [len(places(line)) for line in drawn["lines"]] == [2, 2]
    assert len(drawn["changes"]) == 1
    assert next(mark["anchor"] for mark in drawn["days"]) == "start"


def test_each_version_of_a_definition_has_a_line_of_its_own_while_both_are_computed():
    both = [day(number, score, version=version) for number in range(4) for version, score in ((1, 90), (2, 95))]
    drawn = charts.trend([day(-2, 91), day(-1, 90), *both, day(4, 95, version=2)])
    assert [len(places(line)) for line in drawn["lines"]] == [6, 5]
    assert len(drawn["changes"]) == 1


def test_the_target_has_steps_where_it_changed():
    drawn = charts.trend([day(0, 90, target=95), day(1, 90, target=95), day(2, 90, target=97)])
    (steps,) = drawn["targets"]
    assert len(places(steps)) == 4
    assert charts.trend([day(0, 90, target=95), day(1, 90)])["targets"] == []


def test_one_day_is_no_trend():
    assert charts.trend([]) is None
    assert charts.trend([day(0, 50)]) is None


def test_low_scores_are_drawn_from_low():
    assert {row["value"] for row in charts.trend([day(0, 3), day(9, 90)])["rows"]} == {0, 25, 50, 75, 100}
    assert min(row["value"] for row in charts.trend([day(0, 99), day(1, 98)])["rows"]) == 90
    assert min(row["value"] for row in charts.trend([day(0, 41), day(1, 98)])["rows"]) == 40


def test_ages_that_people_guess_are_marked_and_mirrored():
    drawn = charts.comb([4, 0, 2, 3, 3, 8, *([0] * 120), 3])
    assert [(bar["age"], bar["count"], bar["round"]) for bar in drawn["bars"]] == [
        (0, 4, True), (2, 2, False), (3, 3, False), (4, 3, False), (5, 8, True), (charts.OLDEST, 3, False),
    ]  # fmt: skip
    turned = charts.comb([4, 0, 2], mirrored=True)
    assert [bar["x"] for bar in turned["bars"]] == [drawn["width"] - drawn["thick"] - 1, drawn["width"] - 21]
    assert all(bar["y"] >= 0 and bar["y"] + bar["height"] <= drawn["line"] + 0.1 for bar in drawn["bars"])
    assert charts.comb([]) is None
    assert charts.comb([0, 0]) is None
