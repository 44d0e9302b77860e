"""Grades, scores, lists and verdicts, as pure rules."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.aid.programmes.rules import target_lists as lists
from banyan.aid.programmes.rules import targeting as rules
from banyan.platform.criteria.declarations import Field, Subject
from banyan.platform.criteria.rules import read
from banyan.platform.criteria.rules.evaluating import evaluate
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

THING = Subject(
    "thing", "Things", "thing",
    fields=(
        *(Field(name, "boolean", name, f"{{t}}.{name}") for name in "abcd"),
        Field("secret", "boolean", "secret", "{t}.secret", privacy=Privacy.SENSITIVE),
    ),
)  # fmt: skip
KNOWN = Vocabulary({"thing": THING}, "thing")
JOINS = {"and": "all", "or": "any", "not": "not", "choose": "which"}

conditions = st.recursive(
    st.sampled_from(["a", "b", "c", "d", "!has(a)", "has(b)", "true"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
    ),
    max_leaves=8,
)
records = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in "abcd"})


def graded(node: Any, record: Any) -> str:

    found = evaluate(node, record, today=date(2026, 1, 1))
    return rules.LETTERS[rules.UNKNOWN if found is None else rules.MET if found else rules.REFUTED]


@given(conditions, records)
def test_a_rule_is_graded_from_its_parts_as_the_language_says(text, record):
    node = read(text, KNOWN)
    marks = "".join(graded(leaf, record) for leaf in rules.leaves(node))
    assert rules.LETTERS[rules.graded(node, marks)] == graded(node, record)
    told = rules.told([str(place) for place in range(len(marks))], marks, node, JOINS)
    assert told.mark == graded(node, record)
    assert _leaves(told) == [(str(place), mark) for place, mark in enumerate(marks)]


def _leaves(told: rules.Told) -> list[tuple[str, str]]:
    return [(told.text, told.mark)] if not told.parts else [one for part in told.parts for one in _leaves(part)]


def test_alternatives_are_met_when_one_is():
    assert rules.eligible([0, 1, 2]) == rules.MET
    assert rules.eligible([0, 1]) == rules.UNKNOWN
    assert rules.eligible([0]) == rules.REFUTED


grades = st.sampled_from([rules.REFUTED, rules.UNKNOWN, rules.MET])
scores = st.none() | st.decimals(-100, 100, places=4)


@given(grades, scores, scores, st.booleans(), st.booleans())
def test_nobody_unknown_is_in_and_nothing_asked_puts_nobody_in(grade, score, threshold, included, excluded):
    found = rules.verdict(grade, score, threshold, included=included, excluded=excluded)
    if found == rules.IN:
        assert grade == rules.MET
        assert threshold is None or (score is not None and score >= threshold)
    if excluded:
        assert found == rules.EXCLUDED
    if not (included or excluded):
        # Not even what is met: nothing was asked.
        assert rules.verdict(grade, score, threshold, asked=False) == rules.OUT


@pytest.mark.parametrize(
    ("grade", "score", "threshold", "expected"),
    [
        (rules.MET, None, None, rules.IN),
        (rules.UNKNOWN, None, None, rules.UNDECIDED),
        (rules.REFUTED, "9", "5", rules.OUT),
        (rules.MET, "5", "5", rules.IN),
        (rules.MET, "4.9999", "5", rules.OUT),
        (rules.UNKNOWN, "4", "5", rules.OUT),
        (rules.UNKNOWN, "6", "5", rules.UNDECIDED),
        (rules.MET, None, "5", rules.UNDECIDED),
    ],
)
def test_rule_and_threshold_are_both_heeded(grade, score, threshold, expected):
    score, threshold = (None if one is None else Decimal(one) for one in (score, threshold))
    assert rules.verdict(grade, score, threshold) == expected


def test_a_list_decides_before_rules_and_the_excluded_before_the_included():
    assert rules.verdict(rules.REFUTED, None, None, included=True) == rules.INCLUDED
    assert rules.verdict(rules.MET, None, None, included=True, excluded=True) == rules.EXCLUDED


def test_points_are_rounded_before_they_are_added():
    assert rules.points(Decimal(1), Decimal("0.00005")) == Decimal("0.0001")
    assert rules.points(None, Decimal(2)) is None
    assert rules.total([Decimal("0.1"), Decimal("0.2")]) == Decimal("0.3")
    assert rules.total([Decimal(1), None]) is None
    assert rules.total([]) is None
    assert rules.asks([], None) is False
    assert rules.asks([], Decimal(0))


def test_a_digest_changes_with_what_is_asked_and_not_with_how_it_is_named():
    rule, line = {"key": "a", "label": "A", "text": "a"}, {"label": "L", "formula": "1", "weight": "1.50"}
    first = rules.digest([rule], [line], Decimal("2.0"), [("include", "x"), ("exclude", "y")])
    again = rules.digest(
        [rule | {"label": "B", "parts": []}], [line | {"label": "M", "weight": "1.5"}], Decimal(2),
        [("exclude", "y"), ("include", "x")],
    )  # fmt: skip
    assert first == again
    assert first != rules.digest([rule | {"text": "b"}], [line], Decimal(2), [("include", "x"), ("exclude", "y")])
    assert first != rules.digest([rule], [line], None, [("include", "x"), ("exclude", "y")])
    assert first != rules.digest([rule], [line], Decimal(2), [("include", "x")])


def test_thresholds_and_what_is_near():
    assert rules.thresholds([Decimal(3), Decimal(1), Decimal(3)], Decimal(2)) == [Decimal(1), Decimal(2), Decimal(3)]
    assert rules.thresholds([Decimal(1)], None) == [Decimal(1)]
    assert rules.margin(Decimal(0), Decimal(10)) == Decimal("0.5")


def test_what_is_sensitive_is_seen():
    assert rules.is_sensitive(read("a && secret", KNOWN))
    assert not rules.is_sensitive(read("a", KNOWN))


def test_formulas_of_sex_and_age_leave_the_last_group_open():
    assert rules.composition_formula("male", (60, None), "m") == 'm.sex == "male" && m.age >= 60'
    assert rules.composition_formula("female", (5, 11)) == 'sex == "female" && age >= 5 && age <= 11'
    assert len(rules.cells()) == 2 * len(rules.GROUPS)


HOUSEHOLD = [reference("HHD", new_id(), groups=3) for _ in range(3)]


def test_a_list_is_read_with_and_without_names_of_columns():
    first, second, _third = HOUSEHOLD
    plain, none = lists.read_list([[first, "widow"], [], [None, " "], [second.lower()]], "household")
    assert ([(one.row, one.reference, one.reason) for one in plain], none) == (
        [(1, first, "widow"), (4, second, "")],
        [],
    )
    named, _none = lists.read_list([["Name", "Reason", "Reference"], ["Aung", "poor", first]], "household")
    assert [(one.row, one.reference, one.reason) for one in named] == [(2, first, "poor")]
    other, _none = lists.read_list([["ကုဒ်", "မှတ်ချက်"], [first, "poor"]], "household")
    assert [one.reason for one in other] == ["poor"]


def test_every_bad_row_is_told():
    first, second, _third = HOUSEHOLD
    wrong = second[:-1] + ("2" if second[-1] != "2" else "3")
    _found, problems = lists.read_list(
        [["reference"], [first], ["12"], [wrong], [first], [reference("PSN", new_id(), groups=3)]], "household"
    )
    assert [(one.at.row, one.code) for one in problems if one.at] == [
        (3, "kernel.reference_malformed"),
        (4, "kernel.reference_mistyped"),
        (5, "programmes.list_twice"),
        (6, "kernel.reference_malformed"),
    ]
    assert all(isinstance(one, Problem) and one.mend for one in problems)
