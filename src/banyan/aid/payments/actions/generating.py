"""The lines of a plan, made by set: some thousands with one statement, until every entitlement has been looked at."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from banyan.aid.payments.actions.steps import locked
from banyan.aid.payments.actions.tidying import HELD
from banyan.aid.payments.models import Plan, PlanBudget
from banyan.aid.payments.states import PREPARE, PlanState
from banyan.aid.programmes import queries as programmes
from banyan.people.registry import queries as registered
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

# So many entitlements are looked at in one transaction; each of them is done once, whatever is killed between two.
CHUNK: Final = 20_000
_MEMBER: Final = "household, person, collects, stands_in, heads"
_NOBODY: Final = UUID(int=0)
# Everything due is what is entitled without what was paid before of the same entitlement or those that it amends; what is on its way
# by another plan is nobody's. Who comes for it: the person; of a household who collects for it, else its head. What was paid and who
# comes are looked up for each by their index: joined as sets, a server without fresh counts goes through one once for each of the other.
_MAKE: Final = """
WITH taken AS MATERIALIZED (
    SELECT p.* FROM ({payable}) p WHERE p.entitlement_id > %(of_after)s ORDER BY p.entitlement_id LIMIT %(of_most)s
), chosen AS (
    SELECT t.*, coalesce(t.amount, t.quantity) AS whole, coalesce(t.amount, t.quantity) - paid.net AS pays, paid.former,
           sum(coalesce(t.amount, t.quantity) - paid.net) OVER (ORDER BY t.entitlement_id) AS running,
           row_number() OVER (ORDER BY t.entitlement_id) AS place
    FROM taken t CROSS JOIN LATERAL (
        SELECT coalesce(sum(greatest(l.delivered_amount - l.returned_amount, 0)), 0) AS net,
               coalesce(bool_or(l.state IN ('pending', 'held', 'sent')), false) AS flying,
               coalesce(bool_or(l.plan_id = %(of_follow)s), false) AS follows,
               (array_agg(l.id ORDER BY l.id DESC) FILTER (WHERE l.plan_id = %(of_follow)s))[1] AS former
        FROM payments_line l WHERE l.origin = t.origin_id
    ) paid
    WHERE coalesce(t.amount, t.quantity) - paid.net > 0 AND NOT paid.flying
      AND CASE %(of_basis)s WHEN 'follow_up' THEN paid.follows WHEN 'top_up' THEN paid.net > 0 ELSE true END
), made AS (
    INSERT INTO payments_line (operation_id, scope_id, plan_id, no, key, entitlement, origin, household_id, person_id, place_id,
                               collector_id, alternate_id, size, amount, due, item, unit, budget_line, state, follow_up_of_id)
    SELECT %(of_operation)s, l.scope_id, %(of_plan)s, %(of_number)s + l.place, md5(%(of_plan)s::text || l.entitlement_id)::uuid,
           l.entitlement_id, l.origin_id, l.household_id, l.person_id, l.place_id, coalesce(l.person_id, who.collector),
           CASE WHEN l.person_id IS NULL THEN who.alternate WHEN who.collector <> l.person_id THEN who.collector END,
           l.size, l.pays, l.whole, coalesce(l.item, ''), coalesce(l.unit, ''),
           (SELECT b.line FROM unnest(%(of_lines)s::uuid[], %(of_untils)s::numeric[]) WITH ORDINALITY AS b (line, until, n)
            WHERE b.until IS NULL OR %(of_amount)s + l.running <= b.until ORDER BY b.n LIMIT 1),
           CASE WHEN {held} THEN 'held' ELSE 'pending' END, l.former
    FROM chosen l CROSS JOIN LATERAL (
        SELECT (array_agg(m.person ORDER BY m.collects DESC, m.person) FILTER (WHERE m.collects OR m.heads))[1] AS collector,
               (array_agg(m.person ORDER BY m.person) FILTER (WHERE m.stands_in AND NOT m.collects))[1] AS alternate
        FROM {members} WHERE m.household = l.household_id
    ) who
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM made),
       (SELECT t.entitlement_id FROM taken t ORDER BY t.entitlement_id DESC LIMIT 1)
"""


@dataclass(frozen=True)
class Made:
    """What one go at making lines came to."""

    seen: int
    lines: int
    done: bool


@action(PREPARE)
def make_lines(plan_id: UUID, *, by: Viewer, most: int = CHUNK) -> Made:
    """Make lines for the next entitlements of a plan, from where the last go stopped; `done` when none is left.

    Raises Problem not_found, payments.plan_state.
    """
    plan = locked(plan_id, PREPARE, by)
    if plan.state != PlanState.DRAFT:
        raise Problem("payments.plan_state", state=PlanState(plan.state).label)
    if plan.generated_at is not None:
        return Made(0, 0, done=True)
    payable = programmes.payable_sql(plan.run, seen_by=by)
    members, member_values = _named(_members(by), "of_member")
    budgets = PlanBudget.objects.filter(plan=plan).order_by("position").values_list("budget_line_id", "ceiling")
    values: dict[str, Any] = {
        **payable.values, **member_values, "of_plan": plan.pk, "of_operation": plan.operation_id, "of_today": timezone.localdate(),
        "of_after": plan.cursor or _NOBODY, "of_most": most, "of_basis": plan.basis, "of_follow": plan.follow_up_of_id,
        "of_number": plan.lines + plan.held, "of_amount": plan.amount,
        "of_lines": [line for line, _until in budgets], "of_untils": [until for _line, until in budgets],
    }  # fmt: skip
    # Put together by replacing: the parts hold signs of their own.
    statement = _MAKE.replace("{payable}", payable.sql).replace("{members}", members).replace("{held}", HELD)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        seen, made, last = cursor.fetchone()
    done = seen < most
    Plan.objects.filter(pk=plan.pk).update(
        cursor=last or plan.cursor, generated_at=timezone.now() if done else None, version=F("version") + 1
    )
    return Made(seen, made, done)


def _members(by: Viewer) -> "QuerySet[Any, Any]":
    """Heads, collectors and who may collect instead, of every household within reach."""
    standing = Q(memberships__is_collector=True) | Q(memberships__is_alternate=True) | Q(memberships__is_head=True)
    return (
        registered.people(seen_by=by)
        .filter(standing, memberships__until=None)
        .values_list(
            F("memberships__household_id"), F("pk"), F("memberships__is_collector"), F("memberships__is_alternate"),
            F("memberships__is_head"),
        )
        .order_by()
    )  # fmt: skip


def _named(rows: "QuerySet[Any, Any]", prefix: str) -> tuple[str, dict[str, Any]]:
    """A query of another room as part of a statement here: its columns and values by name."""
    sql, given = rows.query.sql_with_params()
    names = [f"{prefix}_{place}" for place in range(len(given))]
    text = sql % tuple(f"%({name})s" for name in names)
    return f"({text}) AS m ({_MEMBER})", dict(zip(names, given, strict=True))
