"""Two registrations that may be one person: noted by whoever sees it, decided on by somebody who looked at both."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry import queries
from banyan.people.registry.models import Resolution, SuspectedPair
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

PROPOSE, APPROVE = "registry.propose_change", "registry.approve_change"


@action(PROPOSE)
def note_pair(one: UUID, other: UUID, *, by: Viewer, reason: str = "", since: date | None = None) -> SuspectedPair:
    """Note that two people may be the same one; noting it again changes nothing.

    since: when it was noticed, if not today. Raises Problem not_found for a person out of reach, registry.pair_of_one, and
    registry.pair_apart for people of two operations.
    """
    first, second = (queries.person(key, seen_by=by) for key in sorted((one, other)))
    if first.pk == second.pk:
        raise Problem("registry.pair_of_one")
    if first.operation_id != second.operation_id:
        raise Problem("registry.pair_apart")
    known = SuspectedPair.objects.filter(first=first, second=second, resolution=Resolution.OPEN).first()
    if known is not None:
        return known
    made = SuspectedPair.objects.create(
        first=first, second=second, scope_id=first.scope_id, since=since or timezone.localdate(), reason=reason.strip()[:300],
        noted_by=by.id, noted_by_label=str(by.label)[:200],
    )  # fmt: skip
    quality.moved("person", [first.pk, second.pk], by=by)
    return made


@action(APPROVE)
def decide_pair(pair_id: UUID, resolution: str, *, by: Viewer) -> SuspectedPair:
    """Say what two registrations are: "same" or "different". Nothing is merged by it.

    Raises Problem not_found, registry.pair_decided, registry.value_unknown.
    """
    pair = SuspectedPair.objects.select_for_update().filter(within(by.reach(APPROVE)), pk=pair_id).first()
    if pair is None:
        raise Problem("not_found")
    if pair.resolution:
        raise Problem("registry.pair_decided")
    if resolution not in (Resolution.SAME, Resolution.DIFFERENT):
        raise Problem("registry.value_unknown", value=resolution, list="resolution")
    pair.resolution, pair.resolved_on = resolution, timezone.localdate()
    pair.resolved_by, pair.resolved_by_label = by.id, str(by.label)[:200]
    pair.save()
    quality.moved("person", [pair.first_id, pair.second_id], by=by)
    return pair
