"""The ledger of whole plans: funds are checked and committed, released, freed. What happens to single lines is booked with it."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import connection

from banyan.aid.payments.models import Book, Entry, Plan, PlanBudget
from banyan.aid.programmes import queries as programmes
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem, raise_all

# Causes of what closing freed, and of what late news turned round of it.
FREED: Final = ("close", "late", "again")
Move = tuple[UUID, Book, Book, Decimal]
# What left a budget line for all plans that it pays, in its own currency: nothing left is nothing, money away lies below.
_SPENT: Final = """
SELECT e.budget_line_id, sum(e.amount * b.rate) FROM payments_entry e
JOIN payments_planbudget b ON b.plan_id = e.plan_id AND b.budget_line_id = e.budget_line_id
WHERE e.budget_line_id = ANY(%s) AND e.account = 'budget' GROUP BY e.budget_line_id
"""
_BALANCES: Final = """
SELECT budget_line_id, account, sum(amount) FROM payments_entry WHERE plan_id = %s GROUP BY budget_line_id, account
"""


def commit(plan: Plan, by: Viewer) -> None:
    """Check the funds of every budget line, under its lock, and commit them. Raises Problem payments.funds_short for each."""
    budgets = [budget for budget in PlanBudget.objects.filter(plan=plan) if budget.amount]
    ids = sorted(budget.budget_line_id for budget in budgets)
    with viewing(system_viewer("payments")) as reader:
        _lock(ids)
        away = spent(ids)
        found = {line.pk: line for line in programmes.budget_lines(plan.programme_id, seen_by=reader)}
    short = []
    for budget in budgets:
        line = found[budget.budget_line_id]
        needed, left = budget.amount * budget.rate, line.amount + away.get(line.pk, Decimal(0))
        if needed > left:
            short.append(
                Problem(
                    "payments.funds_short",
                    code=line.code,
                    left=_plain(left),
                    needed=_plain(needed),
                    currency=line.currency,
                )
            )
    raise_all(short)
    book(
        plan,
        [(one.budget_line_id, Book.BUDGET, Book.COMMITTED, one.amount) for one in budgets],
        f"commit {plan.round}",
        by,
    )


def release(plan: Plan, by: Viewer) -> None:
    """Let go what was committed: the provider may be told."""
    rows = balances(plan).items()
    book(plan, [(line, Book.COMMITTED, Book.RELEASED, held[Book.COMMITTED]) for line, held in rows], "release", by)


def free(plan: Plan, cause: str, by: Viewer) -> None:
    """Give back to the budget what is committed, and what was released but did not stay with anybody."""
    moves = [
        (line, account, Book.BUDGET, held[account])
        for line, held in balances(plan).items()
        for account in (Book.COMMITTED, Book.RELEASED, Book.RETURNED)
    ]
    book(plan, moves, cause, by)


def take_back(plan: Plan, cause: str, by: Viewer) -> None:
    """Turn round what closing a plan freed: late news of its lines is booked as if it were open, then what is left is freed again."""
    turned: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    rows = Entry.objects.filter(plan=plan, line=None).values_list("budget_line_id", "account", "amount", "key")
    for line, account, amount, key in rows:
        if key.split()[1] in FREED and account != Book.BUDGET:
            turned[line, account] -= amount
    moves = [(line, Book.BUDGET, Book(account), amount) for (line, account), amount in turned.items() if amount]
    book(plan, moves, cause, by)


def book(plan: Plan, moves: Iterable[Move], cause: str, by: Viewer) -> None:
    """Write moves of a plan between accounts as one transaction; moves of nothing are left out."""
    sums: dict[tuple[UUID, Book], Decimal] = defaultdict(Decimal)
    for line, source, target, amount in moves:
        sums[line, source] -= amount
        sums[line, target] += amount
    transaction = new_id()
    Entry.objects.bulk_create(
        Entry(
            operation_id=plan.operation_id, scope_id=plan.scope_id, transaction=transaction, key=f"{plan.pk} {cause} {line} {account}",
            programme_id=plan.programme_id, budget_line_id=line, plan=plan, account=account, amount=amount, currency=plan.currency,
            actor=by.id, actor_label=str(by.label)[:200],
        )
        for (line, account), amount in sums.items() if amount
    )  # fmt: skip


def balances(plan: Plan) -> dict[UUID, dict[str, Decimal]]:
    """What stands in each account of each budget line of a plan."""
    found: dict[UUID, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [plan.pk])
        for line, account, amount in cursor.fetchall():
            found[line][account] = amount
    return found


def spent(budget_lines: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What left these budget lines, as a number below nothing, in their own currency. For who reaches every plan."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [list(budget_lines)])
        return dict(cursor.fetchall())


def _lock(budget_lines: Iterable[UUID]) -> None:
    """Whoever commits money of a budget line takes turns; always in the order of ids, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        for line in budget_lines:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('payments:' || %s, 0))", [str(line)])


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
