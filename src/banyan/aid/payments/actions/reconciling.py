"""Rows of statements matched with lines, and recorded of them, by set; and what people decide about the doubtful ones."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.utils import timezone

from banyan.aid.payments import queries
from banyan.aid.payments.actions.recording import record_outcomes
from banyan.aid.payments.actions.statements import RECONCILE
from banyan.aid.payments.models import COUNTED, StatementFile, StatementRow, Verdict
from banyan.aid.payments.rules.layouts import OUTCOMES
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

# What was said before, whom it names, what stands against it, and what it adds. One statement, however many rows.
_SETTLE: Final = """
WITH said AS MATERIALIZED (
    SELECT r.*, row_number() OVER (PARTITION BY r.key ORDER BY r.no) > 1 OR EXISTS (
        SELECT FROM payments_statementrow AS former
        WHERE former.provider_id = r.provider_id AND former.key = r.key AND former.verdict NOT IN ('', 'duplicate')
    ) AS known
    FROM payments_statementrow AS r WHERE r.file_id = %(file)s AND r.no BETWEEN %(first)s AND %(last)s AND r.verdict = ''
), named AS (
    SELECT said.*, line.id AS found, line.scope_id AS found_scope, line.amount AS due, line.delivered_amount AS paid,
           line.returned_amount AS back, plan.pay_until, plan.currency AS plan_currency,
           plan.provider IS NOT DISTINCT FROM said.provider_id AND plan.state IN ('sent', 'reconciling', 'closed') AS underway,
           line.state NOT IN ('pending', 'held', 'cancelled') AS sent
    FROM said LEFT JOIN payments_line AS line ON line.key = said.line_key LEFT JOIN payments_plan AS plan ON plan.id = line.plan_id
), judged AS (
    SELECT named.*, CASE
        WHEN known THEN 'duplicate'
        WHEN why <> '' THEN 'doubtful'
        WHEN line_key IS NULL OR found IS NULL THEN ''
        WHEN outcome = 'noted' THEN 'noted'
        WHEN NOT underway OR NOT sent OR currency NOT IN ('', plan_currency) THEN 'doubtful'
        ELSE outcome END AS came,
    CASE WHEN why <> '' THEN why
        WHEN line_key IS NULL OR found IS NULL THEN 'no_line'
        WHEN outcome = 'noted' THEN ''
        WHEN NOT underway THEN 'plan' WHEN NOT sent THEN 'held' WHEN currency NOT IN ('', plan_currency) THEN 'currency'
        ELSE '' END AS doubt
    FROM named
), summed AS (
    SELECT judged.*,
        coalesce(sum(amount) FILTER (WHERE NOT cumulative) OVER earlier, 0) AS listed,
        greatest(max(amount) FILTER (WHERE cumulative) OVER earlier, CASE WHEN cumulative AND came = 'delivered' THEN (
            SELECT max(former.amount) FROM payments_statementrow AS former
            WHERE former.line_id = judged.found AND former.provider_id = judged.provider_id AND former.cumulative
              AND former.outcome = 'delivered' AND former.counted IS NOT NULL
        ) END, 0) AS told
    FROM judged
    WINDOW earlier AS (PARTITION BY found, came ORDER BY no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), added AS (
    SELECT summed.*,
        CASE WHEN came NOT IN ('delivered', 'returned') THEN NULL
             WHEN cumulative AND came = 'delivered' THEN greatest(amount - told, 0) ELSE amount END AS adds,
        CASE WHEN came = 'returned' THEN back + listed WHEN cumulative THEN greatest(paid, told)
             ELSE greatest(paid - back, 0) + listed END AS so_far
    FROM summed
)
UPDATE payments_statementrow AS r SET
    line_id = CASE WHEN came = 'duplicate' AND r.line_id IS NOT NULL THEN r.line_id ELSE found END,
    scope_id = coalesce(found_scope, r.scope_id),
    why = CASE WHEN came IN ('doubtful', '') THEN doubt ELSE '' END,
    verdict = CASE
        WHEN came = '' THEN CASE WHEN added.outcome = 'noted' THEN 'noted' ELSE 'unknown' END
        WHEN came = 'delivered' AND adds = 0 THEN 'duplicate'
        WHEN came = 'delivered' AND so_far + adds > due THEN 'over'
        WHEN came = 'delivered' AND so_far + adds < due THEN 'partial'
        WHEN came = 'delivered' AND added.on_day > pay_until THEN 'late'
        WHEN came = 'delivered' THEN 'matched'
        ELSE came END,
    counted = CASE WHEN came IN ('delivered', 'returned') AND adds > 0 THEN adds END,
    excess = CASE WHEN came IN ('delivered', 'returned') AND so_far + adds > due THEN least(adds, so_far + adds - due) END
FROM added WHERE r.id = added.id
"""
# Whoever is named by no number of ours: by the account and the amount, for a person to look at. Never recorded by itself.
_GUESS: Final = """
WITH nameless AS (
    SELECT r.id, r.outcome, r.account_hash, r.amount, r.currency, r.provider_id FROM payments_statementrow AS r
    WHERE r.file_id = %(file)s AND r.no BETWEEN %(first)s AND %(last)s AND r.verdict = 'unknown' AND r.why = 'no_line'
      AND r.account_hash IS NOT NULL AND r.amount IS NOT NULL AND r.decided_at IS NULL
), meant AS (
    SELECT nameless.id, count(DISTINCT line.id) AS many, (array_agg(line.id))[1] AS found, (array_agg(line.scope_id))[1] AS found_scope
    FROM nameless JOIN payments_account AS account ON account.hash = nameless.account_hash
    JOIN payments_line AS line ON line.account = account.id AND line.amount = nameless.amount
    JOIN payments_plan AS plan ON plan.id = line.plan_id AND plan.provider = nameless.provider_id
     AND plan.state IN ('sent', 'reconciling') AND nameless.currency IN ('', plan.currency)
    WHERE line.state NOT IN ('pending', 'held', 'cancelled') AND (nameless.outcome <> 'delivered' OR line.state <> 'delivered')
    GROUP BY nameless.id
)
UPDATE payments_statementrow AS r SET verdict = 'doubtful', why = CASE WHEN many = 1 THEN 'account' ELSE 'ambiguous' END,
    line_id = CASE WHEN many = 1 THEN found END, scope_id = CASE WHEN many = 1 THEN found_scope ELSE r.scope_id END
FROM meant WHERE r.id = meant.id
"""
_TO_RECORD: Final = """
SELECT line.plan_id::text, r.line_id::text, CASE WHEN r.verdict IN ('matched', 'late', 'over') AND r.outcome = 'delivered'
       THEN 'delivered' WHEN r.verdict = 'partial' THEN 'partial' ELSE r.outcome END, r.counted::text,
       coalesce(r.on_day, %(today)s)::text, r.reference, r.key
FROM payments_statementrow AS r JOIN payments_line AS line ON line.id = r.line_id
WHERE r.file_id = %(file)s AND r.no BETWEEN %(first)s AND %(last)s AND r.verdict = ANY(%(counted)s)
  AND (r.counted > 0 OR r.verdict IN ('failed', 'unclaimed'))
ORDER BY line.plan_id, r.no
"""
_RECORDED = ("plan", "line", "outcome", "amount", "on_day", "provider_reference", "cause_key")


@dataclass(frozen=True)
class Settled:
    """What a stretch of rows came to: rows matched or put aside, and outcomes that were new."""

    rows: int
    recorded: int


@action(RECONCILE)
def settle_rows(statement_id: UUID, first: int, last: int, *, by: Viewer) -> Settled:
    """Match the rows from number `first` to `last` that are not settled yet, and record what they say of lines.

    Everything in one transaction: a row that says it was recorded was. Four statements, and one recording for each plan.
    """
    row = queries.statement(statement_id, seen_by=by)
    given: dict[str, Any] = {
        "file": row.pk, "first": first, "last": last, "counted": [str(verdict) for verdict in COUNTED],
        "today": timezone.localdate(row.received_at),
    }  # fmt: skip
    with connection.cursor() as cursor:
        # Whoever settles what one provider says takes turns: the same statement in two files counts once.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('payments:provider:' || %s, 0))", [str(row.provider_id)]
        )
        cursor.execute(_SETTLE, given)
        rows = cursor.rowcount
        cursor.execute(_GUESS, given)
        cursor.execute(_TO_RECORD, given)
        found = pl.DataFrame(cursor.fetchall(), schema=dict.fromkeys(_RECORDED, pl.String), orient="row")
    recorded = 0
    for (plan,), outcomes in found.group_by(["plan"], maintain_order=True):
        recorded += record_outcomes(UUID(str(plan)), outcomes.drop("plan"), by=by).new
    return Settled(rows, recorded)


@action(RECONCILE)
def decide_row(
    row_id: UUID, *, by: Viewer, line_id: UUID | None, note: str = "", outcome: str = "", amount: Decimal | None = None,
    on_day: date | None = None,
) -> StatementRow:  # fmt: skip
    """Say which line a doubtful or unknown row is about, and record it; None: it is none of ours.

    outcome, amount and on_day say what a row meant that could not be read. Raises Problem not_found, payments.row_decided,
    payments.row_unread, payments.row_unfit; reason_missing without a note.
    """
    if not note.strip():
        raise Problem("payments.reason_missing", at=Location(field="note"))
    queries.statement_row(row_id, seen_by=by)
    # Whoever settles rows of this file now, or decides on this one, is waited for.
    row = StatementRow.objects.select_for_update().get(pk=row_id)
    if row.verdict not in (Verdict.DOUBTFUL, Verdict.UNKNOWN) or row.decided_at is not None:
        raise Problem("payments.row_decided")
    row.decided_by, row.decided_by_label, row.decided_at = by.id, str(by.label)[:200], timezone.now()
    row.note = note.strip()[:300]
    if line_id is None:
        row.verdict, row.line = Verdict.UNKNOWN, None
        row.save()
    else:
        line = queries.line(line_id, seen_by=by)
        row.outcome, row.amount, row.on_day = outcome or row.outcome, amount or row.amount, on_day or row.on_day
        unread = row.outcome not in OUTCOMES or row.outcome == "noted"
        if unread or (row.outcome in ("delivered", "returned") and not (row.amount and row.amount > 0)):
            raise Problem("payments.row_unread")
        # Settled again as if it had named the line itself.
        row.line_key, row.line, row.verdict, row.why = line.key, None, "", ""
        row.save()
        settle_rows(row.file_id, row.no, row.no, by=by)
        row.refresh_from_db()
        if row.verdict in (Verdict.DOUBTFUL, Verdict.UNKNOWN):
            raise Problem("payments.row_unfit")
    file = StatementFile.objects.select_for_update().get(pk=row.file_id)
    file.counts = queries.statement_counts(row.file_id, seen_by=by)
    file.save(update_fields=["counts"])
    return row
