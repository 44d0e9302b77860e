"""Random plans, approvals, deliveries, returns and crashes: money is somewhere once, nobody is paid twice, order does not matter."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.aid.payments import actions
from banyan.aid.payments.models import Entry, Line, Outcome, Plan
from banyan.aid.payments.rules.outcomes import Happened, settle
from banyan.aid.payments.tests.plan_worlds import FROM, SYSTEM, UNTIL, Ground, make_ground
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.problems import Problem

HOMES = 3
AMOUNTS = st.integers(1, 30)
THINGS = st.one_of(
    st.tuples(st.sampled_from(["delivered", "partial", "returned"]), AMOUNTS), st.sampled_from([("failed", None), ("unclaimed", None)])
)  # fmt: skip
# What somebody does next: a verb, to which plan and household, what is told, and whether the work is killed before it is kept.
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["plan", "follow", "on", "on", "on", "tell", "tell", "tell", "hold", "lift", "refuse", "abort", "close"]),
        st.integers(0, 3), st.integers(0, HOMES - 1), THINGS, st.integers(0, 5).map(lambda chance: chance == 0),
    ),
    min_size=8, max_size=26,
)  # fmt: skip


class Killed(Exception):
    """The work ends before anything is kept."""


@contextmanager
def savepoint() -> Iterator[None]:
    """One example of many in one transaction of the test."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground, HOMES, funds=150)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


@pytest.fixture
def sent(ground: Ground) -> tuple[Ground, Plan]:
    return ground, ground.sent(ground.draft(ground.run(20, 20)))


