"""What the demo shows of payments: a round of cash and a round in kind that are over, and the next of each under way.

It goes on from the entitlements that the demo of programmes had approved. In the rounds that are over some transfers failed, came back or
were smaller than they should be, and somebody asked whether they arrived; of the next ones the plan of cash waits for its second
signature, and a distribution is open, so that whoever looks around may try both. All by the actions and accounts that people use.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.utils import timezone

from banyan.aid.payments import actions, queries
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Distribution, Line, Plan
from banyan.aid.programmes import actions as programmes
from banyan.aid.programmes import queries as designed
from banyan.platform.access import queries as access
from banyan.platform.access.viewers import Viewer, causing, system_viewer, viewer_of, viewing
from banyan.platform.jobs.testing import run_jobs
from banyan.platform.kernel.ids import new_id
from banyan.reference.places import queries as places

NEEDS_ACCOUNTS = True
OPERATION = "MMR"
ROLES: Final = ("programme", "programme2", "payment", "approver", "authoriser", "releaser", "distribution", "verifier")
CASH, KITS = "WINTER-CASH", "BABY-KITS"
SITE, STATE = "MYITKYINA", "MMR001"
BY_CARD, MOST_ON_A_DAY = 12, 40  # households that were handed theirs one by one, and that fit into the day
_HEAD = "transfer,paid,day,receipt,currency,outcome"
_MAPPING: Final = {
    "columns": {
        "line": "transfer", "amount": "paid", "on_day": "day", "reference": "receipt", "currency": "currency", "outcome": "outcome",
    },
    "amounts": "each",
}  # fmt: skip


def load(progress: Any) -> dict[str, int] | None:
    """Pay, hand out, reconcile and ask; nothing when that was done before, or nobody is entitled."""
    system = system_viewer("demo")
    with viewing(system):
        operation = access.operations(seen_by=system).filter(code=OPERATION).first()
        mails = {f"{role}@demo.example": role for role in ROLES}
        people = {
            mails[one.email]: viewer_of(one) for one in access.accounts(seen_by=system).filter(email__in=list(mails))
        }
        found = {
            one.code: one
            for one in designed.programmes(seen_by=system).filter(operation=operation, code__in=(CASH, KITS))
        }
        if operation is None or len(people) < len(ROLES) or len(found) < 2 or queries.plans(seen_by=system).exists():
            return None
    demo = _Demo(operation.pk, people)
    with causing("demo:payments"):
        demo.cash(found[CASH])
        progress.report(1, 2)
        demo.kits(found[KITS])
    with viewing(system):
        return {"plans": queries.plans(seen_by=system).count(), "lines": Line.objects.count()}


class _Demo:
    """Who does what."""

    def __init__(self, operation_id: UUID, people: dict[str, Viewer]) -> None:
        self.operation_id, self.people, self.today = operation_id, people, timezone.localdate()
        self.payer = people["payment"]

    def cash(self, programme: Any) -> None:
        """Mobile money: a round that is over, what failed of it once more, and the next that waits to be authorised."""
        past, now = self._cycles(programme)
        provider = actions.add_provider(
            self.operation_id, by=self.payer, code="MOBILE", name="Mobile money of the valley", mechanisms=["mobile_money", "cash"],
            currencies=["MMK"], fee_fixed=Decimal(300), debtor_name="Demo relief", debtor_account="0011223344556",
        )  # fmt: skip
        with viewing(self.payer):
            money = designed.budget_lines(programme.pk, seen_by=self.payer).get()
        budgets = [Budget(money.pk)]
        plan = self._released(self._plan(past, budgets, "Winter cash, first round"), "cash", provider)
        actions.make_file(plan.pk, by=self.payer, format="xlsx")
        plan = actions.mark_sent(plan.pk, by=self.payer, note="Handed over on a stick")
        self._reconcile(plan, provider.pk, past.ends_on)
        self._verify(plan)
        actions.close_plan(plan.pk, by=self.payer)
        actions.make_follow_up(
            plan.pk, by=self.payer, pay_from=self.today, pay_until=self.today + timedelta(days=20), name="What failed"
        )
        run_jobs()
        programmes.close_cycle(past.pk, by=self.people["programme"])
        self._entitle(programme, now)
        following = self._plan(now, budgets, "Winter cash, second round")
        self._submitted(following, "cash", provider)
        actions.approve_plan(following.pk, by=self.people["approver"], digest=self._now(following).digest)

    def kits(self, programme: Any) -> None:
        """Goods: a round that is over, and a day of the next on which anybody may hand out."""
        past, now = self._cycles(programme)
        site = self._site()
        plan = self._released(self._plan(past, [], "Baby kits, first round"), "distribution")
        day = self._day(plan, site, past.ends_on)
        self._hand_out(day)
        actions.close_distribution(day.pk, by=self.people["distribution"], unclaimed=True)
        self._paper_lists(plan, past.ends_on)
        actions.close_plan(plan.pk, by=self.payer)
        programmes.close_cycle(past.pk, by=self.people["programme"])
        self._entitle(programme, now)
        following = self._released(self._plan(now, [], "Baby kits, second round"), "distribution")
        self._day(following, site, self.today)

    def _cycles(self, programme: Any) -> tuple[Any, Any]:
        with viewing(self.payer):
            past, now = designed.cycles(programme.pk, seen_by=self.payer).order_by("number")
        return past, now

    def _entitle(self, programme: Any, cycle: Any) -> Any:
        officer, approver = self.people["programme"], self.people["programme2"]
        with viewing(officer):
            package = designed.packages(programme.pk, seen_by=officer).get()
        run = programmes.simulate_entitlements(cycle.pk, package.pk, by=officer)
        run_jobs()
        programmes.propose_entitlements(run.pk, by=officer)
        return programmes.approve_entitlements(run.pk, by=approver)

    def _plan(self, cycle: Any, budgets: Sequence[Budget], name: str) -> Plan:
        with viewing(self.payer):
            run = designed.entitlement_runs(cycle_id=cycle.pk, seen_by=self.payer).get()
        rate: dict[str, Any] = {"rate": Decimal("0.000476"), "rate_on": cycle.starts_on} if budgets else {}
        plan = actions.make_plan(
            run.pk, by=self.payer, pay_from=cycle.starts_on, pay_until=cycle.ends_on, name=name, budgets=budgets, **rate
        )
        run_jobs()
        return plan

    def _now(self, plan: Plan) -> Plan:
        with viewing(self.payer):
            return queries.plan(plan.pk, seen_by=self.payer)

    def _submitted(self, plan: Plan, mechanism: str, provider: Any = None) -> Plan:
        actions.lock_plan(plan.pk, by=self.payer)
        actions.assign_provider(
            plan.pk, by=self.payer, mechanism=mechanism, provider_id=provider.pk if provider else None,
            provider_label=provider.name if provider else "",
        )  # fmt: skip
        return actions.submit_plan(plan.pk, by=self.payer)

    def _released(self, plan: Plan, mechanism: str, provider: Any = None) -> Plan:
        digest = self._submitted(plan, mechanism, provider).digest
        actions.approve_plan(plan.pk, by=self.people["approver"], digest=digest)
        actions.authorise_plan(plan.pk, by=self.people["authoriser"], digest=digest)
        return actions.release_plan(plan.pk, by=self.people["releaser"], digest=digest)

    def _lines(self, plan: Plan, *states: str) -> list[Line]:
        with viewing(self.payer):
            return list(queries.lines(plan.pk, seen_by=self.payer).filter(state__in=states).order_by("no"))

    def _reconcile(self, plan: Plan, provider_id: UUID, last: date) -> None:
        """Nearly all arrived; every fortieth failed, one is too small, one came back, and one nobody knows."""
        rows = [_HEAD]
        for place, line in enumerate(self._lines(plan, "sent")):
            failed, less = place % 40 == 7, place == 3
            paid = "" if failed else line.amount - 1000 if less else line.amount
            day = last - timedelta(days=place % 12)
            rows.append(f"{line.key},{paid},{day},R{place:06},MMK,{'failed' if failed else 'paid'}")
            if place == 11:
                rows.append(f"{line.key},{line.amount},{last},B{place:06},MMK,returned")
        rows.append(f"{new_id()},54000,{last},R999999,MMK,paid")
        content = "\n".join(rows).encode()
        statement = actions.receive_statement(provider_id, by=self.payer, name="first-round.csv", content=content)
        if statement.mapping is None:
            actions.map_statement(statement.pk, by=self.payer, mapping=_MAPPING)
        run_jobs()

    def _verify(self, plan: Plan) -> None:
        """A sample is asked by telephone; somebody got less than is recorded."""
        verifier = self.people["verifier"]
        row = actions.start_verification(
            plan.pk, by=verifier, label="First round, by telephone", method="phone", margin=Decimal(20), seed=7
        )
        with viewing(verifier):
            items = list(queries.verification_items(row.pk, seen_by=verifier)[:9])
        for place, item in enumerate(items):
            if place == 4:
                actions.answer_item(
                    item.pk,
                    by=verifier,
                    outcome="less",
                    said=Decimal(str(item.recorded)) - 5000,
                    note="The agent kept five thousand",
                )
            else:
                actions.answer_item(item.pk, by=verifier, outcome="received")

    def _site(self) -> Any:
        with viewing(self.payer):
            place = places.by_code(STATE, seen_by=self.payer)
        site = actions.add_site(
            self.operation_id, by=self.payer, code=SITE, name="School yard", place_id=place.pk if place else None
        )
        for item, unit, quantity in (("KIT", "piece", 800), ("SOAP", "bar", 9000)):
            actions.receive_stock(
                site.pk, by=self.payer, item=item, unit=unit, quantity=Decimal(quantity), key=new_id(), note="Truck 1"
            )
        return site

    def _day(self, plan: Plan, site: Any, day: date) -> Distribution:
        with viewing(self.payer):
            place = places.by_code(STATE, seen_by=self.payer)
        chosen = [place.pk] if place else []
        row = actions.plan_distribution(
            plan.pk, by=self.payer, site_id=site.pk, day=day, place_ids=chosen, most=MOST_ON_A_DAY
        )
        return actions.open_distribution(row.pk, by=self.people["distribution"])

    def _hand_out(self, day: Distribution) -> None:
        clerk = self.people["distribution"]
        with viewing(clerk):
            homes = queries.listed(day.pk, seen_by=clerk, first=BY_CARD)
        for home in homes:
            given = {UUID(due.key): due.left for due in home.dues}
            actions.hand_out(day.pk, home.household, given, by=clerk, key=new_id())

    def _paper_lists(self, plan: Plan, day: date) -> None:
        """What the other sites handed out came on paper, and is entered at once."""
        rows = [
            {"line": str(line.pk), "outcome": "delivered", "amount": str(line.amount), "on_day": day.isoformat(),
             "provider_reference": "paper", "cause_key": f"demo-paper-{line.pk}"}
            for line in self._lines(plan, "sent")
        ]  # fmt: skip
        actions.record_outcomes(plan.pk, pl.DataFrame(rows), by=self.payer)
