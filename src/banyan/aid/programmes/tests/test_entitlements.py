"""What the enrolled are entitled to: computed by set, never guessed, approved by another person, and then it stands."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import Entitlement, EntitlementRun
from banyan.aid.programmes.tests.entitled_worlds import DAY, Enrolled, make_enrolled
from banyan.aid.programmes.tests.worlds import SOUTH, World
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem


def make_three(world: World) -> Enrolled:
    """Three households: two people of whom one is small, one alone, and one of whose child nobody knows the age."""
    made = make_enrolled(world)
    made.enrol("two", "1980-05-03", "2023-01-01")
    made.enrol("one", "1950")
    made.enrol("unsure", "1990", "2021", area=SOUTH)
    return made


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> Enrolled:
    return once(make_three, ground)


@pytest.fixture
def enrolled(made: Enrolled, db: None) -> Enrolled:
    """See `make_three`."""
    return deepcopy(made)


def refused(code: str, action: Any, *given: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as raised:
        action(*given, **more)
    assert [one.code for one in raised.value.errors or (raised.value,)] == [code]
    return raised.value


def test_everybody_enrolled_gets_what_the_formula_says(enrolled: Enrolled) -> None:
    package = enrolled.world.package(
        enrolled.programme,
        formula="20000 * members.size() + members.filter(m, m.age < 5).size() * 5500",
        cap=Decimal(45500),
    )
    run = actions.simulate_entitlements(enrolled.cycle.pk, package.pk, by=enrolled.world.officer, day=DAY)
    assert (run.state, run.reckoned_at, run.totals) == ("simulated", None, {})
    refused("programmes.entitlement_unready", actions.propose_entitlements, run.pk, by=enrolled.world.officer)
    run = actions.compute_run(run.pk, by=enrolled.world.officer)
    # 45500 rounded to the step of 1000, at most what the cap leaves in whole steps; the child born in 2021 is four or five.
    assert enrolled.amounts(run) == {"two": "45000", "one": "20000", "unsure": "unknown"}
    assert run.totals["verdicts"] == {"due": 2, "nothing": 0, "undecided": 1}
    assert (run.totals["causes"], run.totals["amount"]) == ({"unknown": 1}, "65000")
    assert (run.totals["enrolments"], run.totals["people"], run.totals["entitled_people"]) == (3, 5, 3)
    rows = enrolled.rows(run)
    assert (rows["two"].size, rows["two"].parts, rows["unsure"].parts) == (2, ["2", "1"], ["2", ["0", "1"]])
    # Once: what was computed stays as it is.
    assert actions.compute_run(run.pk, by=enrolled.world.officer).reckoned_at == run.reckoned_at


def test_nothing_negative_nobody_and_too_much(enrolled: Enrolled) -> None:
    formula = "members.size() == 1 ? 0 : head.age > 40 ? 0 - 1 : 1000000000000000.0"
    run = enrolled.computed(formula, step=None)
    assert enrolled.amounts(run) == {"two": "negative", "one": "0", "unsure": "beyond"}
    refused("programmes.entitlement_nobody", actions.propose_entitlements, run.pk, by=enrolled.world.officer)
    with viewing(enrolled.world.officer):
        assert queries.undecided(run.pk, seen_by=enrolled.world.officer).count() == 2


def test_an_empty_programme_pays_nobody(world: World) -> None:
    empty = make_enrolled(world, code="EMPTY")
    world.household("1990")
    run = empty.computed()
    assert (run.totals["enrolments"], empty.rows(run)) == (0, {})
    refused("programmes.entitlement_nobody", actions.propose_entitlements, run.pk, by=world.officer)


def test_who_has_no_live_record_is_listed_not_paid(enrolled: Enrolled) -> None:
    with viewing(enrolled.world.officer), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programmes_enrolment SET household_id = banyan_new_id() WHERE household_id = %s",
            [enrolled.homes["one"]],
        )
    run = enrolled.computed()
    with viewing(enrolled.world.officer):
        assert [row.cause for row in queries.undecided(run.pk, seen_by=enrolled.world.officer)] == ["absent"]
    assert run.totals["verdicts"]["due"] == 2


def test_who_reaches_a_part_computes_nothing_for_the_whole(enrolled: Enrolled) -> None:
    run = enrolled.computed()
    south = enrolled.world.officer_in("XX02", "XX0201")
    refused("kernel.not_found", actions.compute_run, run.pk, by=south)
    refused("programmes.beyond_reach", actions.simulate_entitlements, enrolled.cycle.pk, run.package_id, by=south)
    with viewing(south):
        assert queries.entitlements(run.pk, seen_by=south).count() == 1


def test_somebody_else_approves_and_then_it_stands(enrolled: Enrolled) -> None:
    run = enrolled.computed("members.filter(m, m.age < 5).size() * 5000")
    assert enrolled.amounts(run) == {"two": "5000", "one": "0", "unsure": "unknown"}
    officer, approver = enrolled.world.officer, enrolled.world.approver
    refused("programmes.entitlement_state", actions.approve_entitlements, run.pk, by=approver)
    with viewing(officer):
        refused("programmes.entitlement_unapproved", queries.payable_sql, run.pk, seen_by=officer)
    actions.propose_entitlements(run.pk, by=officer)
    with viewing(officer):
        assert actions.refuse_entitlements(run.pk, by=officer, reason=" Too  little ").refused_why == "Too little"
    actions.propose_entitlements(run.pk, by=approver)
    refused("programmes.entitlement_own", actions.approve_entitlements, run.pk, by=approver)
    with pytest.raises(Problem):
        actions.approve_entitlements(run.pk, by=officer)
    actions.refuse_entitlements(run.pk, by=officer)
    run = enrolled.approve(run)
    assert (run.state, run.approved_by, run.payable) == ("approved", approver.id, True)
    assert {name: row.stands for name, row in enrolled.rows(run).items()} == {"two": True, "one": True, "unsure": False}
    refused("programmes.entitlement_state", actions.drop_simulation, run.pk, by=officer)
    # What may be paid: only what is due.
    assert [row[3] for row in payable(enrolled, run)] == [enrolled.homes["two"]]
    with viewing(officer):
        assert queries.not_payable(run.pk, seen_by=officer) == {"undecided": 1, "nothing": 1, "replaced": 0, "ended": 0}
    actions.end_enrolments([enrolled.enrolment("two").pk], by=officer, reason="Moved away")
    assert payable(enrolled, run) == []
    with viewing(officer):
        assert queries.not_payable(run.pk, seen_by=officer)["ended"] == 1


def payable(enrolled: Enrolled, run: EntitlementRun) -> list[Any]:
    with viewing(enrolled.world.officer), connection.cursor() as cursor:
        found = queries.payable_sql(run.pk, seen_by=enrolled.world.officer)
        cursor.execute(f"SELECT * FROM ({found.sql}) p ORDER BY entitlement_id LIMIT 10", found.values)
        names = [column.name for column in cursor.description]
        assert names == ["entitlement_id", "origin_id", "enrolment_id", "household_id", "person_id", "scope_id", "place_id", "size",
                         "item", "unit", "amount", "currency", "quantity"]  # fmt: skip
        return list(cursor.fetchall())


def test_a_second_run_takes_who_has_nothing_yet(enrolled: Enrolled) -> None:
    first = enrolled.approved("members.filter(m, m.age < 5).size() * 5000")
    package = first.package_id
    enrolled.enrol("late", "1990-01-01")
    second, third = enrolled.compute(package), enrolled.compute(package)
    # Undecided before, and enrolled since.
    assert set(enrolled.amounts(second)) == {"unsure", "late"}
    refused("programmes.entitlement_nobody", actions.propose_entitlements, third.pk, by=enrolled.world.officer)
    actions.drop_simulation(third.pk, by=enrolled.world.officer)
    refused("kernel.not_found", actions.compute_run, third.pk, by=enrolled.world.officer)


def test_of_two_runs_about_the_same_people_one_is_approved(enrolled: Enrolled) -> None:
    first = enrolled.computed()
    second = enrolled.compute(first.package_id)
    actions.propose_entitlements(second.pk, by=enrolled.world.officer)
    enrolled.approve(first)
    problem = refused(
        "programmes.entitlement_taken", actions.approve_entitlements, second.pk, by=enrolled.world.approver
    )
    assert problem.parameters["count"] == 3
    # Nor by the back door: the table holds one that stands.
    with viewing(enrolled.world.approver), pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.filter(run=second).update(stands=True)


def test_what_is_proposed_is_frozen_whoever_writes(enrolled: Enrolled) -> None:
    run = enrolled.computed()
    actions.propose_entitlements(run.pk, by=enrolled.world.officer)
    statements = [
        "UPDATE programmes_entitlement SET amount = amount + 1 WHERE run_id = %s",
        "UPDATE programmes_entitlement SET household_id = banyan_new_id() WHERE run_id = %s",
        "DELETE FROM programmes_entitlement WHERE run_id = %s",
        "UPDATE programmes_entitlementrun SET cap = 1 WHERE id = %s",
        "UPDATE programmes_entitlementrun SET approved_by = proposed_by WHERE id = %s",
        "UPDATE programmes_entitlementrun SET approved_by = made_by WHERE id = %s",
        "UPDATE programmes_entitlementrun SET state = 'approved' WHERE id = %s",
        "INSERT INTO programmes_entitlement SELECT (jsonb_populate_record(t, jsonb_build_object('id', banyan_new_id()))).*"
        " FROM programmes_entitlement t WHERE run_id = %s",
    ]
    for statement in statements:
        with (
            viewing(enrolled.world.officer),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [run.pk])
    actions.approve_entitlements(run.pk, by=enrolled.world.approver)
    with viewing(enrolled.world.officer), pytest.raises(IntegrityError), transaction.atomic():
        EntitlementRun.objects.filter(pk=run.pk).update(state="simulated")


def test_only_an_approved_package_of_an_open_cycle(enrolled: Enrolled) -> None:
    officer, world = enrolled.world.officer, enrolled.world
    draft = actions.write_package(enrolled.programme.pk, by=officer, code="DRAFT", name="D", kind="cash", formula="1")
    refused("programmes.entitlement_package", actions.simulate_entitlements, enrolled.cycle.pk, draft.pk, by=officer)
    other = world.package(world.active("OTHER", overlap="allow"))
    refused("programmes.entitlement_package", actions.simulate_entitlements, enrolled.cycle.pk, other.pk, by=officer)
    odd = world.package(enrolled.programme, "ODD", currency="USD", step=Decimal("0.001"))
    refused("programmes.entitlement_step", actions.simulate_entitlements, enrolled.cycle.pk, odd.pk, by=officer)
    run = enrolled.computed()
    actions.propose_entitlements(run.pk, by=officer)
    actions.suspend_programme(enrolled.programme.pk, "Flood", by=world.approver)
    refused("programmes.programme_state", actions.approve_entitlements, run.pk, by=world.approver)
    actions.resume_programme(enrolled.programme.pk, by=world.approver)
    actions.close_cycle(enrolled.cycle.pk, by=officer)
    refused("programmes.cycle_state", actions.approve_entitlements, run.pk, by=world.approver)
    refused("programmes.cycle_state", actions.simulate_entitlements, enrolled.cycle.pk, run.package_id, by=officer)


def test_prices_are_those_of_the_place_and_day_in_one_currency(enrolled: Enrolled) -> None:
    officer, places = enrolled.world.officer, enrolled.world.places
    basket = actions.write_price_list(
        enrolled.world.operation.pk, by=officer, code="basket", name="Basket", currency="MMK"
    )
    given = [(places["XX01"].pk, Decimal(7000), date(2026, 1, 1)), (places["XX01"].pk, Decimal(8000), date(2026, 6, 1))]
    actions.set_prices(basket.pk, given, by=officer)
    run = enrolled.computed("extras.price_basket * members.size()")
    # Nobody knows the price in the south.
    assert enrolled.amounts(run) == {"two": "16000", "one": "8000", "unsure": "unknown"}
    before = actions.simulate_entitlements(enrolled.cycle.pk, run.package_id, by=officer, day=date(2026, 5, 31))
    assert enrolled.amounts(actions.compute_run(before.pk, by=officer))["two"] == "14000"
    actions.write_price_list(enrolled.world.operation.pk, by=officer, code="usd", name="Dollars", currency="USD")
    dollars = enrolled.world.package(enrolled.programme, "USD", formula="extras.price_usd")
    refused("programmes.entitlement_currency", actions.simulate_entitlements, enrolled.cycle.pk, dollars.pk, by=officer)
    # A package in kind only counts pieces.
    kit = enrolled.world.package(
        enrolled.programme, "KIT", formula="", kind="in_kind", step=None,
        items=[actions.Item("soap", "Soap", "piece", "extras.price_basket / 4000")],
    )  # fmt: skip
    assert enrolled.amounts(enrolled.compute(kit.pk))["two"] == "2"
