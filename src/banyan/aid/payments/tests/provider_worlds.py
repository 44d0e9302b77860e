"""A plan of cash that was sent to a provider: some households with an account each, and everybody who had a part in it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from banyan.aid.payments import actions, queries
from banyan.aid.payments.actions.planning import Budget
from banyan.aid.payments.models import Book, Entry, Line, Plan, Provider, StatementFile, StatementRow
from banyan.aid.programmes import actions as programmes
from banyan.aid.programmes.tests.worlds import World, make_world
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs

SYSTEM = system_viewer("tests")
FROM, UNTIL = date(2026, 6, 1), date(2026, 6, 30)
DUE = Decimal("100.00")
ROLES = ("payment-officer", "payment-approver", "payment-authoriser", "payment-releaser")


def who(*roles: str, **where: Any) -> Viewer:
    """Somebody with an account."""
    return viewer_of(make_account(*roles, **where))


@dataclass
class Paying:
    """Where the tests play. `send()` makes the plan and moves it on; `load()` takes in what the provider says of it."""

    world: World
    provider: Provider
    officer: Viewer
    others: list[Viewer]
    run: UUID
    budget: UUID
    homes: list[tuple[UUID, list[UUID]]]
    plan: Plan | None = None
    numbers: dict[int, str] = field(default_factory=dict)

    def released(self, mechanism: str = "mobile_money") -> Plan:
        """A plan for everybody, released."""
        plan = actions.make_plan(
            self.run, by=self.officer, pay_from=FROM, pay_until=UNTIL, budgets=[Budget(self.budget)], name="June"
        )
        run_jobs()
        actions.lock_plan(plan.pk, by=self.officer)
        actions.assign_provider(plan.pk, by=self.officer, provider_id=self.provider.pk, mechanism=mechanism)
        actions.take_accounts(plan.pk, by=self.officer)
        digest = actions.submit_plan(plan.pk, by=self.officer).digest
        approver, authoriser, releaser = self.others
        actions.approve_plan(plan.pk, by=approver, digest=digest)
        actions.authorise_plan(plan.pk, by=authoriser, digest=digest)
        self.plan = actions.release_plan(plan.pk, by=releaser, digest=digest)
        return self.plan

    def sent(self, mechanism: str = "mobile_money") -> Plan:
        """The same, sent."""
        self.released(mechanism)
        return self.sent_on()

    def sent_on(self) -> Plan:
        """The released plan, sent."""
        assert self.plan
        self.plan = actions.mark_sent(self.plan.pk, by=self.officer)
        return self.plan

    def lines(self) -> list[Line]:
        """The lines as they are now, in the order of the households."""
        assert self.plan
        with viewing(SYSTEM):
            by_home = {line.household_id: line for line in Line.objects.filter(plan=self.plan)}
        return [by_home[home] for home, _people in self.homes]

    def load(self, text: str | bytes, mapping: dict[str, Any] | None = None, name: str = "answer.csv") -> StatementFile:
        """Take in a file and wait until it is reconciled."""
        content = text.encode() if isinstance(text, str) else text
        row = actions.receive_statement(self.provider.pk, by=self.officer, name=name, content=content)
        if mapping is not None and row.mapping is None:
            row = actions.map_statement(row.pk, by=self.officer, mapping=mapping)
        run_jobs()
        return self.ask(queries.statement, row.pk)

    def ask(self, query: Any, *args: Any, **more: Any) -> Any:
        """What a query tells the officer; all of it, where it is a list."""
        with viewing(self.officer):
            found = query(*args, seen_by=self.officer, **more)
            return list(found) if isinstance(found, QuerySet) else found

    def rows(self, statement: StatementFile) -> list[StatementRow]:
        """Its rows in order."""
        return self.ask(queries.statement_rows, statement.pk)

    def verdicts(self, statement: StatementFile) -> list[str]:
        """What its rows came to."""
        return [row.verdict for row in self.rows(statement)]

    def states(self) -> list[str]:
        """States of the lines, in the order of the households."""
        return [line.state for line in self.lines()]

    def ledger(self) -> dict[str, Decimal]:
        """What stands in each account of the plan, without those that are empty."""
        with viewing(SYSTEM):
            found: dict[str, Decimal] = {}
            for account, amount in Entry.objects.filter(plan=self.plan).values_list("account", "amount"):
                found[account] = found.get(account, Decimal(0)) + amount
        assert sum(found.values()) == 0
        return {account: amount for account, amount in found.items() if amount and account != Book.BUDGET}


def make_paying(households: int = 4, *, currency: str = "EUR", **provider: Any) -> Paying:
    """Households entitled to 100.00 each, and a provider that pays them."""
    world = make_world()
    # Jobs run as accounts.
    world.officer, world.approver = who("programme-officer"), who("programme-approver")
    officer, *others = (who(role) for role in ROLES)
    homes = [world.household("1980-05-03") for _place in range(households)]
    programme = world.active("CASH", currency=currency)
    line = programmes.set_budget_line(
        programme.pk, by=world.officer, code="B1", name="Donor", amount=Decimal(1_000_000)
    )
    package = world.package(programme, formula="100", step=None, currency=currency)
    cycle = programmes.add_cycle(programme.pk, by=world.officer, name="June", starts_on=FROM, ends_on=UNTIL)
    programmes.open_cycle(cycle.pk, by=world.officer)
    for home, _people in homes:
        programmes.enrol(programme.pk, home, by=world.officer, reason="Tests")
    run = programmes.simulate_entitlements(cycle.pk, package.pk, by=world.officer)
    run_jobs()
    programmes.propose_entitlements(run.pk, by=world.officer)
    programmes.approve_entitlements(run.pk, by=world.approver)
    values = {
        "code": "BANK", "name": "Bank", "mechanisms": ["mobile_money", "bank", "cash"], "currencies": [currency],
        "debtor_name": "Relief", "debtor_account": "NL41MOCK0000000001", "debtor_agent": "MOCKNL2AXXX",
    }  # fmt: skip
    made = actions.add_provider(world.operation.pk, by=officer, **{**values, **provider})
    paying = Paying(world, made, officer, others, run.pk, line.pk, homes)
    for place, (_home, people) in enumerate(homes):
        paying.numbers[place] = f"+9595550000{place}"
        actions.set_account(
            people[0], by=officer, mechanism="mobile_money", number=paying.numbers[place], holder=f"Holder {place}"
        )
    return paying
