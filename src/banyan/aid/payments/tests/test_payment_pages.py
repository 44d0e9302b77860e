"""Pages of payments: a plan is moved from hand to hand, everybody sees whose turn it is, and nobody takes two parts."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.aid.payments import actions, queries
from banyan.aid.payments.models import Line, Plan
from banyan.aid.payments.tests.handing_worlds import make_world as make_handing
from banyan.aid.payments.tests.provider_worlds import FROM, SYSTEM, UNTIL, Paying, make_paying
from banyan.people.quality.tests.people import client_of
from banyan.platform.access.models import Account, ReadEntry
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs


@pytest.fixture(scope="module")
def made(once: Any) -> Paying:
    return once(make_paying, 3)


@pytest.fixture
def paying(made: Paying, db: None) -> Paying:
    return deepcopy(made)


def client_for(viewer: Viewer) -> Any:
    with viewing(SYSTEM):
        return client_of(account=Account.objects.get(pk=viewer.id))


def get(client: Any, page: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"payments:{page}", args=args), query)
    assert answer.status_code == 200, (page, answer.status_code)
    return answer.content.decode()


def post(client: Any, page: str, *args: Any, status: int = 302, query: str = "", **said: Any) -> Any:
    answer = client.post(reverse(f"payments:{page}", args=args) + query, said)
    assert answer.status_code == status, (page, answer.status_code, answer.content.decode()[-3000:])
    return answer


def waiting(viewer: Viewer) -> list[Any]:
    with viewing(viewer):
        return queries.waiting(seen_by=viewer)


def fresh(paying: Paying) -> Plan:
    with viewing(SYSTEM):
        return Plan.objects.latest("made_at")


def test_a_plan_goes_from_hand_to_hand(paying: Paying) -> None:
    officer, (approver, authoriser, releaser) = client_for(paying.officer), map(client_for, paying.others)
    operation = str(paying.world.operation.pk)
    assert "No payment plan yet" in get(officer, "home")
    assert "No payment plan yet" in get(officer, "plans")
    chosen = get(officer, "plan-new", operation=operation)
    assert str(paying.run) in chosen
    query = f"?operation={operation}&run={paying.run}"
    said: dict[str, Any] = {
        "name": "June",
        "pay_from": "2026-06-30",
        "pay_until": "2026-06-01",
        "rest": str(paying.budget),
        "basis": "regular",
    }
    assert "before it begins" in post(officer, "plan-new", query=query, status=422, **said).content.decode()
    post(officer, "plan-new", query=query, **{**said, "pay_from": str(FROM), "pay_until": str(UNTIL)})
    run_jobs()
    plan = fresh(paying)
    assert plan.lines == 3

    def step(client: Any, verb: str, status: int = 302, **more: Any) -> Any:
        return post(client, "step", plan.pk, verb, status=status, **more)

    step(officer, "lock")
    asked: dict[str, Any] = {"provider": str(paying.provider.pk), "mechanism": "bank"}
    doubted = step(officer, "assign", status=422, **asked).content.decode()
    assert "For 3 lines the collector has no account" in doubted
    step(officer, "assign", **{**asked, "mechanism": "mobile_money"})
    step(officer, "submit")
    page = get(officer, "plan", plan.pk)
    assert "Who may take the next step" in page
    assert paying.others[0].label in page
    digest = fresh(paying).digest

    assert [one.count for one in waiting(paying.others[0])] == [1]
    assert waiting(paying.officer) == waiting(paying.others[1]) == []
    # Who prepared may not approve, whatever page is sent; who approved may not authorise; a stale word counts for nothing.
    step(officer, "approve", status=403, digest=digest)
    assert fresh(paying).state == "in_approval"
    assert "300.00 EUR" in get(approver, "step", plan.pk, "approve")
    assert "not those that were approved" in step(approver, "approve", status=422, digest="0" * 64).content.decode()
    step(approver, "approve", digest=digest, note="Looked at ten of them")
    step(approver, "authorise", status=403, digest=digest)
    assert waiting(paying.others[0]) == []
    assert [one.count for one in waiting(paying.others[1])] == [1]
    assert "Looked at ten of them" in get(authoriser, "plan", plan.pk)
    assert "reason" in step(authoriser, "refuse", status=422, note="").content.decode().lower()
    step(authoriser, "authorise", digest=digest)
    step(releaser, "release", digest=digest)
    post(officer, "plan-file", plan.pk, format="csv")
    page = get(officer, "plan", plan.pk)
    assert "Fetch" in page
    with viewing(paying.officer):
        file = queries.payment_files(plan.pk, seen_by=paying.officer).get()
    answer = post(officer, "file", file.pk, status=200)
    assert "attachment" in answer["Content-Disposition"]
    assert client_for(paying.others[0]).post(reverse("payments:file", args=[file.pk])).status_code == 403
    step(officer, "send")
    assert fresh(paying).state == "sent"
    step(officer, "close")
    assert fresh(paying).state == "sent", "nobody knows yet whether it arrived"
    assert officer.get(reverse("payments:step", args=[plan.pk, "close"])).status_code == 404
    assert officer.get(reverse("payments:step", args=[plan.pk, "fly"])).status_code == 404

    outcomes(paying, officer, plan)
    step(officer, "close")
    assert fresh(paying).state == "closed"
    follow: dict[str, Any] = {"pay_from": "2026-07-01", "pay_until": "2026-07-31"}
    post(officer, "plan-follow", plan.pk, **follow)
    run_jobs()
    assert fresh(paying).lines == 2
    told = get(officer, "plan", plan.pk)
    assert fresh(paying).reference in told
    assert "Followed by" in told
    dashboards(paying, officer, plan)


def outcomes(paying: Paying, officer: Any, plan: Plan) -> None:
    """One arrives, one in part, one is not claimed: recorded by hand, each once however often it is sent."""
    with viewing(SYSTEM):
        first, second, third = Line.objects.filter(plan=plan).order_by("no")
    said: dict[str, Any] = {"key": "hand:1", "outcome": "delivered", "amount": "100", "on_day": "2026-06-20"}
    post(officer, "line-outcome", first.pk, **said)
    post(officer, "line-outcome", first.pk, **said)
    post(officer, "line-outcome", second.pk, status=422, key="hand:2", outcome="partial", on_day="")
    post(officer, "line-outcome", second.pk, key="hand:2", outcome="partial", amount="40", on_day="2026-06-28")
    post(officer, "line-outcome", third.pk, key="hand:3", outcome="unclaimed", on_day="2026-06-28")
    page = get(officer, "line", first.pk)
    assert page.count("delivered") >= 2
    assert "100.00 EUR" in page
    listed = get(officer, "lines", plan.pk, state="delivered")
    assert listed.count("/payments/lines/") == 1
    with viewing(SYSTEM):
        assert ReadEntry.objects.filter(subject="payments.line", kind="list").exists()
    home = get(officer, "household", first.household_id)
    assert home.count("100.00 EUR") >= 2
    assert "in no plan yet" not in home


def dashboards(paying: Paying, officer: Any, plan: Plan) -> None:
    page = get(officer, "home")
    assert "140.00 EUR" in page, "what arrived, together"
    assert page.count("<svg") >= 4
    assert plan.reference in page, "where something was not claimed"
    assert get(officer, "home", currency="kind")
    with viewing(paying.officer):
        told = queries.dashboard(paying.world.operation.pk, seen_by=paying.officer, today=UNTIL)
    assert told.delivered.lines == 2
    assert [figure.amount for _week, figure in told.weeks] == [Decimal(100), Decimal(40)]
    assert told.unclaimed.lines == 1
    assert told.stages["released"].amount == Decimal(300)
    assert sum(row.delivered.amount for row in told.places) == Decimal(140)
    auditor = client_of("auditor", operation=paying.world.operation)
    assert "<svg" in get(auditor, "home")
    assert auditor.get(reverse("payments:lines", args=[plan.pk])).status_code == 403
    assert get(auditor, "plan", plan.pk)


def test_goods_are_counted_in_units_beside_money(db: None) -> None:
    handing = make_handing()
    officer = client_for(handing.officer)
    page = get(officer, "plan", handing.plan.pk)
    assert "Distributions" in page
    assert "Where the money is" not in page, "goods have no ledger"
    assert "50 kg" in get(officer, "lines", handing.plan.pk, household=handing.reference(0))
    handing.hand(handing.day(), rice=20)
    home = get(officer, "household", handing.homes[0])
    assert "20 kg" in home
    assert "KIT" in home
    assert "<svg" in get(officer, "home")


def test_pages_take_as_many_queries_however_many_lines(paying: Paying) -> None:
    plan = paying.sent()
    officer = client_for(paying.officer)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            get(officer, "plan", plan.pk)
        counts.append(len(caught))
    assert counts[1] <= 45, counts
    with CaptureQueriesContext(connection) as caught:
        get(officer, "home")
    assert len(caught) <= 35, len(caught)
    with CaptureQueriesContext(connection) as caught:
        get(officer, "lines", plan.pk)
    assert len(caught) <= 25, len(caught)


def test_lines_are_left_out_and_written_off_with_a_reason(paying: Paying) -> None:
    officer = client_for(paying.officer)
    plan = actions.make_plan(
        paying.run, by=paying.officer, pay_from=FROM, pay_until=UNTIL, budgets=[actions.Budget(paying.budget)]
    )
    run_jobs()
    with viewing(SYSTEM):
        line = Line.objects.filter(plan=plan).first()
    assert "Leave this line out" in get(officer, "line", line.pk)
    post(officer, "line-leave", line.pk, **{"leave-reason": ""})
    assert fresh(paying).lines == 3
    post(officer, "line-leave", line.pk, **{"leave-reason": "Moved away"})
    assert fresh(paying).lines == 2
    actions.abort_plan(plan.pk, by=paying.officer, reason="Again")
    plan = paying.sent()
    with viewing(SYSTEM):
        line = Line.objects.filter(plan=plan).first()
    assert client_for(paying.officer).post(reverse("payments:line-write-off", args=[line.pk])).status_code == 403
    post(client_for(paying.others[1]), "line-write-off", line.pk, **{"lost-reason": "Robbed on the way"})
    with viewing(SYSTEM):
        assert Line.objects.get(pk=line.pk).lost_amount == Decimal(100)
