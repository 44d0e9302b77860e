"""SQL and the evaluator agree on every criterion and every population: certainly so, certainly not, or unknown."""

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from banyan.platform.criteria.queries.loading import loaded
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.evaluating import Evaluator, Frozen, evaluate, evaluate_number
from banyan.platform.criteria.rules.explaining import explain_figures, explain_number
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.tree import FieldRef
from banyan.platform.criteria.tests import worlds
from banyan.platform.criteria.tests.worlds import POPULATIONS, SUBJECTS, TODAY, conditions

EXAMPLES = int(os.environ.get("BANYAN_FUZZ_EXAMPLES", "120"))


@pytest.fixture
def world(owner_address: str, request: pytest.FixtureRequest) -> Iterator[None]:
    with worlds.tables(owner_address):
        request.getfixturevalue("db")
        yield


def verdicts(node: Any, many: str, only: list[int] | None = None) -> dict[int, bool | None]:
    """What SQL says of every person."""
    scan = Scan(SUBJECTS["person"], today=TODAY, many=many, known=SUBJECTS)
    columns = f"{scan.id}, {scan.certain(node)}, {scan.refuted(node)}, {scan.possible(node)}"
    where = scan.where_sql(only=only)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {scan.from_sql()} WHERE {where}", scan.values)
        rows = cursor.fetchall()
    assert all(possible is not refuted for _id, _certain, refuted, possible in rows)
    assert not any(certain and refuted for _id, certain, refuted, _possible in rows)
    return {id: True if certain else False if refuted else None for id, certain, refuted, _possible in rows}


@given(node=conditions(), population=POPULATIONS)
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_sql_and_evaluator_agree(world: None, node: Any, population: dict[str, Any]) -> None:
    with transaction.atomic():
        worlds.fill(population)
        ids = list(range(1, len(population["person"]) + 1))
        records = loaded(node, SUBJECTS["person"], ids, today=TODAY, known=SUBJECTS)
        expected = {id: evaluate(node, record, today=TODAY) for id, record in records.items()}
        for many in ("exists", "grouped", "each"):
            assert verdicts(node, many) == expected, many
        few = ids[::2]
        assert verdicts(node, "each", few) == {id: verdict for id, verdict in expected.items() if id in few}


def reckoned(node: Any, many: str) -> dict[int, tuple[Fraction, Fraction] | None]:
    """What SQL reckons for every person; a number known to be one also by itself."""
    scan = Scan(SUBJECTS["person"], today=TODAY, many=many, known=SUBJECTS)
    columns = f"{scan.id}, {', '.join(scan.number(node))}, {scan.known_number(node)}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {scan.from_sql()} WHERE {scan.where_sql()}", scan.values)
        rows = cursor.fetchall()
    assert all(known == (low if low == high else None) for _id, low, high, known in rows)
    return {id: None if low is None else (Fraction(low), Fraction(high)) for id, low, high, _known in rows}


