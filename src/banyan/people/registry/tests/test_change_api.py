"""Change requests by API: the same rules, rights and answers as on the pages."""

import base64
from typing import Any

import pytest

from banyan.people.registry.models import ChangeRequest, Person
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.people.registry.tests.families import Family, make_family
from banyan.people.registry.tests.test_change_pages import clerk, officer, sign_in  # noqa: F401 — fixtures
from banyan.platform.access.viewers import viewing

pytestmark = pytest.mark.django_db
BASE = "/api/v1/registry/changes"


@pytest.fixture
def family(country: Field) -> Family:
    return make_family(country, "Aung", "Khin")


def post(client: Any, path: str, body: Any) -> Any:
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def test_look_propose_approve(clerk: Any, officer: Any, family: Family) -> None:  # noqa: F811
    body = {
        "kind": "correct_identity",
        "asked": {"person": str(family["Aung"].pk), "fields": {"full_name": "A\u0000ung Kyaw"}},
        "reason": "Card",
    }
    look = post(clerk, "/preview", body).json()
    assert look["records"][0]["lines"][0]["after"] == "Aung Kyaw"
    assert (look["needs_approval"], look["problems"], look["conflicts"]) == (True, [], [])
    content = base64.b64encode(b"%PDF-1.7 x").decode()
    answer = post(clerk, "", {**body, "evidence": [{"name": "card.pdf", "content": content}]})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    view = officer.get(f"{BASE}/{made['id']}").json()
    assert (view["state"], view["may_approve"], view["is_overtaken"]) == ("proposed", True, False)
    assert [each["id"] for each in officer.get(BASE, {"waiting": "true"}).json()["items"]] == [made["id"]]
    assert post(clerk, f"/{made['id']}/evidence", [{"note": "Seen"}]).status_code == 200
    assert post(clerk, f"/{made['id']}/approve", {}).status_code == 403
    assert post(officer, f"/{made['id']}/approve", {"reason": "Fine"}).json()["state"] == "applied"
    assert post(officer, f"/{made['id']}/reject", {"reason": "x"}).status_code == 409
    with viewing(SYSTEM):
        assert Person.objects.get(pk=family["Aung"].pk).full_name == "Aung Kyaw"


def test_what_is_wrong_and_what_has_moved(clerk: Any, officer: Any, family: Family) -> None:  # noqa: F811
    person = str(family["Aung"].pk)
    bad = post(
        clerk, "", {"kind": "correct_identity", "asked": {"person": person, "fields": {"full_name": "", "email": "x"}}}
    )
    assert bad.status_code == 422
    assert {error["at"]["field"] for error in bad.json()["errors"]} == {"fields.full_name", "fields.email"}
    assert post(clerk, "", {"kind": "update", "asked": {}}).status_code == 422
    assert post(clerk, "", {"kind": "close", "asked": {"person": "x"}}).status_code == 404
    assert (
        post(
            clerk, "", {"kind": "close", "asked": {"person": person, "ending": "left"}, "evidence": [{"content": "%"}]}
        ).status_code
        == 422
    )
    moved = {
        "kind": "correct_identity",
        "asked": {"person": person, "fields": {"full_name": "B"}},
        "seen": {"full_name": "Z"},
    }
    assert post(clerk, "", moved).status_code == 409
    assert post(clerk, "/preview", moved).json()["clashes"] == ["full_name"]
    made = post(clerk, "", {**moved, "seen": None}).json()
    other = post(clerk, "", {**moved, "asked": {"person": person, "fields": {"full_name": "C"}}, "seen": None}).json()
    assert post(officer, f"/{made['id']}/approve", {}).json()["state"] == "applied"
    view = officer.get(f"{BASE}/{other['id']}").json()
    assert (view["is_overtaken"], view["records"][0]["lines"][0]["drift"]) == (True, "moved")
    assert post(officer, f"/{other['id']}/approve", {}).json()["state"] == "stale"
    assert post(clerk, f"/{other['id']}/renew", {}).json()["state"] == "proposed"
    assert post(clerk, f"/{other['id']}/withdraw", {}).json()["state"] == "withdrawn"


def test_lists_kinds_and_rules(clerk: Any, officer: Any, sign_in: Any, family: Family) -> None:  # noqa: F811
    made = post(clerk, "", {"kind": "close", "asked": {"person": str(family["Khin"].pk), "ending": "left"}}).json()
    for question in (
        {"state": "proposed"},
        {"kind": "close"},
        {"person": str(family["Khin"].pk)},
        {"operation": made["operation_id"]},
    ):
        assert [each["id"] for each in clerk.get(BASE, question).json()["items"]] == [made["id"]]
    assert clerk.get(BASE, {"after": made["id"]}).json() == {"items": [], "after": None}
    assert "close" in {kind["code"] for kind in clerk.get(f"{BASE}/kinds").json()}
    rules = f"{BASE}/rules/{made['operation_id']}"
    wanted = {"needs_approval": True, "approvers": ["protection-officer"]}
    assert clerk.put(f"{rules}/close", wanted, content_type="application/json").status_code == 403
    protector = sign_in("data-protection-officer")
    assert protector.put(f"{rules}/close", wanted, content_type="application/json").json()["approvers"] == [
        "protection-officer"
    ]
    assert {rule["kind"]: rule["is_own"] for rule in clerk.get(rules).json()}["close"]
    assert post(officer, f"/{made['id']}/approve", {}).status_code == 403
    outside = sign_in("registration-officer", area="XX02")
    assert outside.get(f"{BASE}/{made['id']}").status_code == 404
    with viewing(SYSTEM):
        assert ChangeRequest.objects.get().state == "proposed"
