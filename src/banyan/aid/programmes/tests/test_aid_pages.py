"""Pages of enrolment, appeals and entitlements: by set and by two people, with what cannot be decided listed to be mended."""

import re
from typing import Any

import pytest

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.tests.page_worlds import (
    APPROVER,
    CLERK,
    OFFICER,
    asked,
    client_of,
    page,
    refused,
    send,
    sent,
    shown,
)
from banyan.aid.programmes.tests.worlds import NORTH, NORTH_TOO, SYSTEM, World
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import viewing
from banyan.platform.jobs.testing import run_jobs

GROWN, CHILD = "1980-05-03", "2024-01-01"


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


@pytest.fixture
def approver(world: World) -> Any:
    return client_of(APPROVER)


def reference(home: Any) -> str:
    with viewing(SYSTEM):
        return registry.household(home, seen_by=SYSTEM).reference


def enrolled(client: Any, programme: Any, *homes: Any) -> None:
    for home in homes:
        sent(client, "enrol", programme.pk, reference=reference(home), reason="Seen by the committee")


def the_one(rows: Any) -> Any:
    with viewing(SYSTEM):
        (found,) = rows
        return found


def test_enrolments_are_moved_for_all_that_the_filters_leave(world: World, officer: Any) -> None:
    programme = world.active()
    assert "Nobody is enrolled yet" in shown(officer, "enrolments", programme.pk)
    first, second = world.household(GROWN, CHILD)[0], world.household(GROWN)[0]
    assert "HHD-0000" in refused(officer, "enrol", programme.pk, reference="hhd-0000", reason="x")
    enrolled(officer, programme, first, second)
    assert refused(officer, "enrol", programme.pk, reference=reference(first), reason="again")
    text = shown(officer, "enrolments", programme.pk, state="enrolled")
    assert reference(first) in text
    step = re.search(r'href="([^"]*/enrolments/suspend/[^"]*)"', text)
    assert step
    address = step[1].replace("&amp;", "&")
    assert "2 enrolments" in officer.get(address).content.decode()
    assert "#id_reason" in officer.post(address, {"reason": ""}).content.decode()
    one = f"{address}&reference={reference(first)}"
    assert officer.post(one, {"reason": "Moved away for a while"}).status_code == 302
    assert reference(first) in shown(officer, "enrolments", programme.pk, state="suspended")
    assert reference(second) not in shown(officer, "enrolments", programme.pk, state="suspended")
    # Without a state there is no step, and with filters that leave nobody there is nothing to move.
    assert page(officer, "enrolments-step", programme.pk, "suspend")[0] == 404
    assert page(officer, "enrolments-step", programme.pk, "nonsense", state="enrolled")[0] == 404
    assert page(officer, "enrolments-step", programme.pk, "suspend", state="graduated")[0] == 404
    assert page(officer, "enrolments-step", programme.pk, "suspend", state="enrolled", since_from="soon")[0] == 404


def test_the_waiting_list_fills_quotas(world: World, officer: Any) -> None:
    programme = world.active()
    homes = [world.household(GROWN, area=NORTH)[0] for _number in range(2)]
    actions.set_quota(programme.pk, world.places[NORTH].pk, 1, by=world.officer)
    enrolled(officer, programme, *homes)
    waiting = shown(officer, "enrolments", programme.pk, state="waiting")
    assert reference(homes[1]) in waiting
    actions.set_quota(programme.pk, world.places[NORTH].pk, 2, by=world.officer)
    assert sent(officer, "admit-waiting", programme.pk)
    assert reference(homes[1]) in shown(officer, "enrolments", programme.pk, state="enrolled")


def test_who_is_in_two_programmes_of_one_purpose_is_listed(world: World, officer: Any) -> None:
    first, second = world.active(overlap="warn"), world.active("AGAIN", overlap="warn")
    home = world.household(GROWN)[0]
    enrolled(officer, first, home)
    enrolled(officer, second, home)
    text = shown(officer, "overlaps", second.pk)
    assert reference(home) in text
    assert first.name in text


def test_an_appeal_is_noted_by_one_and_decided_by_another(world: World, officer: Any, approver: Any) -> None:
    programme = world.active()
    home = world.household(GROWN)[0]
    enrolled(officer, programme, home)
    text = shown(officer, "household", home)
    assert programme.name in text
    assert "#id_reason" in refused(officer, "appeal-new", programme.pk, home, reason="")
    assert page(officer, "appeal-new", programme.pk, home, enrolment="nonsense")[0] == 404
    sent(officer, "appeal-new", programme.pk, home, reason="We were five, not three")
    appeal = the_one(queries.appeals(seen_by=SYSTEM))
    text = shown(officer, "appeal", appeal.pk)
    assert "We were five" in text
    assert "Your roles do not allow this." in text
    assert send(officer, "appeal", appeal.pk, verb="uphold", decision="x").status_code == 403
    assert reference(home) in shown(approver, "appeals", programme.pk)
    assert "#id_decision" in refused(approver, "appeal", appeal.pk, verb="uphold", decision="")
    sent(approver, "appeal", appeal.pk, verb="uphold", decision="Five indeed")
    assert "Five indeed" in shown(officer, "appeal", appeal.pk)
    assert "upheld" in shown(officer, "household", home)


