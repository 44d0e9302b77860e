"""Lines that must not be paid: those held by somebody, those whose entitlement is gone, those that another plan has paid."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from banyan.aid.payments.models import Plan
from banyan.aid.programmes import queries as programmes
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

# A hold of a household holds whatever is paid to it or to anybody in it; one of a person, what is paid to that person.
HELD: Final = """
EXISTS (SELECT FROM payments_hold h WHERE h.household_id = l.household_id AND (h.person_id IS NULL OR h.person_id = l.person_id)
        AND h.lifted_at IS NULL AND h.from_on <= %(of_today)s AND (h.until IS NULL OR h.until >= %(of_today)s))
"""
# Asked of all at once: a set that is looked into, not a question for each line.
_STANDS: Final = "l.entitlement IN (SELECT standing.entitlement_id FROM ({payable}) standing)"
_PAID: Final = """
EXISTS (SELECT FROM payments_line o WHERE o.origin = l.origin AND o.id <> l.id AND o.state NOT IN ('pending', 'held', 'sent')
        GROUP BY o.origin HAVING sum(greatest(o.delivered_amount - o.returned_amount, 0)) + l.amount > l.due)
"""
_TIDY: Final = f"""
UPDATE payments_line l SET state = each.state FROM (
    SELECT l.id, CASE WHEN NOT {_STANDS} OR {_PAID} THEN 'cancelled' WHEN {HELD} THEN 'held' ELSE 'pending' END AS state
    FROM payments_line l WHERE l.plan_id = %(of_plan)s AND l.state IN ('pending', 'held')
) each WHERE each.id = l.id AND each.state <> l.state
"""  # noqa: S608 — composed of the constants above
_DOUBTS: Final = f"""
SELECT count(*) FILTER (WHERE {HELD}), count(*) FILTER (WHERE NOT {_STANDS}), count(*) FILTER (WHERE {_PAID})
FROM payments_line l WHERE l.plan_id = %(of_plan)s AND l.state = 'pending'
"""  # noqa: S608 — composed of the constants above


@dataclass(frozen=True)
class Doubts:
    """How many lines that would be paid must not be, and why."""

    held: int
    ended: int
    paid: int


def tidy(plan: Plan, by: Viewer) -> int:
    """Leave out who must not be paid, take in again whose hold is over. How many lines changed."""
    return _run(_TIDY, plan)[0]


def doubtful(plan: Plan, by: Viewer) -> Doubts:
    """Lines that came to be in doubt after they were agreed to."""
    return Doubts(*_run(_DOUBTS, plan)[1])


def _run(statement: str, plan: Plan) -> tuple[int, Any]:
    """As the system: whoever takes the step reaches the plan, and need not see every hold or entitlement."""
    with viewing(system_viewer("payments")) as system:
        payable = programmes.payable_sql(plan.run, seen_by=system)
        values = {**payable.values, "of_plan": plan.pk, "of_today": timezone.localdate()}
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{payable}", payable.sql), values)
            return cursor.rowcount, cursor.fetchone() if cursor.description else None
