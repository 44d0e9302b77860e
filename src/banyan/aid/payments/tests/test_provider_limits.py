"""What a provider does not pay is told when it is assigned and is not submitted; what it takes for paying counts in the cost."""

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import Plan
from banyan.aid.payments.tests.plan_worlds import Ground, make_ground, who
from banyan.aid.payments.tests.test_plan_api import API, client
from banyan.platform.access.actions import add_operation
from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Problem

KNOWN: dict[str, Any] = {"code": "WAVE", "name": "Wave", "mechanisms": ["cash"], "currencies": ["USD"]}


@dataclass
class Limited:
    """A plan of 10, 100 and 1,000 that is locked, and a provider that pays from 50 to 500."""

    ground: Ground
    plan: Plan
    provider: Any

    def assigned(self, **said: Any) -> Plan:
        return actions.assign_provider(
            self.plan.pk, by=self.ground.maker, provider_id=self.provider.pk, mechanism="cash", **said
        )

    def leave(self, *homes: int) -> None:
        lines = self.ground.lines(self.plan)
        actions.leave_out(self.plan.pk, [lines[home].pk for home in homes], by=self.ground.maker, reason="By hand")

    def told(self) -> Any:
        return client(self.ground.maker).get(f"{API}/plans/{self.plan.pk}").json()


def make() -> Limited:
    """Three households, the plan of them and the provider."""
    ground = make_ground()
    provider = actions.add_provider(
        ground.world.operation.pk, by=ground.maker, least=Decimal(50), most=Decimal(500), fee_fixed=Decimal(2),
        fee_percent=Decimal("1.255"), **KNOWN,
    )  # fmt: skip
    plan = actions.lock_plan(ground.draft(ground.run(10, 100, 1000)).pk, by=ground.maker)
    return Limited(ground, plan, provider)


@pytest.fixture(scope="module")
def made(once: Any) -> Limited:
    return once(make)


@pytest.fixture
def limited(made: Limited, db: None) -> Limited:
    return deepcopy(made)


def test_lines_outside_the_limits_are_told_and_not_submitted(limited: Limited) -> None:
    ground, key = limited.ground, limited.plan.pk
    desk = client(ground.maker)
    where = reverse("payments:step", args=[key, "assign"])
    page = desk.post(where, {"provider": str(limited.provider.pk), "mechanism": "cash"})
    assert page.status_code == 422
    for told in ("1 lines are below its smallest transfer.", "1 lines are above its largest transfer."):
        assert told in page.content.decode()
    assert ground.now(limited.plan).state == "locked"
    desk.post(where, {"provider": str(limited.provider.pk), "mechanism": "cash", "anyway": "yes"})
    assert limited.told()["unpayable"] == {"too_small": 1, "too_large": 1, "without_account": 0}
    with pytest.raises(Problem) as refused:
        actions.submit_plan(key, by=ground.maker)
    assert [one.as_text().splitlines()[0] for one in refused.value.errors] == [
        "1 lines are below 50 USD, the smallest transfer of Wave. Assign another provider, or leave these lines out and pay them by"
        " another plan.",
        "1 lines are above 500 USD, the largest transfer of Wave. Assign another provider, or leave these lines out and pay them by"
        " another plan.",
    ]
    answer = desk.post(f"{API}/plans/{key}/submit")
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 2)
    said = desk.post(reverse("payments:step", args=[key, "submit"]), follow=True).content.decode()
    assert "1 lines are below 50 USD, the smallest transfer of Wave." in said
    assert ground.now(limited.plan).state == "assigned"


def test_whoever_is_held_or_left_out_is_measured_by_no_limit(limited: Limited) -> None:
    ground = limited.ground
    limited.assigned()
    limited.leave(2)
    actions.hold_payment(ground.homes[0], by=ground.maker, reason="Looked into")
    assert actions.submit_plan(limited.plan.pk, by=ground.maker).state == "in_approval"
    # The hold over, the line is among the others again, and is looked at when they are submitted anew.
    with viewing(ground.maker):
        hold = queries.holds(seen_by=ground.maker).get()
    actions.lift_hold(hold.pk, by=ground.maker, reason="Settled")
    with pytest.raises(Problem) as refused:
        actions.submit_plan(limited.plan.pk, by=ground.maker)
    assert [one.code for one in refused.value.errors or (refused.value,)] == ["payments.lines_below"]
    # What it leaves out another plan pays, by a provider without limits.
    limited.leave(0)
    actions.submit_plan(limited.plan.pk, by=ground.maker)
    other = actions.lock_plan(ground.draft(ground_run(limited)).pk, by=ground.maker)
    free = actions.add_provider(ground.world.operation.pk, by=ground.maker, **{**KNOWN, "code": "FREE", "name": "Free"})
    actions.assign_provider(other.pk, by=ground.maker, provider_id=free.pk, mechanism="cash")
    assert actions.submit_plan(other.pk, by=ground.maker).amount == 1010


