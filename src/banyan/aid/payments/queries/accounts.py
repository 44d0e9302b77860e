"""Into which account a line is paid: that of its collector, or of a registration that was merged with the collector's.

A merge of people writes nothing here: an account stays the registration's for which it was written down, and is looked up
through the merge. So nobody's account is lost by being merged, and undoing it gives each back what was theirs.
"""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import Q

from banyan.aid.payments.models import Plan
from banyan.people.registry import queries as registry
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.problems import Problem

VIEW_PLAN, VIEW_ACCOUNT = "payments.view_plan", "payments.view_account"
# The collector's own comes first, then that of whoever stands for them, then the one written down last.
_PAID_TO: Final = """
WITH gone AS MATERIALIZED (SELECT * FROM unnest(%(of_merged)s::uuid[], %(of_survivors)s::uuid[]) known (merged, survivor)),
same (person, other, near) AS (
    SELECT merged, survivor, 1 FROM gone UNION ALL SELECT survivor, merged, 0 FROM gone
    UNION ALL SELECT one.merged, two.merged, 0 FROM gone one JOIN gone two USING (survivor) WHERE one.merged <> two.merged
), theirs AS MATERIALIZED (
    SELECT DISTINCT ON (same.person) same.person, a.id FROM same
    JOIN payments_account a ON a.person_id = same.other AND a.mechanism = %(of_mechanism)s AND a.ended_at IS NULL
    ORDER BY same.person, same.near DESC, a.since DESC, a.id
)
SELECT l.id AS line, coalesce(own.id, theirs.id) AS account, l.state FROM payments_line l
LEFT JOIN payments_account own ON own.person_id = l.collector_id AND own.mechanism = %(of_mechanism)s AND own.ended_at IS NULL
LEFT JOIN theirs ON own.id IS NULL AND theirs.person = l.collector_id
WHERE l.plan_id = %(of_plan)s
"""


def merged_of(survivors: Iterable[UUID]) -> dict[UUID, UUID]:
    """{registration: the one that stands for it} of all that were merged into these."""
    return _merged(Q(merged_into__in=list(survivors)))


def _merged(which: Q) -> dict[UUID, UUID]:
    """As the system: whoever sees a person need not see the registrations that led to theirs; ids only."""
    with viewing(system_viewer("payments")) as system:
        rows = registry.people(seen_by=system).filter(which, merged_into__isnull=False).order_by()
        return dict(rows.values_list("pk", "merged_into_id"))


def paid_to(plan: Plan, mechanism: str, *, seen_by: Viewer) -> tuple[str, dict[str, Any]]:
    """Line, account in use by this way of paying or NULL, and state of all lines of a plan, as part of a statement."""
    seen_by.require(VIEW_PLAN)
    merged = _merged(Q(operation=plan.operation_id))
    values = {"of_merged": list(merged), "of_survivors": list(merged.values())}
    return _PAID_TO, {**values, "of_plan": plan.pk, "of_mechanism": mechanism}


def collector_accounts(plan_id: UUID, mechanism: str, *, seen_by: Viewer) -> pl.DataFrame:
    """The account in use of every collector of a plan by a way of paying: line and account, as text.

    A constant number of statements. Raises Problem not_found.
    """
    seen_by.require(VIEW_ACCOUNT)
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Problem("not_found")
    text, values = paid_to(plan, mechanism, seen_by=seen_by)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT line::text, account::text FROM ({text}) found WHERE state = 'pending'", values)  # noqa: S608
        return pl.DataFrame(cursor.fetchall(), schema={"line": pl.String, "account": pl.String}, orient="row")
