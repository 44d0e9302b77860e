"""Geometry of the pictures of targeting: inside the frame, to one scale, mirrored for right-to-left pages."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.programmes.rules.targeting import GROUPS
from banyan.aid.programmes.views import charts

counts = st.lists(st.integers(0, 10**6), min_size=5, max_size=5)
points = st.lists(
    st.tuples(st.integers(-500, 500), st.integers(0, 10**6)), min_size=1, max_size=12, unique_by=lambda each: each[0]
)


@given(counts, counts, st.booleans())
def test_both_sides_of_a_pyramid_have_one_scale_and_stay_inside(women, men, mirrored):
    drawn = charts.pyramid(women, men, GROUPS, mirrored=mirrored)
    if drawn is None:
        assert not any([*women, *men])
        return
    assert [row["band"] for row in drawn["rows"]] == list(reversed(GROUPS))
    assert sum(row["women"] + row["men"] for row in drawn["rows"]) == sum(women) + sum(men)
    widths = [row[side] for row in drawn["rows"] for side in ("left", "right")]
    assert max(widths) == drawn["right_x"] - 80
    assert all(row["left_x"] >= 0 and drawn["right_x"] + row["right"] <= drawn["width"] for row in drawn["rows"])


def test_women_stand_on_the_starting_side():
    girls, men = [4, 0, 0, 0, 0], [0, 0, 0, 0, 2]
    plain, turned = charts.pyramid(girls, men, GROUPS), charts.pyramid(girls, men, GROUPS, mirrored=True)
    assert (plain["rows"][-1]["left"], plain["rows"][-1]["right"]) == (240, 0)
    assert (turned["rows"][-1]["left"], turned["rows"][-1]["right"]) == (0, 240)
    assert (plain["women_left"], turned["women_left"]) == (True, False)


@given(points, st.booleans())
def test_a_curve_stays_inside_its_frame(found, mirrored):
    drawn = charts.curve(found, [found[0][0], 10**6], mirrored=mirrored)
    if drawn is None:
        assert len(found) < 2
        return
    places = [tuple(map(float, place.split(","))) for place in drawn["line"].split()]
    assert len(places) == 2 * len(found) - 1
    assert all(0 <= x <= drawn["width"] and drawn["top"] <= y <= drawn["bottom"] for x, y in places)
    assert len(drawn["marks"]) == 1, "a threshold beyond the scores is not drawn"


@given(st.floats(0, 10**9))
def test_the_next_round_figure_holds_what_is_drawn(figure):
    assert charts.ceiling(figure) >= figure
    assert charts.ceiling(figure) <= max(4, 2.1 * figure)


def test_bars_and_shades_are_parts_of_the_most():
    assert charts.bars([1, 2, 4]) == [50, 100, 200]
    assert charts.bars([0, 0]) == [0, 0]
    assert charts.bars([]) == []
    assert [charts.shade(figure, 100) for figure in (0, 1, 20, 21, 100)] == [0, 1, 1, 2, 5]
    assert charts.shade(1, 0) == 0
    assert charts.steps(10)[-1] == (5, 10)
