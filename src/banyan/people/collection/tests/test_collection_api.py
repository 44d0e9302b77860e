"""The API of collection through the real door."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from banyan.people.collection import actions
from banyan.people.collection.models import Batch, StagedRow, Submission
from banyan.people.collection.rules.shapes import Mapping
from banyan.people.collection.tests.conftest import HOUSEHOLDS, SYSTEM
from banyan.people.collection.tests.test_review_pages import BROKEN, signed_in
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

ROOT = "/api/v1/collection"


@pytest.fixture
def officer(field: Any) -> Client:
    return signed_in(field.officer.id)


def test_a_batch_is_sent_followed_corrected_and_accepted(officer: Client, field: Any) -> None:
    clerk = signed_in(field.clerk.id)
    file = SimpleUploadedFile("people.csv", BROKEN.encode())
    sent = clerk.post(f"{ROOT}/batches", {"operation": str(field.operation.pk), "name": "By machine", "files": [file]})
    assert sent.status_code == 201, sent.content
    batch = sent.json()["id"]
    run_jobs()
    with viewing(SYSTEM):
        mapping = Mapping.from_json(Batch.objects.get().mapping)
    actions.confirm_mapping(UUID(batch), mapping, by=field.clerk)
    run_jobs()
    found = officer.get(f"{ROOT}/batches/{batch}/findings").json()
    wrong = next(each for each in found if each["severity"] == "error")
    assert (wrong["code"], wrong["value"], wrong["row"]) == ("collection.date_impossible", "1960-02-31", 5)
    assert "is in no calendar" in wrong["detail"]
    correction = [{"row": wrong["row_id"], "field": wrong["field"], "text": "1960-02-28", "reason": "asked"}]
    mended = officer.post(f"{ROOT}/batches/{batch}/corrections", correction, content_type="application/json")
    assert mended.json()["counts"]["ready"] == 3
    listed = officer.get(f"{ROOT}/batches/{batch}/submissions").json()
    assert [item["errors"] for item in listed["items"]] == [0, 0, 0]
    one = officer.get(f"{ROOT}/submissions/{listed['items'][0]['id']}").json()
    assert [row["subject"] for row in one["rows"]].count("person") == 2
    run_jobs()  # the corrected person is compared anew
    decision = {"verb": "accept", "everything": True, "version": mended.json()["version"]}
    accepted = officer.post(f"{ROOT}/batches/{batch}/decisions", decision, content_type="application/json")
    assert accepted.status_code == 200, accepted.content
    assert accepted.json()["counts"]["accepted"] == 3


def test_empty_decisions_and_unknown_verbs_do_nothing(officer: Client, submit: Any) -> None:
    batch = submit()
    for body, status in (
        ({"verb": "accept"}, 409),
        ({"verb": "register"}, 422),
        ({"verb": "reject", "everything": True}, 422),
    ):
        answer = officer.post(f"{ROOT}/batches/{batch.pk}/decisions", body, content_type="application/json")
        assert answer.status_code == status, body
    with viewing(SYSTEM):
        assert not Submission.objects.exclude(decision="pending").exists()


def test_areas_and_rights_hold_here_too(field: Any, submit: Any) -> None:
    batch = submit(scope_id=field.kachin)
    stranger = signed_in(field.rakhine_officer.id)
    for path in (f"batches/{batch.pk}", f"batches/{batch.pk}/findings", f"batches/{batch.pk}/submissions"):
        assert stranger.get(f"{ROOT}/{path}").status_code == 404
    assert stranger.get(f"{ROOT}/batches").json()["items"] == []
    clerk = signed_in(field.clerk.id)
    body = {"verb": "accept", "everything": True}
    assert clerk.post(f"{ROOT}/batches/{batch.pk}/decisions", body, content_type="application/json").status_code == 403
    file = SimpleUploadedFile("x.csv", HOUSEHOLDS.encode())
    sent = signed_in(field.kachin_clerk.id).post(
        f"{ROOT}/batches", {"operation": str(field.operation.pk), "area": "MMR012", "files": [file]}
    )
    assert sent.status_code == 403
    with viewing(SYSTEM):
        row = StagedRow.objects.first()
    assert stranger.get(f"{ROOT}/submissions/{row.submission_id}").status_code == 404


def test_sensitive_values_are_hidden_unless_asked_for_by_who_may(officer: Client, field: Any, submit: Any) -> None:
    submit(HOUSEHOLDS.replace("Roof", "National ID").replace(",tin", ",12/KaMaYa(N)123456"), name="cards.csv")
    with viewing(SYSTEM):
        pk = Submission.objects.order_by("ordinal").first().pk
    address = f"{ROOT}/submissions/{pk}"
    assert b"123456" not in officer.get(address).content
    assert b"KAMAYA(N)123456" in officer.get(address + "?sensitive=true").content
    assert signed_in(field.clerk.id).get(address + "?sensitive=true").status_code == 403
