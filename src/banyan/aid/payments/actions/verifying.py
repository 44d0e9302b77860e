"""Verification: lines drawn by lot, what people said, mismatches settled."""

import secrets
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.aid.payments import queries
from banyan.aid.payments.actions.steps import require_reason
from banyan.aid.payments.models.distributions import HandoutItem
from banyan.aid.payments.models.verification import Method, Settled, Verification, VerificationItem
from banyan.aid.payments.rules.handing import PLACES
from banyan.aid.payments.rules.verifying import (
    ANSWERS,
    CONFIDENCES,
    LARGEST_MARGIN,
    LESS,
    NOTHING,
    OUTCOMES,
    RECEIVED,
    SMALLEST_MARGIN,
    outcome_of,
    sample_size,
)
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.problems import Location, Problem

VERIFY, SETTLE = "payments.verify", "payments.settle_verification"
# The lot is that of rules.verifying.lot: a hash of seed and line.
_ARRIVED = "l.plan_id = %(plan)s AND l.delivered_amount - l.returned_amount > 0"
_POPULATION = f"SELECT count(*) FROM payments_line l WHERE {_ARRIVED}"  # noqa: S608
_DRAW = f"""
INSERT INTO payments_verificationitem
       (id, verification_id, line_id, household_id, scope_id, position, recorded, unit, outcome, note, answered_by_label,
        settled, settled_note, settled_by_label)
SELECT banyan_new_id(), %(verification)s, drawn.id, drawn.household_id, drawn.scope_id,
       row_number() OVER (ORDER BY drawn.lot, drawn.id), drawn.arrived, coalesce(nullif(drawn.unit, ''), %(currency)s),
       '', '', '', '', '', ''
FROM (
    SELECT l.id, l.household_id, l.scope_id, l.unit, l.delivered_amount - l.returned_amount AS arrived,
           encode(sha256(convert_to(%(seed)s || ':' || l.id::text, 'UTF8')), 'hex') COLLATE "C" AS lot
    FROM payments_line l WHERE {_ARRIVED}
    ORDER BY lot, l.id LIMIT %(size)s
) drawn
"""  # noqa: S608 — one condition of this file in two statements


@action(VERIFY)
def start_verification(
    plan_id: UUID, *, by: Viewer, label: str, method: str, whole: bool = False, confidence: int = 95,
    margin: Decimal = Decimal(5), seed: int | None = None, due_on: date | None = None,
) -> Verification:  # fmt: skip
    """Draw lines of a plan that something arrived by; all of them, or so many that shares are known to ± margin (per cent).

    seed: the same draws the same lines. Raises Problem not_found, payments.verification_plan, verification_margin.
    """
    plan = queries.plan(plan_id, seen_by=by)
    if confidence not in CONFIDENCES or not SMALLEST_MARGIN <= margin <= LARGEST_MARGIN:
        raise Problem(
            "payments.verification_margin", margin=margin, confidence=confidence, least=SMALLEST_MARGIN,
            most=LARGEST_MARGIN, at=Location(field="margin"),
        )  # fmt: skip
    row = Verification(
        operation_id=plan.operation_id, plan=plan, label=label.strip()[:120], method=Method(method), whole=whole,
        seed=secrets.randbits(31) if seed is None else seed, confidence=confidence, margin=margin, due_on=due_on,
        made_by=by.id, made_by_label=str(by.label)[:200],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_POPULATION, {"plan": plan.pk})
        row.population = cursor.fetchone()[0]
        if not row.population:
            raise Problem("payments.verification_plan")
        row.size = row.population if whole else sample_size(row.population, confidence, margin)
        row.save()
        cursor.execute(
            _DRAW,
            {
                "plan": plan.pk,
                "verification": row.pk,
                "seed": str(row.seed),
                "size": row.size,
                "currency": plan.currency,
            },
        )
    return row


