"""From a file to accepted submissions: receiving, comparing with what came before, deciding, undoing."""

from typing import Any
from uuid import uuid4

import pytest

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import Chosen, staging
from banyan.people.collection.models import Batch, Finding, RawFile, Source, StagedRow, Submission
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.tests.conftest import HOUSEHOLDS, SYSTEM
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

CHANGED = HOUSEHOLDS.replace("1985-05-05", "1985-05-06")
BROKEN = HOUSEHOLDS.replace("1960-07-08", "31 February")


def outcomes(batch: Batch) -> dict[str, str]:
    with viewing(SYSTEM):
        return {row.key.rpartition(":")[2]: row.outcome for row in Submission.objects.filter(batch=batch)}


def decisions(batch: Batch) -> dict[str, str]:
    with viewing(SYSTEM):
        return {row.key.rpartition(":")[2]: row.decision for row in Submission.objects.filter(batch=batch)}


def register(batch: Batch) -> Batch:
    """What the register does with an accepted batch, as far as this room can see."""
    after = -1
    while True:
        with viewing(SYSTEM):
            chunk = queries.accepted_chunk(batch.pk, after=after, size=2, seen_by=SYSTEM)
        if chunk.submissions.height:
            actions.mark_registered(batch.pk, chunk.submissions["submission_id"].to_list(), by=SYSTEM)
        after = chunk.last
        if not chunk.more:
            return actions.finish_batch(batch.pk, by=SYSTEM)


def accept(batch: Batch, field: Any, **more: Any) -> Batch:
    return register(actions.accept_batch(batch.pk, by=field.officer, **more))


def code_of(caught: Any) -> str:
    return str(caught.value.code)


# Receiving


