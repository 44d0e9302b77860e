"""Mending in review: what is corrected is checked again, what came stays beside it, what was settled stays settled."""

from typing import Any
from uuid import uuid4

import pytest

from banyan.people.collection import actions, queries
from banyan.people.collection.actions import NewValue
from banyan.people.collection.models import Batch, Correction, Finding, StagedRow, Submission
from banyan.people.collection.tests.conftest import HEADER, SYSTEM
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

BAD = (
    HEADER
    + "H1,Aung Ko,male,1980-02-31,head,tin\n"
    + "H1,Su Su,female,14/05/85,spouse,tin\n"
    + "H2,Ma Hla,female,1990-01-01,head,thatch\n"
)


def rows(batch: Batch, name: str) -> StagedRow:
    with viewing(SYSTEM):
        return next(
            row for row in StagedRow.objects.filter(batch=batch, subject="person").select_related("submission")
            if row.values.get("person.full_name") == name
        )  # fmt: skip


def found(batch: Batch, **conditions: Any) -> list[Finding]:
    with viewing(SYSTEM):
        return list(Finding.objects.filter(batch=batch, **conditions).order_by("code"))


def test_a_corrected_value_is_checked_again_and_the_raw_one_stays(field: Any, submit: Any) -> None:
    batch = submit(BAD)
    row = rows(batch, "Aung Ko")
    assert [each.field for each in found(batch, severity="error", staged_row=row.pk)] == ["person.birth_date"]
    batch = actions.correct_values(
        batch.pk, [NewValue(row.pk, "person.birth_date", " 1980-03 ")], by=field.clerk, reason="asked again"
    )
    row = rows(batch, "Aung Ko")
    assert (row.values["person.birth_date"], row.raw["person.birth_date"]) == ("1980-03", "1980-02-31")
    assert not found(batch, staged_row=row.pk)
    with viewing(SYSTEM):
        noted = Correction.objects.get()
    assert (noted.old, noted.new, noted.reason, noted.by) == ("1980-02-31", "1980-03", "asked again", field.clerk.id)
    # A second correction begins with the first, and another wrong value is found wrong.
    batch = actions.correct_values(batch.pk, [NewValue(row.pk, "person.birth_date", "yesterday")], by=field.clerk)
    row = rows(batch, "Aung Ko")
    assert ("person.birth_date" in row.values, row.raw["person.birth_date"]) == (False, "1980-02-31")
    assert found(batch, severity="error", staged_row=row.pk)
    # Correcting something else keeps it.
    batch = actions.correct_values(batch.pk, [NewValue(row.pk, "person.full_name", "Aung Ko Ko")], by=field.clerk)
    assert found(batch, severity="error", staged_row=row.pk)
    with viewing(SYSTEM):
        assert Submission.objects.get(pk=row.submission_id).label == "Aung Ko Ko"


def test_a_field_that_the_file_did_not_have_can_be_filled(field: Any, submit: Any) -> None:
    batch = submit(BAD)
    row = rows(batch, "Ma Hla")
    batch = actions.correct_values(batch.pk, [NewValue(row.pk, "person.mother_name", "Daw Mya")], by=field.clerk)
    assert rows(batch, "Ma Hla").values["person.mother_name"] == "Daw Mya"
    assert "person.mother_name" in batch.columns["person"]
    batch = actions.correct_values(batch.pk, [NewValue(row.pk, "extra:roof", "tin")], by=field.clerk)
    assert rows(batch, "Ma Hla").extras == {"roof": "tin"}
    batch = actions.correct_values(batch.pk, [NewValue(row.pk, "person.mother_name", "")], by=field.clerk)
    assert "person.mother_name" not in rows(batch, "Ma Hla").values


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("person.shoe_size", "collection.field_unknown"),
        ("extra:unheard", "collection.field_unknown"),
        ("", "collection.field_unknown"),
    ],
)
def test_fields_that_do_not_exist_are_refused(field: Any, submit: Any, name: str, code: str) -> None:
    batch = submit(BAD)
    with pytest.raises(Problem) as caught:
        actions.correct_values(batch.pk, [NewValue(rows(batch, "Ma Hla").pk, name, "x")], by=field.clerk)
    assert caught.value.code == code
    with viewing(SYSTEM):
        assert not Correction.objects.exists()


