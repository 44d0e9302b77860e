"""SQL and the evaluator agree on every criterion and every population: certainly so, certainly not, or unknown."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from banyan.platform.criteria.queries.loading import loaded
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.rules.evaluating import evaluate
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
        records = loaded(node, SUBJECTS["person"], ids, known=SUBJECTS)
        expected = {id: evaluate(node, record, today=TODAY) for id, record in records.items()}
        for many in ("exists", "grouped", "each"):
            assert verdicts(node, many) == expected, many
        few = ids[::2]
        assert verdicts(node, "each", few) == {id: verdict for id, verdict in expected.items() if id in few}
