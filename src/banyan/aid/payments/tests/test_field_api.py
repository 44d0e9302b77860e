"""Distributions and verifications through the API: the rights of the pages, sent twice it counts once, every read of people logged."""

import base64
from copy import deepcopy
from typing import Any

import pytest

from banyan.aid.payments.tests.handing_worlds import VERIFIER, Handing, make_world, who
from banyan.aid.payments.tests.test_distributions import picture
from banyan.aid.payments.tests.test_plan_api import API, client, post
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.ids import new_id


@pytest.fixture(scope="module")
def made(once: Any) -> Handing:
    return once(make_world)


@pytest.fixture
def world(made: Handing, db: None) -> Handing:
    return deepcopy(made)


def get(viewer: Viewer, path: str, **query: Any) -> Any:
    answer = client(viewer).get(f"{API}{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def code(answer: Any) -> str:
    return str(answer.json()["code"])


def reads() -> int:
    with viewing(system_viewer("tests")):
        return ReadEntry.objects.filter(subject="registry.household").count()


def test_a_day_is_planned_opened_handed_out_and_closed(world: Handing) -> None:
    site, operation, plan = world.site(), world.operation.pk, world.plan.pk
    assert [one["code"] for one in get(world.officer, f"/{operation}/sites")] == ["GATE"]
    assert {one["item"]: one["quantity"] for one in get(world.clerk, f"/sites/{site.pk}")["stock"]} == {
        "RICE": "200.0000", "KIT": "5.0000",
    }  # fmt: skip
    new = {"site": str(site.pk), "day": "2026-06-01", "note": "Early"}
    assert post(world.clerk, f"/plans/{plan}/distributions", **new).status_code == 403
    made = post(world.officer, f"/plans/{plan}/distributions", **new)
    assert (made.status_code, made.json()["households"], made.json()["state"]) == (201, 3, "planned")
    day = f"/distributions/{made.json()['id']}"
    assert code(post(world.officer, f"/plans/{plan}/distributions", **new)) == "payments.distribution_empty"
    assert post(world.officer, f"{day}/open").status_code == 403
    assert post(world.clerk, f"{day}/open").json()["state"] == "open"
    assert code(post(world.officer, f"{day}/cancel")) == "payments.distribution_state"

    before = reads()
    page = get(world.clerk, f"{day}/households")
    assert (len(page["items"]), page["after"]) == (3, None)
    assert [one["position"] for one in get(world.clerk, f"{day}/households", after=2)["items"]] == [3]
    card = get(world.clerk, f"{day}/card", reference=world.reference(0).lower())
    assert (card["household"], card["done"], card["collector"]["name"]) == (str(world.homes[0]), False, "Thida Win")
    assert reads() == before + 3
    wrong = client(world.clerk).get(f"{API}{day}/card", {"reference": "HHD-WHO"})
    assert (wrong.status_code, code(wrong)) == (422, "kernel.reference_malformed")

    lines = {due["item"]: due["line"] for due in card["dues"]}
    taken: dict[str, Any] = {
        "household": card["household"], "key": str(new_id()), "quantities": [{"line": lines["RICE"], "quantity": "20"}],
        "who": "proxy", "name": "Soe Moe",
    }  # fmt: skip
    assert code(post(world.clerk, f"{day}/handouts", **taken)) == "payments.handing_proof"
    assert post(world.clerk, f"{day}/handouts", **taken, photo="no base64").status_code == 422
    taken["photo"] = base64.b64encode(picture()).decode()
    assert post(world.officer, f"{day}/handouts", **taken).status_code == 403
    first, second = (post(world.clerk, f"{day}/handouts", **taken) for _time in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert world.line(0).delivered_amount == 20
    more = {
        **taken,
        "key": str(new_id()),
        "who": "collector",
        "quantities": [{"line": lines["RICE"], "quantity": "31"}],
    }
    assert code(post(world.clerk, f"{day}/handouts", **more)) == "payments.handing_more"
    assert [one["name"] for one in get(world.clerk, f"{day}/handouts", household=card["household"])] == ["Soe Moe"]
    full = get(world.clerk, day)
    assert full["households"] == {"done": 0, "begun": 1, "waiting": 2}
    assert {one["item"]: one["missing"] for one in full["needs"]} == {"RICE": "0", "KIT": "0"}
    back = post(world.clerk, f"/handouts/{first.json()['id']}/back", reason="Wrong household").json()
    assert (back["back_reason"], world.line(0).returned_amount) == ("Wrong household", 20)
    assert get(world.clerk, f"/{operation}/distributions", state="open", plan=str(plan))[0]["id"] == made.json()["id"]
    assert post(world.clerk, f"{day}/close", unclaimed=True).json()["state"] == "closed"
    assert [world.line(home).state for home in range(3)] == ["returned", "unclaimed", "unclaimed"]
    assert get(world.officer, f"/{operation}/distributions", state="open") == []
    again = post(world.officer, f"/plans/{plan}/distributions", **new).json()
    assert post(world.officer, f"/distributions/{again['id']}/cancel").json()["state"] == "cancelled"


def test_people_are_asked_and_what_differs_is_settled(world: Handing) -> None:
    day, verifier = world.day(), who(VERIFIER)
    for home, rice in ((0, 50), (1, 50), (2, 20)):
        world.hand(day, home, rice=rice)
    new = {"label": "June", "method": "visit", "whole": True, "seed": 7}
    path = f"/plans/{world.plan.pk}/verifications"
    assert post(world.officer, path, **new).status_code == 403
    assert code(post(verifier, path, **{**new, "margin": "90"})) == "payments.verification_margin"
    row = post(verifier, path, **new).json()
    assert (row["size"], row["population"], row["seed"]) == (3, 3, 7)
    assert get(world.officer, f"/{world.operation.pk}/verifications", plan=str(world.plan.pk))[0]["id"] == row["id"]
    before = reads()
    items = get(verifier, f"/verifications/{row['id']}/items")["items"]
    assert [one["position"] for one in items] == [1, 2, 3]
    assert reads() == before + 1
    assert code(post(verifier, f"/verifications/{row['id']}/close")) == "payments.verification_waiting"
    some, *whole = sorted(items, key=lambda one: one["recorded"])
    answer = f"/verification-items/{some['id']}/answer"
    assert code(post(verifier, answer, outcome="less")) == "payments.verification_said"
    assert post(world.officer, answer, outcome="received").status_code == 403
    assert post(verifier, answer, outcome="less", said="15", note="One bag").json()["said"] == "15"
    for one in whole:
        assert post(verifier, f"/verification-items/{one['id']}/answer", outcome="received").status_code == 200
    assert get(verifier, f"/verifications/{row['id']}/items", waiting=True)["items"] == []
    settle = f"/verification-items/{some['id']}/settle"
    assert post(verifier, settle, settled="confirmed", note="").status_code == 422
    assert post(verifier, settle, settled="confirmed", note="A bag was torn").json()["settled"] == "confirmed"
    assert code(post(verifier, settle, settled="explained", note="x")) == "payments.verification_settled"
    full = get(verifier, f"/verifications/{row['id']}")
    assert full["progress"] == {"all": 3, "waiting": 0, "differing": 1, "settled": 1}
    assert (full["finding"]["answered"], round(full["finding"]["amount"]["value"], 3)) == (3, round(115 / 120, 3))
    assert post(verifier, f"/verifications/{row['id']}/close").json()["closed_at"]
    # What people say changes nothing of what is recorded.
    assert world.line(2).delivered_amount == 20