def test_what_is_decided_or_elsewhere_is_not_corrected(field: Any, submit: Any) -> None:
    batch = submit(BAD)
    row = rows(batch, "Ma Hla")
    with pytest.raises(Problem) as caught:
        actions.correct_values(batch.pk, [NewValue(uuid4(), "person.sex", "male")], by=field.clerk)
    assert caught.value.code == "kernel.not_found"
    actions.accept_batch(batch.pk, by=field.officer)
    with pytest.raises(Problem) as caught:
        actions.correct_values(batch.pk, [NewValue(row.pk, "person.sex", "male")], by=field.clerk)
    assert caught.value.code == "collection.batch_state"
    actions.finish_batch(batch.pk, by=SYSTEM)
    with pytest.raises(Problem) as caught:
        actions.correct_values(batch.pk, [NewValue(row.pk, "person.sex", "male")], by=field.clerk)
    assert caught.value.code == "collection.submission_decided"


def test_a_proposed_value_is_taken_by_a_person_never_by_itself(field: Any, submit: Any) -> None:
    batch = submit(BAD)
    offered = [each for each in found(batch) if each.proposed]
    assert [(each.raw, each.proposed, each.field) for each in offered] == [
        ("14/05/85", "1985-05-14", "person.birth_date")
    ]
    assert "person.birth_date" not in rows(batch, "Su Su").values
    batch = actions.accept_proposals(batch.pk, [offered[0].pk], by=field.clerk)
    assert rows(batch, "Su Su").values["person.birth_date"] == "1985-05-14"
    assert not found(batch, staged_row=rows(batch, "Su Su").pk, severity="error")
    plain = found(batch, severity="error")[0]
    with pytest.raises(Problem) as caught:
        actions.accept_proposals(batch.pk, [plain.pk], by=field.clerk)
    assert caught.value.code == "collection.nothing_proposed"
    with pytest.raises(Problem) as caught:
        actions.accept_proposals(batch.pk, [uuid4()], by=field.clerk)
    assert caught.value.code == "kernel.not_found"


def test_warnings_are_dismissed_and_stay_so_errors_cannot(field: Any, submit: Any) -> None:
    batch = submit(BAD.replace("Ma Hla", "Oo Oo Oo"))
    warning = found(batch, severity="warning")[0]
    error = found(batch, severity="error")[0]
    with pytest.raises(Problem) as caught:
        actions.dismiss_findings(batch.pk, by=field.clerk, finding_ids=[error.pk])
    assert caught.value.code == "collection.errors_stand"
    with pytest.raises(Problem) as caught:
        actions.dismiss_findings(batch.pk, by=field.clerk)
    assert caught.value.code == "kernel.not_found"
    before = batch.counts["warnings"]
    batch = actions.dismiss_findings(batch.pk, by=field.clerk, code=warning.code, field=warning.field)
    assert batch.counts["warnings"] == before - 1
    assert {each.settled for each in found(batch, code=warning.code)} == {"dismissed"}
    # Another correction in the same submission does not raise it again.
    batch = actions.correct_values(batch.pk, [NewValue(warning.staged_row_id, "extra:roof", "tin")], by=field.clerk)
    assert {each.settled for each in found(batch, code=warning.code)} == {"dismissed"}
    assert batch.counts["warnings"] == before - 1


def test_warnings_block_where_the_operation_says_so(field: Any, submit: Any) -> None:
    actions.change_rules(field.operation.pk, by=field.protector, separate_duties=True, warnings_block=True)
    batch = submit(HEADER + "H2,Oo Oo Oo,female,1990-01-01,head,thatch\n")
    warnings = found(batch, severity="warning")
    assert warnings
    with pytest.raises(Problem) as caught:
        actions.accept_batch(batch.pk, by=field.officer)
    assert caught.value.code == "collection.nothing_to_accept"
    for warning in warnings:
        actions.dismiss_findings(batch.pk, by=field.clerk, finding_ids=[warning.pk])
    assert actions.accept_batch(batch.pk, by=field.officer).counts["accepted"] == 1


def test_a_correction_back_to_what_was_accepted_makes_it_unchanged(field: Any, submit: Any) -> None:
    first = submit(BAD)
    actions.accept_batch(first.pk, by=field.officer)
    actions.finish_batch(first.pk, by=SYSTEM)
    again = submit(BAD.replace("1990-01-01", "1991-01-01"))
    row = rows(again, "Ma Hla")
    assert row.submission.outcome == "changed"
    actions.correct_values(again.pk, [NewValue(row.pk, "person.birth_date", "1990-01-01")], by=field.clerk)
    assert rows(again, "Ma Hla").submission.outcome == "unchanged"
    with viewing(field.officer):
        assert queries.differences(row.submission_id, seen_by=field.officer) == []
