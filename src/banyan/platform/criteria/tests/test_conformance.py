"""Where criteria and CEL say the same thing they mean the same thing: compared with cel-python's own evaluator.

Only here is that evaluator ever loaded. Records are whole, since CEL knows no unknown.
"""

from datetime import date
from typing import Any

import celpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.platform.criteria.rules import evaluate, read, write
from banyan.platform.criteria.tests.subjects import VOCABULARY
from banyan.platform.criteria.tests.test_reading import READ

PEOPLE: list[dict[str, Any]] = [
    {"name": "Mya", "remark": "", "sex": "female", "children": 2, "refugee": True, "widowed": False},
    {"name": "aung", "remark": "x", "sex": "male", "children": 0, "refugee": False, "widowed": True},
    {"name": "Ünal", "remark": "a\nb", "sex": "other", "children": 7, "refugee": True, "widowed": True},
]
_HOUSEHOLD = {"region": "MMR001", "size": 3, "members": [dict(one) for one in PEOPLE], "head": dict(PEOPLE[0])}
RECORDS = [{**one, "household": _HOUSEHOLD} for one in PEOPLE]


def as_cel_says(text: str, record: dict[str, Any]) -> bool:
    environment = celpy.Environment()
    program = environment.program(environment.compile(text))
    return bool(program.evaluate(celpy.json_to_cel(record)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "canonical"), READ)
def test_whatever_is_read_is_cel(text: str, canonical: str) -> None:
    environment = celpy.Environment()
    assert environment.compile(text) is not None
    assert environment.compile(canonical) is not None


@pytest.mark.parametrize(
    "text",
    [
        "refugee && !widowed || children > 5",
        "refugee ? children > 1 : widowed",
        "children * 2 - 1 >= 3 && -children < 0",
        "children % 3 == 1 || 2 + 3 * children == 2",
        "sex in ['male', 'female'] && name != 'aung'",
        "name.startsWith('M') || name.endsWith('l') || name.contains('un')",
        "name.matches('^[A-Za-z]+$')",
        "name.size() == 4 && size(remark) <= 3",
        "household.size == 3 && household.head.name == 'Mya'",
        "household.members.exists(m, m.children > children)",
        "household.members.all(m, m.refugee || m.widowed)",
        "household.members.exists_one(m, m.sex == sex && m.children >= 2)",
        "household.members.filter(m, m.refugee).size() == 2",
        "has(household.region)",
        "'a' == 'a' && 0x10 == 16 && 1 < 2 && true != false",
    ],
)
def test_shared_words_mean_the_same(text: str) -> None:
    tree = read(text, VOCABULARY)
    for record in RECORDS:
        told = as_cel_says(text, record)
        assert evaluate(tree, record, today=date(2026, 3, 1)) is told
        assert as_cel_says(write(tree), record) is told


NUMBERS = st.recursive(
    st.sampled_from(["children", "household.size", "1", "-2", "household.members.size()"]),
    lambda inner: st.tuples(inner, st.sampled_from([" + ", " - ", " * "]), inner).map(
        lambda three: f"({''.join(three)})"
    ),
    max_leaves=4,
)
CONDITIONS = st.recursive(
    st.tuples(NUMBERS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS).map(" ".join)
    | st.sampled_from(["refugee", "widowed", "true", "sex == 'male'", "household.members.exists(m, m.children > children)"]),
    lambda inner: inner.map(lambda one: f"!({one})")
    | st.tuples(inner, st.sampled_from([" && ", " || "]), inner).map(lambda three: f"({''.join(three)})")
    | st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
    max_leaves=6,
)  # fmt: skip


@given(text=CONDITIONS, record=st.sampled_from(RECORDS))
@settings(max_examples=60)
def test_generated_criteria_mean_the_same(text: str, record: dict[str, Any]) -> None:
    tree = read(text, VOCABULARY)
    told = as_cel_says(text, record)
    assert evaluate(tree, record, today=date(2026, 3, 1)) is told
    assert as_cel_says(write(tree), record) is told
