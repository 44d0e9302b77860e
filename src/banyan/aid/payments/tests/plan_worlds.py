"""Entitlements that were approved, the four people who move a plan, and what they can do with it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import polars as pl
from django.utils import timezone

from banyan.aid.payments import actions, queries
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Entry, Line, Plan
from banyan.aid.programmes import actions as programmes
from banyan.aid.programmes.models import BudgetLine, Cycle, Enrolment, Entitlement, EntitlementRun, Package, Programme
from banyan.aid.programmes.tests.worlds import World, make_world
from banyan.people.registry.models import Household
from banyan.platform.access.testing import make_account
from banyan.platform.access.viewers import Viewer, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id

SYSTEM = system_viewer("tests")
FROM, UNTIL = date(2026, 6, 1), date(2026, 6, 30)
MAKER, APPROVER, AUTHORISER, RELEASER = "payment-officer", "payment-approver", "payment-authoriser", "payment-releaser"


def who(*roles: str, **where: Any) -> Viewer:
    """Somebody with an account."""
    return viewer_of(make_account(*roles, **where))


@dataclass(repr=False)
class Ground:
    """Where the tests play: an operation with a programme that has money, and people by the part they have in plans."""

    world: World
    programme: Programme
    cycle: Cycle
    package: Package
    money: BudgetLine
    homes: list[UUID] = field(default_factory=list)
    heads: list[UUID] = field(default_factory=list)
    maker: Viewer = field(default_factory=lambda: who(MAKER))
    approver: Viewer = field(default_factory=lambda: who(APPROVER))
    authoriser: Viewer = field(default_factory=lambda: who(AUTHORISER))
    releaser: Viewer = field(default_factory=lambda: who(RELEASER))

    def run(
        self, *amounts: int | str | None, amends: EntitlementRun | None = None, approved: bool = True
    ) -> EntitlementRun:
        """An approved run: what each household is due, None where it cannot be decided. An amendment replaces what stood."""
        operation, scope = self.world.operation, self.world.scopes[""]
        money = self.package.kind == "cash"
        with viewing(SYSTEM):
            made = EntitlementRun.objects.create(
                operation=operation, scope_id=scope, programme=self.programme, cycle=self.cycle, package=self.package,
                package_code=self.package.code, kind=self.package.kind, subject="household", rounding=self.package.rounding,
                currency=self.package.currency if money else "", day=FROM, state="simulated", amends=amends,
                reason="Prices rose" if amends else "", made_by=new_id(), proposed_by=new_id(), approved_by=new_id(),
            )  # fmt: skip
            scopes = dict(Household.objects.values_list("pk", "scope_id"))
            for home, amount in zip(self.homes, amounts, strict=False):
                own = scopes[home]
                former = Entitlement.objects.filter(household=home, stands=True).first() if amends else None
                if former:
                    Entitlement.objects.filter(pk=former.pk).update(stands=False)
                enrolment = Enrolment.objects.filter(household=home, programme=self.programme).first() or Enrolment.objects.create(
                    operation=operation, scope_id=own, programme=self.programme, household_id=home, state="enrolled", since=FROM
                )  # fmt: skip
                key = new_id()
                due = None if amount is None else Decimal(amount)
                verdict = "undecided" if due is None else "due" if due else "nothing"
                Entitlement.objects.create(
                    pk=key, operation=operation, scope_id=own, run=made, cycle=self.cycle, package=self.package,
                    package_code=self.package.code, enrolment=enrolment, household_id=home, size=1, item="" if money else "RICE",
                    unit="" if money else "kg", amount=due if money else None, quantity=None if money else due,
                    currency=self.package.currency if money else "", verdict=verdict, stands=verdict == "due",
                    replaces=former.pk if former else None, origin=former.origin if former else key,
                )  # fmt: skip
            if approved:
                made.state = "approved"
                made.save(update_fields=["state"])
            return made

    def draft(self, run: EntitlementRun, **said: Any) -> Plan:
        """A plan of it, with its lines."""
        budgets = [Budget(self.money.pk)] if self.package.kind == "cash" else []
        values = {"pay_from": FROM, "pay_until": UNTIL, "budgets": budgets}
        plan = actions.make_plan(run.pk, by=self.maker, **{**values, **said})
        run_jobs()
        return self.now(plan)

    def now(self, plan: Plan) -> Plan:
        """The plan as it stands."""
        with viewing(self.maker):
            return queries.plan(plan.pk, seen_by=self.maker)

    def bank(self) -> UUID:
        """A provider that pays in the money of the package."""
        with viewing(self.maker):
            known = queries.providers(self.world.operation.pk, seen_by=self.maker).filter(code="GROUND").first()
        if known is None:
            money = [self.package.currency]
            known = actions.add_provider(
                self.world.operation.pk,
                by=self.maker,
                code="GROUND",
                name="Bank",
                mechanisms=["cash"],
                currencies=money,
            )
        return known.pk

    def submitted(self, plan: Plan) -> Plan:
        """Locked, assigned and submitted."""
        actions.lock_plan(plan.pk, by=self.maker)
        provider = self.bank() if plan.is_money else None
        actions.assign_provider(plan.pk, by=self.maker, provider_id=provider, provider_label="Bank", mechanism="cash")
        return actions.submit_plan(plan.pk, by=self.maker)

    def released(self, plan: Plan) -> Plan:
        """Agreed to by three others."""
        digest = self.submitted(plan).digest
        actions.approve_plan(plan.pk, by=self.approver, digest=digest)
        actions.authorise_plan(plan.pk, by=self.authoriser, digest=digest)
        return actions.release_plan(plan.pk, by=self.releaser, digest=digest)

    def sent(self, plan: Plan) -> Plan:
        """On its way."""
        return actions.mark_sent(self.released(plan).pk, by=self.maker)

    def lines(self, plan: Plan) -> list[Line]:
        """Its lines, as they are now, in the order of the households."""
        with viewing(SYSTEM):
            return sorted(Line.objects.filter(plan=plan), key=lambda line: self.homes.index(line.household_id))

    def states(self, plan: Plan) -> list[str]:
        """The states of its lines, in the order of the households."""
        return [line.state for line in self.lines(plan)]

    def tell(self, plan: Plan, *rows: tuple[int, str, str | int | None, str], by: Viewer | None = None) -> Any:
        """Record outcomes: (household, outcome, amount, cause) …"""
        lines = {line.household_id: line for line in self.lines(plan)}
        frame = pl.DataFrame(
            [
                {
                    "line": str(lines[self.homes[place]].pk), "outcome": outcome, "amount": None if amount is None else str(amount),
                    "on_day": timezone.localdate().isoformat(), "provider_reference": "R", "cause_key": cause,
                }
                for place, outcome, amount, cause in rows
            ],
            schema=dict.fromkeys(("line", "outcome", "amount", "on_day", "provider_reference", "cause_key"), pl.String),
        )  # fmt: skip
        return actions.record_outcomes(plan.pk, frame, by=by or self.maker)

    def accounts(self, plan: Plan) -> dict[str, Decimal]:
        """What stands in each account of the plan; they add up to nothing."""
        with viewing(SYSTEM):
            found: dict[str, Decimal] = {}
            for account, amount in Entry.objects.filter(plan=plan).values_list("account", "amount"):
                found[account] = found.get(account, Decimal(0)) + amount
        assert sum(found.values()) == 0
        return {account: amount for account, amount in found.items() if amount}

    def require_totals(self, plan: Plan) -> None:
        """The totals of the plan are those of its lines."""
        plan, lines = self.now(plan), self.lines(plan)
        counted = [line for line in lines if line.state not in ("held", "cancelled")]
        assert (plan.lines, plan.held) == (len(counted), sum(line.state == "held" for line in lines))
        assert plan.amount == sum(line.amount for line in counted)
        for name in ("delivered_amount", "returned_amount", "lost_amount", "excess_amount"):
            assert getattr(plan, name) == sum(getattr(line, name) for line in lines), name


def make_ground(homes: int = 3, kind: str = "cash", funds: int = 1_000_000) -> Ground:
    """A programme with money, or rice, and some households."""
    world = make_world()
    programme = world.active("AID", currency="USD")
    said: dict[str, Any] = {"currency": "USD", "step": None}
    if kind != "cash":
        said |= {"kind": kind, "formula": "", "items": [programmes.Item("RICE", "Rice", "kg", "50")]}
    package = world.package(programme, **said)
    money = programmes.set_budget_line(programme.pk, by=world.officer, code="B1", name="Donor", amount=Decimal(funds))
    cycle = programmes.add_cycle(programme.pk, by=world.officer, name="June", starts_on=FROM, ends_on=UNTIL)
    ground = Ground(world, programme, cycle, package, money)
    for place in range(homes):
        home, people = world.household(f"19{80 + place}-05-03")
        ground.homes.append(home)
        ground.heads.append(people[0])
    return ground
