"""What is refused of plans whoever asks: none there, out of reach, seen but not changed, too early, too late."""

from copy import deepcopy
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl
import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.tests.plan_worlds import FROM, MAKER, UNTIL, Ground, make_ground, who
from banyan.aid.payments.tests.test_plans import refused
from banyan.platform.access.models import Area
from banyan.platform.access.testing import viewer_with
from banyan.platform.access.viewers import system_viewer
from banyan.platform.kernel.ids import new_id

NO_ROWS = pl.DataFrame(
    schema=dict.fromkeys(("line", "outcome", "amount", "on_day", "provider_reference", "cause_key"), pl.String)
)
# Every step that a maker takes, with what it needs besides the plan.
STEPS: dict[str, Any] = {
    "lock": actions.lock_plan, "submit": actions.submit_plan, "send": actions.mark_sent, "close": actions.close_plan,
    "assign": partial(actions.assign_provider, mechanism="cash", provider_id=new_id()),
    "abort": partial(actions.abort_plan, reason="Wrong"), "lines": actions.make_lines,
    "follow": partial(actions.make_follow_up, pay_from=FROM, pay_until=UNTIL),
    "leave": lambda plan, by: actions.leave_out(plan, [], by=by, reason="Wrong"),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground, 2)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def local(ground: Ground) -> Any:
    """Somebody who makes plans in one area only."""
    return who(MAKER, operation=ground.world.operation, area=Area.objects.get(key="XX01"))


def test_no_step_is_taken_of_a_plan_that_is_not_there_or_not_ones_own(ground: Ground) -> None:
    plan, near = ground.draft(ground.run(100)), local(ground)
    # Sees the plan and prepares plans, but takes no part in their steps: the row is not theirs to change.
    onlooker = viewer_with("payments.view_plan", "payments.prepare_plan")
    for step in STEPS.values():
        refused("not_found", step, new_id(), by=ground.maker)
        refused("not_allowed", step, plan.pk, by=near)
        refused("not_allowed", step, plan.pk, by=onlooker)
    run = ground.run(0, 50)
    budgets = [Budget(ground.money.pk)]
    refused("not_allowed", actions.make_plan, run.pk, by=near, pay_from=FROM, pay_until=UNTIL, budgets=budgets)
    refused("not_found", actions.record_outcomes, new_id(), NO_ROWS, by=ground.maker)
    refused("not_found", actions.write_off, new_id(), [], by=ground.authoriser, reason="Robbed")


def test_what_comes_too_early_or_too_late_is_refused(ground: Ground) -> None:
    plan = ground.draft(ground.run(100, 50))
    refused("plan_state", actions.take_accounts, plan.pk, by=ground.maker)
    refused("line_unknown", actions.leave_out, plan.pk, [new_id()], by=ground.maker, reason="Moved")
    refused("reason_missing", actions.leave_out, plan.pk, [], by=ground.maker, reason=" ")
    sent = ground.sent(plan)
    assert actions.mark_sent(sent.pk, by=ground.maker).version == sent.version, "sent once, and nothing happens again"
    refused("plan_state", actions.make_lines, plan.pk, by=ground.maker)
    refused("plan_state", actions.leave_out, plan.pk, [ground.lines(plan)[0].pk], by=ground.maker, reason="Moved")
    refused("plan_state", actions.abort_plan, plan.pk, by=ground.maker, reason="Too late")
    refused("line_unknown", actions.record_outcomes, plan.pk, stranger(), by=ground.maker)


def stranger() -> pl.DataFrame:
    """News of a line that nobody knows."""
    values = {"line": str(new_id()), "outcome": "failed", "amount": None, "on_day": "2026-06-02"}
    return pl.DataFrame([{**values, "provider_reference": "R", "cause_key": "x"}], schema=NO_ROWS.schema)


def test_faults_of_a_new_plan_are_named_at_once(ground: Ground) -> None:
    with pytest.raises(Exception) as found:
        actions.make_plan(
            ground.run(10, approved=False).pk, by=ground.maker, pay_from=UNTIL, pay_until=FROM, budgets=[Budget(new_id())]
        )  # fmt: skip
    assert [one.code for one in found.value.errors] == [  # type: ignore[attr-defined]
        "payments.run_unapproved", "payments.pay_days", "payments.budget_foreign",
    ]  # fmt: skip
    run = ground.run(0, 10)
    for budgets in (
        [],
        [Budget(ground.money.pk, until=Decimal(5))],
        [Budget(ground.money.pk), Budget(ground.money.pk)],
    ):
        refused("budget_missing", ground.draft, run, budgets=budgets)


def test_holds_and_bands_are_set_where_one_may_and_by_people(ground: Ground) -> None:
    system, near, home = system_viewer("tests"), local(ground), ground.homes[0]
    refused("not_allowed", actions.hold_payment, home, by=system, reason="Doubt")
    hold = actions.hold_payment(home, by=ground.maker, reason="Doubt")
    south = who(MAKER, operation=ground.world.operation, area=Area.objects.get(key="XX02"))
    for by, key in ((south, hold.pk), (ground.maker, new_id())):
        refused("not_found", actions.lift_hold, key, by=by, reason="Settled")
    assert actions.lift_hold(hold.pk, by=near, reason="Settled").lifted_by == near.id
    clerk = viewer_with("payments.set_bands", scopes={ground.world.scopes["XX01"]})
    bands = [actions.Band(Decimal(0), 1, 1)]
    refused("not_allowed", actions.set_bands, ground.world.operation.pk, bands, by=clerk, currency="USD")
    refused(
        "currency_unknown", actions.set_bands, ground.world.operation.pk, bands, by=who("administrator"), currency="ZZZ"
    )
