"""Pages of review through the real doors: lists, one batch, one problem, one submission, decisions, the workbook."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from banyan.people.collection import queries
from banyan.people.collection.models import Batch, Correction, Finding, StagedRow, Submission
from banyan.people.collection.tests.conftest import HOUSEHOLDS, SYSTEM
from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

BROKEN = HOUSEHOLDS.replace("1960-07-08", "1960-02-31")


def signed_in(account_id: Any) -> Client:
    client = Client()
    with viewing(SYSTEM):
        client.force_login(Account.objects.get(pk=account_id), backend="banyan.platform.access.backends.AccountBackend")
    return client


@pytest.fixture
def officer(field: Any) -> Client:
    return signed_in(field.officer.id)


@pytest.fixture
def clerk(field: Any) -> Client:
    return signed_in(field.clerk.id)


def page(batch: Batch, name: str = "batch", **query: str) -> str:
    address = reverse(f"collection:{name}", args=[batch.pk])
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def test_every_page_opens_for_who_reviews(officer: Client, submit: Any) -> None:
    batch = submit(BROKEN)
    with viewing(SYSTEM):
        submission = Submission.objects.filter(errors__gt=0).get()
    pages = [
        reverse("collection:list"), reverse("collection:list") + "?state=review", reverse("collection:upload"), page(batch),
        page(batch) + "?decision=pending&errors=yes&problem=collection.date_impossible|person.birth_date",
        page(batch, "problem", code="collection.date_impossible", field="person.birth_date"),
        reverse("collection:submission", args=[submission.pk]),
    ]  # fmt: skip
    for address in pages:
        assert officer.get(address).status_code == 200, address


def test_the_batch_page_says_what_was_found_and_shows_the_funnel(officer: Client, submit: Any) -> None:
    batch = submit(BROKEN)
    text = officer.get(page(batch)).content.decode()
    assert "is in no calendar" in text
    assert "<svg" in text
    assert "As a table" in text
    assert "0 of 3 submissions accepted" in text
    assert "Accept 2 submissions" in text
    story = text.partition("What happened")[2]
    assert "being checked" in story or "to review" in story
    for bookkeeping in ("Detected", "Mapping", "Digest", "added submission", "Name of the head"):
        assert bookkeeping not in story


def test_pages_ask_the_database_no_more_when_a_batch_is_larger(officer: Client, submit: Any) -> None:
    small = submit(BROKEN)
    more = "".join(f"X{number},Person {number},female,1990-13-01,head,tin\n" for number in range(40))
    large = submit(BROKEN + more, name="larger.csv")
    counts = []
    for batch in (small, large):
        officer.get(page(batch))
        with CaptureQueriesContext(connection) as caught:
            officer.get(page(batch))
        counts.append(len(caught))
    assert counts[1] <= counts[0] + 1  # a longer list counts its rows, a short one does not need to
    assert counts[0] <= 30


def test_the_submission_page_asks_a_constant_number_of_queries(officer: Client, submit: Any) -> None:
    many = "".join(f"H9,Person {number},female,1990-01-{number + 1:02},child,tin\n" for number in range(20))
    submit(HOUSEHOLDS + "H9,Head,male,1950-01-01,head,tin\n" + many)
    counts = []
    with viewing(SYSTEM):
        small, large = (
            Submission.objects.order_by("people").values_list("pk", flat=True)[:1][0],
            Submission.objects.order_by("-people")[0].pk,
        )
    for pk in (small, large):
        address = reverse("collection:submission", args=[pk])
        officer.get(address)
        with CaptureQueriesContext(connection) as caught:
            officer.get(address)
        counts.append(len(caught))
    # Whom the rows look like, where they look like anybody, is read in three more, however many they are.
    assert counts[0] <= 28
    assert counts[1] - counts[0] in (0, 3)


def test_search_in_a_batch_is_sent_as_a_form_and_logged_without_the_text(officer: Client, submit: Any) -> None:
    batch = submit()
    answer = officer.post(page(batch, "search"), {"text": "su su"})
    assert answer.status_code == 200
    assert "Aung Ko" in answer.content.decode()  # the household whose member has the name
    assert "Ma Hla" not in answer.content.decode()
    assert officer.get(page(batch, "search")).status_code == 405
    assert "no submission" in officer.post(page(batch, "search"), {"text": "nobody"}).content.decode().lower()
    with viewing(SYSTEM):
        entries = ReadEntry.objects.filter(kind="search")
        assert entries.count() == 2
        assert all("su su" not in str(entry.__dict__) for entry in entries)


def test_values_are_corrected_and_checked_again(officer: Client, submit: Any) -> None:
    batch = submit(BROKEN)
    with viewing(SYSTEM):
        submission = Submission.objects.get(errors__gt=0)
        row = StagedRow.objects.get(submission=submission, subject="person")
    answer = officer.post(
        reverse("collection:correct", args=[submission.pk]),
        {"row": row.pk, "field": "person.birth_date", "text": "28/02/1960", "reason": "asked again"}, follow=True,
    )  # fmt: skip
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "1960-02-31" in text
    assert "asked again" in text
    with viewing(SYSTEM):
        submission.refresh_from_db()
        row.refresh_from_db()
        assert (submission.errors, row.values["person.birth_date"]) == (0, "1960-02-28")
        assert Correction.objects.get().old == "1960-02-31"
        batch.refresh_from_db()
    assert batch.counts["ready"] == 3


def test_who_submitted_sees_why_accepting_is_not_for_them(
    clerk: Client, officer: Client, field: Any, submit: Any
) -> None:
    batch = submit(by=field.officer)
    text = officer.get(page(batch)).content.decode()
    assert "Who submitted a batch may not accept it in this operation." in text
    told = officer.post(page(batch, "decide"), {"verb": "accept"}, follow=True).content.decode()
    assert "may not accept" in told
    assert "Your roles do not allow this here." in clerk.get(page(batch)).content.decode()
    assert clerk.post(page(batch, "decide"), {"verb": "accept"}).status_code in (302, 403)
    with viewing(SYSTEM):
        assert not Submission.objects.filter(decision="accepted").exists()


def test_filtered_submissions_are_rejected_with_a_reason_and_opened_again(officer: Client, submit: Any) -> None:
    batch = submit(BROKEN)
    form = {"verb": "reject", "filtered": "yes", "errors": "yes"}
    assert "reason is missing" in officer.post(page(batch, "decide"), form, follow=True).content.decode()
    officer.post(page(batch, "decide"), form | {"reason": "not complete"})
    with viewing(SYSTEM):
        assert list(Submission.objects.order_by("ordinal").values_list("decision", flat=True)) == [
            "pending",
            "pending",
            "rejected",
        ]
    officer.post(page(batch, "decide"), {"verb": "reopen", "filtered": "yes", "decision": "rejected"})
    with viewing(SYSTEM):
        assert not Submission.objects.exclude(decision="pending").exists()


def test_filters_that_fit_nothing_decide_about_nobody(officer: Client, submit: Any) -> None:
    batch = submit()
    officer.post(page(batch, "decide"), {"verb": "reject", "reason": "x", "filtered": "yes", "decision": "accepted"})
    officer.post(page(batch, "decide"), {"verb": "reject", "reason": "x", "filtered": "yes", "errors": "perhaps"})
    with viewing(SYSTEM):
        assert not Submission.objects.exclude(decision="pending").exists()


def test_one_submission_is_accepted_from_its_page(officer: Client, submit: Any) -> None:
    batch = submit()
    with viewing(SYSTEM):
        first = Submission.objects.order_by("ordinal").first()
    officer.post(page(batch, "decide"), {"verb": "accept", "submission": first.pk, "version": batch.version})
    with viewing(SYSTEM):
        assert Submission.objects.filter(decision="accepted").get() == first


def test_a_decision_on_an_older_page_is_refused(officer: Client, submit: Any) -> None:
    batch = submit()
    form = {"verb": "accept", "version": batch.version - 1}
    told = officer.post(page(batch, "decide"), form, follow=True).content.decode()
    assert "was changed since you opened it" in told


def test_what_is_sensitive_is_masked_until_asked_for(officer: Client, clerk: Client, field: Any, submit: Any) -> None:
    submit(HOUSEHOLDS.replace("Roof", "National ID").replace(",tin", ",12/KaMaYa(N)123456"), name="cards.csv")
    with viewing(SYSTEM):
        pk = Submission.objects.order_by("ordinal").first().pk
    address = reverse("collection:submission", args=[pk])
    assert "12/KaMaYa(N)123456" not in officer.get(address).content.decode()
    assert "•••456" in officer.get(address).content.decode()
    assert "12/KaMaYa(N)123456" in officer.post(address, {"show": "yes"}).content.decode()
    assert "12/KaMaYa(N)123456" not in clerk.post(address, {"show": "yes"}).content.decode()
    with viewing(SYSTEM):
        asked = ReadEntry.objects.filter(kind="open", purpose__contains="masked")
        assert [entry.actor for entry in asked] == [str(field.officer.id)]


def test_the_workbook_comes_back_coloured_with_a_summary(officer: Client, clerk: Client, submit: Any) -> None:
    batch = submit(BROKEN)
    assert clerk.get(page(batch, "workbook")).status_code == 404
    clerk.post(page(batch, "workbook"))
    run_jobs()
    answer = clerk.get(page(batch, "workbook"))
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names[0] == "Summary"
    assert book.sheet_names[-1] == "Findings"
    rows = book.get_sheet_by_index(1).to_python()
    assert list(rows[4])[:4] == ["H3", "U Ba", "male", "1960-02-31"]
    assert any("is in no calendar" in str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row)
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(kind="export", subject="collection.batch").count() == 1
    assert "Download the workbook" in officer.get(page(batch)).content.decode()


def test_areas_are_kept_apart(field: Any, submit: Any) -> None:
    batch = submit(scope_id=field.kachin)
    stranger = signed_in(field.rakhine_officer.id)
    assert stranger.get(page(batch)).status_code == 404
    assert stranger.post(page(batch, "decide"), {"verb": "reject", "reason": "x"}, follow=True).status_code == 404
    assert "people.csv" not in stranger.get(reverse("collection:list")).content.decode()
    with viewing(SYSTEM):
        assert not Submission.objects.exclude(decision="pending").exists()


def test_files_are_uploaded_from_the_page(clerk: Client, field: Any) -> None:
    file = SimpleUploadedFile("people.csv", HOUSEHOLDS.encode())
    answer = clerk.post(
        reverse("collection:upload"),
        {"where": f"{field.operation.pk}|{field.whole}", "source": "", "name": "Monday", "files": [file]},
    )
    assert answer.status_code == 302
    with viewing(SYSTEM):
        assert Batch.objects.get().name == "Monday"
    empty = clerk.post(reverse("collection:upload"), {"where": f"{field.operation.pk}|{field.whole}"})
    assert empty.status_code == 422


def test_a_file_that_came_before_is_said_at_the_upload(clerk: Client, field: Any, submit: Any) -> None:
    submit()
    file = SimpleUploadedFile("again.csv", HOUSEHOLDS.encode())
    answer = clerk.post(reverse("collection:upload"), {"where": f"{field.operation.pk}|{field.whole}", "files": [file]})
    assert answer.status_code == 422
    assert "was received before" in answer.content.decode()


def test_home_says_what_waits(officer: Client, submit: Any) -> None:
    submit()
    assert "Submissions to review" in officer.get("/").content.decode()


def test_rules_of_review_are_changed_by_who_may(field: Any, officer: Client) -> None:
    protector = signed_in(field.protector.id)
    address = reverse("collection:rules")
    assert officer.get(address).status_code == 403
    assert protector.get(address).status_code == 200
    protector.post(address, {"operation": field.operation.pk, "warnings_block": "on"})
    with viewing(SYSTEM):
        rules = queries.rules_of(field.operation.pk, seen_by=SYSTEM)
        assert (rules.separate_duties, rules.warnings_block) == (False, True)


def test_warnings_are_settled_together(officer: Client, submit: Any) -> None:
    batch = submit(HOUSEHOLDS.replace("Ma Hla", "baby"))
    address = page(batch, "problem", code="collection.name_placeholder", field="person.full_name")
    assert "is hardly a name" in officer.get(address).content.decode()
    officer.post(page(batch, "settle"), {"code": "collection.name_placeholder", "field": "person.full_name"})
    with viewing(SYSTEM):
        assert Finding.objects.get(code="collection.name_placeholder").settled == "dismissed"