@action(VERIFY)
def answer_item(
    item_id: UUID, *, by: Viewer, outcome: str, said: Decimal | None = None, note: str = ""
) -> VerificationItem:
    """Note what came of asking. said: how much they say they got, where that is less than recorded. Entered again, it replaces.

    Raises Problem not_found, payments.verification_closed, verification_own, verification_outcome, verification_said,
    verification_settled.
    """
    item = queries.verification_item(item_id, seen_by=by)
    _answerable(item, by)
    if outcome not in OUTCOMES:
        raise Problem("payments.verification_outcome", outcome=outcome, at=Location(field="outcome"))
    item.outcome, item.said = outcome, _said(item, outcome, said)
    item.note = note.strip()[:300]
    item.answered_by, item.answered_by_label = by.id, str(by.label)[:200]
    item.answered_at = timezone.now()
    item.save(update_fields=["outcome", "said", "note", "answered_by", "answered_by_label", "answered_at"])
    return item


def _answerable(item: VerificationItem, by: Viewer) -> None:
    if item.verification.closed_at is not None:
        raise Problem("payments.verification_closed")
    if item.settled:
        raise Problem("payments.verification_settled")
    # Whoever put it into their hands does not ask whether they got it.
    mine = HandoutItem.objects.filter(line=item.line_id, handout__handed_by=by.id or UUID(int=0), handout__back_at=None)
    if mine.exists():
        raise Problem("payments.verification_own")


def _said(item: VerificationItem, outcome: str, said: Decimal | None) -> Decimal | None:
    """The quantity that goes with an outcome: all, nothing, or what they say; none where nobody answered."""
    if outcome not in ANSWERS:
        return None
    if said is None and outcome != LESS:
        return item.recorded if outcome == RECEIVED else Decimal(0)
    wrong = said is None or said < 0 or said != said.quantize(PLACES) or outcome_of(item.recorded, said) != outcome
    if wrong:
        raise Problem("payments.verification_said", at=Location(field="said"))
    return said


@action(SETTLE)
def settle_item(item_id: UUID, *, by: Viewer, settled: str, note: str) -> VerificationItem:
    """Say what a mismatch turned out to be. It changes nothing of what people said, and nothing in the ledger.

    Raises Problem not_found, payments.verification_settled, reason_missing.
    """
    item = queries.verification_item(item_id, seen_by=by)
    if item.outcome not in (LESS, NOTHING) or item.settled or settled not in Settled.values:
        raise Problem("payments.verification_settled")
    item.settled, item.settled_note = settled, require_reason(note)[:300]
    item.settled_by_label, item.settled_at = str(by.label)[:200], timezone.now()
    item.save(update_fields=["settled", "settled_note", "settled_by_label", "settled_at"])
    return item


@action(VERIFY)
def close_verification(verification_id: UUID, *, by: Viewer) -> Verification:
    """Nothing more is entered; mismatches are still settled.

    Raises Problem not_found, payments.verification_closed, verification_waiting.
    """
    row = queries.verification(verification_id, seen_by=by)
    if row.closed_at is not None:
        raise Problem("payments.verification_closed")
    if waiting := VerificationItem.objects.filter(verification=row, outcome="").count():
        raise Problem("payments.verification_waiting", count=waiting)
    row.closed_at, row.closed_by_label = timezone.now(), str(by.label)[:200]
    row.save(update_fields=["closed_at", "closed_by_label"])
    return row


@action(VERIFY)
def ask_by_message(verification_id: UUID, *, by: Viewer) -> Verification:
    """Send the question to everybody not asked yet, in the background, through the gateway that is set up.

    Raises Problem not_found, payments.verification_closed, gateway_missing.
    """
    row = queries.verification(verification_id, seen_by=by)
    if row.closed_at is not None:
        raise Problem("payments.verification_closed")
    queries.gateway_ready(seen_by=by)
    row.job = jobs.start("payments.ask_by_message", by=by, label=row.label, verification=str(row.pk)).pk
    row.save(update_fields=["job"])
    return row


@action(VERIFY)
def note_asked(verification_id: UUID, item_ids: list[UUID], *, by: Viewer) -> int:
    """The gateway took the questions to these; they are not sent again."""
    queries.verification(verification_id, seen_by=by)
    rows = VerificationItem.objects.filter(verification=verification_id, pk__in=item_ids, asked_at=None)
    return rows.update(asked_at=timezone.now())
