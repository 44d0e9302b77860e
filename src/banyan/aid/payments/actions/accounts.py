"""The accounts of collectors taken into a plan, so that whoever approves it approves where the money goes."""

from uuid import UUID

import polars as pl

from banyan.aid.payments import queries
from banyan.aid.payments.actions.planning import set_accounts
from banyan.aid.payments.queries.files import collector_accounts
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer

PREPARE = "payments.prepare_plan"


@action(PREPARE)
def take_accounts(plan_id: UUID, *, by: Viewer) -> int:
    """Write the accounts in use of all collectors on the lines of a plan; how many have one. Raises Problem not_found, plan_state."""
    plan = queries.plan(plan_id, seen_by=by)
    found = collector_accounts(plan_id, plan.mechanism, seen_by=by)
    set_accounts(plan_id, found, by=by)
    return found.filter(pl.col("account").is_not_null()).height
