"""Two people at the same plan at the same moment: one of them takes effect, the other is told, and nobody waits for ever."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Entry, Handout, Line, Outcome, Plan, StatementRow
from banyan.aid.payments.tests.handing_worlds import CLERK, make_world
from banyan.aid.payments.tests.plan_worlds import FROM, SYSTEM, UNTIL, make_ground, who
from banyan.aid.payments.tests.provider_worlds import DUE, Paying, make_paying
from banyan.aid.payments.tests.test_reconciling import EACH, said
from banyan.people.collection.tests.test_concurrency import at_once
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

pytestmark = pytest.mark.django_db(transaction=True)


def ended(*calls: Callable[[], Any]) -> list[str]:
    """How each call ended, begun at the same moment: a code, or the state of the plan it gave back."""
    return sorted(each.code if isinstance(each, Problem) else str(each.state) for each in at_once(*calls))


def booked(plan: Plan) -> list[str]:
    """The causes of what was booked of a plan."""
    with viewing(SYSTEM):
        return sorted(
            key.split(" ", 1)[1].rsplit(" ", 2)[0]
            for key in Entry.objects.filter(plan=plan).values_list("key", flat=True)
        )


def test_plans_are_moved_by_one_of_two() -> None:
    ground = make_ground(5, funds=250)
    approvers = (ground.approver, who("payment-approver"))
    plan = ground.submitted(ground.draft(ground.run(100)))

    def approving(one: Plan, by: Viewer) -> Callable[[], Any]:
        return lambda: actions.approve_plan(one.pk, by=by, digest=one.digest)

    # Two approve; one approval is asked for.
    assert ended(*(approving(plan, by) for by in approvers)) == ["approved", "payments.plan_state"]
    assert (booked(plan), ground.accounts(plan)) == (["commit 1"] * 2, {"budget": -100, "committed": 100})

    # Two plans draw on what is left of one budget line, which is enough for one of them.
    others = [ground.submitted(ground.draft(ground.run(*amounts))) for amounts in ((0, 100), (0, 0, 100))]
    assert ended(*(approving(one, by) for one, by in zip(others, approvers, strict=True))) == [
        "approved", "payments.funds_short",
    ]  # fmt: skip
    assert sum(ground.accounts(one).get("committed", 0) for one in others) == 100

    # Two authorise, two release.
    authorisers, releasers = [(first, who(role)) for first, role in (
        (ground.authoriser, "payment-authoriser"), (ground.releaser, "payment-releaser"),
    )]  # fmt: skip
    for action, people, state in (
        (actions.authorise_plan, authorisers, "authorised"),
        (actions.release_plan, releasers, "released"),
    ):
        calls = [lambda act=action, by=by: act(plan.pk, by=by, digest=plan.digest) for by in people]
        assert ended(*calls) == sorted(["payments.plan_state", state])
    assert (booked(plan), ground.accounts(plan)) == (
        ["commit 1"] * 2 + ["release"] * 2,
        {"budget": -100, "released": 100},
    )

    # The same page sent twice: it was sent once, and says so both times.
    assert ended(*[lambda: actions.mark_sent(plan.pk, by=ground.maker)] * 2) == ["sent", "sent"]
    assert ground.states(plan) == ["sent"]


def test_a_hold_and_an_approval_at_once_leave_nobody_paid_who_is_held() -> None:
    ground = make_ground(2)
    plan = ground.submitted(ground.draft(ground.run(100, 50)))

    def approved() -> Plan:
        return actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)

    for round_ in range(1, 4):
        results = at_once(
            approved,
            lambda: actions.hold_payment(ground.homes[0], by=ground.maker, reason="Complaint"),
        )
        # Whoever came first: the approval is void, or it was of lines that are no longer these.
        codes = {each.code for each in results if isinstance(each, Problem)}
        assert codes <= {"payments.plan_stale", "payments.plan_state"}
        now = ground.now(plan)
        assert (now.state, now.round, now.lines, now.held, now.amount) == ("assigned", round_ + 1, 1, 1, 50)
        assert ground.accounts(plan) == {}
        ground.require_totals(plan)
        actions.lift_hold(results[1].pk, by=ground.maker, reason="Settled")
        plan = actions.submit_plan(plan.pk, by=ground.maker)


def test_two_plans_of_the_same_entitlements_made_at_once_take_each_of_them_once() -> None:
    ground = make_ground(5)
    run = ground.run(5, 4, 3, 2, 1)
    plans = [
        actions.make_plan(run.pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=[Budget(ground.money.pk)]) for _one in range(2)
    ]  # fmt: skip

    def make(plan: Plan) -> Any:
        while not actions.make_lines(plan.pk, by=ground.maker, most=2).done:
            pass
        return plan

    assert at_once(*(lambda plan=plan: make(plan) for plan in plans)) == plans
    with viewing(SYSTEM):
        assert sorted(Line.objects.values_list("amount", flat=True)) == [1, 2, 3, 4, 5]
    for plan in plans:
        ground.require_totals(plan)


@pytest.fixture
def paying(transactional_db: None) -> Paying:
    found = make_paying(3)
    found.sent()
    return found


def test_two_statements_that_say_the_same_at_once_count_once(paying: Paying) -> None:
    rows = ("0,100,2026-06-02,R1,EUR,,paid", "1,60,2026-06-02,R2,EUR,,paid", "2,,2026-06-02,R3,EUR,,failed")
    files = []
    for order in (rows, rows[::-1]):
        file = actions.receive_statement(
            paying.provider.pk, by=paying.officer, name="x", content=said(paying, *order).encode()
        )
        files.append(file if file.mapping else actions.map_statement(file.pk, by=paying.officer, mapping=EACH))
        actions.read_rows(file.pk, by=paying.officer)
    results = at_once(*(lambda file=file: actions.settle_rows(file.pk, 1, 9, by=paying.officer) for file in files))
    assert sorted(each.recorded for each in results) == [0, 3], results
    with viewing(SYSTEM):
        assert StatementRow.objects.filter(verdict="duplicate").count() == 3
        assert Outcome.objects.count() == 3
    assert paying.states() == ["delivered", "partial", "failed"]
    assert paying.ledger() == {"delivered": Decimal(160), "released": Decimal(40), "returned": DUE}


def test_the_same_news_recorded_and_a_plan_closed_at_once(paying: Paying) -> None:
    assert paying.plan
    text = said(paying, *(f"{place},100,2026-06-02,R{place},EUR,,paid" for place in range(3)))
    paying.load(text, EACH)
    late = said(paying, "0,100,2026-06-09,R9,EUR,,returned")
    file = actions.receive_statement(paying.provider.pk, by=paying.officer, name="x", content=late.encode())
    actions.read_rows(file.pk, by=paying.officer)
    closed, settled = at_once(
        lambda: actions.close_plan(paying.plan.pk, by=paying.officer),  # type: ignore[union-attr]
        lambda: actions.settle_rows(file.pk, 1, 9, by=paying.officer),
    )
    assert (closed.state, settled.recorded) == ("closed", 1)
    # Before or after: what came back is with the budget again, and nothing is left between.
    assert paying.states() == ["returned", "delivered", "delivered"]
    assert paying.ledger() == {"delivered": 2 * DUE}


def test_goods_are_handed_out_once_and_the_last_of_them_to_one() -> None:
    world = make_world()
    day, key, other = world.day(world.site(rice=60)), new_id(), who(CLERK)
    # The same handing out, sent twice by a telephone that heard no answer.
    first, second = at_once(*[lambda: world.hand(day, 0, rice=20, key=key)] * 2)
    assert first == second
    # Two clerks with the same card, then two households for what is left.
    results = at_once(*(lambda by=by: world.hand(day, 0, rice=30, by=by) for by in (world.clerk, other)))
    assert [each.code for each in results if isinstance(each, Problem)] == ["payments.handing_more"]
    results = at_once(*(lambda home=home: world.hand(day, home, rice=10) for home in (1, 2)))
    assert [each.code for each in results if isinstance(each, Problem)] == ["payments.stock_short"]
    with viewing(SYSTEM):
        assert Handout.objects.count() == 3
        assert sum(line.delivered_amount for line in Line.objects.all()) == 60
