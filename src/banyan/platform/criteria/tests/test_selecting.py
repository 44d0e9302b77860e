"""Counting, showing and selecting by a text: under the viewer's rights, the purpose, and the clock."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import system_viewer
from banyan.platform.criteria import queries
from banyan.platform.criteria.queries import frames, loading, vocabularies
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.rules import tree
from banyan.platform.criteria.rules.evaluating import evaluate
from banyan.platform.criteria.tests import worlds
from banyan.platform.criteria.tests.worlds import SUBJECTS, TODAY
from banyan.platform.kernel.problems import Problem

SYSTEM = system_viewer("tests")
# Opening the rows of people, and what is sensitive about them.
KNOWN = {
    **SUBJECTS,
    "person": replace(
        SUBJECTS["person"], view="access.view_account", sensitive="access.view_read_log", operation="operation_id",
        source="(SELECT p.*, CASE WHEN scope_id < 3 THEN 7 ELSE 8 END AS operation_id FROM world_person p)",
    ),
}  # fmt: skip


@pytest.fixture
def world(owner_address: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (vocabularies, frames, loading):
        monkeypatch.setattr(module, "subjects", lambda: KNOWN)
    with worlds.tables(owner_address):
        request.getfixturevalue("db")
        worlds.fill(
            {
                "person": [
                    {"name": "Aung", "sex": "male", "born": "1980", "household_id": 1, "income": Decimal(5)},
                    {
                        "name": "Su Su",
                        "sex": "female",
                        "born": "2022-05",
                        "household_id": 1,
                        "scope_id": 2,
                        "income": Decimal(7),
                    },
                    {"name": "Ma Hla", "sex": "female", "born": None, "household_id": 2, "scope_id": 3},
                    {"name": "Gone", "sex": "male", "born": "2023", "household_id": 1, "live": False},
                ],
                "household": [{"size": 2, "head_id": 1}, {"size": None}],
                "document": [{"person_id": 1, "kind": "passport"}, {"person_id": 1, "kind": "card"}],
            }
        )
        yield


def asked(ask: Any, text: str, subject: str = "person", **more: Any) -> Any:
    return ask(text, subject, **{"seen_by": SYSTEM, "today": TODAY, **more})


def test_counting_tells_certain_from_unknown(world: None) -> None:
    assert asked(queries.count, "age < 5") == queries.Counted(1, 1, 3)
    assert asked(queries.count, "!(age < 5)") == queries.Counted(1, 1, 3)
    assert asked(queries.count, "has(age)") == queries.Counted(2, 0, 3)
    assert asked(queries.count, "members.exists(m, m.age < 5)", "household") == queries.Counted(1, 1, 2)
    assert asked(queries.count, "age < 5", operation_id=8) == queries.Counted(0, 1, 1)


def test_the_clock_is_back_afterwards(world: None) -> None:
    with connection.cursor() as cursor:
        for former in ("0", "7s"):
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [former])
            asked(queries.count, "has(age)", seconds=3)
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == (former,)


def test_a_slow_count_is_stopped(world: None, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = replace(KNOWN["person"], source="(SELECT p.*, pg_sleep(2) FROM world_person p OFFSET 0)", operation="")
    monkeypatch.setattr(vocabularies, "subjects", lambda: {**KNOWN, "person": slow})
    with pytest.raises(Problem, match="longer than 1 second"):
        asked(queries.count, "has(age)", seconds=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,), "the transaction goes on"


def test_what_the_database_cannot_work_out_is_told(world: None, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = (replace(SUBJECTS["person"].fields[6], sql="{t}.name::int"), SUBJECTS["person"].fields[0])
    broken = replace(KNOWN["person"], fields=fields)
    monkeypatch.setattr(vocabularies, "subjects", lambda: {**KNOWN, "person": broken})
    with pytest.raises(Problem, match="could not work this criterion out: invalid input syntax"):
        asked(queries.count, "grade > 1")


def test_samples_of_every_answer(world: None) -> None:
    (found,) = asked(queries.sample, "age < 5 && household.size > 1")
    assert found == queries.Sampled(2, "Su Su", "/people/2/", {"age": "2022-05", "household.size": 2})
    assert [one.title for one in asked(queries.sample, "age < 5", which="unknown")] == ["Ma Hla"]
    assert [one.title for one in asked(queries.sample, "age < 5", which="refuted")] == ["Aung"]
    assert asked(queries.sample, "true", number=0) == []
    assert len(asked(queries.sample, "true", number=2)) == 2
    assert [one.title for one in asked(queries.sample, "members.size() == 2", "household")] == [""]


def test_a_selection_is_a_statement(world: None) -> None:
    for only, expected in ((None, [1, 2]), ([2, 3, 4], [2])):
        chosen = asked(queries.selection, 'age < 50 && name != "%s {t} \'"', only=only)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM world_person WHERE id IN ({chosen.sql}) ORDER BY id", chosen.values)
            assert [id for (id,) in cursor.fetchall()] == expected


def test_one_record_explained(world: None) -> None:
    found = asked(
        lambda text, subject, **more: queries.explain_record(text, subject, 1, **more),
        "age < 5 || documents.size() > 1",
    )
    assert found.verdict is True
    for missing in (4, 99):
        with pytest.raises(Problem, match="nothing here"):
            queries.explain_record("age < 5", "person", missing, seen_by=SYSTEM)


def test_a_record_is_found_by_its_title(world: None) -> None:
    assert queries.find_record("person", " Su Su ", seen_by=SYSTEM) == 2
    assert queries.find_record("person", "Gone", seen_by=SYSTEM) is None
    assert queries.find_record("person", " ", seen_by=SYSTEM) is None
    assert queries.find_record("household", "x", seen_by=SYSTEM) is None


def test_what_is_sensitive_is_asked_only_where_it_may_be_seen(world: None) -> None:
    everywhere = viewer_with("access.view_account", "access.view_read_log")
    partly = viewer_with("access.view_account", "access.view_read_log", scopes={2})
    without = viewer_with("access.view_account")
    assert asked(queries.count, "income > 1", seen_by=everywhere) == queries.Counted(2, 1, 3)
    assert asked(queries.count, "income > 1", seen_by=partly) == queries.Counted(1, 0, 1)
    assert asked(queries.count, "has(name)", seen_by=partly).total == 3
    with pytest.raises(Problem, match="too private"):
        asked(queries.count, "income > 1", seen_by=without)
    for ask in (queries.sample, queries.selection):
        with pytest.raises(Problem, match="too private"):
            asked(ask, "household.members.exists(m, m.income > 1)", seen_by=without)
    with pytest.raises(Problem, match="nothing here"):
        queries.explain_record("income > 1", "person", 1, seen_by=partly)
    assert queries.explain_record("income > 1", "person", 2, seen_by=partly).verdict is True


def test_records_for_the_evaluator(world: None) -> None:
    node = queries.tree_of("household.members.exists(m, m.documents.size() > 1) && age > 1", "person", seen_by=SYSTEM)
    found = queries.records(node, KNOWN["person"], [1, 2, 3, 4], seen_by=SYSTEM)
    assert found[1]["household"]["members"][0] == {"documents": [{}, {}]}
    assert {id: evaluate(node, one, today=TODAY) for id, one in found.items()} == {1: True, 2: True, 3: False}
    with pytest.raises(Problem):
        queries.records(node, KNOWN["person"], [1], seen_by=viewer_with("access.view_grant"))


def test_checking_tells_what_cannot_be_compiled(world: None) -> None:
    text = "1"
    for _depth in range(12):
        text = f"(enrolled && {text} > 0 ? {text} : 2)" if len(text) < 3_000 else text
    with pytest.raises(Problem):
        queries.check(f"{text} > 1", "person", seen_by=SYSTEM)
    enrolled = condition = tree.FieldRef("", (), KNOWN["person"].fields[8])
    for _depth in range(40):
        condition = tree.Choose(condition, enrolled, tree.Not(enrolled), "boolean")
    with pytest.raises(Problem, match="too involved"):
        Scan(KNOWN["person"], today=TODAY, many="each", known=KNOWN).truth(condition)


@pytest.mark.parametrize("text", ["true", "has(name)", "documents.size() >= 0"])
def test_nothing_selects_those_no_longer_live(world: None, text: str) -> None:
    assert asked(queries.count, text).total == 3
    assert asked(queries.count, 'members.all(m, m.name != "Gone")', "household").certain == 2


def test_a_subject_and_a_purpose_have_to_exist() -> None:
    with pytest.raises(Problem, match="Nothing called"):
        queries.vocabulary("nobody", seen_by=SYSTEM)
