"""Texts of every shape against parser, compiler and database: a Problem that says why, or an answer that the evaluator shares.

A short run belongs to the tests; `.ci/nightly` spends ten minutes (BANYAN_FUZZ_EXAMPLES), see docs/how-to/fuzz-criteria.md.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.platform.criteria.queries.loading import loaded
from banyan.platform.criteria.queries.scans import Scan
from banyan.platform.criteria.rules.evaluating import evaluate
from banyan.platform.criteria.rules.meanings import Vocabulary
from banyan.platform.criteria.rules.reading import read
from banyan.platform.criteria.rules.writing import write
from banyan.platform.criteria.tests import worlds
from banyan.platform.criteria.tests.worlds import POPULATIONS, SUBJECTS, TODAY, conditions
from banyan.platform.kernel.problems import Problem

EXAMPLES = int(os.environ.get("BANYAN_FUZZ_EXAMPLES", "80"))
KNOWN = Vocabulary(subjects=SUBJECTS, subject="person")
PATIENT = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
HOSTILE = [
    "'", '"', "\\", ";", "--", "/*", "*/", "%s", "%(c1)s", "%%", "{t}", "{here}", "$1", "$$", "\x00", "\u202e", "’", "\n", "(", ")", "[", "]",
    "'; DROP TABLE world_person; --", '") OR TRUE --', "' || pg_sleep(9) || '", "1e999", "99999999999999999999", "-", "!", "&&", "||", "?", ":",
    "==", "null", "true", "today", 'date("2020-02-30")', 'date("2020")', "has(", ".exists(x,", ".map(m, m.age)", ".size()", "extras.x", "param.y",
    "person", "household", "members", "documents", "name", "age", "in", "0", "1.5", "lower(name)", 'matches("(a+)+$")', "__class__", "eval", "0x10", "u8",
]  # fmt: skip


@pytest.fixture
def world(owner_address: str, request: pytest.FixtureRequest) -> Iterator[None]:
    with worlds.tables(owner_address):
        request.getfixturevalue("db")
        yield


@st.composite
def texts(draw: st.DrawFn) -> str:
    """What people might write, and what they might write to do harm."""
    text = write(draw(conditions()))
    for _blow in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        text = text[:start] + draw(st.sampled_from(HOSTILE) | st.text(max_size=6)) + text[end:]
    return text


def agree(text: str, population: dict[str, Any]) -> bool:
    """Whether the text could be read. If so, SQL, under a short clock, says what the evaluator says, and harms nothing."""
    try:
        node = read(text, KNOWN)
        scan = Scan(SUBJECTS["person"], today=TODAY, many="grouped", known=KNOWN.subjects)
        certain, refuted = scan.certain(node), scan.refuted(node)
    except Problem as problem:
        faults = problem.errors or (problem,)
        if not all(one.detail and one.code.startswith("criteria.") for one in faults):
            raise AssertionError(faults) from problem
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        worlds.fill(population)
        cursor.execute("SELECT set_config('statement_timeout', '10s', true)")
        where = scan.where_sql()
        cursor.execute(f"SELECT {scan.id}, {certain}, {refuted} FROM {scan.from_sql()} WHERE {where}", scan.values)
        found = {id: True if yes else False if no else None for id, yes, no in cursor.fetchall()}
        records = loaded(node, SUBJECTS["person"], range(1, len(population["person"]) + 1), today=TODAY, known=SUBJECTS)
        assert found == {id: evaluate(node, record, today=TODAY) for id, record in records.items()}
        cursor.execute("SELECT count(*) FROM world_person")
        assert cursor.fetchone() == (len(population["person"]),)
    return True


@given(text=texts(), population=POPULATIONS)
@PATIENT
def test_no_text_crashes_or_harms(world: None, text: str, population: dict[str, Any]) -> None:
    agree(text, population)


@given(
    written=st.text(max_size=40) | st.sampled_from(HOSTILE),
    name=st.sampled_from(worlds.NAMES),
    other=st.text(max_size=10),
)
@PATIENT
def test_texts_in_quotes_are_values_and_nothing_else(world: None, written: str, name: str, other: str) -> None:
    quoted = '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 0x10000 else "" for one in written) + '"'
    population = {"person": [{"name": name}, {"name": other.replace("\x00", "")}], "household": [], "document": []}
    for text in (f"name == {quoted}", f"name in [{quoted}]", f"name.contains({quoted})", f"!name.endsWith({quoted})"):
        agree(text, population)


@pytest.mark.parametrize("written", [one for one in HOSTILE if len(one) > 2 and not one.isidentifier()])
def test_nothing_hostile_stands_in_the_sql(written: str) -> None:
    quoted = '"' + "".join(f"\\u{ord(one):04x}" for one in written) + '"'
    for text in (
        f"{written} == 1",
        f"household.{written} == 1",
        f"documents.exists({written}, true)",
        f"name == {quoted}",
    ):
        try:
            node = read(text, KNOWN)
        except Problem:
            continue
        scan = Scan(SUBJECTS["person"], today=TODAY, known=KNOWN.subjects, prefix="z")
        assert written not in scan.certain(node) + scan.from_sql()
