"""A form filled in the browser becomes part of today's batch of who filled it."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from banyan.people.collection.models import Batch, Finding, StagedRow, Submission
from banyan.people.collection.tests.conftest import SYSTEM
from banyan.people.collection.tests.test_review_pages import signed_in
from banyan.people.forms import actions as forms
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

SURVEY = [
    ("type", "name", "label", "required", "constraint"), ("begin repeat", "member", "Member", ""),
    ("text", "full_name", "Full name", "yes"), ("text", "sex", "Sex", ""), ("date", "birth_date", "Date of birth", ""),
    ("text", "relationship", "Relationship to head", ""), ("integer", "shoe", "Shoe size", "", ". > 10 and . < 60"),
    ("select_one roof", "roof", "Roof", ""), ("end repeat", "", "", ""),
]  # fmt: skip
FILLED = """<data id="visit" version="1"><member><full_name>{name}</full_name><sex>female</sex><birth_date>1980-02-03</birth_date>
<relationship>head</relationship></member><meta><instanceID>uuid:{name}</instanceID></meta></data>"""


def workbook() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, rows in (
            ("survey", SURVEY),
            ("choices", [("list_name", "name", "label"), ("roof", "t", "Tin"), ("roof", "l", "Leaves")]),
            ("settings", [("form_id", "form_title", "version"), ("visit", "Visit", "1")]),
        ):
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return stream.getvalue()


def send(client: Any, address: str, name: str) -> Any:
    return client.post(
        address, {"xml_submission_file": SimpleUploadedFile("a.xml", FILLED.format(name=name).encode(), "text/xml")}
    )


def test_filled_forms_come_into_the_batch_of_the_day(field: Any) -> None:
    version = forms.upload_form("visit.xlsx", workbook(), by=field.officer, operation_id=field.operation.pk)
    run_jobs()
    client = signed_in(field.clerk.id)
    address = reverse("collection:fill", args=[version.pk])
    assert client.post(address).status_code == 422
    sent = send(client, address, "Mya")
    assert sent.status_code == 201, sent.content
    run_jobs()
    assert send(client, address, "Hla").json()["url"] == sent.json()["url"]
    run_jobs()
    with viewing(SYSTEM):
        batch = Batch.objects.get()
        assert (batch.kind, batch.collects_on, batch.submitted_by) == ("browser", timezone.localdate(), field.clerk.id)
        assert Submission.objects.count() == (2 if batch.state == "review" else 0)
    again = send(client, address, "Mya")
    assert again.status_code == 201
    with viewing(SYSTEM):
        assert Batch.objects.count() == 1
    assert signed_in(field.protector.id).post(address).status_code == 403


@pytest.mark.parametrize(
    "headings", ["full_name,sex,birth_date,shoe,roof", "Full name,Sex,Date of birth,Shoe size,Roof"]
)
def test_what_a_form_asks_holds_for_tables_without_its_groups(field: Any, submit: Any, headings: str) -> None:
    """KoBo leaves group names out of tables when told to, and tables made by hand carry labels."""
    version = forms.upload_form("visit.xlsx", workbook(), by=field.officer, operation_id=field.operation.pk)
    run_jobs()
    rows = "Mya,female,1980-02-03,38,Tin\nHla,female,1981-02-03,99,t\n,female,1982-02-03,big,straw\n"
    batch = submit(f"{headings}\n{rows}", form_version_id=version.pk)
    with viewing(SYSTEM):
        found = set(Finding.objects.filter(batch=batch).values_list("code", "row", "field"))
        kept = list(StagedRow.objects.filter(subject="person").order_by("row").values_list("extras", flat=True))
    assert {
        ("collection.answer_refused", 3, "extra:shoe"),
        ("collection.answer_missing", 4, "person.full_name"),
        ("collection.answer_refused", 4, "extra:shoe"),
        ("collection.choice_unknown", 4, "extra:roof"),
    } <= found
    assert 2 not in {row for _code, row, _field in found}
    assert [row.get("roof") for row in kept[:2]] == ["t", "t"]
