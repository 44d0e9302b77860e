"""From a target list to the file for the provider, for 100,000 households: seconds, statements, and lines a second.

A register of half a million people is filled; a programme targets by two rules and a score, enrols whom it chose, says what each is due,
and a plan of it is made, approved by three others and written as a file. The ratio is that of lines a second to one bare INSERT … SELECT
of the same lines into a table with the same indexes, in the same database. Statements are counted per stage, and again for a rule that
few households meet: lines are made in stretches, everything else should take the same number. Goal: 60 s, ratio ≥ 0.2.
"""

import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

DATABASE = True
GOAL_S, GOAL_RATIO = 60.0, 0.2


def main(households: int | None = None) -> dict[str, Any]:
    """Run the benchmark; a hundred thousand households, or BANYAN_BENCH_ROWS."""
    from register_fill import fill

    from banyan.config.benching import progress

    os.environ["BANYAN_DEMAND_MFA"] = "0"
    households = households or int(os.environ.get("BANYAN_BENCH_ROWS", "100000"))
    # About five people a household; a few more are registered than are asked for.
    return measure(fill(households * 5, os.environ["BANYAN_DATABASE_OWNER"], say=progress))


def measure(filled: Any) -> dict[str, Any]:
    """Target, entitle, plan and write in a filled register: for everybody, and for one state of it."""
    from banyan.config.benching import progress

    team = _Team(filled)
    progress("everybody")
    whole = team.round("ALL", "members.size() >= 1")
    progress("some")
    some = team.round("SOME", "members.size() >= 9")
    bare = _bare(whole["plan"])
    total = sum(whole["seconds"].values())
    making = whole["seconds"]["lines"]
    return {
        "figure": round(total, 1),
        "unit": "seconds from the target list to the file",
        "goal": GOAL_S,
        "ratio": round(bare / making, 3),
        "ratio_goal": GOAL_RATIO,
        "against": f"bare INSERT … SELECT of the same lines: {bare:.2f} s",
        "lines": whole["lines"],
        "lines_per_s": round(whole["lines"] / making),
        "seconds": {name: round(spent, 2) for name, spent in whole["seconds"].items()},
        "statements": whole["statements"],
        "fewer": {"lines": some["lines"], "statements": some["statements"]},
        "file_mb": round(whole["bytes"] / 2**20, 1),
        "conditions": {"people": filled.people},
    }