def ground_run(limited: Limited) -> Any:
    """The entitlements of the plan once more."""
    from banyan.aid.programmes.models import EntitlementRun

    with viewing(limited.ground.maker):
        return EntitlementRun.objects.get(pk=limited.plan.run)


def elsewhere(limited: Limited) -> UUID:
    """A provider of another operation, which the same people work in."""
    system = system_viewer("test")
    other = add_operation("ELSE", "Elsewhere", limited.ground.world.operation.country, by=system)
    maker = who("payment-officer", operation=other)
    return UUID(str(actions.add_provider(other.pk, by=maker, **KNOWN).pk))


UNFIT: dict[str, tuple[str, Any, str]] = {
    "nobody": ("kernel.not_found", lambda limited: new_id(), "cash"),
    "of another operation": ("kernel.not_found", elsewhere, "cash"),
    "retired": (
        "payments.provider_retired",
        lambda limited: actions.retire_provider(limited.provider.pk, by=limited.ground.maker).pk,
        "cash",
    ),
    "not by this way": ("payments.provider_unfit", lambda limited: limited.provider.pk, "bank"),
    "not in this money": (
        "payments.provider_unfit",
        lambda limited: actions.change_provider(limited.provider.pk, by=limited.ground.maker, currencies=["EUR"]).pk,
        "cash",
    ),
}


@pytest.mark.parametrize("case", UNFIT)
def test_a_provider_that_cannot_pay_the_plan_is_not_assigned(limited: Limited, case: str) -> None:
    code, provider, mechanism = UNFIT[case]
    key = provider(limited)
    with pytest.raises(Problem) as refused:
        actions.assign_provider(limited.plan.pk, by=limited.ground.maker, provider_id=key, mechanism=mechanism)
    assert (refused.value.code, refused.value.at.field) == (code, "provider")
    assert limited.ground.now(limited.plan).state == "locked"


@pytest.mark.parametrize("limits", [{"least": None, "most": Decimal(10)}, {"least": Decimal(1000), "most": None}])
def test_one_limit_alone_is_a_limit(limited: Limited, limits: dict[str, Any]) -> None:
    actions.change_provider(limited.provider.pk, by=limited.ground.maker, **limits)
    limited.assigned()
    with pytest.raises(Problem) as refused:
        actions.submit_plan(limited.plan.pk, by=limited.ground.maker)
    (only,) = refused.value.errors or (refused.value,)
    assert only.as_text().startswith("2 lines are " + ("above 10 USD" if limits["most"] else "below 1000 USD"))


def test_what_the_provider_takes_counts_in_the_cost_and_not_in_the_ledger(limited: Limited) -> None:
    ground = limited.ground
    assert limited.told()["cost"] is None
    limited.assigned()
    limited.leave(0, 2)
    # One transfer of 100: two for the transfer, and 1.255 per cent.
    assert limited.told()["cost"] == {"amount": "100.0000", "fees": "3.26", "whole": "103.2600"}
    # Who sees no lines is told the cost and nothing of them.
    seen = client(who("auditor")).get(f"{API}/plans/{limited.plan.pk}").json()
    assert (seen["cost"]["whole"], seen["unpayable"]) == ("103.2600", None)
    digest = actions.submit_plan(limited.plan.pk, by=ground.maker).digest
    actions.approve_plan(limited.plan.pk, by=ground.approver, digest=digest)
    assert ground.accounts(limited.plan) == {"budget": -100, "committed": 100}
    goods = ground.now(limited.plan)
    goods.kind = "in_kind"
    with viewing(ground.maker):
        assert queries.plan_cost(goods, seen_by=ground.maker) is None