@pytest.fixture
def cycle(world: World) -> Any:
    programme = world.active()
    made = actions.add_cycle(
        programme.pk, by=world.officer, name="March", starts_on=programme.starts_on, ends_on=programme.ends_on
    )
    actions.open_cycle(made.pk, by=world.officer)
    with viewing(SYSTEM):
        return queries.cycle(made.pk, seen_by=SYSTEM)


def test_entitlements_are_simulated_proposed_and_approved_by_two(
    world: World, cycle: Any, officer: Any, approver: Any
) -> None:
    programme = cycle.programme
    package = world.package(programme, formula="members.size() * 1500")
    homes = [world.household(GROWN, CHILD)[0], world.household(GROWN, area=NORTH_TOO)[0]]
    enrolled(officer, programme, *homes)
    assert "Nothing was simulated yet" in shown(officer, "entitlements", programme.pk)
    given = {"cycle_id": str(cycle.pk), "package_id": str(package.pk), "day": "2026-06-01"}
    assert "#id_package_id" in refused(officer, "simulate", programme.pk, **given | {"package_id": ""})
    sent(officer, "simulate", programme.pk, **given)
    run = the_one(queries.entitlement_runs(seen_by=SYSTEM))
    assert "at work" in shown(officer, "entitlement-run", run.pk)
    run_jobs()
    text = shown(officer, "entitlement-run", run.pk)
    assert "5,000" in text, "3000 and 1500, rounded to the thousand"
    for words in ("Left of the budget", "It is not enough", "Place XX010101", "By size of the household"):
        assert words in text, words
    everybody = shown(officer, "entitled", run.pk)
    assert all(reference(home) in everybody for home in homes)
    assert send(officer, "entitlement-move", run.pk, "approve").status_code == 403
    assert send(officer, "entitlement-move", run.pk, "nonsense").status_code == 404
    sent(officer, "entitlement-move", run.pk, "propose")
    sent(approver, "entitlement-move", run.pk, "refuse", reason="Look at the cap")
    assert "Look at the cap" in shown(officer, "entitlement-run", run.pk)
    sent(officer, "entitlement-move", run.pk, "propose")
    sent(approver, "entitlement-move", run.pk, "approve")
    assert refused(officer, "entitlement-move", run.pk, "propose")
    row = re.search(r"/programmes/entitlements/[0-9a-f-]{36}/", shown(officer, "household", homes[0]))
    assert row
    why = officer.get(row[0]).content.decode()
    assert "members.size() * 1500" in why
    assert "Why this" in why
    wanted = {"reason": "Left the country", "references": reference(homes[1]), "withdraw": "on"}
    assert "HHD-0000" in refused(officer, "entitlement-amend", run.pk, **wanted | {"references": "HHD-0000"})
    address = sent(officer, "entitlement-amend", run.pk, **wanted)
    assert "Left the country" in officer.get(address).content.decode()


def test_another_formula_is_costed_before_anything_is_changed(world: World, cycle: Any, officer: Any) -> None:
    programme = cycle.programme
    package = world.package(programme, formula="members.size() * 1000")
    enrolled(officer, programme, world.household(GROWN, CHILD)[0])
    run = actions.simulate_entitlements(cycle.pk, package.pk, by=world.officer)
    actions.compute_run(run.pk, by=world.officer)
    assert "members.size() * 1000" in shown(officer, "other-formula", run.pk)
    text = shown(officer, "other-formula", run.pk, line0="members.size() * 4000")
    assert "2,000" in text
    assert "8,000" in text
    status, text = page(officer, "other-formula", run.pk, line0="shoes")
    assert status == 422
    assert "shoes" in text
    assert page(client_of(CLERK), "other-formula", run.pk)[0] == 403


def test_who_cannot_be_decided_is_listed_to_be_mended(world: World, cycle: Any, officer: Any) -> None:
    programme = cycle.programme
    package = world.package(programme, formula="members.filter(m, m.age < 5).size() * 1000")
    home = world.household("")[0]
    enrolled(officer, programme, home)
    run = actions.simulate_entitlements(cycle.pk, package.pk, by=world.officer)
    actions.compute_run(run.pk, by=world.officer)
    text = shown(officer, "entitlement-run", run.pk)
    assert "What to mend first" in text
    assert "cause=unknown" in text
    assert reference(home) in shown(officer, "entitled", run.pk, cause="unknown")
    assert refused(officer, "entitlement-move", run.pk, "propose"), "nobody is entitled: nothing to propose"


def test_lists_take_as_many_queries_whatever_they_hold(world: World, officer: Any) -> None:
    programme = world.active()
    home = world.household(GROWN)[0]
    enrolled(officer, programme, home)
    few = asked(officer, "enrolments", programme.pk)
    enrolled(officer, programme, *[world.household(GROWN)[0] for _number in range(3)])
    assert asked(officer, "enrolments", programme.pk) <= few + 1
    assert page(client_of(CLERK), "enrolments", programme.pk)[0] == 403
