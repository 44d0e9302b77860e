"""Killed with -9 in the middle of making lines and of releasing: nothing is half done, nothing is done twice."""

import os
import subprocess
import sys

import pytest

from banyan.aid.payments import actions
from banyan.aid.payments.actions import Budget
from banyan.aid.payments.models import Plan
from banyan.aid.payments.tests.plan_worlds import FROM, UNTIL, Ground, make_ground
from banyan.platform.access.viewers import Viewer

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


@pytest.fixture
def ground(transactional_db: None) -> Ground:
    return make_ground(5)


def killed(plan: Plan, by: Viewer, work: str) -> None:
    """Another process does the work and is killed before it is kept."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", _WORK, str(plan.pk), str(by.id), work],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
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