class Play:
    """What people may do with plans, as far as it fits; whatever is refused leaves nothing behind."""

    def __init__(self, ground: Ground, amounts: list[int]) -> None:
        self.ground, self.run = ground, ground.run(*amounts)
        self.plans: list[Plan] = []
        self.told = 0

    def move(self, verb: str, place: int, home: int, thing: tuple[str, int | None], killed: bool) -> None:
        kept = list(self.plans)
        try:
            with transaction.atomic():
                getattr(self, verb)(place, home, thing)
                if killed:
                    raise Killed
        except (Problem, Killed):
            self.plans = kept

    def which(self, place: int) -> Plan:
        if not self.plans:
            raise Killed
        return self.ground.now(self.plans[place % len(self.plans)])

    def made(self, plan: Plan) -> None:
        # Crashes between chunks: each go keeps what it did.
        while not actions.make_lines(plan.pk, by=self.ground.maker, most=1).done:
            pass
        self.plans.append(plan)

    def plan(self, *_given: Any) -> None:
        budgets = [actions.Budget(self.ground.money.pk)]
        self.made(actions.make_plan(self.run.pk, by=self.ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=budgets))

    def follow(self, place: int, *_given: Any) -> None:
        self.made(actions.make_follow_up(self.which(place).pk, by=self.ground.maker, pay_from=FROM, pay_until=UNTIL))

    def on(self, place: int, *_given: Any) -> None:
        plan, ground = self.which(place), self.ground
        agree = {
            "in_approval": ("approve", ground.approver),
            "approved": ("authorise", ground.authoriser),
            "authorised": ("release", ground.releaser),
        }
        if plan.state in agree:
            verb, by = agree[plan.state]
            getattr(actions, f"{verb}_plan")(plan.pk, by=by, digest=plan.digest)
        elif plan.state == "locked":
            actions.assign_provider(plan.pk, by=ground.maker, provider_id=ground.bank(), mechanism="cash")
        elif plan.state in ("draft", "assigned", "released"):
            step = {"draft": actions.lock_plan, "assigned": actions.submit_plan, "released": actions.mark_sent}[
                plan.state
            ]
            step(plan.pk, by=ground.maker)

    def tell(self, place: int, home: int, thing: tuple[str, int | None]) -> None:
        plan = self.which(place)
        if self.ground.homes[home] in {line.household_id for line in self.ground.lines(plan)}:
            self.told += 1
            self.ground.tell(plan, (home, thing[0], thing[1], f"cause {self.told}"))

    def hold(self, _place: int, home: int, _thing: Any) -> None:
        actions.hold_payment(self.ground.homes[home], by=self.ground.maker, reason="Chance")

    def lift(self, _place: int, home: int, _thing: Any) -> None:
        from banyan.aid.payments.models import Hold

        with viewing(SYSTEM):
            found = Hold.objects.filter(household=self.ground.homes[home], lifted_at=None).first()
        if found:
            actions.lift_hold(found.pk, by=self.ground.maker, reason="Chance")

    def refuse(self, place: int, *_given: Any) -> None:
        actions.refuse_plan(self.which(place).pk, by=self.ground.maker, reason="Chance")

    def abort(self, place: int, *_given: Any) -> None:
        actions.abort_plan(self.which(place).pk, by=self.ground.maker, reason="Chance")

    def close(self, place: int, *_given: Any) -> None:
        actions.close_plan(self.which(place).pk, by=self.ground.maker)

    def check(self) -> None:
        """What has to hold at every moment."""
        with viewing(SYSTEM):
            lines = list(Line.objects.all())
            told = list(Outcome.objects.values_list("line_id", "result", "amount"))
            entries = list(Entry.objects.values_list("transaction", "plan_id", "account", "amount"))
        budget = sum(amount for _one, _plan, account, amount in entries if account == "budget")
        assert sum(amount for *_one, amount in entries) == 0
        assert -self.ground.money.amount <= budget <= 0 or any(line.outcomes for line in lines)
        for plan in self.plans:
            self.ground.require_totals(plan)
            self.of_plan(self.ground.now(plan), [line for line in lines if line.plan_id == plan.pk], entries)
        for line in lines:
            found = settle(line.amount, [Happened(result, amount) for key, result, amount in told if key == line.pk])
            if line.outcomes:
                assert (line.state, line.delivered_amount, line.returned_amount, line.excess_amount, line.back_amount) == (
                    found.state, found.delivered, found.returned, found.excess, found.in_returned,
                )  # fmt: skip
        for home in self.ground.homes:
            mine = [line for line in lines if line.household_id == home]
            # Nobody is sent more than is due, whatever plans there are.
            flying = [line for line in mine if line.state in ("pending", "held", "sent")]
            assert len(flying) <= 1

    @staticmethod
    def of_plan(plan: Plan, lines: list[Line], entries: list[Any]) -> None:
        stands: dict[str, Decimal] = {}
        for _one, plan_id, account, amount in entries:
            if plan_id == plan.pk:
                stands[account] = stands.get(account, Decimal(0)) + amount
        kept = sum(min(max(line.delivered_amount - line.returned_amount, Decimal(0)), line.amount) for line in lines)
        assert stands.get("delivered", 0) == kept
        assert stands.get("committed", 0) == (plan.amount if plan.state in ("approved", "authorised") else 0)
        if plan.state == "released":
            assert stands.get("released", 0) == plan.amount
        if plan.state in ("closed", "aborted"):
            assert not any(stands.get(account) for account in ("committed", "released", "returned"))
        if plan.state not in ("draft", "aborted"):
            assert plan.lines or plan.state in ("locked", "assigned")


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(amounts=st.lists(st.integers(0, 30), min_size=HOMES, max_size=HOMES), moves=MOVES)
def test_whatever_people_do_money_is_somewhere_once(ground: Ground, amounts: list[int], moves: list[Any]) -> None:
    with savepoint():
        play = Play(ground, amounts)
        play.plan()
        for move in moves:
            play.move(*move)
        play.check()


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=st.lists(st.tuples(st.integers(0, 1), THINGS), min_size=1, max_size=6), chance=st.randoms())
def test_the_order_of_what_is_reported_does_not_matter(sent: tuple[Ground, Plan], told: list[Any], chance: Any) -> None:
    ground, plan = sent
    rows = [(home, result, amount, f"c{number}") for number, (home, (result, amount)) in enumerate(told)]
    shuffled = rows[:]
    chance.shuffle(shuffled)
    found = []
    for pieces in ([rows], [[row] for row in shuffled], [shuffled, rows]):
        with savepoint():
            for piece in pieces:
                ground.tell(plan, *piece)
            ground.require_totals(plan)
            found.append((ground.states(plan), ground.accounts(plan)))
    assert found[0] == found[1] == found[2]


def test_the_number_of_statements_does_not_depend_on_the_number_of_lines(ground: Ground) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for amounts in ((1, 0, 0), (0, 2, 3)):
        with savepoint():
            plan = ground.sent(ground.draft(ground.run(*amounts)))
            rows = [(place, "delivered", amount, f"c{place}") for place, amount in enumerate(amounts) if amount]
            with CaptureQueriesContext(connection) as asked:
                ground.tell(plan, *rows)
            counts.append(len(asked))
    assert counts[0] == counts[1]