def test_receiving_only_locks_the_file_away_and_starts_a_job(field: Any) -> None:
    batch = actions.submit_batch(
        [("people.csv", HOUSEHOLDS.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.kachin
    )
    assert (batch.state, batch.submitted_by, batch.scope_id) == ("received", field.clerk.id, field.kachin)
    with viewing(SYSTEM):
        raw = RawFile.objects.get()
        assert not Submission.objects.exists()
    assert vault.fetch(raw.file) == HOUSEHOLDS.encode()
    assert (raw.name, raw.size, raw.is_media) == ("people.csv", len(HOUSEHOLDS), False)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"files": []}, "collection.no_file"),
        ({"scope_id": 999_999}, "collection.area_closed"),
        ({"source_id": uuid4()}, "kernel.not_found"),
        ({"form_version_id": uuid4()}, "kernel.not_found"),
        ({"scope_id": "rakhine", "by": "kachin_clerk"}, "collection.area_closed"),
        ({"scope_id": "whole", "by": "kachin_clerk"}, "collection.area_closed"),
        ({"by": "protector"}, "kernel.not_allowed"),
    ],
)
def test_what_cannot_be_received_is_said(field: Any, change: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {
        "files": [("a.csv", b"a,b\n1,2\n")], "operation_id": field.operation.pk, "scope_id": field.whole, "by": "clerk",
    } | change  # fmt: skip
    given["by"] = getattr(field, given["by"])
    if isinstance(given["scope_id"], str):
        given["scope_id"] = getattr(field, given["scope_id"])
    with pytest.raises(Problem) as caught:
        actions.submit_batch(given.pop("files"), **given)
    assert code_of(caught) == code
    with viewing(SYSTEM):
        assert not Batch.objects.exists()


def test_a_file_too_large_is_refused(field: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("banyan.people.collection.actions.receiving.LARGEST", 3)
    with pytest.raises(Problem) as caught:
        actions.submit_batch(
            [("a.csv", b"abcd")], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
        )
    assert code_of(caught) == "collection.too_large"


def test_the_same_file_again_is_said_at_once_and_may_come_again_after_a_rejection(field: Any, submit: Any) -> None:
    batch = submit()
    with pytest.raises(Problem) as caught:
        submit(name="renamed.csv")
    assert code_of(caught) == "collection.file_known"
    assert caught.value.parameters["batch"] == "people.csv"
    actions.reject_batch(batch.pk, by=field.officer, reason="wrong month")
    assert submit(name="renamed.csv").state == "review"


# Reading and mapping


def test_columns_nobody_has_confirmed_wait_for_a_person_and_are_remembered(field: Any) -> None:
    given = {"by": field.clerk, "operation_id": field.operation.pk, "scope_id": field.whole}
    first = actions.submit_batch([("people.csv", HOUSEHOLDS.encode())], **given)
    run_jobs()
    with viewing(field.clerk):
        first = queries.batch(first.pk, seen_by=field.clerk)
        assert not Source.objects.exists()
    assert first.state == "mapping"
    assert [each["rows"] for each in first.detected["tables"]] == [4]
    actions.confirm_mapping(first.pk, Mapping.from_json(first.mapping), by=field.clerk, source_name="Camp list")
    run_jobs()
    # The same columns again: nobody is asked.
    second = actions.submit_batch([("june.csv", CHANGED.encode())], **given)
    run_jobs()
    with viewing(field.clerk):
        source = Source.objects.get()
        second = queries.batch(second.pk, seen_by=field.clerk)
    assert (source.name, second.state, second.source) == ("Camp list", "review", source)


def test_sources_of_the_same_name_are_told_apart(field: Any, submit: Any) -> None:
    submit()
    submit(HOUSEHOLDS.replace("Roof", "Wall"), name="people.csv")
    submit(HOUSEHOLDS.replace("Roof", "Floor"), name="people.csv")
    with viewing(SYSTEM):
        names = sorted(Source.objects.values_list("name", flat=True))
    assert len(set(names)) == 3
    assert names[0] == "people.csv"


def test_a_mapping_need_not_be_remembered(field: Any) -> None:
    batch = actions.submit_batch(
        [("a.csv", HOUSEHOLDS.encode())], by=field.clerk, operation_id=field.operation.pk, scope_id=field.whole
    )
    run_jobs()
    with viewing(SYSTEM):
        batch.refresh_from_db()
    actions.confirm_mapping(batch.pk, Mapping.from_json(batch.mapping), by=field.clerk, remember=False)
    run_jobs()
    with viewing(SYSTEM):
        batch.refresh_from_db()
        assert (batch.state, Source.objects.count()) == ("review", 0)


def test_a_mapping_of_nothing_is_refused(field: Any, submit: Any) -> None:
    batch = submit()
    ignoring = batch.mapping | {"tables": [table | {"subject": "ignore"} for table in batch.mapping["tables"]]}
    with pytest.raises(Problem) as caught:
        actions.confirm_mapping(batch.pk, Mapping.from_json(ignoring), by=field.clerk)
    assert code_of(caught) == "collection.nothing_inside"


def test_a_corrected_mapping_stages_anew_while_nothing_is_decided(field: Any, submit: Any) -> None:
    batch = submit()
    mapping = Mapping.from_json(batch.mapping)
    actions.confirm_mapping(batch.pk, mapping, by=field.clerk)
    run_jobs()
    with viewing(SYSTEM):
        batch.refresh_from_db()
        assert (batch.state, Submission.objects.count(), StagedRow.objects.count()) == ("review", 3, 7)
    some = Chosen(ids=[first_submission(batch).pk])
    actions.reject_submissions(batch.pk, some, by=field.officer, reason="twice")
    with pytest.raises(Problem) as caught:
        actions.confirm_mapping(batch.pk, mapping, by=field.clerk)
    assert code_of(caught) == "collection.batch_state"


def first_submission(batch: Batch, ordinal: int = 0) -> Submission:
    with viewing(SYSTEM):
        return Submission.objects.get(batch=batch, ordinal=ordinal)


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"%PDF-1.4", b"   ", b"Household ID,Full name\n"])
def test_what_cannot_be_read_is_refused_with_the_reason_and_can_be_read_again(
    field: Any, submit: Any, content: bytes
) -> None:
    batch = submit(content, name="odd.bin")
    assert batch.state == "refused"
    assert batch.notes
    assert batch.finished_at is not None
    actions.read_again(batch.pk, by=field.clerk)
    run_jobs()
    with viewing(SYSTEM):
        batch.refresh_from_db()
    assert batch.state == "refused"
    with pytest.raises(Problem):
        actions.read_again(submit().pk, by=field.clerk)


