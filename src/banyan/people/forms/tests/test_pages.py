"""Pages and API of forms, through the real doors."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from banyan.people.forms.models import Form, FormVersion
from banyan.platform.access.models import Operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id

pytestmark = pytest.mark.django_db
BY = system_viewer("tests")


def client_of(make_account, *roles, **where):
    client = Client()
    client.force_login(make_account(*roles, **where))
    return client


@pytest.fixture
def operations(db):
    with viewing(BY):
        return [Operation.objects.create(code=code, name=code, country=code) for code in ("MMR", "BGD")]


@pytest.fixture
def officer(make_account):
    return client_of(make_account, "registration-officer")


def sent(shared_data, name):
    path = shared_data / "xlsforms" / name
    return SimpleUploadedFile(path.name, path.read_bytes())


def uploaded(client, operations, file, **more):
    return client.post(reverse("forms:new"), {"operation": str(operations[0].pk), "file": file, **more})


def test_from_upload_to_published(officer, operations, shared_data):
    assert "No forms yet" in officer.get(reverse("forms:list")).content.decode()
    answer = uploaded(officer, operations, sent(shared_data, "unhcr/data_form.xls"))
    assert answer.status_code == 302
    page = officer.get(answer.url).content.decode()
    assert "4 errors" in page
    assert "There is no type “numeric”" in page
    with viewing(BY):
        version = FormVersion.objects.get()
    publish = reverse("forms:publish", args=[version.pk])
    assert officer.post(publish).status_code == 409
    keys = [offer["key"] for offer in version.offers]
    assert officer.post(reverse("forms:mend", args=[version.pk]), {"mend": keys}).status_code == 302
    assert "No errors" in officer.get(answer.url).content.decode()
    for tab in ("problems", "questions", "advice", "mends", "history"):
        assert officer.get(answer.url, {"tab": tab}).status_code == 200
    assert officer.get(answer.url, {"tab": "elsewhere"}).status_code == 404
    assert officer.post(publish).status_code == 302
    told = officer.get(reverse("forms:form", args=[version.form_id])).content.decode().partition("What happened")[2]
    assert "FormVersion object" not in told
    assert "the form can be published" not in officer.get(answer.url).content.decode()
    assert "<h:html" not in unescape(told)
    for what, kind in (
        ("original", "application/octet-stream"),
        ("mended", "application/vnd"),
        ("xform", "application/xml"),
        ("schema", "application/json"),
    ):
        file = officer.get(reverse("forms:file", args=[version.pk, what]))
        assert (file.status_code, file.headers["Content-Type"].startswith(kind)) == (200, True)
        assert "attachment" in file.headers["Content-Disposition"]
    assert officer.get(reverse("forms:file", args=[version.pk, "itemsets"])).status_code == 404
    assert officer.get(reverse("forms:form", args=[version.form_id])).status_code == 200
    assert "data_form" in officer.get(reverse("forms:list"), {"q": "data", "published": "yes"}).content.decode()


def test_versions_are_compared(officer, operations, shared_data):
    first = uploaded(officer, operations, sent(shared_data, "unicef-hope/../kobo/transportation.xls"), code="t")
    second = uploaded(officer, operations, sent(shared_data, "kobo/household.xls"), code="t")
    assert first.url != second.url
    with viewing(BY):
        form = Form.objects.get()
    page = officer.get(reverse("forms:compare", args=[form.pk]), follow=True).content.decode()
    assert "From version 1 to version 2" in page
    assert "removed" in page
    assert officer.get(reverse("forms:form", args=[form.pk])).status_code == 200
    same = officer.get(reverse("forms:compare", args=[form.pk]), {"old": 1, "new": 1}).content.decode()
    assert "ask the same" in same


def test_bad_files_are_told_on_the_page(officer, operations):
    answer = uploaded(officer, operations, SimpleUploadedFile("x.xlsx", b"not a workbook"))
    assert answer.status_code == 422
    assert "is not a workbook" in answer.content.decode()
    assert uploaded(officer, operations, SimpleUploadedFile("x.xlsx", b"")).status_code == 422
    assert officer.post(reverse("forms:new"), {}).status_code == 422


def test_details_are_changed(officer, operations, shared_data):
    uploaded(officer, operations, sent(shared_data, "kobo/household.xls"))
    with viewing(BY):
        form = Form.objects.get()
    url = reverse("forms:details", args=[form.pk])
    assert officer.get(url).status_code == 200
    assert officer.post(url, {"title": ""}).status_code == 422
    assert officer.post(url, {"title": "ဆန်း", "is_active": "on"}).status_code == 302
    assert "ဆန်း" in officer.get(reverse("forms:form", args=[form.pk])).content.decode()


def test_another_operation_is_out_of_reach(make_account, officer, operations, shared_data):
    url = uploaded(officer, operations, sent(shared_data, "kobo/household.xls")).url
    with viewing(BY):
        form, version = Form.objects.get(), FormVersion.objects.get()
    other = client_of(make_account, "registration-officer", operation=operations[1])
    assert other.get(url).status_code == 404
    assert other.get(reverse("forms:form", args=[form.pk])).status_code == 404
    assert other.get(reverse("forms:file", args=[version.pk, "original"])).status_code == 404
    assert other.post(reverse("forms:publish", args=[version.pk])).status_code == 404
    assert "Household" not in other.get(reverse("forms:list")).content.decode()
    assert uploaded(other, operations, sent(shared_data, "kobo/household.xls")).status_code == 422
    for address in (
        f"/api/v1/forms/{form.pk}",
        f"/api/v1/forms/versions/{version.pk}",
        f"/api/v1/forms/versions/{version.pk}/xform",
    ):
        assert other.get(address).status_code == 404
    assert other.get("/api/v1/forms").json()["items"] == []


def test_a_clerk_changes_nothing(make_account, officer, operations, shared_data):
    url = uploaded(officer, operations, sent(shared_data, "kobo/household.xls")).url
    clerk = client_of(make_account, "registration-clerk")
    assert clerk.get(url).status_code == 200
    with viewing(BY):
        version = FormVersion.objects.get()
    for name in ("mend", "publish", "retire"):
        assert clerk.post(reverse(f"forms:{name}", args=[version.pk])).status_code == 403
    assert clerk.get(reverse("forms:new")).status_code == 403
    assert Client().get(url).status_code == 302


def test_api(officer, operations, shared_data):
    token = {"operation_id": str(operations[0].pk)}
    answer = officer.post("/api/v1/forms", {**token, "file": sent(shared_data, "unhcr/data_form.xls")})
    assert answer.status_code == 201
    report = answer.json()
    assert report["counts"]["errors"] == 4
    assert {
        (found["sheet"], found["row"], found["letter"]) for found in report["findings"] if found["severity"] == "error"
    } >= {("survey", 3, "A")}
    version = report["id"]
    bad = officer.post(
        f"/api/v1/forms/versions/{version}/mends", json.dumps({"keys": ["no"]}), content_type="application/json"
    )
    assert (bad.status_code, bad.json()["code"]) == (422, "kernel.invalid_input")
    keys = [offer["key"] for offer in report["offers"]]
    mended = officer.post(
        f"/api/v1/forms/versions/{version}/mends", json.dumps({"keys": keys}), content_type="application/json"
    )
    assert mended.json()["counts"]["errors"] == 0
    assert officer.post(f"/api/v1/forms/versions/{version}/publish").json()["state"] == "published"
    form = report["form_id"]
    assert officer.get(f"/api/v1/forms/{form}").json()["current_version_id"] == version
    assert [each["number"] for each in officer.get(f"/api/v1/forms/{form}/versions").json()] == [1]
    assert officer.get(f"/api/v1/forms/versions/{version}/schema").json()["questions"][0]["path"]
    assert officer.get(f"/api/v1/forms/versions/{version}/xform").content.startswith(b"<?xml")
    again = officer.post(f"/api/v1/forms/{form}/versions", {"file": sent(shared_data, "unhcr/data_form.xls")})
    assert again.json()["id"] == version
    assert len(officer.get("/api/v1/forms", {"code": report["file_name"][:-4]}).json()["items"]) == 1


def test_pages_ask_the_database_a_fixed_number_of_times(
    officer, operations, shared_data, django_assert_max_num_queries
):
    first = uploaded(officer, operations, sent(shared_data, "kobo/household.xls")).url
    for name in ("kobo/transportation.xls", "kobo/nested_repeats.xls", "getodk/simple.xlsx"):
        uploaded(officer, operations, sent(shared_data, name))
    second = uploaded(officer, operations, sent(shared_data, "kobo/transportation.xls"), code="household").url
    with viewing(BY):
        form = FormVersion.objects.get(pk=first.rstrip("/").rpartition("/")[2]).form_id
    pages = {
        reverse("forms:list"): 12,
        reverse("forms:form", args=[form]): 16,
        first: 18,
        f"{second}?tab=questions": 18,
        f"{second}?tab=history": 22,
        reverse("forms:compare", args=[form]) + "?old=1&new=1": 24,
    }
    for page, most in pages.items():
        with django_assert_max_num_queries(most):
            assert officer.get(page).status_code == 200


def test_the_report_tells_mends_by_their_cells(officer, operations, shared_data):
    url = uploaded(officer, operations, sent(shared_data, "myanmar-mcct/MCCT_Baseline_Spotcheck.xls")).url
    page = officer.get(url).content.decode()
    assert "are written in Zawgyi" in page
    assert "47 cells would change" in page
    assert "and 22 more" in page
    questions = officer.get(url, {"tab": "questions", "language": "english"}).content.decode()
    assert 'dir="auto"' in questions
    assert "<span style" not in questions  # what an author wrote into a label stays text


def test_a_version_is_uploaded_on_the_page_of_its_form(officer, operations, shared_data):
    uploaded(officer, operations, sent(shared_data, "kobo/household.xls"))
    with viewing(BY):
        form = Form.objects.get()
    url = reverse("forms:new-version", args=[form.pk])
    assert officer.get(url).status_code == 200
    assert officer.post(url, {"file": SimpleUploadedFile("a.xls", b"zzz")}).status_code == 422
    assert officer.post(url, {"file": sent(shared_data, "kobo/transportation.xls")}).status_code == 302
    with viewing(BY):
        assert FormVersion.objects.filter(form=form).count() == 2
        version = FormVersion.objects.get(number=2)
    assert officer.post(reverse("forms:retire", args=[version.pk])).status_code == 302
    assert "retired" in officer.get(reverse("forms:version", args=[version.pk])).content.decode()


def test_a_long_form_shows_its_job_until_it_is_converted(officer, operations, shared_data):
    url = uploaded(officer, operations, sent(shared_data, "unicef-hope/FlexibleAttributesInit.xlsx")).url
    assert "Conversion of the form" in officer.get(url).content.decode()
    run_jobs()
    page = officer.get(url).content.decode()
    assert "2 errors" in page
    with viewing(BY):
        FormVersion.objects.update(counts={}, job=new_id())
    assert "is being converted" in officer.get(url).content.decode()


def test_an_operation_nobody_may_change_is_said(make_account, db):
    assert (
        "no operation whose forms you may change"
        in client_of(make_account, "registration-officer").get(reverse("forms:new")).content.decode()
    )
