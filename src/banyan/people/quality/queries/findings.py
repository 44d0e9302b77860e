"""The very records behind a score, as work lists; what stands against one record; how fast findings are mended."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.functional import Promise

from banyan.people.quality.models import Assignment, Issue, Pass, State, Waiver
from banyan.people.quality.queries.definitions import NO_BIT, CheckInForce, check, checks, computed
from banyan.people.quality.queries.reaching import VIEW, may_see, reach_of
from banyan.people.quality.rules import scoring
from banyan.people.quality.rules.words import stands
from banyan.platform.access.queries import who_may
from banyan.platform.access.viewers import Viewer, system_viewer, within


@dataclass(frozen=True)
class Finding:
    """What is wrong with one record, for its page."""

    key: str
    label: str | Promise
    about: str | Promise
    gate: bool
    protects: bool
    first_seen: date
    waived_until: date | None = None


@dataclass(frozen=True)
class Mending:
    """How findings that moved were mended: how many, in how many days (the median), how many came back."""

    mended: int
    median_days: float | None
    reopened: int
    reopen_rate: Decimal | None


def findings(operation_id: UUID, key: str, *, seen_by: Viewer) -> QuerySet[State]:
    """Every record that fails a check, waived ones too, as far as the viewer sees; count() is what the score counts as failed.

    Rows carry first_seen, reopened, is_waived, waiver_id, waiver_reason, waived_until, waived_by, assignee, assignee_label and
    due_on. Raises Problem quality.check_unknown.
    """
    seen_by.require(VIEW)
    one = check(operation_id, key, seen_by=seen_by)
    rows = State.objects.filter(operation=operation_id, subject=one.subject)
    if one.bit == NO_BIT or not one.asked or not may_see(one, seen_by=seen_by):
        return rows.none()
    rows = rows.filter(reach_of(one.subject, seen_by=seen_by, protects=one.protects))
    rows = rows.alias(wrong=F("failed").bitand(1 << one.bit), granted=F("waived").bitand(1 << one.bit)).filter(
        wrong__gt=0
    )
    issue = Issue.objects.filter(record_id=OuterRef("pk"), check_key=key, resolved_on=None)
    waiver = Waiver.objects.filter(record_id=OuterRef("pk"), check_key=key, ended_on=None)
    task = Assignment.objects.filter(record_id=OuterRef("pk"), check_key=key)
    return rows.annotate(
        first_seen=Coalesce(Subquery(issue.values("first_seen")[:1]), _implied(one)),
        reopened=Coalesce(Subquery(issue.values("reopened")[:1]), 0),
        is_waived=Case(When(granted__gt=0, then=Value(True)), default=Value(False)),
        waiver_id=Subquery(waiver.values("pk")[:1]),
        waiver_reason=Subquery(waiver.values("reason")[:1]),
        waived_until=Subquery(waiver.values("expires_on")[:1]),
        waived_by=Subquery(waiver.values("given_by_label")[:1]),
        assignee=Subquery(task.values("assignee")[:1]),
        assignee_label=Subquery(task.values("assignee_label")[:1]),
        due_on=Subquery(task.values("due_on")[:1]),
    )


def findings_of(subject: str, ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, list[Finding]]:
    """What stands against these records, by record; nothing of what the viewer may not see."""
    if not seen_by.may(VIEW) or not ids:
        return {}
    rows = list(
        State.objects.filter(reach_of(subject, seen_by=seen_by), subject=subject, pk__in=list(ids)).exclude(failed=0)
    )
    if not rows:
        return {}
    moved: dict[tuple[UUID, str], date] = {
        (record, key): first
        for record, key, first in Issue.objects.filter(
            record_id__in=[row.pk for row in rows], resolved_on=None
        ).values_list("record_id", "check_key", "first_seen")
    }
    waived = {
        (record, key): until
        for record, key, until in Waiver.objects.filter(
            record_id__in=[row.pk for row in rows], ended_on=None
        ).values_list("record_id", "check_key", "expires_on")
    }
    asked: dict[UUID, list[CheckInForce]] = {}
    found: dict[UUID, list[Finding]] = defaultdict(list)
    sensitive = seen_by.reach("quality.view_sensitive")
    for row in rows:
        if row.operation_id not in asked:
            asked[row.operation_id] = computed(row.operation_id, seen_by=seen_by, subject=subject)
        for one in asked[row.operation_id]:
            hidden = one.protects and row.scope_id not in sensitive
            if one.bit == NO_BIT or hidden or not one.asked or not stands(row.failed, one.bit):
                continue
            found[row.pk].append(
                Finding(
                    one.key, one.label, one.about, one.gate, one.protects,
                    moved.get((row.pk, one.key)) or max(row.since, one.since or row.since),
                    waived.get((row.pk, one.key)) if stands(row.waived, one.bit) else None,
                )
            )  # fmt: skip
    return dict(found)


def assigned_to(account_id: UUID, *, seen_by: Viewer, operation_id: UUID | None = None) -> QuerySet[Assignment]:
    """The work list of somebody, what is due first at the top; findings mended since are off it."""
    seen_by.require(VIEW)
    rows = Assignment.objects.filter(within(seen_by.reach(VIEW)), assignee=account_id)
    if operation_id is not None:
        rows = rows.filter(operation=operation_id)
    return rows.order_by(F("due_on").asc(nulls_last=True), "assigned_at", "id")


def assignees(operation_id: UUID, *, seen_by: Viewer) -> list[tuple[UUID, str]]:
    """Who may be given findings of an operation, by name: (account, name)."""
    seen_by.require("quality.change_findings")
    # Colleagues may know each other's names, whatever they may see of accounts.
    found = who_may(VIEW, operation_id=operation_id, seen_by=system_viewer("quality"))
    return sorted({(one.account_id, one.name) for one in found}, key=lambda one: one[1])


def mending(operation_id: UUID, *, seen_by: Viewer, key: str = "", since: date | None = None) -> Mending:
    """How findings were mended since a day, of one check or of all that the viewer sees."""
    seen_by.require(VIEW)
    seen = [
        one for one in checks(operation_id, seen_by=seen_by) if may_see(one, seen_by=seen_by) and key in ("", one.key)
    ]
    condition = Q(pk__in=[])
    for one in seen:
        condition |= Q(check_key=one.key) & reach_of(one.subject, seen_by=seen_by, protects=one.protects)
    rows = Issue.objects.filter(condition, operation=operation_id)
    if since is not None:
        rows = rows.filter(Q(resolved_on__gte=since) | Q(resolved_on=None, last_seen__gte=since))
    days: list[int] = []
    reopened = total = 0
    for first, resolved, again in rows.values_list("last_seen", "resolved_on", "reopened"):
        total += 1
        reopened += again > 0
        if resolved is not None:
            days.append((resolved - first).days)
    return Mending(len(days), median(days) if days else None, reopened, scoring.share(reopened, total))


def waivers(operation_id: UUID, *, seen_by: Viewer) -> QuerySet[Waiver]:
    """The waivers that stand in an operation, those that end first at the top."""
    seen_by.require(VIEW)
    condition = Q(pk__in=[])
    for one in checks(operation_id, seen_by=seen_by):
        if may_see(one, seen_by=seen_by):
            condition |= Q(check_key=one.key) & reach_of(one.subject, seen_by=seen_by, protects=one.protects)
    return Waiver.objects.filter(condition, operation=operation_id, ended_on=None).order_by("expires_on", "id")


def last_pass(operation_id: UUID, *, seen_by: Viewer) -> Pass | None:
    """The latest run over an operation."""
    seen_by.require("quality.view_check")
    return Pass.objects.filter(operation=operation_id).order_by("-at").first()


def _implied(one: CheckInForce) -> Any:
    """Since when a record fails that never moved: since it was first looked at, or since the check was first asked."""
    return Greatest(F("since"), Value(one.since or timezone.localdate()))
