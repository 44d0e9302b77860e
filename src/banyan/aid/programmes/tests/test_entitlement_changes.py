"""Amendments, other formulas on the same people, why it came to this, and the agreement of SQL with the rules."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.models import EntitlementRun
from banyan.aid.programmes.queries.entitled import _kept
from banyan.aid.programmes.queries.reckoning import answered, lines_of
from banyan.aid.programmes.rules.entitling import Reckoned, settle, terms_of
from banyan.aid.programmes.tests.entitled_worlds import DAY, Enrolled, make_enrolled
from banyan.aid.programmes.tests.test_entitlements import payable, refused
from banyan.aid.programmes.tests.worlds import World
from banyan.platform.access.declarations import declared
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import viewing
from banyan.platform.criteria import queries as criteria
from banyan.platform.criteria.declarations import subjects
from banyan.platform.criteria.rules import evaluate_number
from banyan.platform.kernel.money import Rounding

PER_CHILD = "members.filter(m, m.age < 5).size() * 5000"
PER_HEAD = "members.size() * 10000"


def make_three(world: World) -> Enrolled:
    """A household of two with a small child, one of three without, and one of a child of whom the age is not certain."""
    made = make_enrolled(world)
    made.enrol("child", "1980-05-03", "2023-01-01")
    made.enrol("grown", "1970-01-01", "1975-01-01", "2000-01-01")
    made.enrol("unsure", "1990", "2021")
    return made


@pytest.fixture(scope="module")
def made(once: Any, ground: World) -> Enrolled:
    return once(make_three, ground)


@pytest.fixture
def enrolled(made: Enrolled, db: None) -> Enrolled:
    """See `make_three`."""
    return deepcopy(made)


def kit(enrolled: Enrolled, *formulas: str) -> Any:
    """A package in kind: soap and rice by these formulas."""
    things = [
        actions.Item(code, code.title(), unit, formula)
        for (code, unit), formula in zip((("soap", "piece"), ("rice", "kg")), formulas, strict=False)
    ]
    return enrolled.world.package(enrolled.programme, "KIT", formula="", kind="in_kind", step=None, items=things)


def test_an_amendment_replaces_what_stood(enrolled: Enrolled) -> None:
    run, officer = enrolled.approved(PER_HEAD), enrolled.world.officer
    enrolled.world.package(enrolled.programme, formula=PER_CHILD)
    ids = [enrolled.enrolment(name).pk for name in ("child", "grown", "unsure")]
    amended = actions.amend_entitlements(run.pk, ids, by=officer, reason=" Wrong  formula ")
    assert (amended.reason, amended.amends_id, amended.day) == ("Wrong formula", run.pk, DAY)
    assert enrolled.amounts(amended) == {"child": "5000", "grown": "0", "unsure": "unknown"}
    before, after = enrolled.rows(run), enrolled.rows(amended)
    assert after["child"].replaces == after["child"].origin == before["child"].pk
    assert (after["unsure"].replaces, after["unsure"].origin) == (None, after["unsure"].pk)
    # Until somebody else approves, what was approved stands.
    assert len(payable(enrolled, run)) == 3
    amended = enrolled.approve(amended)
    with viewing(officer):
        run.refresh_from_db()
    assert (run.state, amended.state) == ("amended", "approved")
    before = enrolled.rows(run)
    assert {name: row.stands for name, row in before.items()} == {"child": False, "grown": False, "unsure": True}
    assert before["child"].replaced_by == after["child"].pk
    assert [row[10] for row in payable(enrolled, amended)] == [Decimal(5000)]
    assert [row[0] for row in payable(enrolled, run)] == [before["unsure"].pk]
    with viewing(officer):
        assert queries.not_payable(run.pk, seen_by=officer)["replaced"] == 2
        told = queries.entitlements_of(enrolled.homes["child"], seen_by=officer)
        assert [row.pk for row in told] == [after["child"].pk]
        assert queries.affordable(amended.pk, seen_by=officer).standing == 20000
    # A run of which a part was amended is amended again like any other.
    again = actions.amend_entitlements(run.pk, ids[2:], by=officer, reason="Moved", withdraw=True)
    enrolled.approve(again)
    assert payable(enrolled, run) == []


def test_an_amendment_takes_back(enrolled: Enrolled) -> None:
    run, officer = enrolled.approved(PER_HEAD), enrolled.world.officer
    child = enrolled.enrolment("child").pk
    back = actions.amend_entitlements(run.pk, [child], by=officer, reason="Given elsewhere", withdraw=True)
    rival = actions.amend_entitlements(run.pk, [child], by=officer, reason="Counted wrongly")
    actions.propose_entitlements(rival.pk, by=officer)
    assert (back.withdraws, enrolled.amounts(back)) == (True, {"child": "0"})
    enrolled.approve(back)
    assert payable(enrolled, back) == []
    moved = refused("programmes.entitlement_moved", actions.approve_entitlements, rival.pk, by=enrolled.world.approver)
    assert moved.parameters["count"] == 1
    # What was taken back is not given again by another run.
    assert enrolled.amounts(enrolled.compute(run.package_id)) == {}
    with viewing(officer):
        told = queries.explain_entitlement(enrolled.rows(back)["child"].pk, seen_by=officer)
    assert (told.working, told.steps) == (None, ("It was taken back.", "Given elsewhere"))


def test_an_item_that_is_given_no_more_is_taken_back(enrolled: Enrolled) -> None:
    package, officer = kit(enrolled, "members.size()", "2.5"), enrolled.world.officer
    run = enrolled.approve(enrolled.compute(package.pk))
    assert {key: one["sum"] for key, one in run.totals["items"].items()} == {"soap": "7", "rice": "9"}
    assert (run.totals["enrolments"], run.totals["amount"], run.currency) == (3, "0", "")
    kit(enrolled, "members.size()")
    child = enrolled.enrolment("child").pk
    amended = actions.amend_entitlements(run.pk, [child], by=officer, reason="No rice left")
    with viewing(officer):
        rows = {row.item: row for row in queries.entitlements(amended.pk, seen_by=officer)}
        sums = {one.key: one for one in queries.entitled_sums(amended.pk, "item", seen_by=officer)}
    assert (rows["rice"].cause, rows["rice"].quantity, rows["soap"].quantity) == ("withdrawn", 0, 2)
    assert (sums["soap"].quantity, sums["soap"].amount, sums["rice"].due) == (2, None, 0)


def test_only_what_is_approved_and_stands_is_amended(enrolled: Enrolled) -> None:
    run, officer = enrolled.computed(PER_HEAD), enrolled.world.officer
    child = [enrolled.enrolment("child").pk]
    refused("programmes.entitlement_unapproved", actions.amend_entitlements, run.pk, child, by=officer, reason="x")
    enrolled.approve(run)
    refused("programmes.entitlement_reason", actions.amend_entitlements, run.pk, child, by=officer, reason=" ")
    refused("programmes.entitlement_amends", actions.amend_entitlements, run.pk, [run.pk], by=officer, reason="x")
    refused(
        "programmes.entitlement_package", actions.amend_entitlements, run.pk, child, by=officer, reason="x",
        package_id=kit(enrolled, "1").pk,
    )  # fmt: skip
    actions.retire_package(run.package_id, by=enrolled.world.approver)
    refused("programmes.entitlement_package", actions.amend_entitlements, run.pk, child, by=officer, reason="x")


def test_other_formulas_are_priced_for_the_same_people(enrolled: Enrolled) -> None:
    run, officer = enrolled.computed(PER_HEAD), enrolled.world.officer
    enrolled.enrol("late", "1990-01-01")
    given = [
        queries.Alternative("children", {"": PER_CHILD}),
        queries.Alternative("capped", {}, rounding=Rounding.DOWN.value, step=Decimal(1000), cap=Decimal(25500)),
    ]
    with viewing(officer):
        own, children, capped = queries.compare_formulas(run.pk, given, seen_by=officer)
        refused(
            "criteria.name_unknown", queries.compare_formulas, run.pk, [queries.Alternative("", {"": "sise"})], seen_by=officer
        )  # fmt: skip
        refused(
            "programmes.choice_unknown", queries.compare_formulas, run.pk, [queries.Alternative("", {"rice": "1"})], seen_by=officer
        )  # fmt: skip
        place = enrolled.world.places["XX010101"].pk
        assert (own.amount, own.due, own.same, own.more, own.places) == (70000, 3, 3, 0, {place: Decimal(70000)})
        assert own.sizes == {2: Decimal(40000), 3: Decimal(30000)}
        told = (children.label, children.amount, children.due, children.nothing, children.undecided, children.less)
        assert told == ("children", 5000, 1, 1, 1, 3)
        assert (capped.amount, capped.less, capped.same) == (65000, 1, 2)
        sums = queries.entitled_sums(run.pk, "size", seen_by=officer)
        assert [(one.key, one.rows, one.people, one.amount) for one in sums] == [(2, 2, 4, 40000), (3, 1, 3, 30000)]
        actions.set_budget_line(
            enrolled.programme.pk, by=officer, code="A", name="Donor", amount=Decimal(60000), currency="MMK"
        )
        told = queries.affordable(run.pk, seen_by=officer)
    assert (told.budget, told.standing, told.asked, told.left) == (60000, 0, 70000, -10000)


def test_why_it_came_to_this_is_told_from_what_was_kept(enrolled: Enrolled) -> None:
    run = enrolled.computed("members.size() * 12345", cap=Decimal(30000))
    officer, rows = enrolled.world.officer, enrolled.rows(run)
    with viewing(officer):
        told = queries.explain_entitlement(rows["child"].pk, seen_by=officer)
        assert told.working is not None
        assert (told.working.value, told.working.parts[0].value) == ("24690", "2")
        assert told.steps == ("Rounded to 1000 MMK, half up: 25000", "Entitled to: 25000 MMK")
        capped = queries.explain_entitlement(rows["grown"].pk, seen_by=officer)
        assert capped.steps[1:] == ("At most: 30000", "Entitled to: 30000 MMK")
    unsure = enrolled.computed(PER_CHILD, code="CHILD")
    with viewing(officer):
        told = queries.explain_entitlement(enrolled.rows(unsure)["unsure"].pk, seen_by=officer)
        assert (told.working.value, told.working.known) == ("0 to 5000", False)  # type: ignore[union-attr]
        assert told.steps == ("The record leaves open what the formula asks for.",)


def test_a_formula_that_is_no_longer_understood_still_has_its_amount(enrolled: Enrolled) -> None:
    officer = enrolled.world.officer
    prices = actions.write_price_list(enrolled.world.operation.pk, by=officer, code="tent", name="Tent", currency="MMK")
    actions.set_prices(prices.pk, [(enrolled.world.places["XX01"].pk, Decimal(9000), date(2026, 1, 1))], by=officer)
    run = enrolled.computed("head.age > 40 ? extras.price_tent : 4000")
    row = enrolled.rows(run)["child"]
    with viewing(officer):
        told = queries.explain_entitlement(row.pk, seen_by=officer)
        assert (told.working.parts[0].verdict, told.working.parts[1].value) == (True, "9000")  # type: ignore[union-attr]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE programmes_pricelist SET code = 'tents'")
        told = queries.explain_entitlement(row.pk, seen_by=officer)
    assert (told.working, told.steps) == (None, ("Entitled to: 9000 MMK",))


def test_figures_that_do_not_fit_the_formula_explain_nothing(enrolled: Enrolled) -> None:
    run = enrolled.computed(PER_HEAD)
    row = enrolled.rows(run)["child"]
    assert _kept(run, run.lines[0], row) is not None
    assert _kept(run, {**run.lines[0], "figures": ["members.size() + 1"]}, row) is None


def test_what_the_database_cannot_work_out_is_told(db: None) -> None:
    def divide() -> None:
        with answered(1000) as cursor:
            cursor.execute("SELECT 1 / 0")

    refused("criteria.not_answerable", divide)


def test_who_sees_a_part_does_not_approve_the_whole(enrolled: Enrolled) -> None:
    run = enrolled.computed(PER_HEAD)
    actions.propose_entitlements(run.pk, by=enrolled.world.officer)
    # The scope of the operation itself, without the areas in which the people are.
    permissions = declared().roles["programme-approver"].permissions
    narrow = viewer_with(*permissions, scopes={enrolled.world.scopes[""]})
    refused("programmes.beyond_reach", actions.approve_entitlements, run.pk, by=narrow)


def test_a_price_taken_back_is_known_no_more(enrolled: Enrolled) -> None:
    officer, place = enrolled.world.officer, enrolled.world.places["XX01"].pk
    tents = actions.write_price_list(enrolled.world.operation.pk, by=officer, code="tent", name="Tent", currency="MMK")
    actions.set_prices(tents.pk, [(place, Decimal(9000), date(2026, 1, 1))], by=officer)
    with viewing(officer):
        price = queries.prices(tents.pk, seen_by=officer)[0].pk
    actions.remove_price(tents.pk, price, by=officer)
    assert set(enrolled.amounts(enrolled.computed("extras.price_tent")).values()) == {"unknown"}


def test_people_one_by_one(world: World) -> None:
    made = make_enrolled(world, code="SCHOOL", for_whom="person")
    made.enrol("pupil", "2015-01-01", "1980-01-01")
    run = made.computed("age < 18 ? 7000 : 0")
    row = made.rows(run)["pupil"]
    with viewing(world.officer):
        (found,) = queries.entitlement_runs(seen_by=world.officer, programme_id=made.programme.pk)
    assert found.pk == run.pk
    assert (row.size, row.amount, row.person_id is not None, row.parts) == (1, 7000, True, [True])


@pytest.fixture
def simulated(enrolled: Enrolled) -> tuple[Enrolled, EntitlementRun]:
    """A run on whose people formulas are tried."""
    return enrolled, enrolled.computed("1", code="ORACLE", currency="USD", step=None)


NUMBERS = [
    "members.size()",
    "members.filter(m, m.age < 5).size()",
    "members.max(m, m.age)",
    "head.age",
    "12345.678",
    "3",
    "0",
]
FORMULAS = st.recursive(
    st.sampled_from(NUMBERS),
    lambda inner: st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner).map(lambda three: f"({' '.join(three)})")
    | st.tuples(st.sampled_from(["least", "greatest"]), inner, inner).map(lambda three: f"{three[0]}({three[1]}, {three[2]})")
    | st.tuples(st.sampled_from(["head.age > 40", "members.exists(m, m.age < 5)"]), inner, inner).map(
        lambda three: f"({three[0]} ? {three[1]} : {three[2]})"
    ),
    max_leaves=4,
)  # fmt: skip


@given(
    formula=FORMULAS,
    rounding=st.sampled_from(["ROUND_HALF_UP", "ROUND_HALF_EVEN", "ROUND_DOWN", "ROUND_UP"]),
    step=st.sampled_from([None, Decimal("0.01"), Decimal(3), Decimal(1000)]),
    cap=st.sampled_from([None, Decimal(100), Decimal(99999)]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_pays_what_the_rules_say(
    simulated: tuple[Enrolled, EntitlementRun], formula: str, rounding: str, step: Decimal | None, cap: Decimal | None
) -> None:
    """The oracle: each record evaluated by itself, each number settled by the rules, beside the one statement."""
    enrolled, run = simulated
    officer, programme = enrolled.world.officer, enrolled.programme
    alternative = queries.Alternative("", {"": formula}, rounding=rounding, step=step, cap=cap)
    with viewing(officer):
        _own, cost = queries.compare_formulas(run.pk, [alternative], seen_by=officer)
        (line,) = lines_of(
            [{"item": "", "unit": "", "formula": formula}], "household", programme.operation_id, seen_by=officer
        )
        homes = list(enrolled.homes.values())
        records = criteria.records(line.formula, subjects()["household"], homes, seen_by=officer, today=DAY)
    terms = terms_of(rounding, step, cap, "USD")
    found = [evaluate_number(line.formula, records[home], today=DAY) for home in homes]
    told = [settle(None if one is None else Reckoned(one.low, one.high), terms) for one in found]
    verdicts = [one.verdict for one in told]
    assert (cost.due, cost.nothing, cost.undecided) == tuple(
        verdicts.count(one) for one in ("due", "nothing", "undecided")
    )
    assert cost.amount == sum((one.amount for one in told if one.amount), Decimal(0))
