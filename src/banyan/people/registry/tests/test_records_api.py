"""The register for programs: the same reach, masks and log as on its pages."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from banyan.people.registry.models import Person
from banyan.people.registry.tests.conftest import SYSTEM
from banyan.people.registry.tests.standins import client_of, small_register
from banyan.people.registry.tests.test_photo_and_card_pages import picture
from banyan.people.registry.tests.test_record_pages import SECRETS
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing

API = "/api/v1/registry"


@pytest.fixture
def world(db):
    return small_register()


@pytest.fixture
def officer(world):
    return client_of("registration-officer")


@pytest.fixture
def clerk(world):
    return client_of("registration-clerk", operation=world.operation, area=world.north)


def post(client, path, **body):
    return client.post(f"{API}{path}", json.dumps(body), content_type="application/json")


def entries(**wanted):
    with viewing(SYSTEM):
        return list(ReadEntry.objects.filter(**wanted))


def test_lists_are_filtered_paged_and_logged(officer, clerk, world, monkeypatch):
    found = officer.get(f"{API}/people", {"sex": "female", "age_from": "18"}).json()
    assert [item["full_name"] for item in found["items"]] == ["Daw Khin Myat Noe"]
    assert found["items"][0]["household_id"] == str(world.home.pk)
    assert {item["full_name"] for item in clerk.get(f"{API}/people").json()["items"]} == {
        "Daw Khin Myat Noe",
        "Ma Thida",
    }
    assert len(entries(kind="list")) == 2
    monkeypatch.setattr("banyan.people.registry.api.people.PAGE", 2)
    first = officer.get(f"{API}/people").json()
    second = officer.get(f"{API}/people", {"after": first["after"]}).json()
    assert len({item["id"] for item in first["items"] + second["items"]}) == 3
    assert second["after"] is None
    homes = officer.get(f"{API}/households", {"headed": "yes"}).json()["items"]
    assert [(home["reference"], home["size"], home["head_name"]) for home in homes] == [
        ("HHD-AAAA-AAAA-A", 2, "Daw Khin Myat Noe"), ("HHD-BBBB-BBBB-B", 1, "U Far Away")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "query", [{"age_from": "old"}, {"operation": "x"}, {"registered_to": "soon"}, {"batch": "1"}, {"residence": "idp"}]
)
def test_filters_that_are_not_understood_are_told(officer, query):
    answer = officer.get(f"{API}/people", query)
    assert answer.status_code == 422
    assert answer.json()["code"] == "registry.filter_unreadable"


def test_records_are_masked_until_asked_for(officer, clerk, world):
    for path in (f"/people/{world.head.pk}", f"/households/{world.home.pk}"):
        told = officer.get(f"{API}{path}")
        assert told.status_code == 200
        assert [secret for secret in SECRETS if secret in told.content.decode()] == []
        assert not told.json()["shown"]
        assert clerk.get(f"{API}{path}").status_code == 200
        assert post(clerk, f"{path}/show", purpose="identity").status_code == 403
        assert post(officer, f"{path}/show", purpose="curiosity").status_code == 422
    person = post(officer, f"/people/{world.head.pk}/show", purpose="identity").json()
    assert person["documents"][0]["number"] == "12/KAMANA(N)123456"
    assert person["phones"] == ["+959111222333"]
    assert person["needs"][0]["code"] == "chronic-illness"
    assert person["legal_status"] == "refugee"
    assert person["extras"] == {"religion": "buddhist"}
    home = post(officer, f"/households/{world.home.pk}/show", purpose="contact").json()
    assert (home["phone"], home["lat"]) == ("+959444555666", 25.38)
    assert {entry.purpose for entry in entries(kind="open")} == {"page", "sensitive: identity", "sensitive: contact"}


def test_out_of_reach_does_not_exist(clerk, world):
    for path in (f"/people/{world.far.pk}", f"/households/{world.away.pk}", f"/households/{world.away.pk}/members",
                 f"/people/{world.far.pk}/photo", f"/people/{uuid4()}"):  # fmt: skip
        assert clerk.get(f"{API}{path}").status_code == 404, path


def test_members_on_a_day(officer, world):
    members = officer.get(f"{API}/households/{world.home.pk}/members").json()
    assert [(each["full_name"], each["is_head"]) for each in members] == [
        ("Daw Khin Myat Noe", True),
        ("Ma Thida", False),
    ]
    assert officer.get(f"{API}/households/{world.home.pk}/members", {"on": "2020-01-01"}).json() == []
    assert officer.get(f"{API}/households/{world.home.pk}", {"on": "yesterday"}).status_code == 422


def test_search(officer, country, register, family):
    register(family)
    found = post(officer, "/search", text="Kyaw Min Aung").json()
    assert found[0]["person"]["full_name"] == "Aung Kyaw Min"
    assert found[0]["why"]
    assert officer.get(f"{API}/search").status_code == 405
    assert post(officer, "/search").status_code == 422
    assert post(officer, "/search", text="a\x00b").status_code == 422
    assert entries(kind="search")


def household(country, **changed):
    people = [
        {"full_name": "Hla Hla Win", "sex": "female", "age": 34, "is_head": True,
         "document": {"type": "national_id", "number": "9/KKK(N)000111"}},
        {"full_name": "Zaw Zaw", "sex": "male", "birth_date": "2019-03~", "relationship": "child"},
    ]  # fmt: skip
    return {"operation": str(country.operation.pk), "place": "XX010101", "people": people, **changed}


def test_a_household_is_registered_after_a_look_at_who_is_there(officer, country, register, family):
    register(family)
    made = post(officer, "/register", **household(country))
    assert made.status_code == 201, made.content
    told = officer.get(f"{API}/households/{made.json()['household_id']}").json()
    assert [member["full_name"] for member in told["members"]] == ["Hla Hla Win", "Zaw Zaw"]
    again = post(officer, "/register", **household(country))
    assert (again.status_code, again.json()["code"]) == (409, "registry.search_first")
    assert post(officer, "/register", **household(country, none_of_these=True)).status_code == 201


def test_everything_wrong_with_a_household_is_told_at_its_place(officer, country):
    people = [
        {"full_name": "A B", "sex": "robot", "birth_date": "31/02/2019"},
        {"full_name": "C D", "sex": "male", "phone": "12"},
    ]
    answer = post(officer, "/register", **household(country, people=people, place="ATLANTIS"))
    assert answer.status_code == 422
    assert {(each["at"] or {}).get("field") for each in answer.json()["errors"]} >= {"place", "people.0.sex"}
    with viewing(SYSTEM):
        assert Person.objects.filter(full_name__in=("A B", "C D")).count() == 0
    assert post(officer, "/register", **household(country, people=[])).status_code == 422
    assert post(officer, "/register", **household(country, operation=str(uuid4()))).status_code in (404, 422)
    assert post(client_of("registration-clerk"), "/register", **household(country)).status_code == 403


def test_photo_notice_card_and_export(open_gates, officer, clerk, world):
    path = f"{API}/people/{world.head.pk}/photo"
    assert officer.post(path, {"photo": SimpleUploadedFile("a.jpg", b"no")}).status_code == 422
    assert officer.post(path, {"photo": SimpleUploadedFile("a.jpg", picture())}).status_code == 204
    assert officer.get(path)["Content-Type"] == "image/jpeg"
    assert clerk.post(path, {"photo": SimpleUploadedFile("a.jpg", picture())}).status_code == 403
    given = {"given_on": "2026-02-01", "purposes": {"sharing": False}}
    notice = post(officer, f"/people/{world.head.pk}/notices", **given)
    assert notice.status_code == 201
    assert post(officer, f"/households/{world.home.pk}/notices", **given).status_code == 201
    assert (
        post(officer, f"/people/{world.head.pk}/notices", given_on="2026-02-01", purposes={"fun": True}).status_code
        == 422
    )
    assert post(officer, f"/notices/{notice.json()['id']}/withdraw").json()["withdrawn_on"]
    assert post(officer, f"/notices/{notice.json()['id']}/withdraw").status_code == 409
    made = post(
        officer, "/exports", subject="people", reason="For the distribution of March", filters={"sex": "female"}
    )
    assert (made.status_code, made.json()["rows"], made.json()["ready"]) == (201, 2, True)
    file = officer.get(f"{API}/exports/{made.json()['id']}/file")
    assert b"Ma Thida" in file.content
    assert b"U Far Away" not in file.content
    assert len(officer.get(f"{API}/exports").json()) == 1
    assert client_of("registration-officer").get(f"{API}/exports/{made.json()['id']}").status_code == 404
    assert (
        post(
            officer, "/exports", subject="people", reason="For the distribution of March", filters={"sexx": "female"}
        ).status_code
        == 422
    )
    assert post(clerk, "/exports", subject="people", reason="For the distribution of March").status_code == 403


def test_nobody_is_told_to_sign_in(client, world):
    assert client.get(f"{API}/people").status_code == 401
    assert client.get(f"{API}/people/{world.head.pk}").status_code == 401
