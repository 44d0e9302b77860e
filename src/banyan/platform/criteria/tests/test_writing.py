"""Whatever tree there is, its text is read again as the same, and means the same."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from banyan.platform.criteria.rules import Vocabulary, evaluate, read, read_number, write
from banyan.platform.criteria.rules.tree import Arithmetic, Has, Literal, Negate, Not, parts, walk, whole_number
from banyan.platform.criteria.tests import worlds
from banyan.platform.criteria.tests.subjects import VOCABULARY
from banyan.platform.kernel.problems import Problem

EXAMPLES = int(os.environ.get("BANYAN_FUZZ_EXAMPLES", "150"))
WORLD = Vocabulary(worlds.SUBJECTS, "person")
PATIENT = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

RECORDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(worlds.NAMES),
        "sex": st.sampled_from([None, "female", "male"]),
        "born": st.sampled_from(worlds.DATES),
        "age": st.sampled_from(worlds.DATES),
        "grade": st.sampled_from([None, 0, 3]),
        "enrolled": st.sampled_from([None, True, False]),
        "household": st.sampled_from(
            [None, {"place": "MMR001", "size": 5, "members": [{"age": "2021", "name": "Aung"}, {}]}]
        ),
    }
)


@given(tree=worlds.conditions(), record=RECORDS)
@PATIENT
def test_any_tree_is_written_and_read_again_with_the_same_meaning(tree: Any, record: dict[str, Any]) -> None:
    text = write(tree)
    try:
        again = read(text, WORLD)
    except Problem:
        assume(
            False
        )  # patterns, numbers and days beyond what may be written; the tree itself is never refused for its text
        raise
    assert write(again) == write(read(write(again), WORLD))
    assert read(write(again), WORLD) == again
    assert evaluate(again, record, today=worlds.TODAY) == evaluate(tree, record, today=worlds.TODAY)


TOKENS = ["age", "grade", "name", "sex", "born", "household", "documents", "older", "m", "members", ".", ".", ",", "(", "(", ")", ")", "[", "]", " && ", " || ",
          "!", " == ", " < ", " in ", " + ", "-", "/", "%", " ? ", " : ", "1", "1.5", '"a"', 'date("1990")', "null", "true", "today", "exists(m, ", "all(d, ",
          "filter(x, ", ".size()", ".sum(y, ", "has(", "param.x", "extras.x", ".matches(", "'; DROP TABLE person; --'", "%s", "{t}"]  # fmt: skip


@st.composite
def nearly_right(draw: Any) -> str:
    """A criterion in which a few characters are gone, or something stands that does not belong there."""
    text = write(draw(worlds.conditions(depth=2)))
    for _time in range(draw(st.integers(0, 3))):
        start, length = draw(st.integers(0, len(text))), draw(st.integers(0, 4))
        text = text[:start] + draw(st.sampled_from(["", *TOKENS])) + text[start + length :]
    return text


@given(formula=worlds.numbers((("", "person"),), 3))
@PATIENT
def test_a_formula_is_read_again_as_it_was_written(formula: Any) -> None:
    text = write(formula)
    try:
        found = read_number(text, WORLD)
    except Problem:
        # Trees are made freely: not each could have been written.
        return
    assert read_number(write(found), WORLD) == found


@given(text=nearly_right() | st.lists(st.sampled_from(TOKENS), max_size=25).map("".join) | st.text(max_size=200))
@PATIENT
def test_any_text_is_a_criterion_or_a_problem_with_its_place(text: str) -> None:
    problem: Problem | None = None
    try:
        tree = read(text, WORLD)
    except Problem as found:
        problem = found
    if problem is None:
        assert read(write(tree), WORLD) == tree
        assert evaluate(tree, {}, today=worlds.TODAY) in (True, False, None)
        return
    for one in problem.errors or (problem,):
        assert one.parameters["line"] >= 1
        assert 0 <= one.parameters["start"] <= len(text)
        assert one.as_text()


def test_parts_of_a_tree_are_walked_in_the_order_written() -> None:
    tree = read("!has(age) && documents.filter(d, has(d.type)).size() > 1 && (refugee ? 1 : 2) in [1]", VOCABULARY)
    names = [type(node).__name__ for node in walk(tree)]
    assert names[:5] == ["And", "Not", "Has", "FieldRef", "Compare"]
    assert names[5:8] == ["Aggregate", "Has", "FieldRef"]
    assert names[-5:] == ["Choose", "FieldRef", "Literal", "Literal", "Literal"]
    assert parts(Literal(1, "integer")) == ()


def test_constants_of_moves() -> None:
    assert whole_number(Negate(Literal(3, "integer", "months"), "integer")) == -3
    with pytest.raises(TypeError):
        whole_number(Arithmetic("+", Literal(1, "integer"), Literal(1, "integer"), "integer"))


def test_what_is_no_node_is_not_written() -> None:
    with pytest.raises(TypeError):
        write("age")  # type: ignore[arg-type]
    assert isinstance(read("!has(age)", VOCABULARY), Not)
    assert isinstance(read("has(age)", VOCABULARY), Has)
