"""Who sees and changes what: areas, the database itself, and how many statements a batch takes."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import NewValue
from banyan.people.collection.models import (
    Batch,
    Correction,
    Finding,
    OperationRules,
    RawFile,
    Source,
    StagedRow,
    Submission,
)
from banyan.people.collection.tests.conftest import HEADER, SYSTEM
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

BAD = HEADER + "H1,Aung Ko,male,1980-02-31,head,tin\nH2,Ma Hla,female,1990-01-01,head,tin\n"
TABLES = (Batch, RawFile, Submission, StagedRow, Finding, Correction)


@pytest.fixture
def batch(field: Any, submit: Any) -> Batch:
    """A batch of Kachin with a correction."""
    made = submit(BAD, by=field.kachin_clerk, scope_id=field.kachin)
    with viewing(SYSTEM):
        row = StagedRow.objects.filter(subject="person").first()
    return actions.correct_values(made.pk, [NewValue(row.pk, "extra:roof", "palm")], by=field.kachin_clerk)


def test_an_officer_of_another_area_sees_nothing_not_even_by_hand(field: Any, batch: Batch) -> None:
    with viewing(field.kachin_officer), connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
            assert cursor.fetchone()[0] > 0, model
    for viewer in (field.rakhine_officer, field.protector):
        with viewing(viewer), connection.cursor() as cursor:
            for model in TABLES:
                cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                assert cursor.fetchone()[0] == 0, model
                cursor.execute(f"UPDATE {model._meta.db_table} SET scope_id = scope_id") if model not in (
                    RawFile,
                    Correction,
                ) else None
                assert cursor.rowcount <= 0 or model in (RawFile, Correction)


def test_queries_find_nothing_in_another_area(field: Any, batch: Batch) -> None:
    by = field.rakhine_officer
    with viewing(SYSTEM):
        submission = Submission.objects.filter(batch=batch).first()
        row = StagedRow.objects.filter(batch=batch).first()
    with viewing(by):
        assert not queries.batches(seen_by=by).exists()
        assert not queries.files(batch.pk, seen_by=by).exists()
        assert not queries.submissions(batch.pk, seen_by=by).exists()
        assert not queries.rows([submission.pk], seen_by=by).exists()
        assert not queries.findings(batch.pk, seen_by=by).exists()
        assert not queries.corrections(batch.pk, seen_by=by).exists()
        for ask in (
            lambda: queries.batch(batch.pk, seen_by=by),
            lambda: queries.submission(submission.pk, seen_by=by),
            lambda: queries.staged_row(row.pk, seen_by=by),
            lambda: queries.raw_of(row.pk, seen_by=by),
            lambda: queries.differences(submission.pk, seen_by=by),
            lambda: queries.accepted_chunk(batch.pk, after=-1, size=1, seen_by=by),
            lambda: queries.attachment(batch.pk, "x", seen_by=by),
        ):
            with pytest.raises(Problem) as caught:
                ask()
            assert caught.value.code == "kernel.not_found"
    with viewing(field.protector), pytest.raises(Problem) as caught:
        queries.batches(seen_by=field.protector)
    assert caught.value.code == "kernel.not_allowed"


def test_nobody_decides_about_another_area(field: Any, batch: Batch) -> None:
    by = field.rakhine_officer
    for decide in (
        lambda: actions.accept_batch(batch.pk, by=by),
        lambda: actions.reject_batch(batch.pk, by=by, reason="x"),
        lambda: actions.undo_batch(batch.pk, by=by, reason="x"),
        lambda: actions.correct_values(batch.pk, [], by=by),
        lambda: actions.destroy_files(batch.pk, by=by, reason="x"),
    ):
        with pytest.raises(Problem) as caught:
            decide()
        assert caught.value.code == "kernel.not_found"


def test_files_and_corrections_are_only_ever_added(field: Any, batch: Batch) -> None:
    for table, change in (("collection_rawfile", "name = 'x'"), ("collection_correction", "old = 'x'")):
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="permission denied"), viewing(SYSTEM), connection.cursor() as cursor:
                cursor.execute(statement)


def test_rules_and_sources_are_written_only_by_who_may(field: Any, batch: Batch) -> None:
    with viewing(field.protector):
        assert OperationRules.objects.count() == 0
        with pytest.raises(Exception, match="row-level security"), viewing(field.kachin_officer, action="x"):
            OperationRules.objects.create(operation=field.operation)
    with viewing(field.protector):
        assert Source.objects.update(name="x") == 0
    with viewing(field.officer):
        assert [each.name for each in queries.sources(seen_by=field.officer)] == ["people.csv"]
        assert queries.source(Source.objects.get().pk, seen_by=field.officer).name == "people.csv"


def test_the_same_submission_of_another_area_counts_though_nobody_there_sees_it(field: Any, submit: Any) -> None:
    content = "_uuid,Full name,Sex,Date of birth\n5f3a5a2e-0d53-4e0c-9c6c-0a2d6f0b1a11,Aung Ko,male,1980-02-03\n"
    first = submit(content, by=field.kachin_clerk, scope_id=field.kachin)
    assert first.counts["new"] == 1
    actions.accept_batch(first.pk, by=field.officer) if first.counts["ready"] else None
    if not first.counts["ready"]:
        pytest.skip("the file alone is not good enough to be accepted")
    second = submit(content + "\n", by=field.officer, scope_id=field.rakhine)
    assert second.counts["unchanged"] == 1


@pytest.mark.parametrize("size", [3, 60])
def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(field: Any, submit: Any, size: int) -> None:
    content = HEADER + "".join(f"H{number},Aung Ko {number},male,1980-02-03,head,tin\n" for number in range(size))
    submit(HEADER + "X,Hla Hla,female,1980-02-03,head,tin\n")  # the columns are known from here on
    batch = actions.submit_batch(
        [("big.csv", content.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
    )
    actions.begin_reading(batch.pk, by=field.clerk)
    with CaptureQueriesContext(connection) as reading:
        assert actions.read_batch(batch.pk, by=field.clerk).counts["submissions"] == size
    with CaptureQueriesContext(connection) as accepting:
        actions.accept_batch(batch.pk, by=field.officer)
    with viewing(SYSTEM), CaptureQueriesContext(connection) as taking:
        chunk = queries.accepted_chunk(batch.pk, after=-1, size=1000, seen_by=SYSTEM)
    assert chunk.people.height == size
    # Statements bound by the server itself (three of staging) are not among those Django sees.
    assert (len(reading), len(accepting), len(taking)) == COUNTS


COUNTS = (29, 29, 3)
