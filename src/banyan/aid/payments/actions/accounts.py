"""Accounts of people: taken into a plan, so that whoever approves it approves where the money goes; seen where their people live."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from banyan.aid.payments import queries
from banyan.aid.payments.actions.planning import set_accounts
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer

PREPARE, CHANGE = "payments.prepare_plan", "payments.change_account"
_LIE: Final = """
UPDATE payments_account a SET scope_id = p.scope_id FROM ({people}) p (id, scope_id)
WHERE a.person_id = p.id AND a.scope_id <> p.scope_id
"""


@action(PREPARE)
def take_accounts(plan_id: UUID, *, by: Viewer) -> int:
    """Write the accounts in use of all collectors on the lines of a plan; how many have one. Raises Problem not_found, plan_state."""
    plan = queries.plan(plan_id, seen_by=by)
    found = queries.collector_accounts(plan_id, plan.mechanism, seen_by=by)
    set_accounts(plan_id, found, by=by)
    return found.filter(pl.col("account").is_not_null()).height


@action(CHANGE)
def follow_register(*, by: Viewer, people: Collection[UUID] = (), households: Collection[UUID] = ()) -> int:
    """Have the accounts of these people lie where the people do, merged registrations where the one is that stands for them.

    Whose account it is never changes by it: queries.accounts looks through the merge. One statement; how many accounts moved.
    """
    theirs = (
        Q(pk__in=people) | Q(merged_into__in=people) | Q(memberships__household__in=households, memberships__until=None)
    )
    rows = registry.people(seen_by=by).filter(theirs).order_by()
    text, given = (
        rows.values_list(F("pk"), Coalesce(F("merged_into__scope_id"), F("scope_id")))
        .distinct()
        .query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(_LIE.replace("{people}", text), given)
        moved: int = cursor.rowcount
        return moved
