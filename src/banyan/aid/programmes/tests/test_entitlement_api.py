"""Entitlements through the API: simulated in the background, compared, approved by another, told and amended."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.aid.programmes import actions
from banyan.aid.programmes.tests.entitled_worlds import Enrolled, make_enrolled
from banyan.aid.programmes.tests.test_programme_api import Caller
from banyan.aid.programmes.tests.worlds import World
from banyan.platform.access.models import ReadEntry
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.jobs.testing import run_jobs


@pytest.fixture
def enrolled(world: World) -> Enrolled:
    made = make_enrolled(world)
    made.enrol("two", "1980-05-03", "2023-01-01")
    made.enrol("unsure", "1990", "2021")
    return made


def test_from_a_simulation_to_what_stands(enrolled: Enrolled) -> None:
    officer, approver = Caller(enrolled.world.officer.id), Caller(enrolled.world.approver.id)
    package = enrolled.world.package(enrolled.programme, formula="members.filter(m, m.age < 5).size() * 5000")
    runs = f"/cycles/{enrolled.cycle.pk}/entitlement-runs"
    made = officer("post", runs, {"package": str(package.pk), "day": "2026-06-01"}, 201)
    run_jobs()
    one = f"/entitlement-runs/{made['id']}"
    assert [each["id"] for each in officer("get", runs)] == [made["id"]]
    assert officer("get", one)["totals"]["verdicts"] == {"due": 1, "nothing": 0, "undecided": 1}
    costs = officer("post", f"{one}/compare", [{"label": "flat", "formulas": {"": "7000"}}])
    assert [(each["label"], each["amount"]) for each in costs] == [("", "5000.0000"), ("flat", "14000.0000")]
    assert [each["rows"] for each in officer("get", f"{one}/sums?by=place")] == [2]
    assert officer("post", f"{one}/propose")["state"] == "proposed"
    officer("post", f"{one}/approve", status=403)
    assert approver("post", f"{one}/refuse", {"reason": "Look at the price"})["state"] == "simulated"
    officer("post", f"{one}/propose")
    assert approver("post", f"{one}/approve")["approved_by"] == str(enrolled.world.approver.label)
    officer("delete", one, status=409)
    page = officer("get", f"{one}/entitlements?verdict=due")
    assert [(each["amount"], each["stands"]) for each in page["items"]] == [("5000.0000", True)]
    assert officer("get", f"{one}/entitlements?after={page['items'][0]['id']}")["after"] is None
    told = officer("get", f"/entitlements/{page['items'][0]['id']}/why")
    assert (told["working"]["value"], told["steps"]) == ("5000", ["Entitled to: 5000 MMK"])
    with viewing(system_viewer("tests")):
        kinds = set(ReadEntry.objects.values_list("kind", "subject"))
    assert {("list", "registry.household"), ("open", "registry.household")} <= kinds
    ids = [str(enrolled.enrolment("two").pk)]
    given = {"enrolments": ids, "reason": "Given elsewhere", "withdraw": True}
    amended = officer("post", f"{one}/amend", given, 201)
    assert (amended["amends"], amended["totals"]["verdicts"]["nothing"]) == (made["id"], 1)
    officer("delete", f"/entitlement-runs/{amended['id']}", status=204)


def test_the_number_of_statements_does_not_grow_with_the_enrolled(enrolled: Enrolled) -> None:
    package, counts = enrolled.world.package(enrolled.programme, formula="members.size() * 1000"), []

    def counted(work: Any) -> Any:
        with CaptureQueriesContext(connection) as captured:
            found = work()
        counts.append(len(captured))
        return found

    officer, approver = enrolled.world.officer, enrolled.world.approver
    for _round in range(2):
        run = actions.simulate_entitlements(enrolled.cycle.pk, package.pk, by=officer)
        counted(lambda run=run: actions.compute_run(run.pk, by=officer))
        counted(lambda run=run: actions.propose_entitlements(run.pk, by=officer))
        counted(lambda run=run: actions.approve_entitlements(run.pk, by=approver))
        for name in "abcde":
            enrolled.enrol(name, "1990-01-01")
    assert counts[:3] == counts[3:]
