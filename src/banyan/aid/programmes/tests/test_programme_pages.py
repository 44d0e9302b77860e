"""Pages of programmes: designed by one and set active by another, with cycles, packages, budget lines, quotas and prices."""

import re
from typing import Any

import pytest
from django.urls import reverse

from banyan.aid.programmes import queries
from banyan.aid.programmes.tests.page_worlds import (
    APPROVER,
    AUDITOR,
    CLERK,
    OFFICER,
    asked,
    client_of,
    lines,
    page,
    refused,
    send,
    sent,
    shown,
)
from banyan.aid.programmes.tests.worlds import NORTH, SYSTEM, World
from banyan.platform.access.viewers import viewing

DESIGN = {
    "code": "WINTER", "name": "Winter cash", "goal": "", "sector": "cash", "purpose": "winter", "overlap": "forbid",
    "for_whom": "household", "currency": "MMK", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "restriction": "internal",
}  # fmt: skip
PACKAGE = {
    "code": "FOOD", "name": "Food money", "kind": "cash", "currency": "MMK", "formula": "members.size() * 1000",
    "rounding": "ROUND_HALF_UP", "step": "", "cap": "", "note": "",
}  # fmt: skip


@pytest.fixture
def officer(world: World) -> Any:
    return client_of(OFFICER)


@pytest.fixture
def approver(world: World) -> Any:
    return client_of(APPROVER)


def the_one(rows: Any) -> Any:
    with viewing(SYSTEM):
        (found,) = rows
        return found


def designed(client: Any, world: World) -> Any:
    sent(client, "new", operation=str(world.operation.pk), **DESIGN)
    return the_one(queries.programmes(seen_by=SYSTEM))


def test_a_programme_is_designed_by_one_and_set_active_by_another(world: World, officer: Any, approver: Any) -> None:
    assert "No programme yet" in shown(officer, "list")
    programme = designed(officer, world)
    text = shown(officer, "programme", programme.pk)
    assert "Winter cash" in text
    assert "Your roles do not allow this." in text, "an officer does not approve"
    assert send(officer, "move", programme.pk, "activate").status_code == 403
    assert "Winter cash" in shown(approver, "list", state="draft")
    sent(approver, "move", programme.pk, "activate")
    assert "tone-good" in shown(approver, "programme", programme.pk)
    assert shown(approver, "move", programme.pk, "suspend")
    assert "Reason" in refused(approver, "move", programme.pk, "suspend", reason="")
    sent(approver, "move", programme.pk, "suspend", reason="Floods")
    assert "Floods" in shown(officer, "programme", programme.pk)
    sent(approver, "move", programme.pk, "resume")
    assert "active" in refused(approver, "move", programme.pk, "resume")
    sent(approver, "move", programme.pk, "close", reason="Over")
    assert page(approver, "move", programme.pk, "nonsense")[0] == 404


def test_who_designed_it_is_told_why_they_cannot_approve(world: World, approver: Any) -> None:
    programme = designed(approver, world)
    assert "somebody else decides" in shown(approver, "programme", programme.pk)
    assert "somebody else" in refused(approver, "move", programme.pk, "activate")


def test_all_faults_of_a_form_are_told_at_once(world: World, officer: Any) -> None:
    given = {**DESIGN, "currency": "ZZZ", "ends_on": "2025-01-01", "purpose": "x"}
    told = refused(officer, "new", operation=str(world.operation.pk), **given)
    assert "#id_currency" in told
    assert "#id_ends_on" in told
    told = refused(officer, "new", operation="", **{**DESIGN, "name": "", "starts_on": "soon"})
    assert all(f"#id_{name}" in told for name in ("operation", "name", "starts_on"))


def test_what_somebody_else_changed_meanwhile_is_not_written_over(world: World, officer: Any) -> None:
    programme = designed(officer, world)
    text = shown(officer, "change", programme.pk)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    given = {name: value for name, value in DESIGN.items() if name != "code"}
    sent(officer, "change", programme.pk, version=version[1], **{**given, "name": "Winter help"})
    assert "Winter help" in shown(officer, "programme", programme.pk)
    answer = send(officer, "change", programme.pk, version=version[1], **given)
    assert answer.status_code == 422
    assert "Winter help" in shown(officer, "programme", programme.pk)


def test_cycles_money_and_quotas_stand_on_the_page_of_the_programme(world: World, officer: Any, approver: Any) -> None:
    programme = designed(officer, world)
    sent(approver, "move", programme.pk, "activate")
    turned = {"name": "March", "starts_on": "2026-03-31", "ends_on": "2026-03-01"}
    assert "#id_ends_on" in refused(officer, "cycle-new", programme.pk, **turned)
    sent(officer, "cycle-new", programme.pk, name="March", starts_on="2026-03-01", ends_on="2026-03-31")
    cycle = the_one(queries.cycles(programme.pk, seen_by=SYSTEM))
    sent(officer, "cycle-move", cycle.pk, "open")
    assert send(officer, "cycle-move", cycle.pk, "open").status_code == 422
    assert send(officer, "cycle-move", cycle.pk, "nonsense").status_code == 404
    line = {"code": "D1", "name": "Donor one", "donor_id": "", "amount": "5000000", "currency": "MMK"}
    sent(officer, "budget-new", programme.pk, **line)
    row = the_one(queries.budget_lines(programme.pk, seen_by=SYSTEM))
    sent(officer, "budget-change", programme.pk, row.pk, **{**line, "amount": "6000000.50"})
    place = world.places[NORTH]
    assert "Choose a place" in refused(officer, "quota", programme.pk, number="10")
    sent(officer, "quota", programme.pk, number="10", place=str(place.pk))
    text = shown(officer, "programme", programme.pk)
    for words in ("March", "Donor one", "6,000,000.5", place.name):
        assert words in text, words


