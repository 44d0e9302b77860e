"""Pages and API of places, through the real doors."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from banyan.platform.access.models import Area
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.reference.places.models import ImportBatch, Place, Release
from banyan.reference.places.tests.test_imports import NEW, OLD, run

BY = system_viewer("tests")


@pytest.fixture
def world(db):
    run(OLD, "1.0")
    run(NEW, "2.0")
    with viewing(BY):
        return {place.pcode: place for place in Place.objects.all()} | {r.label: r for r in Release.objects.all()}


def client_of(make_account, *roles, **where):
    client = Client()
    client.force_login(make_account(*roles, **where))
    return client


@pytest.fixture
def manager(make_account):
    return client_of(make_account, "information-manager")


@pytest.fixture
def limited(make_account, world):
    with viewing(BY):
        area = Area.objects.get(key="MMR001")
    return client_of(make_account, "reader", area=area)


def test_every_page_opens(manager, world):
    pages = [
        reverse("places:list"), reverse("places:list") + "?q=sitt&country=MMR", reverse("places:releases"),
        reverse("places:record", args=[world["MMR001"].pk]), reverse("places:record", args=[world["MMR012001"].pk]),
        reverse("places:names", args=[world["MMR001"].pk]), reverse("places:release", args=[world["2.0"].pk]),
        reverse("places:compare") + f"?old={world['1.0'].pk}&new={world['2.0'].pk}",
        reverse("places:imports"), reverse("places:import-new"), reverse("places:boundary", args=[world["MMR001"].pk]),
        reverse("places:compare") + f"?old={world['1.0'].pk}&new={world['2.0'].pk}&format=csv",
        reverse("places:compare") + f"?old={world['1.0'].pk}&new={world['2.0'].pk}&format=xlsx&change=renamed",
        reverse("places:list") + "?format=csv",
    ]  # fmt: skip
    with viewing(BY):
        pages += [reverse("places:import", args=[batch.pk]) for batch in ImportBatch.objects.all()]
    for page in pages:
        answer = manager.get(page)
        assert answer.status_code == 200, page
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    assert manager.get(reverse("places:compare")).status_code == 302


def test_signed_out_is_led_to_the_sign_in_page(world):
    assert Client().get(reverse("places:list")).status_code == 302
    assert Client().get("/api/v1/places").status_code == 401


def test_a_reader_neither_imports_nor_changes(make_account, world):
    reader = client_of(make_account, "reader")
    assert reader.get(reverse("places:imports")).status_code == 403
    assert reader.post(reverse("places:make-current", args=[world["2.0"].pk])).status_code == 403
    assert reader.post(reverse("places:names", args=[world["MMR001"].pk]), {}).status_code == 403


def test_outside_the_area_nothing_is_reached(limited, world):
    inside, outside = world["MMR001001"], world["MMR012001"]
    assert limited.get(reverse("places:record", args=[inside.pk])).status_code == 200
    for name in ("places:record", "places:boundary"):
        assert limited.get(reverse(name, args=[outside.pk])).status_code == 404
    assert limited.get(f"/api/v1/places/{outside.pk}").status_code == 404
    assert limited.get(f"/api/v1/places/{outside.pk}/boundary").status_code == 404
    answers = [
        limited.get(reverse("places:list"), {"q": "Sittwe"}), limited.get(reverse("places:pick"), {"q": "Sittwe"}),
        limited.get("/api/v1/places/search", {"q": "Sittwe"}), limited.get("/api/v1/places", {"q": "Sittwe"}),
        limited.get(reverse("places:compare"), {"old": world["1.0"].pk, "new": world["2.0"].pk}),
        limited.get(reverse("places:compare"), {"old": world["1.0"].pk, "new": world["2.0"].pk, "format": "csv"}),
        limited.get(reverse("places:list"), {"format": "csv"}),
    ]  # fmt: skip
    for answer in answers:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200
        assert b"MMR012001" not in body
        assert b"Rakhine" not in body


def test_the_picker(manager, world):
    results = manager.get(reverse("places:pick"), {"q": "myit", "deepest": "2"}).json()["results"]
    assert [(hit["label"], hit["code"], hit["path"]) for hit in results] == [
        ("Myitkyina", "MMR001D001", ["Myanmar (Burma)", "Kachin"])
    ]


def test_names_are_changed_on_the_page(manager, world):
    url = reverse("places:names", args=[world["MMR012001"].pk])
    bad = manager.post(url, {"relation": "alias", "language": "en", "text": "", "since": "never"})
    assert bad.status_code == 422
    assert (
        manager.post(url, {"relation": "former", "language": "en", "text": "Akyab", "until": "1989"}).status_code == 302
    )
    assert manager.post(url, {"relation": "preferred", "language": "my", "text": "စစ်တွေမြို့"}).status_code == 302
    page = manager.get(reverse("places:record", args=[world["MMR012001"].pk])).content.decode()
    assert "Akyab" in page
    assert "စစ်တွေမြို့" in page


@pytest.mark.django_db(transaction=True)
class TestImporting:
    def test_upload_confirm_job_report(self, manager):
        answer = manager.post(reverse("places:import-new"), {"files": SimpleUploadedFile("mimu_9.9.csv", OLD.encode())})
        assert answer.status_code == 302
        guess = manager.get(answer.url)
        assert b"code@township" in guess.content
        form = {"country": "MMR", "authority": "MIMU", "label": "9.9", "taken-0": "on"}
        with viewing(BY):
            batch = ImportBatch.objects.get()
        form |= {f"meaning-0-{index}": meaning for index, meaning in enumerate(batch.tables[0]["meanings"])}
        assert manager.post(answer.url, {**form, "country": "zzz", "label": ""}).status_code == 422
        done = manager.post(answer.url, form)
        assert done.url == reverse("places:import", args=[batch.pk])
        assert manager.get(done.url).status_code == 200
        run_jobs()
        page = manager.get(done.url)
        assert page.status_code == 200
        with viewing(BY):
            assert ImportBatch.objects.get().state == "accepted"
            assert Place.objects.count() == 9
        assert manager.post(reverse("places:import-move", args=[batch.pk, "undo"])).status_code == 302
        assert manager.post(reverse("places:import-move", args=[batch.pk, "dance"])).status_code == 404

    def test_a_job_with_errors_leaves_the_decision_to_a_person(self, manager):
        bad = OLD + "MMR001,Kachin,,MMR001D001,Myitkyina,,No code,,,,\n"
        answer = manager.post(reverse("places:import-new"), {"files": SimpleUploadedFile("mimu_9.9.csv", bad.encode())})
        form = {"country": "MMR", "authority": "MIMU", "label": "9.9", "taken-0": "on"}
        page = manager.post(answer.url, form).url
        run_jobs()
        assert "The row has no P-code." in manager.get(page).content.decode()
        with viewing(BY):
            batch = ImportBatch.objects.get()
        assert batch.state == "checked"
        report = b"".join(manager.get(page, {"format": "csv"}).streaming_content).decode()
        assert "Give every place its code" in report
        manager.post(reverse("places:import-move", args=[batch.pk, "take"]))
        run_jobs()
        with viewing(BY):
            assert ImportBatch.objects.get().state == "accepted"

    def test_bad_uploads_are_told_on_the_page(self, manager):
        answer = manager.post(reverse("places:import-new"), {"files": SimpleUploadedFile("x.xlsx", b"PK\x03\x04")})
        assert answer.status_code == 422
        assert manager.post(reverse("places:import-new"), {}).status_code == 422

    def test_by_api(self, manager):
        answer = manager.post(
            "/api/v1/places/imports",
            {"authority": "MIMU", "label": "9.9", "file": SimpleUploadedFile("places.csv", OLD.encode())},
        )
        assert answer.status_code == 201, answer.content
        run_jobs()
        batch = json.loads(answer.content)["id"]
        assert manager.get(f"/api/v1/places/imports/{batch}").json()["state"] == "accepted"
        assert manager.get(f"/api/v1/places/imports/{batch}/findings").json() == []
        items = manager.get("/api/v1/places", {"level": 3, "country": "MMR"}).json()["items"]
        assert {item["pcode"] for item in items} == {"MMR001001", "MMR001002", "MMR012001", "MMR012002"}
        release = manager.get("/api/v1/places/releases", {"country": "MMR"}).json()[0]
        assert release["state"] == "current"
        assert manager.post(f"/api/v1/places/releases/{release['id']}/current").status_code == 409
        assert (
            manager.get("/api/v1/places/releases/differences", {"old": release["id"], "new": release["id"]}).json()
            == []
        )