@given(node=worlds.numbers((("", "person"),), 3), population=POPULATIONS)
@settings(
    max_examples=max(EXAMPLES // 3, 20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_formulas_agree_and_are_known_from_their_figures(world: None, node: Any, population: dict[str, Any]) -> None:
    with transaction.atomic():
        worlds.fill(population)
        ids = list(range(1, len(population["person"]) + 1))
        records = loaded(node, SUBJECTS["person"], ids, today=TODAY, known=SUBJECTS)
        found = {id: evaluate_number(node, record, today=TODAY) for id, record in records.items()}
        expected = {id: None if one is None else tuple(one) for id, one in found.items()}
        assert reckoned(node, "grouped") == expected
        assert reckoned(node, "each") == expected
    for id, record in records.items():
        # What was kept of a record is enough to reckon and explain again.
        kept = {figure: Evaluator(TODAY).of(figure, {"": record}) for figure in tree.figures(node)}
        assert Frozen(TODAY, kept).of(node, {"": None}) == found[id]
        told = explain_figures(node, kept, today=TODAY)
        assert told.value == explain_number(node, record, today=TODAY).value
        assert told.known is (found[id] is not None and found[id].known)


# A population in which everything that can be told apart occurs, and criteria that ask for each of it.
PEOPLE = [
    {"name": "Aung", "sex": "male", "born": "1980-05-03", "arrived": "2020", "registered": date(2024, 1, 5), "grade": 3,
     "income": Decimal("2.5"), "enrolled": True, "household_id": 1},
    {"name": "", "sex": "unknown", "born": "2021~", "arrived": "", "registered": None, "grade": None, "income": None, "enrolled": None,
     "household_id": 1},
    {"name": "su su", "sex": "female", "born": "2021-03", "arrived": "2026-03~", "registered": date(2026, 3, 1), "grade": 0,
     "income": Decimal(0), "enrolled": False, "household_id": 2},
    {"name": "Ünal", "sex": None, "born": None, "arrived": "2021-02-28", "registered": date(9999, 12, 31), "grade": -7,
     "income": Decimal("-0.3333333333"), "enrolled": True, "household_id": None},
    {"name": "Gone", "sex": "male", "born": "2030", "household_id": 2, "live": False},
    {"name": "Later", "sex": "male", "born": "2030", "household_id": 2, "grade": 30_000, "enrolled": False},
]  # fmt: skip
POPULATION = {
    "person": PEOPLE,
    "household": [
        {"head_id": 1, "place": "MMR001", "size": 2},
        {"head_id": 4, "place": "", "size": None},
        {"live": False},
    ],
    "document": [
        {"person_id": 1, "kind": "passport", "expires": "2026-02", "current": True},
        {"person_id": 1, "kind": None, "expires": None, "current": None},
        {"person_id": 3, "kind": "card", "expires": "2027-01-01", "current": False, "number": 0},
        {"person_id": 3, "kind": "card", "expires": "2026-03-01", "current": True, "number": 4},
    ],
}


@pytest.mark.parametrize(
    "text",
    [
        "true", "false", "enrolled", "!enrolled", "enrolled || has(sex)", "enrolled && name == 'Aung'", "enrolled ? age < 50 : grade > 0",
        "sex == 'male'", "sex != 'male'", "sex in ['male', 'other']", "sex in ['unknown']", "!(sex in ['', 'male'])", "sex == ''",
        "name == ''", "name != 'Aung'", "name in ['', 'Aung']", "!(name in ['Aung'])", "name == lower(name)", "lower(name) == 'ünal'",
        "name.contains('u')", "name.startsWith('Au')", "name.endsWith('ng')", "name.matches('^[A-Z]')", "name.size() > 3",
        "(enrolled ? name : 'x') == household.place", "has(name)", "has(arrived)", "!has(born)", "has(household)", "has(age)",
        "age < 5", "age <= 4", "age > 4", "age >= 5", "age == 4", "age != 4", "age < 4.5", "age < 0", "age >= 0", "age < 3000",
        "age in [4, 45]", "5 > age", "4 == age", "age + 1 > 5", "-age < -4", "age % 2 == 1", "age * age > 20", "age - age == 0", "age / 2 > 2",
        "grade / 3 > 0.9", "10 / age > 2", "income * 3 == -0.9999999999", "grade % 2 == 1", "-grade > 0", "grade in [0, 3]", "income == 2.5",
        "grade / grade == 1", "least(age, grade, 3) == 3", "greatest(grade, 2.5) > 2.5", "came", "!came", "(enrolled ? grade : 1) == 1", "(enrolled ? age : 1) == 1", "age_at(registered) >= 40", "age_at(date('2025-06-01')) < 4",
        "born < today", "born <= date('2021-03-31')", "born == date('2021')", "born == date('2021-03-01')", "born != date('2021-03')",
        "born > date('9999-12-31')", "born <= date('9999-12-31')", "born in [date('2021'), date('1980-05-03')]", "born < arrived", "born == arrived", "born >= arrived", "household.head.born <= born",
        "registered == today", "registered in [date('2026-03-01')]", "add_days(born, 30) > arrived", "add_months(arrived, -12) <= born",
        "add_months(today, -3) < registered", "add_days(registered, 1) > today", "add_days(born, -30000) < today",
        "add_months(born, -1000) < today", "add_months(registered, 1) > today", "days_between(born, registered) > 1000", "years_between(arrived, today) >= 5",
        "years_between(today, arrived) < 0", "years_between(registered, today) >= 2", "years_between(born, today) == 5",
        "years_between(born, today) != 5.5", "years_between(born, today) > 20000", "years_between(born, today) > -9000", "years_between(today, born) < 9000",
        "years_between(today, born) < -20000", "years_between(today, born) < 4.5", "days_between(born, today) <= 1825", "days_between(today, born) < 1000",
        "days_between(registered, today) > 30", "days_between(born, today) < 99999999", "days_between(born, today) > -99999999",
        "days_between(today, born) > -99999999", "days_between(today, born) < 99999999", "years_between(born, arrived) >= 1", "years_between(arrived, born) < 0",
        "years_between(born, registered) == 43", "days_between(born, arrived) in [0, 30]", "3 > days_between(arrived, registered)", "documents.size() == 1", "documents.size() >= 0", "has(documents)",
        "documents.exists(d, d.current)", "documents.all(d, d.current)", "documents.exists_one(d, d.current)",
        "documents.exists(d, d.kind == 'card' && d.expires > today)", "documents.filter(d, d.kind == 'passport').size() == 1",
        "documents.sum(d, d.number) > 0", "documents.filter(d, d.current).map(d, d.number).sum() > 0", "documents.min(d, d.expires) < today",
        "documents.filter(d, d.current).max(d, d.expires) < today", "documents.max(d, d.number) == 1",
        "household.members.exists(m, m.age < 5)", "household.members.all(m, has(m.age))", "household.members.max(m, m.age) > 40",
        "household.members.filter(m, m.enrolled).size() > 1", "household.members.exists(m, m.grade > grade)", "household.head.name == name",
        "household.members.filter(m, m.grade != grade).sum(m, m.age) > 0", "household.members.sum(m, grade) > 1",
        "household.members.exists(m, m.documents.exists(d, d.current) && has(documents))", "household.members.exists_one(m, m.age > age)",
        "older.exists(o, o.enrolled)", "older.size() == 0", "older.exists(o, o.born < born)", "older.min(o, o.age) > 4",
        "household.size == 2 && household.place.startsWith('MMR')", "household.members.exists(m, household.members.size() > 1)",
    ],
)  # fmt: skip
def test_they_agree_on_what_can_be_told_apart(world: None, text: str) -> None:
    worlds.fill(POPULATION)
    node = read(text, Vocabulary(subjects=SUBJECTS, subject="person"))
    records = loaded(node, SUBJECTS["person"], range(1, 7), today=TODAY, known=SUBJECTS)
    expected = {id: evaluate(node, record, today=TODAY) for id, record in records.items()}
    assert set(expected) == {1, 2, 3, 4, 6}
    for many in ("exists", "grouped", "each"):
        assert verdicts(node, many) == expected, many


def test_what_can_never_be_unknown_is_the_same_certain_and_possible() -> None:
    for text, known in (("has(age) && !has(documents)", True), ("documents.size() > 1", True), ("age > 1 || has(age)", False),
                        ("documents.filter(d, has(d.kind)).size() == 0 ? true : has(sex)", True), ("documents.sum(d, d.number) > 1", False)):  # fmt: skip
        node = read(text, Vocabulary(subjects=SUBJECTS, subject="person"))
        scan = Scan(SUBJECTS["person"], today=TODAY, known=SUBJECTS)
        assert Scan.always_known(node) is known
        assert (scan.certain(node) == scan.possible(node)) is known
    scan = Scan("person", today=TODAY, known=SUBJECTS)
    assert scan.certain(None) == scan.possible(None) == "TRUE"
    assert scan.where_sql() == "(ct1.live)"
    assert scan.id == "ct1.id"


@pytest.mark.parametrize("moved", [FieldRef("", (), SUBJECTS["person"].fields[2]), tree.Today()])
@pytest.mark.parametrize("by", [4_000_000, -(10**14)])
def test_what_lies_outside_of_the_calendar_is_unknown(world: None, moved: Any, by: int) -> None:
    worlds.fill(POPULATION)
    far = tree.DateMath("add_days", moved, tree.Literal(by, "integer"), "day")
    assert set(verdicts(tree.Compare("<", far, tree.Today()), "exists").values()) == {None}
    assert set(
        verdicts(tree.Compare("==", tree.Literal(4, "integer"), tree.Literal(4, "integer")), "exists").values()
    ) == {True}
