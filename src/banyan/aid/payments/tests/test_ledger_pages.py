"""The ledger on its page: balanced, by plan, programme, budget line and account, exported by who may; and a plan still at work."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Entry, Plan
from banyan.aid.payments.queries import balances, ledger_entries
from banyan.aid.payments.tests.plan_worlds import FROM, SYSTEM, UNTIL, Ground, make_ground
from banyan.people.quality.tests.people import client_of
from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs


@pytest.fixture(scope="module")
def made(once: Any) -> Ground:
    return once(make_ground)


@pytest.fixture
def ground(made: Ground, db: None) -> Ground:
    return deepcopy(made)


@pytest.fixture
def plan(ground: Ground) -> Plan:
    """Three lines sent; one arrived, one came back in part, of one nothing is known."""
    sent = ground.sent(ground.draft(ground.run(10, 20, 30)))
    ground.tell(sent, (0, "delivered", 10, "a"), (1, "delivered", 20, "b"), (1, "returned", 5, "c"))
    return ground.now(sent)


def client_for(viewer: Viewer) -> Any:
    with viewing(SYSTEM):
        return client_of(account=Account.objects.get(pk=viewer.id))


def shown(client: Any, ground: Ground, **query: str) -> str:
    answer = client.get(reverse("payments:ledger"), {"operation": str(ground.world.operation.pk), **query})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_all_accounts_come_to_nothing_whatever_is_asked(ground: Ground, plan: Plan) -> None:
    operation = ground.world.operation.pk
    with viewing(ground.maker):
        for about in ({}, {"plan": plan.pk}, {"programme": ground.programme.pk}, {"budget_line": ground.money.pk}):
            (found,) = balances(ledger_entries(operation, seen_by=ground.maker, **about), seen_by=ground.maker)
            assert (found.currency, found.whole) == ("USD", 0)
            assert {book: amount for book, amount in found.books.items() if amount} == ground.accounts(plan)
            assert found.entries == Entry.objects.count()
        assert (
            balances(ledger_entries(operation, seen_by=ground.maker, plan=ground.programme.pk), seen_by=ground.maker)
            == []
        )


def test_the_page_tells_entries_and_balance_and_notes_who_looked(ground: Ground, plan: Plan) -> None:
    client = client_for(ground.maker)
    text = shown(client, ground)
    assert "USD" in text
    assert plan.reference in text
    assert text.count("0.00 USD") >= 1
    lost = shown(client, ground, account="lost")
    assert reverse("payments:line", args=[ground.lines(plan)[0].pk]) not in lost
    returned = shown(client, ground, account="returned")
    assert "5.00 USD" in returned
    assert plan.reference in shown(client, ground, plan=str(plan.pk), programme=str(ground.programme.pk))
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="payments.entry", kind="list").exists()
    assert (
        client.get(reverse("payments:ledger"), {"operation": str(ground.world.operation.pk), "plan": "x"}).status_code
        == 200
    )
    assert reverse("payments:ledger") in client.get(reverse("payments:plan", args=[plan.pk])).content.decode()


def test_who_prepares_plans_exports_it_and_nobody_else(ground: Ground, plan: Plan) -> None:
    asked = {"operation": str(ground.world.operation.pk), "format": "csv"}
    answer = client_for(ground.maker).get(reverse("payments:ledger"), asked)
    rows = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode().splitlines()
    with viewing(SYSTEM):
        assert len(rows) == Entry.objects.filter(operation=ground.world.operation).count() + 1
        assert ReadEntry.objects.filter(subject="payments.entry", kind="export").exists()
    # Whoever may look but not export is shown the page.
    assert "text/html" in client_for(ground.approver).get(reverse("payments:ledger"), asked)["Content-Type"]
    assert client_of("auditor").get(reverse("payments:ledger"), asked).status_code == 403


def test_it_takes_as_many_statements_however_much_is_booked(ground: Ground, plan: Plan) -> None:
    client = client_for(ground.maker)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            shown(client, ground)
        counts.append(len(asked))
        ground.tell(plan, (2, "delivered", 30, "d"))
    assert counts[1] <= counts[0]


def test_lines_are_locked_when_they_are_made_and_the_page_looks_again(ground: Ground) -> None:
    budgets = [Budget(ground.money.pk)]
    plan = actions.make_plan(ground.run(10).pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=budgets)
    client, lock = client_for(ground.maker), reverse("payments:step", args=[plan.pk, "lock"])
    busy = client.get(reverse("payments:plan", args=[plan.pk])).content.decode()
    assert "Its lines are being made." in busy
    assert f'action="{lock}"' not in busy
    assert 'hx-trigger="job-over from:body"' in busy or 'hx-trigger="every 3s"' in busy
    run_jobs()
    done = client.get(reverse("payments:plan", args=[plan.pk])).content.decode()
    assert "Its lines are being made." not in done
    assert f'action="{lock}"' in done
    assert Decimal(10) == ground.now(plan).amount
