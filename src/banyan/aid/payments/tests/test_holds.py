"""Holds: by people only, left out and listed; and late news of lines."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from banyan.aid.payments import actions, queries
from banyan.aid.payments.tests.plan_worlds import FROM, UNTIL, Ground, make_ground, who
from banyan.aid.payments.tests.test_plans import refused
from banyan.platform.access.viewers import viewing


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def test_who_is_held_is_left_out_and_listed_until_the_hold_is_lifted(ground: Ground) -> None:
    protector = who("protection-officer")
    hold = actions.hold_payment(ground.homes[1], by=protector, reason="Complaint")
    plan = ground.draft(ground.run(100, 50, 25))
    assert (ground.states(plan), plan.lines, plan.held, plan.amount) == (["pending", "held", "pending"], 2, 1, 125)
    ground.submitted(plan)
    actions.lift_hold(hold.pk, by=protector, reason="Settled")
    back = ground.now(plan)
    assert (back.state, back.round, back.lines, back.amount) == ("assigned", 2, 3, 175)
    refused("hold_over", actions.lift_hold, hold.pk, by=protector, reason="Again")
    ground.require_totals(plan)
    with viewing(ground.maker):
        assert queries.holds(seen_by=ground.maker, standing=True).count() == 0
        assert queries.holds(seen_by=ground.maker, standing=False).count() == 1


def test_a_hold_voids_what_was_approved_and_its_funds_are_free(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    actions.hold_payment(ground.homes[0], by=ground.maker, reason="Conflict")
    held = ground.now(plan)
    assert (held.state, held.lines, held.held, held.amount, ground.accounts(plan)) == ("assigned", 1, 1, 50, {})
    assert held.digest != plan.digest
    with viewing(ground.maker):
        hold = queries.standing_hold(ground.homes[0], seen_by=ground.maker)
    assert hold is not None
    assert hold.made_by == ground.maker.id


def test_a_hold_that_begins_after_the_approval_stops_the_release(ground: Ground) -> None:
    today = timezone.localdate()
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    actions.authorise_plan(plan.pk, by=ground.authoriser, digest=plan.digest)
    hold = actions.hold_payment(ground.homes[0], by=ground.maker, reason="Conflict", from_on=today + timedelta(days=2))
    assert ground.now(plan).state == "authorised"
    with viewing(ground.maker):
        type(hold).objects.filter(pk=hold.pk).update(from_on=today)
    refused("plan_stale", actions.release_plan, plan.pk, by=ground.releaser, digest=plan.digest)
    refused(
        "hold_days", actions.hold_payment, ground.homes[0], by=ground.maker, reason="X", until=today - timedelta(days=1)
    )
    refused("reason_missing", actions.hold_payment, ground.homes[0], by=ground.maker, reason="")


def test_a_person_held_holds_what_is_paid_to_that_person(ground: Ground) -> None:
    actions.hold_payment(ground.homes[0], by=ground.maker, reason="Complaint", person_id=ground.heads[0])
    assert ground.states(ground.draft(ground.run(100))) == ["pending"]


def test_who_is_not_entitled_any_more_is_left_out_before_approval_and_stops_the_release(ground: Ground) -> None:
    run = ground.run(100, 50)
    plan = ground.draft(run)
    ground.run(130, amends=run)
    plan = ground.submitted(plan)
    assert (ground.states(plan), plan.amount) == (["cancelled", "pending"], 50)
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    actions.authorise_plan(plan.pk, by=ground.authoriser, digest=plan.digest)
    ground.homes.reverse()
    ground.run(0, 60, amends=run)
    refused("plan_stale", actions.release_plan, plan.pk, by=ground.releaser, digest=plan.digest)


def test_late_news_of_what_was_thought_lost_stops_the_plan_that_followed(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100)))
    ground.tell(plan, (0, "failed", None, "a"))
    follows = actions.make_follow_up(plan.pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL)
    actions.make_lines(follows.pk, by=ground.maker)
    digest = ground.submitted(follows).digest
    actions.approve_plan(follows.pk, by=ground.approver, digest=digest)
    actions.authorise_plan(follows.pk, by=ground.authoriser, digest=digest)
    ground.tell(plan, (0, "delivered", 100, "late"))
    refused("line_paid_elsewhere", actions.release_plan, follows.pk, by=ground.releaser, digest=digest)
    back = actions.refuse_plan(follows.pk, by=ground.releaser, reason="Paid already")
    refused("plan_empty", actions.submit_plan, back.pk, by=ground.maker)
    assert ground.states(plan) == ["delivered"]


def test_news_that_comes_after_closing_is_booked_and_nothing_is_left_open(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100, 50)))
    ground.tell(plan, (0, "delivered", 100, "a"), (1, "failed", None, "b"))
    actions.close_plan(plan.pk, by=ground.maker)
    assert ground.accounts(plan) == {"budget": -100, "delivered": 100}
    ground.tell(plan, (0, "returned", 100, "c"))
    assert ground.accounts(plan) == {}
    ground.tell(plan, (1, "delivered", 50, "d"))
    assert ground.accounts(plan) == {"budget": -50, "delivered": 50}
    assert ground.now(plan).state == "closed"
    assert ground.states(plan) == ["returned", "delivered"]
    ground.require_totals(plan)


def test_what_was_lost_is_written_off_by_somebody_else(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100, 50)))
    ground.tell(plan, (0, "partial", 60, "a"), (1, "delivered", 50, "b"))
    lines = ground.lines(plan)
    refused("not_allowed", actions.write_off, plan.pk, [lines[0].pk], by=ground.maker, reason="Robbed")
    assert actions.write_off(plan.pk, [lines[0].pk], by=ground.authoriser, reason="Robbed") == 1
    assert ground.accounts(plan) == {"budget": -150, "delivered": 110, "lost": 40}
    refused("line_unknown", actions.write_off, plan.pk, [lines[1].pk], by=ground.authoriser, reason="Robbed")
    actions.close_plan(plan.pk, by=ground.maker)
    assert ground.accounts(plan) == {"budget": -150, "delivered": 110, "lost": 40}
    assert ground.now(plan).lost_amount == Decimal(40)


def test_everything_wrong_with_outcomes_is_said_at_once_and_nothing_is_kept(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100, 50)))
    with pytest.raises(Exception) as raised:
        ground.tell(
            plan,
            (0, "delivered", -1, "a"),
            (1, "eaten", 50, "b"),
            (0, "delivered", "much", "c"),
            (1, "returned", None, "d"),
        )
    assert [one.code for one in raised.value.errors] == [
        "payments.outcome_amount", "payments.outcome_unknown", "payments.outcome_amount", "payments.outcome_amount",
    ]  # fmt: skip
    told = ground.tell(plan, (0, "delivered", 100, "a"), (0, "delivered", 100, "a"))
    assert (told.new, told.known, told.lines) == (1, 1, 1)
    assert ground.tell(plan, (0, "delivered", 100, "a")).new == 0
    draft = ground.draft(ground.run(0, 0, 10))
    refused("plan_state", ground.tell, draft)


def test_goods_are_counted_in_their_units_and_stand_in_no_ledger(db: None) -> None:
    ground = make_ground(2, kind="in_kind")
    plan = ground.sent(ground.draft(ground.run(50, 30)))
    assert (plan.currency, plan.amount, plan.is_money) == ("", 80, False)
    ground.tell(
        plan,
        (0, "partial", 20, "a"),
        (0, "partial", 30, "b"),
        (1, "unclaimed", None, "c"),
        by=who("distribution-clerk"),
    )
    assert ground.states(plan) == ["delivered", "unclaimed"]
    assert ground.accounts(plan) == {}
    assert actions.close_plan(plan.pk, by=ground.maker).state == "closed"
