"""Plans in one currency, paid from budget lines in others, approved by bands in a third: each reckoned at the rate that was written."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.tests.plan_worlds import Ground, make_ground, who
from banyan.aid.payments.tests.test_plans import refused
from banyan.aid.programmes import actions as programmes
from banyan.aid.programmes.models import BudgetLine


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground, 4)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def kyat(ground: Ground, amount: int) -> BudgetLine:
    """A budget line in another currency than the programme's."""
    return programmes.set_budget_line(
        ground.programme.pk, by=ground.world.officer, code="K1", name="Kyat", amount=Decimal(amount), currency="MMK"
    )


def test_funds_of_a_line_in_another_currency_are_checked_in_its_own(ground: Ground) -> None:
    line = kyat(ground, 250_000)
    budgets = [Budget(line.pk, rate=Decimal(2000))]
    run = ground.run(100, 20)
    refused("rate_missing", ground.draft, run, budgets=[Budget(line.pk)])
    plan = ground.submitted(ground.draft(run, budgets=budgets))
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    # The ledger is kept in the plan's currency; what it takes from the line is reckoned at the rate: 240,000 of 250,000.
    assert ground.accounts(plan) == {"budget": -120, "committed": 120}
    second = ground.draft(ground.run(0, 0, 6), budgets=budgets)
    digest = ground.submitted(second).digest
    short = refused("funds_short", actions.approve_plan, second.pk, by=ground.approver, digest=digest).as_text()
    assert "K1 has 10000 MMK left; 12000 MMK are needed" in short
    # Sent back, its funds are free again.
    actions.refuse_plan(plan.pk, by=ground.authoriser, reason="Not this month")
    assert actions.approve_plan(second.pk, by=ground.approver, digest=digest).state == "approved"


def test_two_lines_in_two_currencies_pay_one_plan_and_get_back_what_came_back(ground: Ground) -> None:
    line = kyat(ground, 120_000)
    budgets = [Budget(line.pk, until=Decimal(60), rate=Decimal(2000)), Budget(ground.money.pk)]
    plan = ground.sent(ground.draft(ground.run(60, 40), budgets=budgets))
    by_line = {one.budget_line: one.amount for one in ground.lines(plan)}
    assert by_line == {line.pk: 60, ground.money.pk: 40}
    ground.tell(plan, (0, "returned", 60, "a"), (1, "delivered", 40, "b"))
    actions.close_plan(plan.pk, by=ground.maker)
    assert ground.accounts(plan) == {"budget": -40, "delivered": 40}
    # All of the kyat is there again, for 60 and no cent more.
    again = ground.draft(ground.run(0, 0, 60), budgets=[Budget(line.pk, rate=Decimal(2000))])
    digest = ground.submitted(again).digest
    assert actions.approve_plan(again.pk, by=ground.approver, digest=digest).state == "approved"
    more = ground.draft(ground.run(0, 0, 0, "0.01"), budgets=[Budget(line.pk, rate=Decimal(2000))])
    digest = ground.submitted(more).digest
    short = refused("funds_short", actions.approve_plan, more.pk, by=ground.approver, digest=digest).as_text()
    assert "K1 has 0 MMK left; 20 MMK are needed" in short


def test_a_plan_in_another_currency_than_programme_and_bands(ground: Ground) -> None:
    bands = [actions.Band(Decimal(0), 1, 1), actions.Band(Decimal(165), 2, 1)]
    actions.set_bands(ground.world.operation.pk, bands, by=who("administrator"), currency="USD")
    ground.package = ground.world.package(ground.programme, code="EURO", currency="EUR", step=None)
    budgets = [Budget(ground.money.pk, rate=Decimal("1.1"))]
    # 149.99 € are 164.989 $, 150 € are 165 $: one person approves the first, two the second.
    for amounts, needed in ((("149.99",), 1), ((0, 150), 2)):
        run = ground.run(*amounts)
        refused("rate_missing", ground.draft, run, budgets=budgets)
        plan = ground.submitted(ground.draft(run, budgets=budgets, rate=Decimal("1.1")))
        assert (plan.currency, plan.base_currency, plan.approvals_needed) == ("EUR", "USD", needed)
    refused("rate_missing", ground.draft, ground.run(0, 0, 5), budgets=[Budget(ground.money.pk)], rate=Decimal("1.1"))
