"""Drawings of payments: what is more is longer, nothing leaves the paper, mirrored is the mirror image."""

from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.payments.queries import Figure, PlaceFigure
from banyan.aid.payments.views.charts import WIDE, Mark, bars, columns, scale
from banyan.aid.payments.views.overview import counted, gathered

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)
MARKS = st.lists(st.builds(Mark, st.just("North"), AMOUNTS, st.just("some")), max_size=30)


@given(MARKS)
def test_bars_stay_on_the_paper_and_keep_the_order_of_their_figures(marks):
    drawn = bars(marks)
    if drawn is None:
        assert not any(mark.value for mark in marks)
        return
    for mark, bar in zip(marks, drawn["rows"], strict=True):
        assert 0 <= bar["width"] <= WIDE
        assert bool(bar["width"]) == (mark.value > 0), "what is there is seen, however little"
        assert bar["y"] + drawn["thick"] <= drawn["height"]
    for bar, other in zip(drawn["rows"], bars(marks, mirrored=True)["rows"], strict=True):
        assert round(bar["x"] + other["x"] + bar["width"], 1) == WIDE


@given(MARKS)
def test_columns_stand_on_the_ground_below_the_end_of_the_scale(marks):
    drawn, other = columns(marks), columns(marks, mirrored=True)
    if drawn is None:
        assert other is None
        return
    for column, opposite in zip(drawn["columns"], other["columns"], strict=True):
        assert 0 <= column["y"] <= drawn["ground"]
        assert abs(column["y"] + column["height"] - drawn["ground"]) < 0.2
        assert 0 <= column["x"] <= column["x"] + column["width"] <= drawn["width"]
        assert abs(column["middle"] + opposite["middle"] - drawn["width"]) < 0.2
    named = [column["middle"] for column in drawn["named"]]
    assert named[0] == drawn["columns"][0]["middle"]
    assert all(after - before >= 59 for before, after in pairwise(named)), "names do not touch"


@given(st.decimals(min_value=0, max_value=10**15, places=2))
def test_a_scale_ends_at_a_round_figure_not_far_above_the_largest(most):
    end = scale(most)
    assert end >= most
    assert end <= max(Decimal(2), most * Decimal("2.5"))
    assert str(end.normalize().as_tuple().digits) in ("(1,)", "(2,)", "(5,)")


def test_many_villages_are_told_by_what_they_lie_in() -> None:
    country, states = uuid4(), [uuid4() for _number in range(3)]
    villages = {uuid4(): number % 3 for number in range(90)}
    trails = {place: [(country, "Land"), (states[state], f"State {state}")] for place, state in villages.items()}
    rows = [PlaceFigure(place, Figure(2, Decimal(10)), Figure(1, Decimal(5))) for place in villages]
    rows.append(PlaceFigure(None, Figure(1, Decimal(1)), Figure()))
    found, names = gathered(rows, dict.fromkeys(villages, "Village"), trails)
    assert {(names.get(row.place_id), row.planned.lines, row.delivered.amount) for row in found} == {
        ("State 0", 60, 150), ("State 1", 60, 150), ("State 2", 60, 150), (None, 1, 0),
    }  # fmt: skip


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_lines_are_counted_in_every_language(language):
    with override(language):
        for count in (0, 1, 2, 3, 11, 100):
            words = counted(count)
            assert words
            assert "%" not in words
