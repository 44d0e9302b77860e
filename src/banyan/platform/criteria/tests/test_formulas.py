"""Formulas give a number or say that it is not known; every fault has its place, every number its explanation."""

from typing import Any

import pytest

from banyan.platform.access.testing import viewer_with
from banyan.platform.criteria import queries
from banyan.platform.criteria.rules import (
    Words,
    evaluate_number,
    explain_figures,
    explain_number,
    phrase,
    read_number,
    tree,
    write,
)
from banyan.platform.criteria.rules.evaluating import Evaluator
from banyan.platform.criteria.tests.subjects import VOCABULARY
from banyan.platform.criteria.tests.test_evaluating import ALONE, CHILD, MOTHER, TODAY, TWIN
from banyan.platform.criteria.tests.test_selecting import KNOWN, SYSTEM, world
from banyan.platform.criteria.tests.worlds import TODAY as WORLD_DAY
from banyan.platform.kernel.problems import Problem

__all__ = ["world"]


@pytest.mark.parametrize(
    ("text", "mother", "child", "alone"),
    [
        ("30", "30", "30", "30"),
        ("30 * household.size", "90", "90", ""),
        ("least(50, 20 * household.size)", "50", "50", ""),
        ("greatest(children, 1, 0.5)", "2", "1", ""),
        ("refugee ? 10 : 5", "10", "10", ""),
        ("household.members.filter(m, m.age < 5).size() * 12.5", "12.5", "12.5", "0"),
        ("children", "2", "0", ""),
        ("age - 10", "25", "-8", ""),
        ("-children + 10 / 4", "0.5", "2.5", ""),
    ],
)
def test_a_formula_gives_one_number_or_none(text: str, mother: str, child: str, alone: str) -> None:
    formula = read_number(text, VOCABULARY)
    assert read_number(write(formula), VOCABULARY) == formula
    for record, expected in ((MOTHER, mother), (CHILD, child), (ALONE, alone)):
        told = explain_number(formula, record, today=TODAY)
        assert told.known is bool(expected)
        assert told.value == (expected or "not known")


def test_a_number_that_may_be_several_is_not_known() -> None:
    found = evaluate_number(read_number("age + 0", VOCABULARY), TWIN, today=TODAY)
    assert found is not None
    assert not found.known
    assert explain_number(read_number("age + 0", VOCABULARY), TWIN, today=TODAY).value == "17 to 18"


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "formula_empty", ""),
        ("  // nothing", "formula_empty", ""),
        ("age < 5", "not_a_number", "age < 5"),
        ("'30'", "not_a_number", "'30'"),
        ("birth_date", "not_a_number", "birth_date"),
        ("household", "relation_alone", "household"),
        ("household.members", "relation_alone", "household.members"),
        ("null", "not_a_number", "null"),
        ("least(1)", "arguments", "least(1)"),
        ("greatest(1, name)", "type_mismatch", "name"),
        ("30 *", "ends_early", ""),
        ("sise * 30", "name_unknown", "sise"),
        ("token.size()", "field_too_private", "token"),
    ],
)
def test_what_is_no_formula_is_told_with_its_place(text: str, code: str, at: str) -> None:
    with pytest.raises(Problem) as raised:
        read_number(text, VOCABULARY)
    found = (raised.value.errors or (raised.value,))[0]
    assert found.code == f"criteria.{code}"
    if at:
        start, length = found.parameters["start"], found.parameters["length"]
        assert text[start : start + length] == at


TEXT = "least(100, refugee ? 30 * household.members.size() : 5) + household.members.sum(m, m.children) - 1"


def test_the_figures_of_a_formula_are_enough_to_explain_it() -> None:
    formula = read_number(TEXT, VOCABULARY)
    assert [write(one) for one in tree.figures(formula)] == [
        "refugee",
        "household.members.size()",
        "household.members.sum(m, m.children)",
    ]
    live = explain_number(formula, {**MOTHER, "household": {"members": [MOTHER, CHILD]}}, today=TODAY)
    found = {figure: _value(figure, [MOTHER, CHILD]) for figure in tree.figures(formula)}
    kept = explain_figures(formula, found, today=TODAY)
    assert live.value == kept.value == "61"
    least = kept.parts[0].parts[0]
    assert (least.text.split(" of ")[0], least.value) == ("least", "60")  # type: ignore[union-attr]
    chosen, branch = least.parts[0].parts
    assert (chosen.text, chosen.verdict, branch.value) == ("Refugee: yes", True, "60")  # type: ignore[union-attr]
    # What could not be decided chose neither.
    unsure = explain_figures(formula, {**found, tree.figures(formula)[0]: None}, today=TODAY)
    assert not unsure.known
    assert len(unsure.parts[0].parts[0].parts[0].parts) == 1
    other = explain_figures(formula, {**found, tree.figures(formula)[0]: False}, today=TODAY)
    assert other.value == "6"


def _value(figure: Any, members: list[Any]) -> Any:
    return Evaluator(TODAY).of(figure, {"": {**MOTHER, "household": {"members": members}}})


def test_what_is_hidden_shows_no_value_and_no_sum_of_it() -> None:
    formula = read_number("income + 0.5 * children", VOCABULARY)
    told = explain_number(formula, MOTHER, today=TODAY, words=Words(hidden=lambda one: one.name == "income"))
    assert (told.value, told.parts[0].value, told.parts[1].value) == ("•••", "•••", "1")  # type: ignore[union-attr]


def test_a_part_is_said_in_words_of_no_record() -> None:
    assert phrase(read_number("greatest(children, 2)", VOCABULARY)) == "greatest of Children, 2"
    assert phrase(read_number("-age", VOCABULARY), words=Words()) == "−Age"


def test_a_formula_is_asked_under_the_viewers_rights(world: None) -> None:
    node = queries.formula("grade * 2", "person", seen_by=SYSTEM)
    assert node.kind == "integer"
    with pytest.raises(Problem) as refused:
        queries.formula("income", "person", seen_by=viewer_with("access.view_account"))
    assert refused.value.code == "criteria.field_too_private"
    with pytest.raises(Problem) as unread:
        queries.explain_formula("income", "person", 99, seen_by=SYSTEM)  # type: ignore[arg-type]
    assert unread.value.code == "kernel.not_found"
    told = queries.explain_formula("income * 2", "person", 1, seen_by=SYSTEM, today=WORLD_DAY)  # type: ignore[arg-type]
    assert told.value == "10"


def test_sensitive_formulas_read_only_where_the_viewer_may(world: None) -> None:
    income = queries.formula("income", "person", seen_by=SYSTEM)
    grade = queries.formula("grade", "person", seen_by=SYSTEM)
    near = viewer_with("access.view_account", "access.view_read_log", scopes={1})
    assert "ANY" in queries.scan([income], "person", seen_by=near, today=WORLD_DAY).where_sql()
    for nodes, viewer in (([grade], near), ([income], SYSTEM)):
        scan = queries.scan(nodes, "person", seen_by=viewer, today=WORLD_DAY)
        assert "ANY" not in scan.where_sql()
    assert queries.scan([], "household", seen_by=near, today=WORLD_DAY).where_sql() == "(ct1.live)"
    assert KNOWN["person"].sensitive


def test_formulas_have_a_purpose_that_no_saved_criterion_has() -> None:
    assert [one.key for one in queries.PURPOSES.values() if one.reckons] == ["entitlement"]
