"""The screening for programs: the same doors, the same decisions."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from banyan.people.linkage.tests.sanctions import SDN, day, un_entry
from banyan.people.linkage.tests.test_screening_runs import NILAR, ZAW, compare, hits, load
from banyan.people.linkage.tests.worlds import World

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/linkage/screening"
OFFICER = "screening-officer"


def post(client: Any, path: str, **body: Any) -> Any:
    client.get("/")
    return client.post(f"{ROOT}{path}", body, content_type="application/json")


def test_lists_hits_and_runs_are_read(world: World, signed_in: Any) -> None:
    world.enrol(ZAW)
    version = load(un_entry("1", "ZAW LIN OO", sex="Male", births=[day("1970-05-07"), "<NOTE>long ago</NOTE>"]))
    run = compare()
    client = signed_in(OFFICER)
    (told,) = client.get(f"{ROOT}/lists").json()
    assert (told["id"], told["source"], told["is_live"], told["noted"]) == (str(version.pk), "un", True, 1)
    detail = client.get(f"{ROOT}/lists/{version.pk}").json()
    assert [doubt["code"] for doubt in detail["doubts"]] == ["linkage.entry_date"]
    (hit,) = client.get(f"{ROOT}/hits", {"state": "open", "zone": "strong"}).json()
    assert (hit["entry"], hit["listed_name"], hit["state"]) == ("1", "ZAW LIN OO", "open")
    assert client.get(f"{ROOT}/hits", {"zone": "document"}).json() == []
    detail = client.get(f"{ROOT}/hits/{hit['id']}").json()
    assert {reason["kind"]: reason["words"] for reason in detail["reasons"]}["birth"] == "the same day"
    assert [step["verb"] for step in detail["steps"]] == ["found"]
    (told,) = client.get(f"{ROOT}/runs").json()
    assert (told["id"], told["people"], told["hits"]) == (str(run.pk), 1, 1)


def test_a_hit_is_decided_on_as_it_was_seen(world: World, signed_in: Any) -> None:
    zaw, nilar = world.enrol(ZAW, NILAR)
    load(un_entry("1", "ZAW LIN OO"))
    compare()
    client = signed_in(OFFICER)
    hit = hits()[0].pk
    mark = client.get(f"{ROOT}/hits/{hit}").json()["mark"]
    answer = post(client, f"/hits/{hit}/decide", verb="escalate", reason="Looks the same", mark=mark)
    assert (answer.status_code, answer.json()["state"]) == (200, "escalated")
    answer = post(client, f"/hits/{hit}/decide", verb="confirm", reason="Looks the same", mark=mark)
    assert (answer.status_code, answer.json()["code"]) == (409, "linkage.hit_moved")
    answer = post(client, f"/hits/{hit}/decide", verb="confirm", reason="Looks the same")
    assert (answer.status_code, answer.json()["code"]) == (403, "linkage.hit_own")
    assert post(client, f"/hits/{hit}/decide", verb="burn", reason="x").status_code == 422
    assert [each["id"] for each in post(client, f"/people/{zaw}").json()] == [str(hit)]
    assert post(client, f"/people/{nilar}").json() == []
    assert post(client, "/runs").status_code == 202


def test_a_list_is_loaded(world: World, signed_in: Any) -> None:
    client = signed_in(OFFICER)
    client.get("/")
    answer = client.post(f"{ROOT}/lists", {"file": SimpleUploadedFile("sdn.xml", SDN)})
    assert (answer.status_code, answer.json()["source"], answer.json()["entries"]) == (201, "ofac", 2)
    answer = client.post(f"{ROOT}/lists", {"file": SimpleUploadedFile("sdn.xml", b"nothing")})
    assert (answer.status_code, answer.json()["code"]) == (422, "linkage.list_unreadable")


@pytest.mark.parametrize("role", ["administrator", "auditor", "protection-officer", "reader"])
def test_nobody_else_gets_an_answer(role: str, signed_in: Any, world: World) -> None:
    client = signed_in(role)
    for path in ("/lists", "/hits", "/runs"):
        assert client.get(f"{ROOT}{path}").status_code == 403
