"""Weights of levels, steps of a pair's weight, and the groups of pairs."""

from itertools import pairwise
from math import log2

import pytest

from banyan.people.linkage.rules import belonging, weighing

SETTINGS = {
    "probability_two_random_records_match": 1 / 1025,
    "comparisons": [
        {
            "output_column_name": "names",
            "comparison_levels": [
                {"sql_condition": "a IS NULL", "label_for_charts": "unknown", "is_null_level": True},
                {"sql_condition": "a = b", "label_for_charts": "same", "m_probability": 0.8, "u_probability": 0.0125},
                {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.2, "u_probability": 0.8},
            ],
        },
        {
            "output_column_name": "sex",
            "comparison_levels": [
                {"sql_condition": "a = b", "label_for_charts": "same"},
                {"sql_condition": "ELSE", "label_for_charts": "other", "m_probability": 0.0, "u_probability": 0.5},
            ],
        },
    ],
}


def test_levels_are_numbered_from_the_weakest_and_weigh_the_logarithm():
    names, sex = weighing.comparisons_of(SETTINGS)
    assert [(each.number, each.name) for each in names.levels] == [(1, "same"), (0, "other")]
    assert [each.weight for each in names.levels] == [pytest.approx(6), pytest.approx(-2)]
    assert [each.weight for each in sex.levels] == [None, None]
    assert weighing.comparisons_of({}) == []


def test_the_prior_is_the_odds_of_two_taken_at_random():
    assert weighing.prior_of(SETTINGS) == pytest.approx(-10)
    assert weighing.prior_of({}) == pytest.approx(log2(0.0001 / 0.9999))


def test_a_waterfall_goes_from_the_prior_to_the_weight():
    steps = weighing.waterfall(SETTINGS, [1, -1], -1.5)
    assert [(step.name, step.level) for step in steps] == [("", None), ("names", 1), (weighing.REST, None)]
    assert steps[1].start == pytest.approx(-10)
    assert steps[-1].end == -1.5
    assert all(a.end == b.start for a, b in pairwise(steps))
    assert [step.name for step in weighing.waterfall(SETTINGS, [0, 0], -12)] == ["", "names"]


@pytest.mark.parametrize(
    ("first", "second", "groups"),
    [
        ({"sex": "female", "birth_date": "~1990", "origin_country": "MM", "full_name": "Aung"},
         {"sex": "female", "birth_date": "1991-02-03", "origin_country": "MM", "full_name": "Aung"},
         {"sex": "female", "age": "18-59", "origin": "MM", "script": "latin"}),
        ({"sex": "female", "birth_date": "1950"}, {"sex": "male", "birth_date": None}, {"age": "60+"}),
        ({"sex": "unknown", "birth_date": "2024"}, {"sex": "male", "birth_date": "2023", "nationality": "BD"},
         {"sex": "male", "age": "0-4", "origin": "BD"}),
        ({"birth_date": "2010", "name_original": "အောင်"}, {"birth_date": "1990", "full_name": "Aung أحمد"}, {}),
        ({"full_name": "Aung အောင်"}, {"full_name": "..."}, {"script": "mixed"}),
        ({}, {"birth_date": "20"}, {"age": "60+"}),
    ],
)  # fmt: skip
def test_a_pair_belongs_where_both_records_say_so(first, second, groups):
    assert belonging.groups_of(first, second, 2026) == groups
