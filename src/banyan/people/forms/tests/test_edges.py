"""The rarer corners of expressions, tables and suggestions, each of which once went wrong somewhere."""

from datetime import datetime

import polars as pl
import pytest

from banyan.people.forms.declarations import RegisterField, register_fields
from banyan.people.forms.queries.evaluation import FormChecker
from banyan.people.forms.rules import binding
from banyan.people.forms.rules.binding.suggesting import extra_key
from banyan.people.forms.rules.expressions.patterns import LONGEST_PATTERN, matches
from banyan.people.forms.rules.expressions.tokens import ExpressionError
from banyan.people.forms.rules.schema import Choice, Question, Schema
from banyan.people.forms.tests.test_expressions import value
from banyan.people.forms.tests.test_tables import both, table

NOW = datetime.fromisoformat("2024-05-17T10:30:00")
YES_NO = (Choice("yes", {"": "Yes"}), Choice("no", {"": "No"}))
NUMBERED = (Choice("1", {"": "Red"}), Choice("2", {"": "Blue"}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("decimal-time(now())", 0.4375),
        ("round(1234567, 400)", 1234567.0),
        ("sum(../g/node())", 4.0),
        ("count(/data/g/*)", 1.0),
        ("count(instance('sex')/root/item) + count(instance('sex')/root/item)", 4.0),
        ("pow(10, 400)", float("inf")),
        ("- ${n}", -4.0),
        ("../x[. = 'old']", "old"),
    ],
)
def test_values(text, found):
    assert value(text, {"x": "old", "g/n": "4"}) == found


def test_patterns_are_matched_whole_and_never_for_long():
    assert matches("a" * 60 + "b", "(a+)+b")
    assert not matches("a" * 5_000, "(a+)+b")
    with pytest.raises(ExpressionError):
        matches("a", "a" * (LONGEST_PATTERN + 1))


def test_logic_with_minus_and_predicates_is_looked_through():
    questions = (
        Question("a", "a", "text", constraint="- ${nowhere} = 1"),
        Question("b", "b", "text", constraint="(/data/a)[. = ${nowhere}] = 1"),
        Question("c", "c", "text", constraint="count(/data/*[. = '']) = 1"),
        Question("d", "d", "text", constraint="count(../a/..) = 1"),
    )
    found = FormChecker(Schema("f", "F", questions=questions)).unchecked
    assert [(each.path, each.detail) for each in found] == [("a", "nowhere"), ("b", "nowhere")]


@pytest.mark.parametrize(
    "constraint",
    [
        "(${m})[1] = ''",
        "regex(., ${pattern})",
        "date(.) = today()",
        "decimal-date-time(.) > 1",
        "${a} = ''",
        "${where} != ''",
        "${stamp} != ''",
        "${far} = ''",
        "${made} > 1",
        "if(. = 'x', true(), '')",
        "if(. = 'x', 1, 'y') = 1",
        "if(. = 'x', '', '') = ''",
        "boolean(if(. = 'x', 2, ''))",
        "${stated} = '2024-05-17'",
        "${moment} != ''",
        "date(today()) = '2024-05-17'",
        "decimal-date-time(today()) > 5",
        "coalesce(${where}, 'x') = 'x'",
        "ends-with(concat(., ${where}, 1), '1')",
        "selected(${where}, 5)",
    ],
)
def test_columns_and_rows_agree_in_rare_cases(constraint):
    schema = Schema(
        "f", "F", repeats=("m", "other", "m/deep"), choices={"c": YES_NO},
        questions=(
            Question("q", "q", "text", constraint=constraint),
            Question("where", "where", "geopoint"),
            Question("stamp", "stamp", "datetime"),
            Question("pattern", "pattern", "text"),
            Question("made", "made", "integer", calculation="string-length(${q})"),
            Question("stated", "stated", "calculate", calculation="today()"),
            Question("moment", "moment", "calculate", calculation="now()"),
            Question("far", "far", "text"),
            Question("m/a", "a", "text", repeat="m", required="${q} = 'x'"),
            Question("m/b", "b", "select_one", repeat="m", list_name="c", or_other=True),
            Question("m/deep/d", "d", "text", repeat="m/deep"),
            Question("other/o", "o", "text", repeat="other"),
        ),
    )  # fmt: skip
    households = table(
        [("1", "x", "16.8 96.1", "2024-05-17T10:30:00", "x|y", "3", ""), ("2", "y", "north", None, "[", None, ""),
         ("3", "2024-05-17", None, "noon", None, "x", ""), ("4", None, None, None, None, None, "")],
        ["h.q", "h.where", "h.stamp", "h.pattern", "h.made", "unused"],
    )  # fmt: skip
    people = table(
        [("1", "", "yes", "d", "o"), ("1", "a", "q", "d", "o"), ("9", None, "other", "", "")],
        ["p.a", "p.b", "p.d", "p.o"],
    )
    columns = {"q": "h.q", "where": "h.where", "stamp": "h.stamp", "pattern": "h.pattern", "made": "h.made", "m/a": "p.a",
               "m/b": "p.b", "m/deep/d": "p.d", "other/o": "p.o", "nowhere": "h.q", "far": "nowhere", "stated": "unused"}  # fmt: skip
    fast, slow = both(schema, households, people, columns)
    assert fast == slow
    assert ("household", 1, "where", "type") in [row[:4] for row in fast]


def test_households_alone_are_checked_too():
    schema = Schema("f", "F", questions=(Question("q", "q", "text", required="yes"),))
    found = FormChecker(schema).check_frame(
        table([("1", None)], ["h.q"]), pl.DataFrame({"key": []}), {"q": "h.q"}, on=NOW
    )
    assert found.rows() == [("household", 0, "q", "required", "")]


@pytest.mark.parametrize(
    ("question", "choices", "field"),
    [
        (Question("q", "q", "text", hxl="#affected+name+other"), (), "person.full_name"),
        (Question("q", "q", "text", labels={"": "Name of head of household"}), (), "person.full_name"),
        (Question("sex", "sex", "select_one", list_name="c"), YES_NO, ""),
        (Question("sex", "sex", "select_one", list_name="c"), NUMBERED, "person.sex"),
        (Question("education", "education", "select_one", list_name="c"), NUMBERED, "person.education"),
        (Question("education", "education", "select_one", list_name="c"), YES_NO, ""),
        (Question("___", "___", "text", labels={"": "word " * 50}), (), ""),
    ],
)
def test_suggestions_in_the_light_of_choices_and_tags(question, choices, field):
    about_people = (Question("full_name", "full_name", "note"), Question("age", "age", "note"), question)
    found = binding.suggest(Schema("f", "F", questions=about_people, choices={"c": choices}), register_fields())
    assert found[-1].field == field


def test_a_key_is_found_even_when_all_are_taken():
    assert extra_key(Question("a/q", "q", "text"), {"q", "a.q"}) == "a.q.2"


def test_people_of_a_repeat_within_a_repeat_have_no_household_to_stand_in():
    schema = Schema(
        "f",
        "F",
        repeats=("m", "m/deep"),
        questions=(Question("m/deep/d", "d", "text", repeat="m/deep", required="yes"),),
    )
    households, people = table([("1",)], []), table([("1", None)], ["p.d"])
    assert both(schema, households, people, {"m/deep/d": "p.d"}) == ([], [])


def test_a_field_known_by_signs_alone_is_found_by_nothing():
    odd = RegisterField("household.odd", "household", "Odd", "text", words=("…",))
    [bond] = binding.suggest(Schema("f", "F", questions=(Question("q", "q", "text"),)), {odd.key: odd})
    assert bond.field == ""
