"""What became of lines, written by set: outcomes once for each cause, lines and ledger as all their outcomes together say."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

import polars as pl
import psycopg
from django.db import connection
from django.utils import timezone

from banyan.aid.payments.actions import booking
from banyan.aid.payments.actions.steps import locked, move, note_step, require_reason
from banyan.aid.payments.facts import OutcomesRecorded
from banyan.aid.payments.models import Line, Plan, Result
from banyan.aid.payments.rules.outcomes import RESULTS, WITHOUT_AMOUNT
from banyan.aid.payments.states import NOT_SENT, RECORD, UNDERWAY, PlanState, advance_plan
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.arrays import array_text
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

VIEW, WRITE_OFF = "payments.view_line", "payments.write_off"
_GIVEN: Final = {
    "line": "uuid", "outcome": "text", "amount": "numeric", "on_day": "date", "provider_reference": "text", "cause_key": "text",
}  # fmt: skip
_ROWS: Final = (
    "unnest("
    + ", ".join(f"%(of_{name})s::{kind}[]" for name, kind in _GIVEN.items())
    + ") AS given ("
    + ", ".join(_GIVEN)
    + ")"
)
_REACHED: Final = f"""
SELECT count(*) FROM {_ROWS} LEFT JOIN payments_line l ON l.id = given.line AND l.plan_id = %(of_plan)s
WHERE l.id IS NULL OR l.state IN ('pending', 'held', 'cancelled')
"""  # noqa: S608 — columns named above
_ADD: Final = f"""
WITH added AS (
    INSERT INTO payments_outcome (operation_id, scope_id, plan_id, line_id, result, amount, on_day, reference, key, at, "by", by_label)
    SELECT l.operation_id, l.scope_id, l.plan_id, l.id, given.outcome,
           CASE WHEN given.outcome IN ('failed', 'unclaimed') THEN NULL ELSE given.amount END, given.on_day,
           coalesce(left(given.provider_reference, 140), ''), given.cause_key, now(), %(of_by)s, %(of_label)s
    FROM {_ROWS} JOIN payments_line l ON l.id = given.line AND l.plan_id = %(of_plan)s
    ON CONFLICT (key) DO NOTHING RETURNING line_id
)
SELECT count(*), array_agg(DISTINCT line_id) FROM added
"""  # noqa: S608 — columns named above
# What rules.outcomes says, of many lines at once; the ledger gets the difference between where their money is and where it was.
_SETTLE: Final = """
WITH told AS MATERIALIZED (
    SELECT l.id, l.amount, o.gross, o.back, greatest(o.gross - o.back - l.amount, 0) AS excess,
           least(greatest(o.gross - o.back, 0), l.amount) AS kept, o.lost, o.over, o.failed, o.unclaimed, o.number, o.last,
           least(greatest(l.delivered_amount - l.returned_amount, 0), l.amount) AS had_kept, l.lost_amount AS had_lost,
           l.back_amount AS had_back
    FROM payments_line l JOIN (
        SELECT line_id, coalesce(sum(amount) FILTER (WHERE result IN ('delivered', 'partial')), 0) AS gross,
               coalesce(sum(amount) FILTER (WHERE result = 'returned'), 0) AS back,
               coalesce(sum(amount) FILTER (WHERE result = 'lost'), 0) AS lost,
               bool_or(result IN ('failed', 'unclaimed')) AS over, bool_or(result = 'failed') AS failed,
               bool_or(result = 'unclaimed') AS unclaimed, count(*) AS number, max(on_day) AS last
        FROM payments_outcome WHERE line_id = ANY(%(of_lines)s) GROUP BY line_id
    ) o ON o.line_id = l.id
), reckoned AS MATERIALIZED (
    SELECT t.*, t.gross - t.excess AS delivered, least(t.back, greatest(t.gross - t.excess, t.amount)) AS returned,
           least(t.lost, t.amount - t.kept) AS gone
    FROM told t
), settled AS (
    UPDATE payments_line l SET delivered_amount = r.delivered, returned_amount = r.returned, lost_amount = r.gone, excess_amount = r.excess,
        back_amount = CASE WHEN r.over THEN r.amount - r.kept - r.gone ELSE least(r.returned, r.amount - r.kept - r.gone) END,
        state = CASE WHEN r.kept = r.amount THEN 'delivered' WHEN r.kept > 0 THEN 'partial' WHEN r.returned > 0 THEN 'returned'
                     WHEN r.gone > 0 THEN 'lost' WHEN r.failed THEN 'failed' WHEN r.unclaimed THEN 'unclaimed' ELSE 'sent' END,
        outcomes = r.number, settled_on = r.last
    FROM reckoned r WHERE l.id = r.id
    RETURNING l.id, l.outcomes, l.budget_line, r.kept - r.had_kept AS kept, l.back_amount - r.had_back AS back, r.gone - r.had_lost AS gone
)
INSERT INTO payments_entry (operation_id, scope_id, transaction, key, programme_id, budget_line_id, plan_id, line_id, account, amount,
                            currency, at, actor, actor_label)
SELECT %(of_operation)s, %(of_scope)s, md5(s.id::text || s.outcomes)::uuid, s.id || ' ' || s.outcomes || ' ' || side.account,
       %(of_programme)s, s.budget_line, %(of_plan)s, s.id, side.account, side.amount, %(of_currency)s, now(), %(of_by)s, %(of_label)s
