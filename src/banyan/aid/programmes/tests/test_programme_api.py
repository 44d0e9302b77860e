"""Programmes and enrolments through the API: from the design to who is in, by the same two people."""

from typing import Any

import orjson
import pytest
from django.test import Client

from banyan.aid.programmes.models import Enrolment
from banyan.aid.programmes.tests.test_enrolments import standing, targeted
from banyan.aid.programmes.tests.worlds import NORTH, SYSTEM, World
from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

API = "/api/v1/programmes"


class Caller:
    """Somebody who calls the API, signed in as an account."""

    def __init__(self, account: Any) -> None:
        self.client = Client()
        with viewing(SYSTEM):
            self.client.force_login(
                Account.objects.get(pk=account), backend="banyan.platform.access.backends.AccountBackend"
            )

    def __call__(self, method: str, path: str, said: Any = None, status: int = 200) -> Any:
        answer = self.client.generic(
            method.upper(), API + path, b"" if said is None else orjson.dumps(said), "application/json"
        )
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None


@pytest.fixture
def officer(world: World) -> Caller:
    return Caller(world.officer.id)


@pytest.fixture
def approver(world: World) -> Caller:
    return Caller(world.approver.id)


def test_a_programme_is_designed_approved_and_filled(world: World, officer: Caller, approver: Caller) -> None:
    home, _people = world.household()
    given = {
        "operation": str(world.operation.pk), "code": "CASH", "name": "Cash", "purpose": "food", "currency": "MMK",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    made = officer("post", "/", given, 201)
    assert (made["state"], made["version"]) == ("draft", 1)
    one = f"/{made['id']}"
    assert officer("patch", one, {"version": 1, "goal": "Eat", "ends_on": "2026-12-31"})["goal"] == "Eat"
    officer("post", f"{one}/activate", status=403)
    assert approver("post", f"{one}/activate")["state"] == "active"
    assert officer("get", one)["approved_by"] == str(world.approver.label)
    assert [each["code"] for each in officer("get", "/?state=active")["items"]] == ["CASH"]
    line = officer("post", f"{one}/budget-lines", {"code": "D1", "name": "Donor", "amount": "1000000.50"})
    assert [each["id"] for each in officer("get", f"{one}/budget-lines")] == [line["id"]]
    assert line["amount"] == "1000000.50"
    cycle = officer("post", f"{one}/cycles", {"name": "March", "starts_on": "2026-03-01", "ends_on": "2026-03-31"}, 201)
    assert officer("post", f"/cycles/{cycle['id']}/open")["state"] == "open"
    assert officer("get", f"{one}/cycles")[0]["state"] == "open"
    package = officer(
        "post", f"{one}/packages", {"code": "FOOD", "name": "Food", "kind": "cash", "formula": "50000"}, 201
    )
    assert approver("post", f"/packages/{package['id']}/approve")["state"] == "approved"
    assert officer("get", f"/packages/{package['id']}")["contents"] == []
    assert [each["version"] for each in officer("get", f"{one}/packages")] == [1]
    officer("put", f"{one}/quotas/{world.places[NORTH].pk}", {"number": 1}, 204)
    job = officer("post", f"/targetings/runs/{targeted(world, _row(made['id']))}/enrol", status=202)
    assert job["job"]
    run_jobs()
    (enrolled,) = officer("get", f"{one}/enrolments?state=enrolled&household={home}")["items"]
    assert officer("get", f"{one}/quotas")[0]["taken"] == 1
    officer("post", "/enrolments/suspend", {"enrolments": [enrolled["id"]], "reason": "absent"})
    assert officer("post", "/enrolments/resume", {"enrolments": [enrolled["id"]], "reason": "back"}) == {"count": 1}
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="registry.household", purpose="programmes: enrolments").count() == 1
    assert officer("post", f"{one}/enrolments/admit-waiting") == {"count": 0}
    assert officer("get", f"{one}/overlaps") == []
    assert approver("post", f"/cycles/{cycle['id']}/close")["state"] == "closed"
    assert approver("post", f"{one}/suspend", {"reason": "flood"})["state_reason"] == "flood"
    assert approver("post", f"{one}/resume")["state"] == "active"
    assert approver("post", f"/packages/{package['id']}/retire")["state"] == "retired"
    assert approver("post", f"{one}/close", {"reason": "over"})["state"] == "closed"


