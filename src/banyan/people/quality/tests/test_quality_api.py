"""The API of data quality: the same figures, rights and log of reads as on the pages."""

import pytest

from banyan.people.quality.tests.people import CLERK, MANAGER, OFFICER, PROTECTION, client_of, run, troubled
from banyan.people.quality.tests.worlds import SYSTEM
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import viewing

ROOT = "/api/v1/quality"


@pytest.fixture
def trouble(world):
    return troubled(world)


@pytest.fixture
def api(world):
    def call(client, method, path, body=None, *, within=True):
        address = f"{ROOT}/{world.operation.pk}{path}" if within else f"{ROOT}{path}"
        send = getattr(client, method)
        answer = send(address) if body is None else send(address, body, content_type="application/json")
        return answer.status_code, answer.json()

    return call


def test_checks_scores_and_series(api, world, trouble):
    officer = client_of(OFFICER)
    status, checks = api(officer, "get", "/checks")
    assert status == 200
    assert {"nameless", "lawless"} <= {each["key"] for each in checks}
    assert api(officer, "get", "/checks/nameless")[1]["predicate"] == "!has(name)"
    assert api(officer, "get", "/checks/nameless/definitions")[1][0]["version"] == 1
    status, scores = api(officer, "get", "/scores")
    told = {each["key"]: each for each in scores["checks"]}
    assert (told["nameless"]["failed"], told["nameless"]["eligible"]) == (3, 44)
    assert told["lawless"]["hidden"] is False or told["lawless"]["failed"] is None
    assert api(officer, "get", "/series?key=nameless")[1][0]["failed"] == 3
    assert api(officer, "get", "/series")[0] == 200
    groups = api(officer, "get", "/groups?by=interviewer&key=nameless")[1]
    assert [each["value"] for each in groups["groups"]] == ["Ko Ko"]
    assert api(officer, "get", "/ages")[1] == []
    assert api(client_of(MANAGER), "get", "/scores")[0] == 403


def test_protected_scores_are_hidden_from_clerks(api, world, trouble):
    told = {each["key"]: each for each in api(client_of(CLERK), "get", "/scores")[1]["checks"]}
    assert told["lawless"] | {"hidden": True, "failed": None, "score": None} == told["lawless"]
    told = {each["key"]: each for each in api(client_of(PROTECTION), "get", "/scores")[1]["checks"]}
    assert told["lawless"]["failed"] == 1


def test_findings_are_listed_decided_on_and_mended(api, world, trouble):
    officer = client_of(OFFICER)
    status, found = api(officer, "get", "/checks/nameless/findings")
    assert (status, found["count"], len(found["items"])) == (200, 3, 3)
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(purpose="quality: nameless").exists()
    first = found["items"][0]["record_id"]
    assert api(officer, "get", f"/checks/nameless/findings?after={first}")[1]["count"] == 3
    assert len(api(officer, "get", f"/checks/nameless/findings?after={first}")[1]["items"]) == 2
    records = {"records": [first]}
    assert api(officer, "post", "/checks/nameless/assign", {**records, "assignee": str(officer.account.pk)})[1] == {
        "done": 1
    }
    assert api(officer, "get", "/checks/nameless/findings")[1]["items"][0]["assignee"] == str(officer.account.pk)
    assert api(officer, "post", "/checks/nameless/unassign", records)[1] == {"done": 1}
    waiver = {**records, "reason": "looked at the papers", "expires_on": "2026-08-01"}
    assert api(officer, "post", "/checks/nameless/waive", waiver)[1] == {"done": 1}
    assert api(client_of(CLERK), "post", "/checks/nameless/waive", waiver)[0] == 403
    mending = {"value": "Aye Aye", "reason": "seen"}
    assert api(officer, "post", f"/checks/nameless/findings/{first}/mend", mending)[1]["done"] is True
    run(world)
    assert api(officer, "get", "/checks/nameless/findings")[1]["count"] == 2


def test_gates_are_opened_by_two_people(api, world, trouble):
    clerk, officer, record = client_of(CLERK), client_of(OFFICER), str(trouble.nameless[0])
    assert [each["key"] for each in api(clerk, "get", f"/gate/being/{record}", within=False)[1]] == ["nameless"]
    asked = {"subject": "being", "record_id": record, "reason": "needs the card today", "days": 2}
    status, made = api(clerk, "post", "/overrides", asked, within=False)
    assert (status, made["state"], made["checks"]) == (201, "asked", ["nameless"])
    assert api(clerk, "post", f"/overrides/{made['id']}/confirm", {}, within=False)[0] == 403
    assert api(officer, "post", f"/overrides/{made['id']}/confirm", {}, within=False)[1]["state"] == "open"
    assert api(clerk, "get", f"/gate/being/{record}", within=False)[1] == []
    assert [each["id"] for each in api(officer, "get", "/overrides?state=open", within=False)[1]] == [made["id"]]
    second = api(clerk, "post", "/overrides", {**asked, "record_id": str(trouble.far)}, within=False)[1]["id"]
    refused = api(officer, "post", f"/overrides/{second}/refuse", {"answer": "not today"}, within=False)
    assert refused[1]["state"] == "refused"


def test_own_checks_and_settings(api, world, trouble):
    maker, other = client_of(MANAGER, OFFICER), client_of(MANAGER)
    predicate = {"subject": "being", "failed": "interviewer_unknown"}
    assert api(maker, "post", "/own/try", predicate)[0] == 422
    predicate["failed"] = "!has(work)"
    assert api(maker, "post", "/own/try", predicate)[1]["failed"] == 44
    status, made = api(
        maker, "post", "/own", {**predicate, "key": "workless", "label": "No work", "dimension": "completeness"}
    )
    assert (status, made["versions"][0]["state"]) == (201, "draft")
    path = f"/own/{made['id']}"
    assert api(maker, "post", f"{path}/test", {}, within=False)[1]["failed"] == 44
    assert api(maker, "post", f"{path}/publish", {}, within=False)[0] == 403
    assert api(other, "post", f"{path}/publish", {}, within=False)[1]["versions"][0]["state"] == "live"
    assert api(other, "get", path, within=False)[1]["key"] == "workless"
    assert [each["key"] for each in api(other, "get", "/own")[1]] == ["workless"]
    assert api(other, "post", f"{path}/retire", {}, within=False)[1]["versions"][0]["state"] == "retired"
    target = {"valid_from": "2026-06-01", "target": "91"}
    assert api(other, "post", "/checks/stale/targets", target)[0] == 201
    status, set_ = api(other, "patch", "/checks/stale", {"params": {"days": 30}})
    assert (status, set_["target"]) == (200, "91.00")
