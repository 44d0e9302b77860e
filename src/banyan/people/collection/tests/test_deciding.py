"""Deciding about batches: who may, what is taken, what is put aside, undone, destroyed."""

from typing import Any
from uuid import uuid4

import pytest

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import Chosen
from banyan.people.collection.models import RawFile, StagedRow
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.tests.conftest import HEADER, SYSTEM
from banyan.people.collection.tests.test_batches import (
    BROKEN,
    CHANGED,
    accept,
    code_of,
    decisions,
    first_submission,
    outcomes,
)
from banyan.platform.access.viewers import viewing
from banyan.platform.history.models import FactEntry
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem


def test_who_submitted_may_not_accept_unless_the_operation_says_so(field: Any, submit: Any) -> None:
    batch = submit(by=field.officer)
    with pytest.raises(Problem) as caught:
        actions.accept_batch(batch.pk, by=field.officer)
    assert code_of(caught) == "collection.own_batch"
    actions.change_rules(field.operation.pk, by=field.protector, separate_duties=False, warnings_block=False)
    assert actions.accept_batch(batch.pk, by=field.officer).state == "accepting"
    with viewing(SYSTEM):
        assert FactEntry.objects.filter(name="collection.batch_accepted").count() == 1


@pytest.mark.parametrize("name", ["clerk", "protector"])
def test_who_may_not_review_decides_nothing(field: Any, submit: Any, name: str) -> None:
    batch, by = submit(), getattr(field, name)
    for decide in (
        lambda: actions.accept_batch(batch.pk, by=by),
        lambda: actions.reject_batch(batch.pk, by=by, reason="x"),
        lambda: actions.reject_submissions(batch.pk, actions.EVERYTHING, by=by, reason="x"),
        lambda: actions.reopen_submissions(batch.pk, actions.EVERYTHING, by=by),
        lambda: actions.undo_batch(batch.pk, by=by, reason="x"),
        lambda: actions.destroy_files(batch.pk, by=by, reason="x"),
        lambda: actions.mark_registered(batch.pk, [], by=by),
        lambda: actions.finish_batch(batch.pk, by=by),
        lambda: actions.fail_batch(batch.pk, by=by, why="x"),
    ):
        with pytest.raises(Problem) as caught:
            decide()
        assert code_of(caught) == "kernel.not_allowed"


def test_rows_with_errors_are_never_accepted_and_follow_when_mended(field: Any, submit: Any) -> None:
    batch = submit(BROKEN)
    assert (batch.counts["errors"], batch.counts["ready"]) == (1, 2)
    done = accept(batch, field)
    assert decisions(done) == {"H1": "accepted", "H2": "accepted", "H3": "pending"}
    assert (done.state, done.counts["registered"], done.counts["pending"]) == ("accepted", 2, 1)
    with viewing(SYSTEM):
        row = StagedRow.objects.get(submission=first_submission(batch, 2), subject="person")
    actions.correct_values(batch.pk, [actions.NewValue(row.pk, "person.birth_date", "1960-02-28")], by=field.clerk)
    run_jobs()  # the corrected person is compared anew
    done = accept(done, field)
    assert (done.state, done.counts["registered"], done.counts["pending"]) == ("accepted", 3, 0)


def test_a_decision_on_an_old_page_is_refused(field: Any, submit: Any) -> None:
    batch = submit()
    seen = batch.version
    actions.reject_submissions(
        batch.pk, Chosen(ids=[first_submission(batch).pk]), by=field.other_officer, reason="doubtful"
    )
    for decide in (
        lambda: actions.accept_batch(batch.pk, by=field.officer, version=seen),
        lambda: actions.reject_submissions(batch.pk, actions.EVERYTHING, by=field.officer, reason="x", version=seen),
        lambda: actions.correct_values(batch.pk, [], by=field.officer, version=seen),
    ):
        with pytest.raises(Problem) as caught:
            decide()
        assert code_of(caught) == "collection.review_stale"


