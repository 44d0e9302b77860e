"""Payment plans through the API: the same duties, amounts as text, every read of people logged."""

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from banyan.aid.payments.tests.plan_worlds import Ground, make_ground
from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

API = "/api/v1/payments"


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground, 2)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def client(viewer: Viewer) -> Client:
    made = Client()
    made.force_login(Account.objects.get(pk=viewer.id), backend="banyan.platform.access.backends.AccountBackend")
    return made


def post(viewer: Viewer, path: str, **given: Any) -> Any:
    return client(viewer).post(f"{API}{path}", given, content_type="application/json")


def test_a_plan_goes_through_four_hands_and_no_fewer(ground: Ground) -> None:
    run = ground.run(100, 50)
    made = post(
        ground.maker, "/plans", run=str(run.pk), pay_from="2026-06-01", pay_until="2026-06-30", budgets=[{"budget_line": str(ground.money.pk)}]
    )  # fmt: skip
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert post(ground.maker, f"/plans/{key}/lock").json()["code"] == "payments.plan_unready"
    from banyan.platform.jobs.testing import run_jobs

    run_jobs()
    assert post(ground.maker, f"/plans/{key}/lock").json()["amount"] == "150.0000"
    assert post(ground.maker, f"/plans/{key}/provider", mechanism="cash").json()["code"] == "payments.provider_missing"
    from banyan.aid.payments import actions

    actions.assign_provider(key, by=ground.maker, provider_id=ground.bank(), provider_label="Bank", mechanism="cash")
    digest = post(ground.maker, f"/plans/{key}/submit").json()["digest"]
    # The role is asked first, the plan itself then.
    for verb in ("approve", "authorise", "release"):
        assert post(ground.maker, f"/plans/{key}/{verb}", digest=digest).status_code == 403
    assert post(ground.approver, f"/plans/{key}/approve", digest="older").json()["code"] == "payments.plan_stale"
    for verb, by in (("approve", ground.approver), ("authorise", ground.authoriser), ("release", ground.releaser)):
        answer = post(by, f"/plans/{key}/{verb}", digest=digest)
        assert answer.status_code == 200, answer.content
    assert post(ground.maker, f"/plans/{key}/send").json()["state"] == "sent"
    lines = client(ground.maker).get(f"{API}/plans/{key}/lines").json()["items"]
    assert [line["amount"] for line in lines] == ["100.0000", "50.0000"]
    rows = [
        {
            "line": line["id"],
            "outcome": "delivered",
            "amount": line["amount"],
            "on_day": "2026-06-03",
            "cause_key": f"k{line['no']}",
        }
        for line in lines
    ]
    for _time, new in ((1, 2), (2, 0)):
        assert post(ground.maker, f"/plans/{key}/outcomes", rows=rows).json()["new"] == new
    assert post(ground.maker, f"/plans/{key}/close").json()["state"] == "closed"
    full = client(ground.approver).get(f"{API}/plans/{key}").json()
    assert full["ledger"] == {"budget": "-150.0000", "delivered": "150.0000"}
    assert [step["verb"] for step in full["steps"]][-1] == "close"
    with viewing(system_viewer("tests")):
        assert ReadEntry.objects.filter(subject="payments.line").count() == 1
    assert client(ground.approver).get(f"{API}/plans", {"state": "closed"}).json()["items"][0]["id"] == key


def test_what_comes_next_is_told_to_each(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100)))

    def steps(viewer: Viewer) -> dict[str, str]:
        return {one["verb"]: one["why"] for one in client(viewer).get(f"{API}/plans/{plan.pk}").json()["next"]}

    assert steps(ground.approver) == {"approve": "", "refuse": "", "abort": "not_allowed"}
    assert steps(ground.maker) == {"approve": "not_allowed", "refuse": "not_allowed", "abort": ""}


def test_holds_come_and_go(ground: Ground) -> None:
    assert post(ground.approver, "/holds", household=str(ground.homes[0]), reason="Complaint").status_code == 403
    made = post(ground.maker, "/holds", household=str(ground.homes[0]), reason="Complaint")
    assert made.status_code == 201
    plan = ground.draft(ground.run(100, 50))
    line = ground.lines(plan)[1]
    assert post(ground.maker, f"/plans/{plan.pk}/leave-out", lines=[str(line.pk)], reason="Moved").json()["lines"] == 0
    assert len(client(ground.maker).get(f"{API}/holds", {"standing": "true"}).json()) == 1
    assert post(ground.maker, f"/holds/{made.json()['id']}/lift", reason="Settled").json()["lifted_at"]
    assert ground.now(plan).lines == 1
    assert post(ground.maker, f"/plans/{plan.pk}/abort", reason="Enough").json()["state"] == "aborted"