def _row(key: str) -> Any:
    from banyan.aid.programmes.models import Programme

    with viewing(SYSTEM):
        return Programme.objects.get(pk=key)


def test_appeals_and_hands(world: World, officer: Caller, approver: Caller) -> None:
    home, _people = world.household()
    programme = world.active()
    one = f"/{programme.pk}"
    appeal = officer("post", f"{one}/appeals", {"household": str(home), "reason": "left\u0000 out"}, 201)
    assert appeal["reason"] == "left out"
    officer("post", f"/appeals/{appeal['id']}/uphold", {"decision": "yes"}, 403)
    assert approver("post", f"/appeals/{appeal['id']}/uphold", {"decision": "yes"})["state"] == "upheld"
    assert standing(programme) == {home: "enrolled"}
    second = officer("post", f"{one}/appeals", {"household": str(home), "reason": "too little"}, 201)
    assert approver("post", f"/appeals/{second['id']}/refuse", {"decision": "no"})["state"] == "refused"
    assert len(officer("get", f"{one}/appeals")) == 2
    answer = officer("post", f"{one}/enrolments", {"household": str(home), "reason": "again"}, 409)
    assert answer["code"] == "programmes.enrolled_already"
    with viewing(SYSTEM):
        row = Enrolment.objects.get(programme=programme)
    assert officer("post", "/enrolments/exit", {"enrolments": [str(row.pk)], "reason": "moved"}) == {"count": 1}
    assert officer("post", f"{one}/enrolments", {"household": str(home), "reason": "again"}, 201)["state"] == "enrolled"


def test_prices_stand_by_place(world: World, officer: Caller) -> None:
    given = {"operation": str(world.operation.pk), "code": "rice", "name": "Rice", "currency": "MMK"}
    made = officer("post", "/price-lists", given)
    assert officer("post", "/price-lists", {**given, "name": "Rice, 25 kg"})["name"] == "Rice, 25 kg"
    state, village = str(world.places["XX01"].pk), str(world.places[NORTH].pk)
    prices = [
        {"place": state, "amount": "100", "from_on": "2026-01-01"}, {"place": state, "amount": "110", "from_on": "2026-02-01"},
        {"place": village, "amount": "90.5", "from_on": "2026-01-01"}, {"place": state, "amount": "120", "from_on": "2026-02-01"},
    ]  # fmt: skip
    assert officer("post", f"/price-lists/{made['id']}/prices", prices) == {"count": 3}
    assert {each["amount"] for each in officer("get", f"/price-lists/{made['id']}/prices")} == {
        "100.0000",
        "120.0000",
        "90.5000",
    }
    wrong = [{"place": str(world.operation.pk), "amount": "-1", "from_on": "2026-01-01"}]
    answer = officer("post", f"/price-lists/{made['id']}/prices", wrong, 422)
    assert {each["code"] for each in answer["errors"]} == {"programmes.number_low", "kernel.not_found"}
    officer("post", "/price-lists", {**given, "code": "Rice 25"}, 422)
    assert [each["code"] for each in officer("get", "/price-lists")] == ["rice"]


def test_who_may_not_is_refused(world: World) -> None:
    from banyan.platform.access.testing import make_account

    auditor = Caller(make_account("auditor").pk)
    programme = world.draft()
    assert auditor("get", f"/{programme.pk}")["code"] == "CASH"
    assert len(auditor("get", "/")["items"]) == 1
    assert auditor("get", f"/?after={programme.pk}") == {"items": [], "after": None}
    auditor("get", f"/{programme.pk}/enrolments", status=403)
    auditor("patch", f"/{programme.pk}", {"version": 1, "name": "Mine"}, 403)
    auditor("get", "/00000000-0000-0000-0000-000000000000", status=404)
