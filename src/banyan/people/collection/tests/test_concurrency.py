"""Two people at the same batches at the same moment: nothing is accepted twice, nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from banyan.people.collection import actions
from banyan.people.collection.models import Batch, RawFile, SourceKind, Submission
from banyan.people.collection.tests.conftest import HEADER, SYSTEM, make_field, submit
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = HEADER + "".join(f"H{number},Aung Ko {number},male,1980-02-03,head,tin\n" for number in range(200))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, all begun at the same moment on connections of their own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(20)
            return call()
        except Problem as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(60) for done in [pool.submit(run, call) for call in calls]]


def test_the_same_submissions_in_two_batches_are_accepted_once() -> None:
    field = make_field()
    one, two = (submit(field, PEOPLE + end) for end in ("", "\n"))
    results = at_once(
        lambda: actions.accept_batch(one.pk, by=field.officer),
        lambda: actions.accept_batch(two.pk, by=field.other_officer),
    )
    refused = [each for each in results if isinstance(each, Problem)]
    assert [each.code for each in refused] == ["collection.nothing_to_accept"]
    with viewing(SYSTEM):
        assert Submission.objects.filter(decision="accepted").count() == 200
        assert Submission.objects.filter(decision="pending", outcome="unchanged").count() == 200
        assert sorted(Batch.objects.values_list("state", flat=True)) == ["accepting", "review"]


def test_the_same_batch_is_accepted_by_one_of_two() -> None:
    field = make_field()
    batch = submit(field, PEOPLE)
    results = at_once(
        *(
            lambda by=by: actions.accept_batch(batch.pk, by=by, version=batch.version)
            for by in (field.officer, field.other_officer)
        )
    )
    assert sorted(each.code for each in results if isinstance(each, Problem)) in (
        ["collection.review_stale"], ["collection.batch_state"],
    )  # fmt: skip


def test_overlapping_batches_accepted_and_undone_at_once_do_not_lock_each_other_out() -> None:
    field = make_field()
    lines = PEOPLE.splitlines(keepends=True)
    batches = [submit(field, "".join([lines[0], *lines[start : start + 100]])) for start in (1, 51, 101)]
    results = at_once(*(lambda batch=batch: actions.accept_batch(batch.pk, by=field.officer) for batch in batches))
    # When the two outer ones come first, they leave nothing new in the one between.
    refused = {each.code for each in results if isinstance(each, Problem)}
    assert refused <= {"collection.nothing_to_accept"}
    batches = [batch for batch, each in zip(batches, results, strict=True) if not isinstance(each, Problem)]
    assert len(batches) >= 2
    with viewing(SYSTEM):
        assert Submission.objects.filter(decision="accepted", outcome="new").count() == 200
        keys = Submission.objects.filter(decision="accepted").values_list("key", flat=True)
        assert len(keys) == len(set(keys))
    for batch in batches:
        actions.finish_batch(batch.pk, by=SYSTEM)
    at_once(*(lambda batch=batch: actions.undo_batch(batch.pk, by=field.officer, reason="x") for batch in batches))
    with viewing(SYSTEM):
        assert not Submission.objects.filter(decision="accepted").exists()


def test_the_database_itself_refuses_a_second_registration() -> None:
    field = make_field()
    batch = submit(field, PEOPLE)
    other = submit(field, PEOPLE + "\n")
    actions.accept_batch(batch.pk, by=field.officer)
    with (
        pytest.raises(Exception, match="collection_submission_registered_once"),
        viewing(SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE collection_submission SET decision = 'accepted', outcome = 'new' WHERE batch_id = %s", [other.pk]
        )


def test_the_same_file_uploaded_twice_at_once_is_kept_once() -> None:
    field = make_field()

    def upload() -> Batch:
        return actions.submit_batch(
            [("people.csv", PEOPLE.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
        )

    results = at_once(upload, upload)
    assert [each.code for each in results if isinstance(each, Problem)] == ["collection.file_known"]
    with viewing(SYSTEM):
        assert (Batch.objects.count(), RawFile.objects.count()) == (1, 1)


def test_submissions_that_come_one_by_one_at_once_share_the_batch_of_the_day() -> None:
    field = make_field()

    def send(number: int) -> Any:
        return actions.add_to_day(
            [(f"{number}.xml", f"<data id='x'><n>{number}</n></data>".encode())], by=field.clerk, kind=SourceKind.BROWSER,
            operation_id=field.operation.pk, scope_id=field.whole,
        )  # fmt: skip

    at_once(*(lambda number=number: send(number) for number in range(4)))
    with viewing(SYSTEM):
        assert Batch.objects.count() == 1
        assert sorted(RawFile.objects.values_list("position", flat=True)) == [0, 1, 2, 3]
    assert send(1) is None  # the very same again
