"""What reconciling costs: providers' files of 10,000, 100,000 and 300,000 transfers, from upload to the last row in the ledger.

Each file is a CSV received by the action that pages call, its layout known from a small one before; the job reads it, matches
it with the lines of a plan that was sent, records what it says of them and books it, in stretches. In every file a hundredth
of the rows was paid in part, a hundredth failed, a hundredth is said twice. Statements sent to the database are counted.
"""

import json
import os
import sys
import time
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import psycopg

from banyan.config.benching import progress, throwaway_database

SIZES = tuple(int(size) for size in os.environ.get("BANYAN_BENCH_LINES", "10000,100000,300000").split(","))
SERVER = ("shared_buffers=512MB", "max_wal_size=4GB")
SECONDS, ODD = 30, 100  # for 100,000 rows; every how manyth row is not paid in full
_LINES = """
INSERT INTO payments_line (id, operation_id, scope_id, plan_id, no, key, entitlement, origin, household_id, size, amount, due, state,
                           budget_line, outcomes, delivered_amount, returned_amount, lost_amount, excess_amount, item, unit)
SELECT banyan_new_id(), %(operation)s, %(scope)s, %(plan)s, n, gen_random_uuid(), e, e, gen_random_uuid(), 5, 100, 100, 'sent',
       %(budget)s, 0, 0, 0, 0, 0, '', ''
FROM (SELECT n, gen_random_uuid() AS e FROM generate_series(1, %(lines)s) AS n) each
"""
_SENT = """
UPDATE payments_plan SET state = 'sent', lines = %(lines)s, amount = 100 * %(lines)s, provider = %(provider)s, mechanism = 'cash',
       generated_at = now() WHERE id = %(plan)s
"""
_RELEASED = """
INSERT INTO payments_entry (id, operation_id, scope_id, transaction, key, programme_id, budget_line_id, plan_id, account, amount,
                            currency, at, actor_label)
SELECT banyan_new_id(), %(operation)s, %(scope)s, gen_random_uuid(), %(plan)s || side, %(programme)s, %(budget)s, %(plan)s, side,
       sign * 100 * %(lines)s, 'EUR', now(), '' FROM (VALUES ('budget', -1), ('released', 1)) AS sides (side, sign)
"""
_AFTER = """
SELECT json_object_agg(account, amount) FROM (
    SELECT account, sum(amount)::text AS amount FROM payments_entry WHERE plan_id = %s GROUP BY account) sums
"""


