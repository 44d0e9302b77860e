"""Separation of duties and the ledger, tried past every action: by SQL, as the application role, with a sealed reach."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from banyan.aid.payments import actions
from banyan.aid.payments.models import Entry, Line, Plan, PlanStep
from banyan.aid.payments.tests.plan_worlds import SYSTEM, Ground, make_ground, who
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.ids import new_id

EVERYTHING = ("payment-officer", "payment-approver", "payment-authoriser", "payment-releaser")


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground, 2)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


def refused(constraint: str, by: Viewer, statement: str, *values: Any) -> None:
    """PostgreSQL refuses the statement, and names the constraint."""
    with pytest.raises(IntegrityError) as raised, viewing(by), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert raised.value.__cause__.diag.constraint_name == f"payments_{constraint}"  # type: ignore[union-attr]


def stepped(plan: Plan, by: Viewer, verb: str, duty: str | None = None, **said: Any) -> None:
    """A step written past the actions."""
    values = {"actor": by.id, "round": plan.round, "digest": plan.digest, **said}
    with viewing(by), transaction.atomic():
        PlanStep.objects.create(
            operation_id=plan.operation_id,
            scope_id=plan.scope_id,
            plan=plan,
            verb=verb,
            duty=verb if duty is None else duty,
            **values,
        )


def not_stepped(constraint: str, *given: Any, **said: Any) -> None:
    with pytest.raises(IntegrityError) as raised:
        stepped(*given, **said)
    assert raised.value.__cause__.diag.constraint_name == f"payments_planstep_{constraint}"  # type: ignore[union-attr]


def test_no_state_is_reached_by_writing_it(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    move = "UPDATE payments_plan SET state = %s WHERE id = %s"
    for by in (ground.maker, ground.approver, SYSTEM):
        refused("plan_agreement", by, move, "approved", plan.pk)
        for state in ("authorised", "released", "sent", "closed", "draft"):
            refused("plan_lifecycle", by, move, state, plan.pk)
    actions.approve_plan(plan.pk, by=ground.approver, digest=plan.digest)
    refused("plan_agreement", ground.authoriser, move, "authorised", plan.pk)
    actions.authorise_plan(plan.pk, by=ground.authoriser, digest=plan.digest)
    refused("plan_agreement", ground.releaser, move, "released", plan.pk)
    refused("plan_agreed", ground.maker, "UPDATE payments_plan SET approvals_needed = 0 WHERE id = %s", plan.pk)
    refused("plan_agreed", ground.maker, "UPDATE payments_plan SET provider = banyan_new_id() WHERE id = %s", plan.pk)
    refused("plan_fixed", ground.maker, "UPDATE payments_plan SET made_by = NULL WHERE id = %s", plan.pk)
    refused("plan_totals", ground.maker, "UPDATE payments_plan SET amount = 1 WHERE id = %s", plan.pk)


def test_no_step_is_taken_for_another_or_beside_another_duty(ground: Ground) -> None:
    everything = who(*EVERYTHING)
    ground.maker = everything
    plan = ground.submitted(ground.draft(ground.run(100)))
    not_stepped("duties", plan, everything, "approve")
    not_stepped("permission", plan, who("payment-officer"), "approve")
    not_stepped("actor", plan, who("payment-officer"), "approve", actor=ground.approver.id)
    not_stepped("permission", plan, SYSTEM, "approve", actor=None)
    not_stepped("fits", plan, ground.approver, "approve", duty="")
    not_stepped("fits", plan, ground.approver, "approve", round=2)
    not_stepped("stale", plan, ground.approver, "approve", digest="other lines")
    not_stepped("stale", plan, ground.authoriser, "authorise")
    stepped(plan, ground.approver, "approve")
    not_stepped("one_word", plan, ground.approver, "approve")
    for statement in ("UPDATE payments_planstep SET actor = NULL", "DELETE FROM payments_planstep"):
        with pytest.raises(DatabaseError, match="permission denied"), viewing(everything), transaction.atomic():
            connection.cursor().execute(statement)


def test_lines_are_what_was_agreed_to(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    for change in ("amount = amount / 2", "budget_line = NULL", "account = id", "due = due * 2"):
        refused("line_fixed", ground.maker, f"UPDATE payments_line SET {change} WHERE plan_id = %s", plan.pk)
    refused("line_fixed", ground.maker, "UPDATE payments_line SET state = 'delivered' WHERE plan_id = %s", plan.pk)
    with viewing(ground.maker), connection.cursor() as cursor:
        cursor.execute("DELETE FROM payments_line")
        assert cursor.rowcount == 0
    copy = """INSERT INTO payments_line (operation_id, scope_id, plan_id, no, key, entitlement, origin, household_id, amount, due)
              SELECT operation_id, scope_id, plan_id, no + 10, banyan_new_id(), {0}, {0}, household_id, amount, due
              FROM payments_line WHERE plan_id = %s"""
    refused("line_begins", ground.maker, copy.format("banyan_new_id()"), plan.pk)
    # In a draft as well: of one entitlement only one line is on its way.
    ground.homes.append(ground.world.household()[0])
    draft = ground.draft(ground.run(0, 0, 10))
    assert draft.lines == 1
    refused("line_once", ground.maker, copy.format("origin"), draft.pk)


def test_lines_held_behind_the_back_make_the_agreement_stale(ground: Ground) -> None:
    plan = ground.submitted(ground.draft(ground.run(100, 50)))
    for act, by in ((actions.approve_plan, ground.approver), (actions.authorise_plan, ground.authoriser)):
        act(plan.pk, by=by, digest=plan.digest)
    with viewing(ground.maker):
        Line.objects.filter(plan=plan, amount=50).update(state="held")
    stepped(plan, ground.releaser, "release")
    refused("plan_stale", ground.releaser, "UPDATE payments_plan SET state = 'released' WHERE id = %s", plan.pk)
    ground.require_totals(plan)


def test_the_ledger_takes_only_what_balances_and_is_covered(ground: Ground) -> None:
    plan = ground.sent(ground.draft(ground.run(100)))

    def entry(account: str, amount: int, transaction_id: Any) -> Entry:
        return Entry(
            operation_id=plan.operation_id, scope_id=plan.scope_id, transaction=transaction_id, key=str(new_id()),
            programme_id=plan.programme_id, budget_line_id=ground.money.pk, plan=plan, account=account, amount=amount, currency="USD",
        )  # fmt: skip

    for sides, why in (
        ((("delivered", 5), ("released", -4)), "balance"),
        ((("delivered", 5),), "balance"),
        ((("delivered", 101), ("released", -101)), "covered"),
    ):
        one = new_id()
        with pytest.raises(IntegrityError) as raised, viewing(ground.maker), transaction.atomic():
            Entry.objects.bulk_create(entry(account, amount, one) for account, amount in sides)
        assert raised.value.__cause__.diag.constraint_name == f"payments_entry_{why}"  # type: ignore[union-attr]
    for statement in ("UPDATE payments_entry SET amount = 1", "DELETE FROM payments_outcome"):
        with pytest.raises(DatabaseError, match="permission denied"), viewing(ground.maker), transaction.atomic():
            connection.cursor().execute(statement)


def test_nobody_sees_lines_outside_their_area_and_plans_are_seen_from_every_part(ground: Ground) -> None:
    plan = ground.draft(ground.run(100, 50))
    with viewing(SYSTEM):
        from banyan.platform.access.models import Area

        south, north = (Area.objects.get(key=key) for key in ("XX0201", "XX0101"))
    for area, lines in ((south, 0), (north, 2)):
        with viewing(who("payment-officer", area=area, operation=ground.world.operation)):
            assert (Plan.objects.filter(pk=plan.pk).count(), Line.objects.filter(plan=plan).count()) == (1, lines)
