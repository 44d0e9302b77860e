"""Payment plans: made from what is due, moved by four people, and what stops them."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from banyan.aid.payments import actions, queries
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Line
from banyan.aid.payments.tests.plan_worlds import FROM, SYSTEM, UNTIL, Ground, make_ground, who
from banyan.aid.programmes import actions as programmes
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def refused(code: str, action: Any, *given: Any, **said: Any) -> Problem:
    """The one Problem by which an action is refused."""
    with pytest.raises(Problem) as raised:
        action(*given, **said)
    (only,) = raised.value.errors or (raised.value,)
    assert only.code.removeprefix("kernel.").removeprefix("payments.").removeprefix("access.") == code
    return only


def test_a_plan_pays_what_is_due_and_nothing_that_cannot_be_decided(ground: Ground) -> None:
    plan = ground.draft(ground.run(100, None, 0))
    (line,) = ground.lines(plan)
    assert (plan.state, plan.lines, plan.amount, line.amount, line.due) == ("draft", 1, 100, 100, 100)
    assert (line.household_id, line.collector_id, line.alternate_id) == (ground.homes[0], ground.heads[0], None)
    assert line.budget_line == ground.money.pk
    ground.require_totals(plan)


def test_four_people_bring_a_plan_to_its_end(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100, 50, 25)))
    assert (plan.state, ground.accounts(plan)) == ("sent", {"budget": -175, "released": 175})
    ground.tell(plan, (0, "delivered", 100, "a"), (1, "failed", None, "b"))
    assert ground.now(plan).state == "reconciling"
    refused("lines_unsettled", actions.close_plan, plan.pk, by=ground.maker)
    ground.tell(plan, (2, "delivered", 25, "c"))
    closed = actions.close_plan(plan.pk, by=ground.maker)
    assert (closed.state, ground.accounts(plan)) == ("closed", {"budget": -125, "delivered": 125})
    assert ground.states(plan) == ["delivered", "failed", "delivered"]
    ground.require_totals(plan)
    with viewing(ground.maker):
        verbs = [step.verb for step in queries.steps(plan.pk, seen_by=ground.maker)]
    assert verbs == ["make", "lock", "assign", "submit", "approve", "authorise", "release", "send", "record", "close"]


def test_a_plan_of_nobody_is_never_locked(ground: Ground) -> None:
    plan = ground.draft(ground.run(None, 0))
    assert plan.lines == 0
    refused("plan_empty", actions.lock_plan, plan.pk, by=ground.maker)


def test_what_is_on_its_way_is_in_no_other_plan_until_it_failed(ground: Ground) -> None:
    run = ground.run(100, 50)
    first = ground.draft(run)
    assert ground.draft(run).lines == 0
    actions.abort_plan(first.pk, by=ground.maker, reason="Wrong month")
    assert ground.states(first) == ["cancelled", "cancelled"]
    second = ground.sent(ground.draft(run))
    ground.tell(second, (0, "delivered", 100, "a"), (1, "failed", None, "b"))
    third = ground.draft(run)
    assert [(line.household_id, line.amount) for line in ground.lines(third)] == [(ground.homes[1], 50)]


def test_a_plan_that_follows_pays_only_what_did_not_arrive(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100, 50, 25)))
    refused("nothing_failed", actions.make_follow_up, plan.pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL)
    ground.tell(plan, (0, "partial", 60, "a"), (1, "returned", 50, "b"), (2, "delivered", 25, "c"))
    follows = actions.make_follow_up(plan.pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL)
    actions.make_lines(follows.pk, by=ground.maker)
    lines = ground.lines(follows)
    assert [(line.household_id, line.amount, line.due) for line in lines] == [
        (ground.homes[0], 40, 100),
        (ground.homes[1], 50, 50),
    ]
    assert [line.follow_up_of_id for line in lines] == [line.pk for line in ground.lines(plan)[:2]]
    assert follows.follow_up_of_id == plan.pk


def test_an_amendment_pays_only_what_it_adds(ground: Ground) -> None:
    run = ground.run(100, 50)
    plan = ground.sent(ground.draft(run))
    ground.tell(plan, (0, "delivered", 100, "a"))
    more = ground.run(130, amends=run)
    top_up = ground.draft(more, basis="top_up")
    assert [(line.amount, line.due) for line in ground.lines(top_up)] == [(30, 130)]
    assert ground.draft(more).lines == 0


def test_a_second_go_at_making_lines_makes_none_twice(ground: Ground) -> None:
    plan = actions.make_plan(
        ground.run(1, 2, 3).pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=[Budget(ground.money.pk)]
    )
    goes = [actions.make_lines(plan.pk, by=ground.maker, most=2) for _go in range(3)]
    assert [(go.seen, go.lines, go.done) for go in goes] == [(2, 2, False), (1, 1, True), (0, 0, True)]
    with viewing(SYSTEM):
        assert sorted(Line.objects.filter(plan=plan).values_list("no", flat=True)) == [1, 2, 3]
    ground.require_totals(plan)


def test_budget_lines_pay_one_after_the_other_and_never_beyond_what_they_have(ground: Ground) -> None:
    other = programmes.set_budget_line(
        ground.programme.pk, by=ground.world.officer, code="B2", name="Other", amount=Decimal(40)
    )
    budgets = [Budget(other.pk, until=Decimal(40)), Budget(ground.money.pk)]
    plan = ground.draft(ground.run(30, 30, 5), budgets=budgets)
    with viewing(SYSTEM):
        by_line = {budget.budget_line_id: budget.amount for budget in queries.budgets(plan.pk, seen_by=SYSTEM)}
    assert by_line[other.pk] <= 40
    assert sum(by_line.values()) == 65
    plan = ground.sent(plan)
    assert ground.accounts(plan) == {"budget": -65, "released": 65}
    with viewing(ground.maker):
        spent = queries.funds([other.pk, ground.money.pk], seen_by=ground.maker)
    assert {line: sums["budget"] for line, sums in spent.items()} == {line: -amount for line, amount in by_line.items()}


def test_funds_are_checked_with_the_last_approval(db: None) -> None:
    ground = make_ground(funds=140)
    digest = ground.submitted(ground.draft(ground.run(100, 50))).digest
    with viewing(ground.maker):
        plan = queries.plans(seen_by=ground.maker).get()
    found = refused("funds_short", actions.approve_plan, plan.pk, by=ground.approver, digest=digest)
    assert "140" in found.as_text()
    assert "150" in found.as_text()
    assert ground.now(plan).state == "in_approval"
    assert ground.accounts(plan) == {}


def test_as_many_approve_as_the_amount_asks_for(ground: Ground) -> None:
    administrator = who("administrator")
    bands = [actions.Band(Decimal(0), 1, 1), actions.Band(Decimal(150), 2, 2)]
    refused("band_unfit", actions.set_bands, ground.world.operation.pk, bands[1:], by=administrator, currency="USD")
    actions.set_bands(ground.world.operation.pk, bands, by=administrator, currency="USD")
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    assert (plan.approvals_needed, plan.authorisations_needed) == (2, 2)
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    refused("approved_twice", actions.approve_plan, plan.pk, by=ground.approver, digest=plan.digest)
    assert ground.accounts(plan) == {}
    assert actions.approve_plan(plan.pk, by=who("payment-approver"), digest=plan.digest).state == "approved"
    assert ground.accounts(plan) == {"budget": -150, "committed": 150}
    for authoriser, state in ((ground.authoriser, "approved"), (who("payment-authoriser"), "authorised")):
        assert actions.authorise_plan(plan.pk, by=authoriser, digest=plan.digest).state == state


def test_whoever_has_one_part_has_no_other_even_with_every_role(ground: Ground) -> None:
    """Roles exclude each other; should somebody hold all of them nevertheless, the plan itself still refuses."""
    from banyan.platform.access.models import Account

    everything = who("payment-officer", "payment-approver", "payment-authoriser", "payment-releaser")
    assert Account.objects.filter(pk=everything.id).exists()
    one = replace(ground, maker=everything)
    plan = one.submitted(one.draft(one.run(100)))
    refused("own_plan", actions.approve_plan, plan.pk, by=everything, digest=plan.digest)
    other = who("payment-officer", "payment-approver", "payment-authoriser", "payment-releaser")
    actions.approve_plan(plan.pk, by=other, digest=plan.digest)
    refused("own_plan", actions.authorise_plan, plan.pk, by=other, digest=plan.digest)
    actions.authorise_plan(plan.pk, by=ground.authoriser, digest=plan.digest)
    for viewer in (everything, other):
        refused("own_plan", actions.release_plan, plan.pk, by=viewer, digest=plan.digest)
    # Sending it back opens no other part either: duties last through all rounds.
    actions.refuse_plan(plan.pk, by=other, reason="Doubts")
    refused("own_plan", actions.submit_plan, plan.pk, by=other)


def test_refusing_voids_what_was_approved_and_frees_its_funds(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100)))
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    refused("reason_missing", actions.refuse_plan, plan.pk, by=ground.authoriser, reason=" ")
    refused("not_allowed", actions.refuse_plan, plan.pk, by=ground.releaser, reason="Not my turn")
    back = actions.refuse_plan(plan.pk, by=ground.authoriser, reason="Wrong provider")
    assert (back.state, back.round, ground.accounts(plan)) == ("assigned", 2, {})
    again = actions.submit_plan(plan.pk, by=ground.maker)
    actions.approve_plan(plan.pk, by=ground.approver, digest=again.digest)
    assert ground.accounts(plan) == {"budget": -100, "committed": 100}


def test_who_is_shown_an_older_plan_does_not_act_on_it(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    line = ground.lines(plan)[1]
    actions.leave_out(plan.pk, [line.pk], by=ground.maker, reason="Moved away")
    assert (ground.now(plan).state, ground.now(plan).amount) == ("assigned", 100)
    again = actions.submit_plan(plan.pk, by=ground.maker)
    refused("plan_stale", actions.approve_plan, plan.pk, by=ground.approver, digest=plan.digest)
    refused("plan_moved", actions.lock_plan, plan.pk, by=ground.maker, version=1)
    assert again.digest != plan.digest


def test_what_is_wrong_with_a_new_plan_is_said_at_once(ground: Ground) -> None:
    run = ground.run(100, approved=False)
    with pytest.raises(Problem) as raised:
        actions.make_plan(run.pk, by=ground.maker, pay_from=UNTIL, pay_until=FROM)
    assert [one.code for one in raised.value.errors] == [
        "payments.run_unapproved",
        "payments.pay_days",
        "payments.budget_missing",
    ]
    budgets = [Budget(UUID(int=1))]
    with viewing(SYSTEM):
        run.state = "approved"
        run.save()
    refused(
        "budget_foreign", actions.make_plan, run.pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=budgets
    )