class Field:
    """An operation, a provider, and the officer who loads what it reports."""

    def __init__(self, superuser: str) -> None:
        from datetime import date

        from banyan.aid.payments import actions
        from banyan.aid.programmes import actions as programmes
        from banyan.platform.access import actions as access
        from banyan.platform.access.testing import make_account
        from banyan.platform.access.viewers import system_viewer, viewer_of

        system = system_viewer("bench")
        access.register_areas([("XX", "Country", None, "MMR")], by=system)
        self.operation = access.add_operation("BENCH", "Bench", "MMR", by=system)
        self.superuser, self.days = superuser, (date(2026, 6, 1), date(2026, 6, 30))
        self.account = make_account("payment-officer", operation=self.operation)
        self.officer = viewer_of(self.account)
        designer = viewer_of(make_account("programme-officer", operation=self.operation))
        self.programme = programmes.create_programme(
            self.operation.pk, by=designer, code="CASH", name="Cash", purpose="food", currency="EUR", starts_on=self.days[0],
            ends_on=self.days[1],
        )  # fmt: skip
        self.cycle = programmes.add_cycle(
            self.programme.pk, by=designer, name="June", starts_on=self.days[0], ends_on=self.days[1]
        )
        self.budget = programmes.set_budget_line(
            self.programme.pk, by=designer, code="B", name="Donor", amount=Decimal(10**9)
        )
        self.provider = actions.add_provider(
            self.operation.pk, by=self.officer, code="BANK", name="Bank", mechanisms=["cash"], currencies=["EUR"]
        )
        small = actions.receive_statement(self.provider.pk, by=self.officer, name="first.csv", content=as_csv(["x"]))
        actions.map_statement(
            small.pk,
            by=self.officer,
            mapping={"columns": {"line": "id", "amount": "paid", "on_day": "day", "reference": "ref"}},
        )

    def sent(self, lines: int) -> tuple[UUID, list[str]]:
        """A plan of so many lines that was sent, and their keys. Written past the steps and triggers: they are measured elsewhere."""
        from banyan.aid.payments.models import Plan
        from banyan.platform.access.viewers import system_viewer, viewing
        from banyan.platform.kernel.ids import new_id

        with viewing(system_viewer("bench")):
            plan = Plan.objects.create(
                operation=self.operation, scope_id=self.programme.scope_id, reference=f"PAY-{lines}", name=str(lines),
                programme=self.programme, cycle=self.cycle, run=new_id(), kind="cash", currency="EUR", base_currency="EUR",
                pay_from=self.days[0], pay_until=self.days[1],
            )  # fmt: skip
        given = {
            "operation": self.operation.pk, "scope": plan.scope_id, "plan": plan.pk, "lines": lines, "budget": self.budget.pk,
            "programme": self.programme.pk, "provider": self.provider.pk,
        }  # fmt: skip
        with psycopg.connect(self.superuser, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in (_LINES, _SENT, _RELEASED):
                connection.execute(statement, given)
            connection.execute("ANALYZE payments_line")
            keys = connection.execute("SELECT key::text FROM payments_line WHERE plan_id = %s ORDER BY no", [plan.pk])
            return plan.pk, [key for (key,) in keys]

    def accounts(self, plan: UUID) -> dict[str, str]:
        """What stands in each account of a plan."""
        with psycopg.connect(self.superuser) as connection:
            row = connection.execute(_AFTER, [plan]).fetchone()
        return row[0] if row else {}


def as_csv(keys: list[str]) -> bytes:
    """What a provider says of these transfers."""
    rows = ["id,paid,day,ref"]
    for place, key in enumerate(keys):
        paid = {0: "60.00", 1: "0"}.get(place % ODD, "100.00")
        rows.append(f"{key},{paid},2026-06-02,R{place}")
        if place % ODD == 2:
            rows.append(rows[-1])
    return "\n".join(rows).encode()


def expected(lines: int) -> dict[str, str]:
    """Where the money is when all was said."""
    part, failed = (lines + ODD - 1) // ODD, (lines + ODD - 2) // ODD
    delivered = 100 * (lines - part - failed) + 60 * part
    found = {"delivered": delivered, "returned": 100 * failed, "released": 40 * part, "budget": -100 * lines}
    return {account: f"{amount}.0000" for account, amount in found.items()}


def main() -> dict[str, Any]:
    """Run the benchmark."""
    with throwaway_database(*SERVER) as addresses:
        field = Field(addresses["superuser"])
        seconds, statements = {}, {}
        for lines in SIZES:
            seconds[lines], statements[lines] = _reconciled(field, lines)
            progress(f"{lines} rows: {seconds[lines]:.1f} s, {statements[lines]} statements")
    rates = [seconds[size] / size for size in SIZES]
    at_100k = rates[min(1, len(rates) - 1)] * 100_000
    return {
        "figure": round(at_100k, 1),
        "unit": "s for 100,000 rows",
        "goal": f"≤ {SECONDS}, and linear",
        "ratio": round(max(later / former for former, later in pairwise(rates)), 2) if len(rates) > 1 else None,
        "against": "seconds a row of the next smaller file (1: linear; 3 would be quadratic)",
        "conditions": {
            "seconds": {str(size): round(taken, 1) for size, taken in seconds.items()},
            "statements": {str(size): count for size, count in statements.items()},
        },
    }  # fmt: skip


def _reconciled(field: Field, lines: int) -> tuple[float, int]:
    from django.db import connection

    from banyan.aid.payments import actions
    from banyan.platform.jobs.testing import run_jobs

    plan, keys = field.sent(lines)
    content = as_csv(keys)
    run_jobs()  # what was left from before
    count = 0

    def counted(execute: Any, *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*rest)

    start = time.monotonic()
    with connection.execute_wrapper(counted):
        actions.receive_statement(field.provider.pk, by=field.officer, name=f"{lines}.csv", content=content)
        run_jobs()
    taken = time.monotonic() - start
    after = field.accounts(plan)
    if after != expected(lines):
        raise RuntimeError(f"the ledger says {after}, not {expected(lines)}")
    return taken, count


if __name__ == "__main__":
    print(json.dumps(main()), file=sys.stdout)
