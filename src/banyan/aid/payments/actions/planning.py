"""Making payment plans, and what may change of their lines before anybody approves them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection

from banyan.aid.payments.actions.stepping import void
from banyan.aid.payments.actions.steps import digest_of, locked, move, note_step, require_reason
from banyan.aid.payments.models import ApprovalBand, Basis, Line, Plan, PlanBudget
from banyan.aid.payments.models.plans import MONEY
from banyan.aid.payments.states import OPEN_AGAIN, PREPARE, UNSENT, LineState, PlanState
from banyan.aid.programmes import queries as programmes
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.arrays import array_text
from banyan.platform.kernel.ids import new_id, reference
from banyan.platform.kernel.problems import Location, Problem, raise_all

PREFIX: Final = "PAY"
_ACCOUNTS: Final = """
UPDATE payments_line l SET account = given.account FROM unnest(%s::uuid[], %s::uuid[]) AS given (line, account)
WHERE l.id = given.line AND l.plan_id = %s AND l.account IS DISTINCT FROM given.account
"""


@dataclass(frozen=True)
class Budget:
    """A budget line that pays for a plan: up to the running total `until` (None: all that is left), at a rate into its currency."""

    budget_line_id: UUID
    until: Decimal | None = None
    rate: Decimal | None = None


@action(PREPARE)
def make_plan(
    run_id: UUID, *, by: Viewer, pay_from: date, pay_until: date, name: str = "", budgets: Sequence[Budget] = (),
    basis: str = Basis.REGULAR, rate: Decimal | None = None, rate_on: date | None = None,
) -> Plan:  # fmt: skip
    """Make a plan of everything that is due of approved entitlements and not paid yet; its lines are made in the background.

    basis: "top_up" pays only who was paid before, what an amendment added. rate: how much of the operation's base currency one of the
    plan's is worth. Raises Problem not_found, not_allowed, payments.run_unapproved, pay_days, budget_missing, budget_foreign, rate_missing.
    """
    return _make(run_id, by, pay_from, pay_until, name=name, budgets=budgets, basis=basis, rate=rate, rate_on=rate_on)


@action(PREPARE)
def make_follow_up(plan_id: UUID, *, by: Viewer, pay_from: date, pay_until: date, name: str = "") -> Plan:
    """Make a plan of what did not arrive by another one: only what is still due, out of the same budget lines.

    Raises Problem not_found, payments.nothing_failed, and those of make_plan.
    """
    former = locked(plan_id, PREPARE, by)
    if not Line.objects.filter(plan=former, state__in=OPEN_AGAIN).exists():
        raise Problem("payments.nothing_failed")
    budgets = [
        Budget(one.budget_line_id, one.ceiling, one.rate) for one in PlanBudget.objects.filter(plan=former).order_by("position")
    ]  # fmt: skip
    return _make(
        former.run, by, pay_from, pay_until, name=name, budgets=budgets, basis=Basis.FOLLOW_UP, rate=former.rate, rate_on=former.rate_on,
        follow_up_of=former,
    )  # fmt: skip


@action(PREPARE)
def leave_out(plan_id: UUID, line_ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """Cancel lines before the plan is released; whatever was approved of it is void. How many.

    Raises Problem payments.plan_state, line_unknown, reason_missing.
    """
    plan = locked(plan_id, PREPARE, by)
    _require_unsent(plan)
    note = require_reason(reason)
    rows = Line.objects.filter(plan=plan, pk__in=line_ids, state__in=[LineState.PENDING, LineState.HELD])
    missing = len(set(line_ids)) - rows.count()
    if missing:
        raise Problem("payments.line_unknown", count=missing)
    count: int = rows.update(state=LineState.CANCELLED)
    renew(plan, by, note)
    return count


@action(PREPARE)
def set_accounts(plan_id: UUID, rows: pl.DataFrame, *, by: Viewer) -> int:
    """Write the accounts to which lines are paid, columns `line` and `account`; before anybody is asked to approve. How many changed."""
    plan = locked(plan_id, PREPARE, by)
    if plan.state not in (PlanState.LOCKED, PlanState.ASSIGNED):
        raise Problem("payments.plan_state", state=PlanState(plan.state).label)
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [array_text(rows["line"]), array_text(rows["account"]), plan.pk])
        changed: int = cursor.rowcount
    renew(plan, by, "")
    return changed


def renew(plan: Plan, by: Viewer, note: str) -> Plan:
    """The lines of a plan have changed: what was approved is void, and the plan stands for the lines as they are."""
    if plan.state in (PlanState.IN_APPROVAL, PlanState.APPROVED, PlanState.AUTHORISED):
        return void(plan, by, note=note)
    if note:
        note_step(plan, "change", by, note=note)
    return move(plan, by, {"digest": digest_of(plan)} if plan.state != PlanState.DRAFT else {})


def _make(
    run_id: UUID, by: Viewer, pay_from: date, pay_until: date, *, name: str, budgets: Sequence[Budget], basis: str,
    rate: Decimal | None, rate_on: date | None, follow_up_of: Plan | None = None,
) -> Plan:  # fmt: skip
    run = programmes.entitlement_run(run_id, seen_by=by)
    if run.scope_id not in by.reach(PREPARE):
        raise Problem("not_allowed", permission=PREPARE)
    money = run.kind in MONEY
    found = {line.pk: line for line in programmes.budget_lines(run.programme_id, seen_by=by)}
    base = (
        ApprovalBand.objects.filter(operation_id=run.operation_id).values_list("currency", flat=True).first()
        or run.currency
    )
    faults: list[Problem] = []
    if not run.payable:
        faults.append(Problem("payments.run_unapproved"))
    if pay_until < pay_from:
        place = Location(field="pay_until")
        faults.append(Problem("payments.pay_days", first=pay_from.isoformat(), until=pay_until.isoformat(), at=place))
    if money:
        faults += _budget_faults(budgets, found, run.currency)
        if base != run.currency and rate is None:
            faults.append(Problem("payments.rate_missing", first=run.currency, second=base, at=Location(field="rate")))
    raise_all(faults)
    key = new_id()
    plan = Plan.objects.create(
        pk=key, operation_id=run.operation_id, scope_id=run.scope_id, reference=reference(PREFIX, key),
        name=(name.strip() or run.name)[:200],
        programme_id=run.programme_id, cycle_id=run.cycle_id, run=run.pk, kind=run.kind, basis=basis, follow_up_of=follow_up_of,
        currency=run.currency if money else "", base_currency=base if money else "", rate=rate or Decimal(1), rate_on=rate_on,
        pay_from=pay_from, pay_until=pay_until, made_by=by.id, made_by_label=str(by.label)[:200],
    )  # fmt: skip
    PlanBudget.objects.bulk_create(
        PlanBudget(
            operation_id=plan.operation_id, scope_id=plan.scope_id, plan=plan, position=place, budget_line_id=one.budget_line_id,
            ceiling=one.until, rate=one.rate or Decimal(1),
        )
        for place, one in enumerate(budgets if money else (), 1)
    )  # fmt: skip
    note_step(plan, "make", by)
    job = jobs.start("payments.make_lines", by=by, label=plan.reference, plan=str(plan.pk))
    return move(plan, by, {"job": job.pk})


def _budget_faults(budgets: Sequence[Budget], found: dict[UUID, Any], currency: str) -> list[Problem]:
    """What is wrong with the budget lines named: each at its place."""
    if not budgets or budgets[-1].until is not None or any(one.until is None for one in budgets[:-1]):
        return [Problem("payments.budget_missing", at=Location(field="budgets"))]
    faults = []
    for place, one in enumerate(budgets):
        where = Location(field=f"budgets.{place}")
        line = found.get(one.budget_line_id)
        if line is None:
            faults.append(Problem("payments.budget_foreign", code=str(one.budget_line_id), at=where))
        elif line.currency != currency and one.rate is None:
            faults.append(Problem("payments.rate_missing", first=currency, second=line.currency, at=where))
    return faults


def _require_unsent(plan: Plan) -> None:
    if plan.state not in UNSENT:
        raise Problem("payments.plan_state", state=PlanState(plan.state).label)
