"""Break-glass access: a reason, one subject, at most four hours, told to supervisors, reviewed afterwards."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from banyan.platform.access.acting import action
from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.facts import GlassBroken, GlassReviewed
from banyan.platform.access.models import Area, BreakGlass
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Location, Problem, raise_all

LEAST_REASON = 20
MOST_HOURS = 4
AREA = "access.area"


@action("access.break_glass")
def break_glass(
    reason: str,
    hours: int,
    *,
    by: Viewer,
    area_id: int | None = None,
    subject_kind: str = AREA,
    subject_id: UUID | None = None,
    subject_label: str = "",
) -> BreakGlass:
    """Open one subject to oneself for some hours, at once and on record.

    An area opens its rows to all view permissions; other kinds of subject are opened by the room that declares them.
    Raises Problems: reason under 20 characters, not 1 to 4 hours, unknown area.
    """
    if by.id is None or by.limited_to is not None:
        raise Problem("not_allowed")
    faults: list[Problem] = []
    length = len(reason.strip())
    if length < LEAST_REASON:
        faults.append(Problem("access.reason_short", length=length, least=LEAST_REASON, at=Location(field="reason")))
    if not 1 <= hours <= MOST_HOURS:
        faults.append(Problem("access.hours", most=MOST_HOURS, at=Location(field="hours")))
    area = Area.objects.filter(pk=area_id).first() if area_id is not None else None
    if subject_kind == AREA and area is None:
        faults.append(Problem("access.area_unknown", key=area_id or "?", at=Location(field="area")))
    raise_all(faults)
    now = timezone.now()
    broken = BreakGlass(
        account_id=by.id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_label=subject_label or str(area),
        area=area,
        reason=reason.strip(),
        begins_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    broken.save()
    log_read(by, kind="open", subject="access.breakglass", ids=[broken.pk], purpose="break-glass")
    announce(GlassBroken(broken.pk, by.id, broken.ends_at), by=by)
    return broken


@action(SIGNED_IN)
def end_glass(breakglass_id: UUID, *, by: Viewer) -> BreakGlass:
    """Give up one's own emergency access before its time. Raises Problem not_found."""
    broken = BreakGlass.objects.select_for_update().filter(pk=breakglass_id, account=by.id).first()
    if broken is None:
        raise Problem("not_found")
    now = timezone.now()
    if broken.ends_at > now:
        broken.ends_at = now
        broken.save(update_fields=["ends_at"])
    return broken


@action("access.review_break_glass")
def review_glass(breakglass_id: UUID, justified: bool, review: str, *, by: Viewer) -> BreakGlass:
    """Judge an emergency access; a standing one ends with its review.

    Raises Problem not_found, own_review, reviewed_already, reason_short.
    """
    broken = BreakGlass.objects.select_for_update().filter(pk=breakglass_id).first()
    if broken is None:
        raise Problem("not_found")
    if broken.account_id == by.id:
        raise Problem("access.own_review")
    if broken.reviewed_at is not None:
        raise Problem("access.reviewed_already")
    length = len(review.strip())
    if length < LEAST_REASON:
        raise Problem("access.reason_short", length=length, least=LEAST_REASON, at=Location(field="review"))
    now = timezone.now()
    broken.reviewed_at, broken.reviewed_by_id = now, by.id
    broken.justified, broken.review = justified, review.strip()
    broken.ends_at = min(broken.ends_at, now)
    broken.save(update_fields=["reviewed_at", "reviewed_by", "justified", "review", "ends_at"])
    announce(GlassReviewed(broken.pk, justified), by=by)
    return broken