def test_some_are_rejected_and_opened_again(field: Any, submit: Any) -> None:
    batch = submit()
    some = Chosen(ids=[first_submission(batch).pk])
    with pytest.raises(Problem) as caught:
        actions.reject_submissions(batch.pk, some, by=field.officer, reason=" ")
    assert code_of(caught) == "collection.reason_missing"
    batch = actions.reject_submissions(batch.pk, some, by=field.officer, reason="not from here")
    assert (batch.counts["rejected"], batch.counts["ready"]) == (1, 2)
    assert first_submission(batch).reason == "not from here"
    batch = actions.reopen_submissions(batch.pk, some, by=field.officer)
    assert (batch.counts["rejected"], batch.counts["ready"]) == (0, 3)
    batch = actions.accept_batch(batch.pk, by=field.officer, chosen=some)
    assert decisions(batch) == {"H1": "accepted", "H2": "pending", "H3": "pending"}
    with pytest.raises(Problem) as caught:
        actions.reject_submissions(batch.pk, actions.EVERYTHING, by=field.officer, reason="while registering")
    assert code_of(caught) == "collection.batch_state"


def test_choosing_nothing_is_nobody_and_conditions_narrow(field: Any, submit: Any) -> None:
    batch = submit(BROKEN)
    with viewing(SYSTEM):
        code = queries.findings(batch.pk, seen_by=SYSTEM).filter(severity="error").get().code
        count = {
            "none": Chosen().within(batch).count(),
            "all": actions.EVERYTHING.within(batch).count(),
            "code": Chosen(code=code).within(batch).count(),
            "field": Chosen(field="person.birth_date", code=code).within(batch).count(),
            "other": Chosen(field="person.sex").within(batch).count(),
            "outcome": Chosen(outcome="new").within(batch).count(),
            "unchanged": Chosen(outcome="unchanged").within(batch).count(),
        }
    assert count == {"none": 0, "all": 3, "code": 1, "field": 1, "other": 0, "outcome": 3, "unchanged": 0}


def test_a_batch_is_rejected_whole(field: Any, submit: Any) -> None:
    batch = submit()
    with pytest.raises(Problem):
        actions.reject_batch(batch.pk, by=field.officer, reason="")
    batch = actions.reject_batch(batch.pk, by=field.officer, reason="made up")
    assert (batch.state, batch.counts["rejected"], batch.decided_label) == ("rejected", 3, str(field.officer.label))


# Taking over and undoing


def test_the_register_takes_over_in_chunks_and_leaves_out_what_it_has(field: Any, submit: Any) -> None:
    batch = actions.accept_batch(submit().pk, by=field.officer)
    with viewing(SYSTEM):
        chunk = queries.accepted_chunk(batch.pk, after=-1, size=2, seen_by=SYSTEM)
    assert (chunk.submissions.height, chunk.people.height, chunk.households.height) == (2, 3, 2)
    assert (chunk.last, chunk.more) == (1, True)
    assert chunk.people["person.full_name"].to_list() == ["Aung Ko", "Su Su", "Ma Hla"]
    ids = chunk.submissions["submission_id"].to_list()
    assert actions.mark_registered(batch.pk, ids, by=SYSTEM) == 2
    assert actions.mark_registered(batch.pk, ids, by=SYSTEM) == 0
    with viewing(SYSTEM):
        rest = queries.accepted_chunk(batch.pk, after=-1, size=10, seen_by=SYSTEM)
    assert rest.people["person.full_name"].to_list() == ["U Ba"]
    assert actions.fail_batch(batch.pk, by=SYSTEM, why="no room").counts["failure"] == "no room"
    actions.mark_registered(batch.pk, rest.submissions["submission_id"].to_list(), by=SYSTEM)
    done = actions.finish_batch(batch.pk, by=SYSTEM)
    assert (done.state, done.counts["registered"], "failure" in done.counts) == ("accepted", 3, False)
    assert actions.finish_batch(batch.pk, by=SYSTEM).version == done.version
    with viewing(SYSTEM):
        empty = queries.accepted_chunk(batch.pk, after=7, size=10, seen_by=SYSTEM)
    assert (empty.submissions.height, empty.people.height, empty.last, empty.more) == (0, 0, 7, False)


