"""Two registrations that may be one person: noted by whoever sees it, decided on by somebody who looked at both."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry import queries
from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.facts import PairNoted
from banyan.people.registry.models import ANSWERS, Resolution, SuspectedPair
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Reach, Viewer, viewing, within
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem

PROPOSE, APPROVE = "registry.propose_change", "registry.approve_change"
# By set: people of two operations, out of reach or withdrawn give no pair, and one that is open already stays as it is.
_NOTE = """
INSERT INTO registry_suspectedpair
    (first_id, second_id, scope_id, since, reason, noted_by, noted_by_label, resolution, resolved_by_label)
SELECT DISTINCT ON (f.id, s.id) f.id, s.id, f.scope_id, %(today)s::date, left(given.reason, 300), %(by)s::uuid, %(label)s, '', ''
FROM unnest(%(one)s::uuid[], %(other)s::uuid[], %(reason)s::text[]) AS given (one, other, reason)
JOIN registry_person f ON f.id = least(given.one, given.other)
JOIN registry_person s ON s.id = greatest(given.one, given.other)
WHERE f.id <> s.id AND f.operation_id = s.operation_id AND f.status <> 'withdrawn' AND s.status <> 'withdrawn'
  AND (%(everywhere)s OR f.scope_id = ANY(%(scopes)s::int[]))
ON CONFLICT (first_id, second_id) WHERE resolution = '' DO NOTHING
RETURNING first_id, second_id
"""
# In the order of ids, as whoever merges locks them.
_DECIDE = """
WITH wanted AS (
    SELECT p.id, given.resolution
    FROM unnest(%(one)s::uuid[], %(other)s::uuid[], %(resolution)s::text[]) AS given (one, other, resolution)
    JOIN registry_suspectedpair p ON p.first_id = least(given.one, given.other) AND p.second_id = greatest(given.one, given.other)
    WHERE p.resolution = '' AND (%(everywhere)s OR p.scope_id = ANY(%(scopes)s::int[]))
    ORDER BY p.id FOR UPDATE OF p
)
UPDATE registry_suspectedpair p
SET resolution = wanted.resolution, resolved_on = %(today)s::date, resolved_by = %(by)s::uuid, resolved_by_label = %(label)s
FROM wanted WHERE p.id = wanted.id
RETURNING p.first_id, p.second_id
"""


@action(PROPOSE)
def note_pair(one: UUID, other: UUID, *, by: Viewer, reason: str = "", since: date | None = None) -> SuspectedPair:
    """Note that two people may be the same one; noting it again changes nothing.

    since: when it was noticed, if not today. Announces PairNoted. Raises Problem not_found for a person out of reach,
    registry.pair_of_one, registry.pair_apart for people of two operations, registry.record_withdrawn.
    """
    first, second = (queries.person(key, seen_by=by) for key in sorted((one, other)))
    if first.pk == second.pk:
        raise Problem("registry.pair_of_one")
    if first.operation_id != second.operation_id:
        raise Problem("registry.pair_apart")
    for person in (first, second):
        if person.status == "withdrawn":
            raise Problem("registry.record_withdrawn", reference=person.reference)
    known = SuspectedPair.objects.filter(first=first, second=second, resolution=Resolution.OPEN).first()
    if known is not None:
        return known
    made = SuspectedPair.objects.create(
        first=first, second=second, scope_id=first.scope_id, since=since or timezone.localdate(), reason=reason.strip()[:300],
        noted_by=by.id, noted_by_label=str(by.label)[:200],
    )  # fmt: skip
    quality.moved("person", [first.pk, second.pk], by=by)
    announce(PairNoted(made.pk), by=by)
    return made


@action(PROPOSE)
def note_pairs(rows: Iterable[tuple[UUID, UUID, str]], *, by: Viewer) -> int:
    """Note by set which two may be the same: (one, other, why). Two statements, however many. Returns how many are new.

    For rooms that compare people; nothing is announced. People out of reach, withdrawn ones and people of two operations are
    left out. What was decided before is noted anew: whoever calls knows whether there is a reason.
    """
    given = list(rows)
    values = {"one": [row[0] for row in given], "other": [row[1] for row in given], "reason": [row[2] for row in given]}
    return _by_set(_NOTE, values, by.reach(PROPOSE), by=by)


@action(APPROVE)
def decide_pairs(rows: Iterable[tuple[UUID, UUID, str]], *, by: Viewer) -> int:
    """Decide by set on open pairs: (one, other, "same" or "different"). Two statements. Returns how many were open.

    Raises Problem registry.value_unknown.
    """
    given = list(rows)
    for _one, _other, resolution in given:
        if resolution not in ANSWERS:
            raise Problem("registry.value_unknown", value=resolution, list="resolution")
    values = {
        "one": [row[0] for row in given],
        "other": [row[1] for row in given],
        "resolution": [row[2] for row in given],
    }
    with viewing(_lent(by, APPROVE), action="registry.decide_pairs"):
        return _by_set(_DECIDE, values, by.reach(APPROVE), by=by)


def _by_set(statement: str, values: Mapping[str, Any], reach: Reach, *, by: Viewer) -> int:
    """Write pairs by one statement, and have both people of each checked anew."""
    if not values["one"]:
        return 0
    where: dict[str, Any] = {"everywhere": reach.everything, "scopes": sorted(reach.scopes)}
    who: dict[str, Any] = {"by": by.id, "label": str(by.label)[:200], "today": timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **where, **who})
        written = cursor.fetchall()
    quality.moved("person", sorted({person for row in written for person in row}), by=by)
    return len(written)


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
    if resolution not in ANSWERS:
        raise Problem("registry.value_unknown", value=resolution, list="resolution")
    pair.resolution, pair.resolved_on = resolution, timezone.localdate()
    pair.resolved_by, pair.resolved_by_label = by.id, str(by.label)[:200]
    pair.save()
    quality.moved("person", [pair.first_id, pair.second_id], by=by)
    return pair