def test_a_package_is_written_tried_and_approved_by_somebody_else(world: World, officer: Any, approver: Any) -> None:
    programme = designed(officer, world)
    told = refused(officer, "package-new", programme.pk, **PACKAGE | {"formula": "shoes * 3"}, **lines("items"))
    assert "shoes" in told
    assert "#id_formula" in told
    address = sent(officer, "package-new", programme.pk, **PACKAGE, **lines("items"))
    package = the_one(queries.packages(programme.pk, seen_by=SYSTEM))
    assert address == reverse("programmes:package", args=[package.pk])
    assert "members.size() * 1000" in shown(officer, "package", package.pk)
    assert send(officer, "package-move", package.pk, "approve").status_code == 403
    sent(approver, "package-move", package.pk, "approve")
    assert send(approver, "package-move", package.pk, "approve").status_code == 422
    assert send(approver, "package-move", package.pk, "nonsense").status_code == 404
    # A change of what is approved is the next version.
    given = {name: value for name, value in PACKAGE.items() if name not in ("code", "kind")}
    assert "Food money" in shown(officer, "package-change", package.pk)
    address = sent(officer, "package-change", package.pk, **given | {"cap": "9000", "note": "Cap"}, **lines("items"))
    assert address != reverse("programmes:package", args=[package.pk])
    sent(approver, "package-move", package.pk, "retire")


def test_items_of_a_package_are_whole_lines_and_faults_stand_at_their_line(world: World, officer: Any) -> None:
    programme = designed(officer, world)
    kit = PACKAGE | {"code": "KIT", "kind": "in_kind", "formula": ""}
    soap = {"code": "soap", "name": "Soap", "unit": "bar", "formula": "members.size()"}
    told = refused(officer, "package-new", programme.pk, **kit, **lines("items", soap | {"unit": ""}))
    assert "#id_items-0-unit" in told
    told = refused(
        officer, "package-new", programme.pk, **kit, **lines("items", soap, soap | {"code": "x", "formula": "shoes"})
    )
    assert "#id_items-1-formula" in told
    empty = dict.fromkeys(soap, "")
    sent(officer, "package-new", programme.pk, **kit, **lines("items", soap, empty))
    package = the_one(queries.packages(programme.pk, seen_by=SYSTEM))
    assert "Soap" in shown(officer, "package", package.pk)


def test_prices_by_place_are_kept_in_lists(world: World, officer: Any) -> None:
    assert "No price list yet" in shown(officer, "price-lists")
    sent(
        officer, "price-list-new", operation=str(world.operation.pk), code="basket", name="Food basket", currency="MMK"
    )
    found = the_one(queries.price_lists(seen_by=SYSTEM))
    assert "extras.price_basket" in shown(officer, "price-lists")
    assert "Choose a place" in refused(officer, "prices", found.pk, amount="100", from_on="2026-01-01")
    place = world.places[NORTH]
    sent(officer, "prices", found.pk, amount="41500", from_on="2026-01-01", place=str(place.pk))
    text = shown(officer, "prices", found.pk)
    assert "41,500" in text
    assert place.name in text
    auditor = client_of(AUDITOR)
    assert 'name="amount"' not in shown(auditor, "prices", found.pk)
    assert send(auditor, "prices", found.pk, amount="1", from_on="2026-01-01", place=str(place.pk)).status_code == 403


def test_who_may_not_see_programmes_sees_none(world: World, officer: Any) -> None:
    programme = designed(officer, world)
    clerk, auditor = client_of(CLERK), client_of(AUDITOR)
    assert page(clerk, "list")[0] == 403
    assert page(clerk, "programme", programme.pk)[0] == 403
    text = shown(auditor, "programme", programme.pk)
    for name in ("targetings", "enrolments", "appeals", "entitlements"):
        assert page(auditor, name, programme.pk)[0] == 403
        assert reverse(f"programmes:{name}", args=[programme.pk]) not in text
    for name in ("change", "cycle-new", "budget-new", "package-new", "quota"):
        assert send(auditor, name, programme.pk).status_code == 403
    assert page(officer, "programme", world.operation.pk)[0] == 404


def test_the_list_takes_as_many_queries_whatever_it_holds(world: World, officer: Any) -> None:
    programme = designed(officer, world)
    shown(officer, "list")
    few = asked(officer, "list")
    for number in range(3):
        sent(officer, "new", operation=str(world.operation.pk), **{**DESIGN, "code": f"W{number}"})
    assert asked(officer, "list") <= few + 1
    sent(officer, "cycle-new", programme.pk, name="June", starts_on="2026-06-01", ends_on="2026-06-28")
    before = asked(officer, "programme", programme.pk)
    for number in range(3):
        sent(
            officer,
            "cycle-new",
            programme.pk,
            name=f"C{number}",
            starts_on=f"2026-0{number + 1}-01",
            ends_on=f"2026-0{number + 1}-28",
        )
    assert asked(officer, "programme", programme.pk) <= before + 1