FROM settled s CROSS JOIN LATERAL (
    VALUES ('delivered', s.kept), ('returned', s.back), ('lost', s.gone), ('released', -(s.kept + s.back + s.gone))
) side (account, amount)
WHERE s.budget_line IS NOT NULL AND side.amount <> 0
"""


@dataclass(frozen=True)
class Recorded:
    """What recording came to: causes that are new, causes that were known, and lines that the new ones are about."""

    new: int
    known: int
    lines: int


@action(RECORD)
def record_outcomes(plan_id: UUID, rows: pl.DataFrame, *, by: Viewer) -> Recorded:
    """Record what happened to lines of a plan: columns line, outcome, amount, on_day, provider_reference, cause_key.

    A cause_key counts once, for ever; amounts add up; the order of rows and of calls does not matter. Late news of a closed plan is
    booked too. Raises Problem not_found, payments.plan_state, line_unknown, outcome_unknown, outcome_amount: all at once, nothing kept.
    """
    plan = _underway(plan_id)
    values = _checked(rows)
    with connection.cursor() as cursor:
        bound = psycopg.Cursor(cursor.cursor.connection)
        bound.execute(_REACHED, {**values, "of_plan": plan.pk})
        missing = (bound.fetchone() or (0,))[0]
    if missing:
        raise Problem("payments.line_unknown", count=missing)
    return _record(plan_id, values, rows.height, by)


@action(WRITE_OFF)
def write_off(plan_id: UUID, line_ids: Collection[UUID], *, by: Viewer, reason: str) -> int:
    """Book as lost whatever of these lines neither arrived nor came back. How many. Raises payments.line_unknown, reason_missing …"""
    plan = _underway(plan_id)
    note = require_reason(reason)
    lines = list(Line.objects.filter(plan=plan, pk__in=line_ids, outcomes__gte=0).exclude(state__in=NOT_SENT))
    left = {line.pk: line.amount - _kept(line) - line.lost_amount - line.back_amount for line in lines}
    rows = [line for line in lines if left[line.pk] > 0]
    if len(rows) < len(set(line_ids)):
        raise Problem("payments.line_unknown", count=len(set(line_ids)) - len(rows))
    frame = pl.DataFrame(
        {
            "line": [str(line.pk) for line in rows],
            "outcome": [str(Result.LOST)] * len(rows),
            "amount": [str(left[line.pk] + line.lost_amount) for line in rows],
            "on_day": [timezone.localdate().isoformat()] * len(rows),
            "provider_reference": [note[:140]] * len(rows),
            "cause_key": [f"lost {line.pk} {line.outcomes}" for line in rows],
        }
    )
    return _record(plan_id, _checked(frame), len(rows), by).new


def _kept(line: Line) -> Decimal:
    kept: Decimal = min(max(line.delivered_amount - line.returned_amount, Decimal(0)), line.amount)
    return kept


def _underway(plan_id: UUID) -> Plan:
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Problem("not_found")
    if plan.state not in (*UNDERWAY, PlanState.CLOSED):
        raise Problem("payments.plan_state", state=PlanState(plan.state).label)
    return plan


def _record(plan_id: UUID, values: dict[str, Any], count: int, by: Viewer) -> Recorded:
    """As the system: who hands out or loads a file changes neither plans nor the ledger by themselves."""
    told = {"of_by": by.id, "of_label": str(by.label)[:200]}
    with viewing(system_viewer("payments")) as system, connection.cursor() as cursor:
        plan = locked(plan_id, RECORD, system)
        # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
        bound.execute(_ADD, {**values, **told, "of_plan": plan.pk})
        new, lines = bound.fetchone() or (0, [])
        if not lines:
            return Recorded(0, count, 0)
        closed = plan.state == PlanState.CLOSED
        if closed:
            booking.take_back(plan, f"late {plan.version}", by)
        elif plan.state == PlanState.SENT:
            note_step(plan, "record", system)
            move(plan, by, {"state": advance_plan(plan.state, "record")})
        cursor.execute(
            _SETTLE,
            {
                **told, "of_lines": lines, "of_plan": plan.pk, "of_operation": plan.operation_id, "of_scope": plan.scope_id,
                "of_programme": plan.programme_id, "of_currency": plan.currency,
            },
        )  # fmt: skip
        if closed:
            booking.free(plan, f"again {plan.version}", by)
        if closed:
            move(plan, by, {})
        announce(OutcomesRecorded(plan_id=plan.pk, lines=len(lines)), by=by)
        return Recorded(new, count - new, len(lines))


def _checked(rows: pl.DataFrame) -> dict[str, Any]:
    """The rows as arrays, when each says what can be recorded. Raises every Problem at once, each at its row."""
    faults = []
    for place, (outcome, amount) in enumerate(rows.select("outcome", pl.col("amount").cast(pl.String)).iter_rows(), 1):
        if outcome not in RESULTS:
            faults.append(
                Problem("payments.outcome_unknown", outcome=str(outcome), at=Location(row=place, column="outcome"))
            )
        elif not _possible(amount, needed=outcome not in WITHOUT_AMOUNT):
            faults.append(
                Problem("payments.outcome_amount", amount=str(amount), at=Location(row=place, column="amount"))
            )
    raise_all(faults)
    return {f"of_{name}": array_text(rows[name]) for name in _GIVEN}


def _possible(amount: str | None, *, needed: bool) -> bool:
    if amount is None:
        return not needed
    try:
        number = Decimal(amount)
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0 and number.adjusted() < 15 and number == number.quantize(Decimal("0.0001"))