def test_jobs_that_come_late_or_twice_change_nothing(field: Any, submit: Any) -> None:
    batch = submit()
    before = (batch.version, batch.counts)
    assert actions.read_batch(batch.pk, by=field.clerk).version == before[0]
    assert actions.check_batch(batch.pk, by=field.clerk).version == before[0]
    assert actions.begin_reading(batch.pk, by=field.clerk).state == "review"
    with pytest.raises(Problem):
        actions.read_batch(uuid4(), by=field.clerk)
    over = accept(batch, field)
    assert actions.read_batch(batch.pk, by=field.clerk).version == over.version


def test_a_batch_staged_in_parts_is_the_batch_staged_at_once(
    field: Any, submit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = HOUSEHOLDS.replace("1980-02-03", "soon").replace("1960-07-08", "31 February").splitlines()
    sent = ["_uuid,_submission_time", *(f'"u\n{line[:2]}","2026-05-01\n10:00"' for line in lines[1:])]
    content = "\n".join(f"{line},{more}" for line, more in zip(lines, sent, strict=True))

    def staged(batch: Batch) -> list[Any]:
        with viewing(SYSTEM):
            rows = StagedRow.objects.filter(submission__batch=batch).order_by(
                "submission__ordinal", "subject", "ordinal"
            )
            told = rows.values_list(
                "submission__number", "submission__label", "submission__errors", "subject", "values"
            )
            return [*told, Finding.objects.filter(batch=batch).count()]

    at_once = submit(content)
    whole = staged(at_once)
    actions.reject_batch(at_once.pk, by=field.officer, reason="Again, in parts")
    monkeypatch.setattr(staging, "SLICE", 1)
    assert staged(submit(content)) == whole
    assert len({row[0] for row in whole[:-1]}) == 3


# Comparing


def test_the_same_submissions_again_change_nothing(field: Any, submit: Any) -> None:
    accept(submit(), field)
    again = submit(HOUSEHOLDS + "\n")
    assert outcomes(again) == dict.fromkeys(("H1", "H2", "H3"), "unchanged")
    assert again.counts["ready"] == 0
    with pytest.raises(Problem) as caught:
        actions.accept_batch(again.pk, by=field.officer)
    assert code_of(caught) == "collection.nothing_to_accept"


def test_changed_ones_point_to_what_they_change(field: Any, submit: Any) -> None:
    first = accept(submit(), field)
    again = submit(CHANGED)
    assert outcomes(again) == {"H1": "changed", "H2": "unchanged", "H3": "unchanged"}
    changed = first_submission(again)
    assert changed.earlier_id == first_submission(first).pk
    with viewing(field.officer):
        found = queries.differences(changed.pk, seen_by=field.officer)
    assert [(each.subject, each.field, each.old, each.new) for each in found] == [
        ("person", "person.birth_date", "1985-05-05", "1985-05-06")
    ]
    done = accept(again, field)
    assert (done.counts["accepted"], done.state) == (1, "accepted")
    # The change is what counts from now on.
    assert set(outcomes(submit(CHANGED + "\n")).values()) == {"unchanged"}
    assert outcomes(submit(HOUSEHOLDS + "\n\n"))["H1"] == "changed"


def test_the_order_of_people_is_no_change(field: Any, submit: Any) -> None:
    accept(submit(), field)
    lines = HOUSEHOLDS.splitlines()
    assert set(outcomes(submit("\n".join([lines[0], *reversed(lines[1:])]))).values()) == {"unchanged"}


def test_households_without_number_are_known_by_their_content(field: Any, submit: Any) -> None:
    rows = "Full name,Sex,Date of birth\nAung Ko,male,1980-02-03\nAung Ko,male,1980-02-03\nMa Hla,female,1990-01-01\n"
    first = submit(rows)
    assert first.counts["new"] == 3  # two of whom nothing is told apart are two
    register(actions.accept_batch(first.pk, by=field.officer, chosen=actions.EVERYTHING)) if first.counts[
        "ready"
    ] else None
    again = submit(rows + "\n")
    assert again.counts["unchanged"] == first.counts["ready"]


# Deciding
