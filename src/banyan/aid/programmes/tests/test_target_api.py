"""Targeting for programs: the same rights and the same log of reads as on the pages."""

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from banyan.aid.programmes import actions
from banyan.aid.programmes.tests.target_worlds import LARGE, SYSTEM, World, make_world
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, viewer_of, viewing

ROOT = "/api/v1/programmes"


@pytest.fixture(scope="module")
def ground(once: Any) -> World:
    return once(make_world)


@pytest.fixture
def world(ground: World, db: None) -> World:
    return deepcopy(ground)


def client_of(world: World, role: str) -> tuple[Client, Viewer]:
    account = make_account(role, operation=world.operation)
    client = Client()
    client.force_login(account, backend="banyan.platform.access.backends.AccountBackend")
    return client, viewer_of(account)


def call(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    send = getattr(client, method)
    answer = send(f"{ROOT}{path}") if body is None else send(f"{ROOT}{path}", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_from_a_draft_to_an_approved_run_and_why(world: World) -> None:
    homes = world.four()
    (officer, maker), (approver, _other) = (client_of(world, f"programme-{name}") for name in ("officer", "approver"))
    rule = {"label": LARGE["label"], "text": LARGE["text"]}
    asked = {
        "name": "Winter",
        "rules": [rule],
        "score": [{"label": "Members", "formula": "members.size()", "weight": "1.5"}],
        "threshold": "3",
    }
    there = f"/{world.programme.pk}/targetings"
    status, made = call(officer, "post", there, asked)
    assert (status, made["state"], made["rules"][0]["key"], made["threshold"]) == (201, "draft", "r1", "3")
    assert [one["id"] for one in call(officer, "get", there)[1]] == [made["id"]]
    status, problem = call(officer, "post", there, asked | {"rules": [rule | {"text": "cows"}]})
    assert (status, problem["code"], problem["at"]) == (422, "criteria.name_unknown", {"field": "rules.0"})
    assert call(officer, "post", there, asked | {"name": "\x00"})[0] == 422
    one = f"/targetings/{made['id']}"
    assert call(officer, "put", one, asked | {"threshold": "4.5"})[1]["threshold"] == "4.5"
    assert call(officer, "get", one)[1]["name"] == "Winter"
    listed = {"kind": "include", "entries": [{"reference": "HHD-12"}]}
    assert call(officer, "post", f"{one}/entries", listed)[1]["code"] == "kernel.reference_malformed"
    assert call(officer, "post", f"{one}/entries", listed | {"entries": []})[1] == {"added": 0, "known": 0}
    status, run = call(officer, "post", f"{one}/runs", {"day": "2026-06-01"})
    assert (status, run["done_at"], run["day"]) == (202, None, "2026-06-01")
    actions.freeze_run(run["id"], by=maker)
    here = f"/targetings/runs/{run['id']}"
    assert call(officer, "get", here)[1]["counts"]["verdicts"]["in"] == [1, 3]
    assert len(call(officer, "get", f"{one}/runs")[1]) == 1
    status, picture = call(officer, "get", f"{here}/picture")
    assert (picture["chosen"], picture["female"]) == ({"records": 1, "people": 3}, [0, 1, 0, 1, 0])
    assert picture["rules"][0]["met"] == 1
    assert [cut["records"] for cut in picture["thresholds"]] == [1]
    everybody = call(officer, "get", f"{here}/rows")[1]
    assert [row["household_id"] for row in everybody] == sorted(str(key) for key in homes.values())
    assert [row["score"] for row in call(officer, "get", f"{here}/rows?verdict=in")[1]] == ["4.5000"]
    assert len(call(officer, "get", f"{here}/rows?after={everybody[1]['household_id']}")[1]) == 2
    status, why = call(officer, "get", f"{here}/why/{homes['alone']}")
    assert (why["verdict"], why["rules"][0]["mark"], why["lines"][0]["points"]) == ("out", "r", "1.5000")
    assert why["rules"][0]["told"]["text"] == "number of Members is at least 3"
    assert call(officer, "get", f"{here}/against/{run['id']}")[1]["both"] == {"records": 1, "people": 3}
    assert call(officer, "post", f"{one}/propose", {"run_id": run["id"]})[1]["state"] == "proposed"
    assert call(officer, "post", f"{one}/approve")[0] == 403
    assert call(approver, "post", f"{one}/refuse", {"reason": "Not yet"})[1]["note"] == "Not yet"
    call(officer, "post", f"{one}/propose", {"run_id": run["id"]})
    assert call(approver, "post", f"{one}/approve")[1]["state"] == "approved"
    assert call(officer, "post", f"{one}/retire", {})[1]["state"] == "retired"
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="registry.household").count() == 4


def test_who_may_not_see_targeting_is_refused(world: World) -> None:
    reader, _viewer = client_of(world, "auditor")
    made = actions.make_targeting(world.programme.pk, by=SYSTEM, name="Winter", rules=[LARGE])
    for path in (f"/{world.programme.pk}/targetings", f"/targetings/{made.pk}", f"/targetings/{made.pk}/runs"):
        assert call(reader, "get", path)[0] == 403
    assert call(reader, "post", f"/targetings/{made.pk}/runs", {})[0] == 403
    stranger, _other = client_of(make_other(world), "programme-officer")
    assert call(stranger, "get", f"/targetings/{made.pk}")[0] == 404


def make_other(world: World) -> World:
    from banyan.platform.access import actions as access

    with viewing(SYSTEM):
        operation = access.add_operation("OTHER", "Other", "MMR", by=SYSTEM)
    return World(operation, world.scopes, world.programme)
