"""Cases for programs: looked at, proposed by one, confirmed by another, undone."""

import json
from typing import Any

import pytest
from django.test import Client

from banyan.people.linkage.models import Case
from banyan.people.linkage.tests.worlds import AUNG, AUNG_AGAIN, SYSTEM, World
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs


@pytest.fixture
def case(world: World) -> Case:
    world.enrol(AUNG)
    world.enrol(AUNG_AGAIN)
    run_jobs()
    with viewing(SYSTEM):
        return Case.objects.get()


def signed_in(*roles: str) -> Client:
    client = Client()
    client.force_login(make_account(*roles), backend="banyan.platform.access.backends.AccountBackend")
    return client


def post(client: Client, address: str, **body: Any) -> Any:
    answer = client.post(f"/api/v1/linkage{address}", json.dumps(body, default=str), content_type="application/json")
    return answer.status_code, answer.json()


def get(client: Client, address: str) -> Any:
    answer = client.get(f"/api/v1/linkage{address}")
    return answer.status_code, answer.json()


def test_a_case_goes_all_the_way(case: Case, world: World) -> None:
    officer, second = signed_in("registration-officer"), signed_in("protection-officer")
    status, listed = get(officer, f"/cases?operation={world.operation.pk}&state=open")
    assert status == 200
    assert [each["id"] for each in listed["items"]] == [str(case.pk)]
    assert get(officer, f"/cases?mine=true&after={case.pk}")[1]["items"] == []
    status, full = get(officer, f"/cases/{case.pk}")
    assert status == 200
    one, other = (each["person"] for each in full["records"])
    assert full["pairs"][0]["reasons"]
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(purpose="linkage: case").exists()
    cluster = {"ids": [one, other], "survivor": one, "take": {"full_name": other}}
    status, said = post(officer, f"/cases/{case.pk}/propose", clusters=[cluster], reason="Same card.", version=0)
    assert (status, said["code"]) == (409, "linkage.case_moved")
    status, said = post(officer, f"/cases/{case.pk}/propose", clusters=[cluster], reason="Same card.")
    assert (status, said["state"]) == (200, "proposed")
    assert post(officer, f"/cases/{case.pk}/confirm")[0] == 403
    assert post(second, f"/cases/{case.pk}/refuse", reason="Look again.")[1]["state"] == "open"
    assert post(officer, f"/cases/{case.pk}/propose", clusters=[cluster], reason="Same card.")[0] == 200
    assert post(second, f"/cases/{case.pk}/confirm", reason="Yes.")[1]["state"] == "merged"
    assert get(second, f"/cases/{case.pk}")[1]["verbs"] == ["undo"]
    assert post(second, f"/cases/{case.pk}/undo", reason="No.", verdict="maybe")[0] == 422
    assert post(second, f"/cases/{case.pk}/undo", reason="No.")[1]["state"] == "undone"


def test_a_case_is_taken_put_aside_and_decided(case: Case, world: World) -> None:
    officer = signed_in("registration-officer")
    assert post(officer, "/cases/next", operation=world.operation.pk)[1]["id"] == str(case.pk)
    assert post(officer, "/cases/next")[0] == 404
    assert post(officer, f"/cases/{case.pk}/assign", account=None)[1]["assignee"] is None
    assert post(officer, f"/cases/{case.pk}/shelve", reason="Ask.", until="2020-01-01")[0] == 422
    assert post(officer, f"/cases/{case.pk}/shelve", reason="Ask.")[1]["state"] == "shelved"
    assert post(officer, f"/cases/{case.pk}/reopen", reason="Asked.")[1]["state"] == "open"
    assert post(officer, f"/cases/{case.pk}/separate")[0] == 422
    assert post(officer, f"/cases/{case.pk}/separate", reason="Cousins.")[1]["state"] == "separate"
    assert post(officer, f"/cases/{case.pk}/separate", reason="Cousins.")[1]["code"] == "linkage.case_state"


def test_comparisons_are_started_and_told(case: Case, world: World) -> None:
    officer, second = signed_in("registration-officer"), signed_in("protection-officer")
    status, run = post(officer, "/runs", operation=world.operation.pk)
    assert status == 201
    assert post(officer, "/runs", operation=world.operation.pk)[1]["code"] == "linkage.run_busy"
    assert post(officer, "/runs/across")[0] == 403
    assert post(second, "/runs/across")[0] == 201
    run_jobs()
    status, told = get(officer, f"/runs/{run['id']}")
    assert status == 200
    assert told["counts"]["people"] == 2
    assert run["id"] in {each["id"] for each in get(officer, f"/runs?operation={world.operation.pk}")[1]}
    assert len(get(second, "/runs")[1]) == 1
    assert get(signed_in("registration-clerk"), "/cases")[0] == 403
