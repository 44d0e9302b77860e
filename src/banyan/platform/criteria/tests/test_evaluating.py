"""What criteria say of single records: the meaning of the language, case by case."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from banyan.platform.criteria.rules import evaluate, read
from banyan.platform.criteria.rules.evaluating import Evaluator
from banyan.platform.criteria.rules.tree import Literal
from banyan.platform.criteria.tests.subjects import VOCABULARY

TODAY = date(2026, 3, 1)


def person(born: str | None, **more: Any) -> dict[str, Any]:
    return {"birth_date": born, "age": born, **more}


CHILD = person("2023-05-01", name="Mi", sex="female", refugee=True, children=0)
TWIN = person("2008", name="", sex=None, income="", documents=[])
MOTHER = person(
    "1990-05", name="Daw Mya", remark="", sex="female", refugee=True, widowed=None, income=Decimal("12.5"), children=2, registered_on=date(2020, 1, 1),
    documents=[{"type": "passport", "expires_on": "2026-03"}, {"type": "id", "expires_on": None}],
)  # fmt: skip
HOUSEHOLD = {"region": "MMR001", "size": 3, "members": [MOTHER, CHILD, TWIN], "head": MOTHER}
for _one in HOUSEHOLD["members"]:  # type: ignore[attr-defined]
    _one["household"] = HOUSEHOLD
ALONE = person(None)


@pytest.mark.parametrize(
    ("text", "mother", "child", "twin", "alone"),
    [
        ("true", True, True, True, True),
        ("refugee", True, True, None, None),
        ("!refugee", False, False, None, None),
        ("refugee && widowed", None, None, None, None),
        ("refugee || widowed", True, True, None, None),
        ("age < 18", False, True, None, None),
        ("age >= 17", True, False, True, None),
        ("age == 35", True, False, False, None),
        ("age != 35", False, True, True, None),
        ("has(age)", True, True, True, False),
        ("has(name)", True, True, False, False),
        ("has(remark)", True, False, False, False),
        ("remark == ''", True, None, None, None),
        ("name == 'Mi'", False, True, None, None),
        ("lower(name) == 'daw mya'", True, False, None, None),
        ("name.size() == 2", False, True, None, None),
        ("name.contains('M') && name.startsWith('M') && name.endsWith('i')", False, True, None, None),
        ("name.matches('^D.w')", True, False, None, None),
        ("sex in ['male', 'female']", True, True, None, None),
        ("sex != 'male'", True, True, None, None),
        ("income > 12", True, None, None, None),
        ("income * 2 - 5 == 20.0 && -income < 0", True, None, None, None),
        ("children % 2 == 0", True, True, None, None),
        ("1 / children < 1", True, None, None, None),
        ("birth_date >= date('1990')", True, True, True, None),
        ("birth_date == date('1990')", True, False, False, None),
        ("birth_date == date('1990-05-07')", None, False, False, None),
        ("registered_on < today", True, None, None, None),
        ("age_at(registered_on) == 29", True, None, None, None),
        ("years_between(birth_date, today) == 35", True, False, False, None),
        ("add_months(birth_date, 216) <= today", True, False, None, None),
        ("has(household)", True, True, True, False),
        ("household.region == 'MMR001'", True, True, True, None),
        ("household.head.age > 30", True, True, True, None),
        ("household.members.size() == household.size", True, True, True, None),
        ("household.members.exists(m, m.age < 5)", True, True, True, False),
        ("household.members.all(m, m.age < 90)", True, True, True, True),
        ("household.members.all(m, has(m.name))", False, False, False, True),
        ("household.members.exists_one(m, m.age < 5)", True, True, True, False),
        ("household.members.exists_one(m, m.age < 18)", None, None, None, False),
        ("household.members.filter(m, m.age < 18).size() == 1", None, None, None, False),
        ("household.members.filter(m, m.age < 18).size() >= 1", True, True, True, False),
        ("household.members.min(m, m.age) == 2", True, True, True, None),
        ("household.members.max(m, m.age) > 30", True, True, True, None),
        ("household.members.sum(m, m.age) > 52", True, True, True, False),
        ("household.members.sum(m, m.income) > 0", None, None, None, False),
        ("household.members.min(m, m.birth_date) < date('1991')", True, True, True, None),
        ("household.members.exists(m, m.age > age)", False, True, True, False),
        ("documents.exists(d, d.expires_on < today)", None, False, False, False),
        ("documents.exists(d, d.expires_on > today)", None, False, False, False),
        ("documents.exists(d, d.expires_on >= today)", True, False, False, False),
        ("has(documents)", True, False, False, False),
        ("refugee ? age > 18 : age < 18", True, False, None, None),
        ("(refugee ? 1 : 2) == 1", True, True, None, None),
    ],
)
def test_meaning(text: str, mother: bool | None, child: bool | None, twin: bool | None, alone: bool | None) -> None:
    tree = read(text, VOCABULARY)
    found = [evaluate(tree, record, today=TODAY) for record in (MOTHER, CHILD, TWIN, ALONE)]
    assert found == [mother, child, twin, alone]


def test_records_may_be_objects() -> None:
    @dataclass
    class Person:
        age: str
        household: Any = None

    assert evaluate(read("age < 5", VOCABULARY), Person("2023"), today=TODAY)
    assert not evaluate(read("has(household)", VOCABULARY), Person("2023"), today=TODAY)


def test_today_is_the_day_of_use() -> None:
    tree = read("age < 18 && today < date('2027')", VOCABULARY)
    born = person("2008-03-02")
    assert evaluate(tree, born, today=date(2026, 3, 1)) is True
    assert evaluate(tree, born, today=date(2026, 3, 2)) is False


def test_what_is_no_node_is_refused() -> None:
    with pytest.raises(TypeError):
        Evaluator(TODAY).of("age < 5", {})  # type: ignore[arg-type]
    assert Evaluator(TODAY).of(Literal("a", "text"), {}) == "a"