class _Team:
    """Those who design, approve and pay, in the operation that was filled."""

    def __init__(self, filled: Any) -> None:
        from banyan.platform.access.testing import make_account
        from banyan.platform.access.viewers import viewer_of

        self.operation = filled.operation
        roles = (
            "programme-officer", "programme-approver", "payment-officer", "payment-approver", "payment-authoriser",
            "payment-releaser",
        )  # fmt: skip
        self.officer, self.agrees, self.maker, self.approver, self.authoriser, self.releaser = (
            viewer_of(make_account(role, operation=filled.operation)) for role in roles
        )
        self.seconds: dict[str, float] = {}
        self.statements: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str) -> Any:
        """Time and count what one stage takes."""
        from django.db import connection

        count = [0]

        def counted(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
            count[0] += 1
            return execute(sql, params, many, context)

        start = time.perf_counter()
        with connection.execute_wrapper(counted):
            yield
        self.seconds[name], self.statements[name] = time.perf_counter() - start, count[0]

    def round(self, code: str, rule: str) -> dict[str, Any]:
        """One programme from its target list to its file."""
        from django.utils import timezone

        from banyan.aid.payments import actions as payments
        from banyan.aid.payments import queries as paid
        from banyan.aid.programmes import actions as programmes
        from banyan.platform.access.viewers import viewing
        from banyan.platform.jobs.testing import run_jobs

        self.seconds, self.statements = {}, {}
        first = timezone.localdate()
        last = first + timedelta(days=300)
        programme = programmes.create_programme(
            self.operation.pk, by=self.officer, code=code, name=code, purpose=f"bench-{code.lower()}", currency="USD",
            starts_on=first, ends_on=last,
        )  # fmt: skip
        money = programmes.set_budget_line(programme.pk, by=self.officer, code="B", name="Donor", amount=Decimal(10**9))
        programmes.activate_programme(programme.pk, by=self.agrees)
        cycle = programmes.add_cycle(programme.pk, by=self.officer, name="One", starts_on=first, ends_on=last)
        programmes.open_cycle(cycle.pk, by=self.officer)
        package = programmes.write_package(
            programme.pk, by=self.officer, code="CASH", name="Cash", kind="cash", step=Decimal("0.5"), cap=Decimal(90),
            formula="10 + least(members.size(), 8) * 4.25 + members.filter(m, m.age < 5).size() * 5",
        )  # fmt: skip
        programmes.approve_package(package.pk, by=self.agrees)
        targeting = programmes.make_targeting(
            programme.pk, by=self.officer, name="Who", threshold=Decimal(0),
            rules=[{"key": "size", "label": "Size", "text": rule},
                   {"key": "old", "label": "Very old", "text": "members.exists(m, m.age >= 200)"}],
            score=[{"label": "Size", "formula": "members.size()", "weight": "1"}],
        )  # fmt: skip
        with self.stage("target"):
            run = programmes.run_targeting(targeting.pk, by=self.officer)
            run_jobs()
        programmes.propose_targeting(targeting.pk, run.pk, by=self.officer)
        programmes.approve_targeting(targeting.pk, by=self.agrees)
        with self.stage("enrol"):
            programmes.enrol_targeted(run.pk, by=self.officer)
        with self.stage("entitle"):
            due = programmes.simulate_entitlements(cycle.pk, package.pk, by=self.officer)
            run_jobs()
            programmes.propose_entitlements(due.pk, by=self.officer)
            programmes.approve_entitlements(due.pk, by=self.agrees)
        provider = payments.add_provider(
            self.operation.pk, by=self.maker, code=code, name=code, mechanisms=["cash"], currencies=["USD"], debtor_name="Bench",
            debtor_account="0011223344556",
        )  # fmt: skip
        with self.stage("lines"):
            plan = payments.make_plan(
                due.pk, by=self.maker, pay_from=first, pay_until=last, budgets=[payments.Budget(money.pk)], rate=Decimal(1),
                rate_on=first,
            )  # fmt: skip
            run_jobs()
        with self.stage("approve"):
            payments.lock_plan(plan.pk, by=self.maker)
            payments.assign_provider(
                plan.pk, by=self.maker, mechanism="cash", provider_id=provider.pk, provider_label=provider.name
            )
            digest = payments.submit_plan(plan.pk, by=self.maker).digest
            payments.approve_plan(plan.pk, by=self.approver, digest=digest)
            payments.authorise_plan(plan.pk, by=self.authoriser, digest=digest)
            payments.release_plan(plan.pk, by=self.releaser, digest=digest)
        with self.stage("file"):
            file = payments.make_file(plan.pk, by=self.maker, format="csv")
            _name, content = payments.open_file(file.pk, by=self.maker)
        with viewing(self.maker):
            lines = paid.plan(plan.pk, seen_by=self.maker).lines
        return {
            "plan": plan.pk, "lines": lines, "bytes": len(content), "seconds": self.seconds, "statements": self.statements,
        }  # fmt: skip


def _bare(plan: Any) -> float:
    """Seconds to insert the lines of a plan into a table like theirs, its indexes on, and nothing else."""
    import psycopg

    with psycopg.connect(os.environ["BANYAN_DATABASE_OWNER"]) as owner:
        # Row-level security is forced on the owner too: the copy has none, the reading is done before the clock starts.
        owner.execute("CREATE TABLE bare_from AS SELECT * FROM payments_line WHERE false")
        owner.execute("ALTER TABLE payments_line NO FORCE ROW LEVEL SECURITY")
        owner.execute("INSERT INTO bare_from SELECT * FROM payments_line WHERE plan_id = %s", [plan])
        owner.execute("ALTER TABLE payments_line FORCE ROW LEVEL SECURITY")
        owner.execute("CREATE TABLE bare (LIKE payments_line INCLUDING ALL)")
        owner.commit()
        start = time.perf_counter()
        owner.execute("INSERT INTO bare SELECT * FROM bare_from")
        owner.commit()
        return time.perf_counter() - start
