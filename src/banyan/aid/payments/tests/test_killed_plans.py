"""Killed with -9 in the middle of making lines, of releasing and of reconciling: nothing is half done, nothing is done twice."""

import os
import subprocess
import sys

import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.jobs import statements
from banyan.aid.payments.models import Entry, Outcome, Plan
from banyan.aid.payments.tests.plan_worlds import FROM, UNTIL, Ground, make_ground
from banyan.aid.payments.tests.provider_worlds import DUE, SYSTEM, make_paying
from banyan.aid.payments.tests.test_reconciling import EACH, said
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.jobs.testing import run_jobs

# The work is done and not yet committed when the process dies: it says so, waits, and never gets any further.
_WORK = """
import sys, time
import django
django.setup()
from banyan.aid.payments import actions
from banyan.platform.access.models import Account
from banyan.platform.access.viewers import system_viewer, viewer_of, viewing
plan, account, work = sys.argv[1:]
with viewing(system_viewer("tests")):
    by = viewer_of(Account.objects.get(pk=account))
with viewing(by):
    if work == "lines":
        actions.make_lines(plan, by=by, most=2)
    else:
        actions.release_plan(plan, by=by, digest=work)
    print("done", flush=True)
    time.sleep(600)
"""

# The job itself, two rows at a time; its second stretch is written and not yet committed when the process dies.
_RECONCILE = """
import sys, time
import django
django.setup()
from banyan.aid.payments import actions
from banyan.aid.payments.jobs import statements
from banyan.platform.access.models import Account
from banyan.platform.access.viewers import system_viewer, viewer_of, viewing
from banyan.platform.jobs.progress import Progress
statement, account, job, provider = sys.argv[1:]
with viewing(system_viewer("tests")):
    by = viewer_of(Account.objects.get(pk=account))
settle = actions.settle_rows

def slow(key, first, last, *, by):
    told = settle(key, first, last, by=by)
    if first > 1:
        print("done", flush=True)
        time.sleep(600)
    return told

statements.AT_ONCE, actions.settle_rows = 2, slow
statements.read_statement(Progress(job, by=by), by=by, statement=statement, provider=provider)
"""


@pytest.fixture
def ground(transactional_db: None) -> Ground:
    return make_ground(5)


def killed(plan: Plan, by: Viewer, work: str) -> None:
    """Another process does the work and is killed before it is kept."""
    killed_in(_WORK, plan.pk, by.id, work)


def killed_in(work: str, *given: object) -> None:
    """Another process works until it says so, and is killed there."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", work, *map(str, given)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "done\n"
        process.kill()


def test_work_that_was_killed_goes_on_where_it_stood(ground: Ground) -> None:
    budgets = [Budget(ground.money.pk)]
    plan = actions.make_plan(
        ground.run(5, 4, 3, 2, 1).pk, by=ground.maker, pay_from=FROM, pay_until=UNTIL, budgets=budgets
    )
    assert actions.make_lines(plan.pk, by=ground.maker, most=2).lines == 2
    killed(plan, ground.maker, "lines")
    assert (ground.now(plan).lines, ground.now(plan).generated_at) == (2, None)
    while not actions.make_lines(plan.pk, by=ground.maker, most=2).done:
        pass
    assert [line.amount for line in ground.lines(plan)] == [5, 4, 3, 2, 1]
    ground.require_totals(plan)
    digest = ground.submitted(plan).digest
    actions.approve_plan(plan.pk, by=ground.approver, digest=digest)
    actions.authorise_plan(plan.pk, by=ground.authoriser, digest=digest)
    killed(plan, ground.releaser, digest)
    assert (ground.now(plan).state, ground.accounts(plan)) == ("authorised", {"budget": -15, "committed": 15})
    assert actions.release_plan(plan.pk, by=ground.releaser, digest=digest).state == "released"
    assert ground.accounts(plan) == {"budget": -15, "released": 15}


def test_a_reconciliation_that_was_killed_goes_on_where_it_stood(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "AT_ONCE", 2)
    paying = make_paying(4)
    plan = paying.sent()
    text = said(
        paying,
        "0,100,2026-06-02,R1,EUR,,paid",
        "1,60,2026-06-02,R2,EUR,,paid",
        "2,100,2026-06-02,R3,EUR,,paid",
        "3,,2026-06-02,R4,EUR,,failed",
    )
    file = actions.receive_statement(paying.provider.pk, by=paying.officer, name="x", content=text.encode())
    file = actions.map_statement(file.pk, by=paying.officer, mapping=EACH)
    killed_in(_RECONCILE, file.pk, paying.officer.id, file.job, file.provider_id)
    # The first stretch stands; of the second nothing does, and the file is not said to be reconciled.
    assert paying.verdicts(file) == ["matched", "", "", ""]
    assert paying.states() == ["delivered", "sent", "sent", "sent"]
    assert paying.ledger() == {"delivered": DUE, "released": 3 * DUE}
    # The queue hands the job to the next worker, from its beginning.
    run_jobs()
    assert paying.verdicts(file) == ["matched", "partial", "matched", "failed"]
    assert paying.states() == ["delivered", "partial", "delivered", "failed"]
    assert paying.ledger() == {"delivered": 260, "released": 40, "returned": DUE}
    with viewing(SYSTEM):
        assert Outcome.objects.filter(plan=plan).count() == 4
        assert Entry.objects.filter(plan=plan, line__isnull=False, account="delivered").count() == 3
    again = paying.load(text + "\n")
    assert paying.verdicts(again) == ["duplicate"] * 4
    assert paying.ledger() == {"delivered": 260, "released": 40, "returned": DUE}