def test_an_undone_batch_may_come_again(field: Any, submit: Any) -> None:
    done = accept(submit(), field)
    waiting = submit(CHANGED)
    assert outcomes(waiting)["H1"] == "changed"
    with pytest.raises(Problem):
        actions.undo_batch(done.pk, by=field.officer, reason="")
    undone = actions.undo_batch(done.pk, by=field.officer, reason="wrong camp")
    assert (undone.state, undone.counts["withdrawn"], undone.counts["registered"]) == ("undone", 3, 0)
    # What waits elsewhere is told anew at once.
    assert outcomes(waiting) == dict.fromkeys(("H1", "H2", "H3"), "new")
    with viewing(SYSTEM):
        assert FactEntry.objects.filter(name="collection.batch_undone").count() == 1
    assert outcomes(submit()) == dict.fromkeys(("H1", "H2", "H3"), "new")


def test_accepting_tells_outcomes_anew_in_other_open_batches(field: Any, submit: Any) -> None:
    one, two = submit(), submit(CHANGED)
    assert set(outcomes(two).values()) == {"new"}
    seen = two.version
    accept(one, field)
    assert outcomes(two) == {"H1": "changed", "H2": "unchanged", "H3": "unchanged"}
    with pytest.raises(Problem) as caught:
        actions.accept_batch(two.pk, by=field.officer, version=seen)
    assert code_of(caught) == "collection.review_stale"


# Files


def test_files_are_destroyed_for_good_and_the_batch_says_so(field: Any, submit: Any) -> None:
    batch = submit()
    with pytest.raises(Problem):
        actions.destroy_files(batch.pk, by=field.officer, reason="")
    gone = actions.destroy_files(batch.pk, by=field.officer, reason="held fingerprints")
    assert gone.purged_at is not None
    assert actions.destroy_files(batch.pk, by=field.officer, reason="again").purged_at == gone.purged_at
    with viewing(SYSTEM):
        raw = RawFile.objects.get()
    with pytest.raises(FileNotFoundError):
        vault.fetch(raw.file)
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk)
    with pytest.raises(Problem) as caught:
        actions.check_batch(batch.pk, by=field.clerk)
    assert code_of(caught) == "collection.files_destroyed"
    with pytest.raises(Problem):
        actions.destroy_files(batch.pk, by=field.officer, reason="while it is checked")


def test_a_row_is_traced_to_its_cell(field: Any, lists: None, submit: Any) -> None:
    batch = submit(HEADER + "H1,Aung Ko,M,1980-02-03,head,tin\n")
    with viewing(field.officer):
        row = StagedRow.objects.get(subject="person")
        traced = queries.raw_of(row.pk, seen_by=field.officer)
    assert (traced["file"], traced["row"], traced["raw"]["person.sex"]) == ("people.csv", 2, "M")
    assert (traced["values"]["person.sex"], traced["extras"], traced["batch"]) == ("male", {"roof": "tin"}, batch.pk)


# Rules


def test_only_who_keeps_the_rules_of_an_operation_changes_them(field: Any) -> None:
    with pytest.raises(Problem):
        actions.change_rules(field.operation.pk, by=field.officer, separate_duties=False, warnings_block=False)
    with pytest.raises(Problem) as caught:
        actions.change_rules(uuid4(), by=field.protector, separate_duties=False, warnings_block=False)
    assert code_of(caught) == "kernel.not_found"
    actions.change_rules(field.operation.pk, by=field.protector, separate_duties=True, warnings_block=True)
    with viewing(field.officer):
        assert queries.rules_of(field.operation.pk, seen_by=field.officer).warnings_block
