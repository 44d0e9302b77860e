"""What people decide about findings: who mends them, which may stand, and mending in place."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import queries
from banyan.people.quality.actions.passing import check_records
from banyan.people.quality.declarations import Mended, declared
from banyan.people.quality.models import Assignment, State, Waiver
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.kernel.problems import Location, Problem

CHANGE = "quality.change_findings"
MOST_DAYS = 366
SHORTEST_REASON = 10
MOST_AT_ONCE = 1_000


@action(CHANGE)
def waive(operation_id: UUID, key: str, ids: Collection[UUID], *, by: Viewer, reason: str, expires_on: date) -> int:
    """Let findings stand until a day, and say why; returns how many. They stay listed, and the rate stands beside the score.

    Those that are waived already keep their waiver. Raises Problem quality.reason_missing, expiry_impossible, not_failing,
    too_many_chosen, nothing_chosen.
    """
    today = timezone.localdate()
    written = _reason(reason)
    if not today < expires_on <= today + timedelta(days=MOST_DAYS):
        raise Problem("quality.expiry_impossible", most=MOST_DAYS, at=Location(field="expires_on"))
    rows = _failing(operation_id, key, ids, by)
    Waiver.objects.filter(
        check_key=key, record_id__in=[row.pk for row in rows], ended_on=None, expires_on__lt=today
    ).update(ended_on=today)
    standing = set(
        Waiver.objects.filter(check_key=key, record_id__in=[row.pk for row in rows], ended_on=None).values_list(
            "record_id", flat=True
        )
    )
    made = Waiver.objects.bulk_create(
        Waiver(
            record_id=row.pk, check_key=key, subject=row.subject, operation_id=operation_id, scope_id=row.scope_id,
            reason=written, given_by=by.id, given_by_label=str(by.label)[:200], expires_on=expires_on,
        )
        for row in rows
        if row.pk not in standing
    )  # fmt: skip
    _again(rows)
    return len(made)


@action(CHANGE)
def end_waiver(waiver_id: UUID, *, by: Viewer) -> Waiver:
    """The finding counts again. Raises Problem not_found, quality.waiver_over."""
    waiver = Waiver.objects.select_for_update().filter(pk=waiver_id).first()
    if waiver is None:
        raise Problem("not_found")
    if waiver.ended_on is not None:
        raise Problem("quality.waiver_over")
    waiver.ended_on, waiver.ended_by_label = timezone.localdate(), str(by.label)[:200]
    waiver.save(update_fields=["ended_on", "ended_by_label"])
    check_records({waiver.subject: {waiver.record_id: ""}}, by=system_viewer("quality"))
    return waiver


@action(CHANGE)
def assign(
    operation_id: UUID, key: str, ids: Collection[UUID], *, by: Viewer, assignee: UUID, due_on: date | None = None,
    note: str = "",
) -> int:  # fmt: skip
    """Put findings on somebody's work list, taking them off another's; returns how many.

    Raises Problem quality.assignee_unknown, not_failing, too_many_chosen, nothing_chosen.
    """
    names = dict(queries.assignees(operation_id, seen_by=by))
    if assignee not in names:
        raise Problem("quality.assignee_unknown", at=Location(field="assignee"))
    rows = _failing(operation_id, key, ids, by)
    said: dict[str, Any] = {
        "assignee": assignee, "assignee_label": names[assignee][:200], "assigned_by": by.id,
        "assigned_by_label": str(by.label)[:200], "due_on": due_on, "note": note.strip()[:300],
        "assigned_at": timezone.now(),
    }  # fmt: skip
    Assignment.objects.bulk_create(
        [
            Assignment(
                record_id=row.pk,
                check_key=key,
                subject=row.subject,
                operation_id=operation_id,
                scope_id=row.scope_id,
                **said,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["record_id", "check_key"],
        update_fields=["scope_id", *said],
    )
    return len(rows)


@action(CHANGE)
def unassign(operation_id: UUID, key: str, ids: Collection[UUID], *, by: Viewer) -> int:
    """Take findings off whoever's list they are on; returns how many were on one."""
    rows = Assignment.objects.filter(operation=operation_id, check_key=key, record_id__in=_chosen(ids))
    return rows.delete()[0]


@action("quality.view_findings")
def mend(subject: str, record_id: UUID, key: str, *, by: Viewer, value: str, reason: str) -> Mended:
    """Mend a finding by one value, through the room that owns the record: it asks for its own permissions, and may propose only.

    What is done is checked at once, so that the score moves while the reader looks. Raises Problem quality.mend_unknown.
    """
    shown = declared().records.get(subject)
    if shown is None or shown.mend is None or key not in shown.mendable:
        raise Problem("quality.mend_unknown")
    done = shown.mend(record_id, shown.mendable[key], value, by=by, reason=reason)
    if done.done:
        check_records({subject: {record_id: str(by.label)}}, by=system_viewer("quality"))
    return done


def _reason(text: str) -> str:
    written = text.strip()
    if len(written) < SHORTEST_REASON:
        raise Problem("quality.reason_missing", at=Location(field="reason"))
    return written[:300]


def _chosen(ids: Collection[UUID]) -> list[UUID]:
    if not ids:
        raise Problem("quality.nothing_chosen")
    if len(ids) > MOST_AT_ONCE:
        raise Problem("quality.too_many_chosen", most=MOST_AT_ONCE)
    return list(ids)


def _failing(operation_id: UUID, key: str, ids: Collection[UUID], by: Viewer) -> list[State]:
    """Those of the records that fail the check and that the viewer sees."""
    rows = list(queries.findings(operation_id, key, seen_by=by).filter(pk__in=_chosen(ids)))
    if not rows:
        raise Problem("quality.not_failing")
    return rows


def _again(rows: Sequence[State]) -> None:
    waiting: dict[str, dict[UUID, str]] = {}
    for row in rows:
        waiting.setdefault(row.subject, {})[row.pk] = ""
    check_records(waiting, by=system_viewer("quality"))
