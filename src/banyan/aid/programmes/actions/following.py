"""Enrolments follow the register: people and households are merged, move, are closed and opened again; nobody is copied."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from banyan.aid.programmes.actions.queueing import named
from banyan.aid.programmes.models import Appeal, Cause, Enrolment
from banyan.aid.programmes.states import ENROL, OPEN_ENROLMENT, AppealState, EnrolmentState
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import as_it_was

# Where households live now: their place, and the scope by which the rows are seen.
_PLACED = """
UPDATE programmes_enrolment e SET scope_id = h.scope_id, place_id = h.place_id, at = now()
FROM ({homes}) h (id, scope_id, place_id)
WHERE e.household_id = h.id AND e.state = ANY(%(open)s) AND (e.scope_id, e.place_id) IS DISTINCT FROM (h.scope_id, h.place_id)
"""
_APPEALED = """
UPDATE programmes_appeal a SET scope_id = h.scope_id FROM ({homes}) h (id, scope_id, place_id)
WHERE a.household_id = h.id AND a.state = 'open' AND a.scope_id <> h.scope_id
"""


@action(ENROL)
def follow_register(
    *, by: Viewer, households: Collection[UUID] = (), people: Collection[UUID] = (), batch: UUID | None = None
) -> int:
    """Bring enrolments of these up to date: where they live, which household a person belongs to, whether the registration stands.

    Whoever is enrolled by a registration that is not active any more is suspended, and goes on when it is opened again. batch: all
    households and people of it. A constant number of statements; how many were suspended or go on.
    """
    if batch is not None:
        households = [*households, *registry.households(seen_by=by).filter(batch=batch).values_list("pk", flat=True)]
        people = [*people, *registry.people(seen_by=by).filter(batch=batch).values_list("pk", flat=True)]
    standing = Enrolment.objects.filter(state__in=OPEN_ENROLMENT)
    theirs = standing.filter(Q(person__in=people) | Q(household__in=households, person__isnull=False))
    persons = set(theirs.values_list("person", flat=True))
    belonging = registry.membership_of(persons, seen_by=by)
    homes = set(households)
    for household_id in {one.household_id for one in belonging.values()}:
        moved = [pk for pk, one in belonging.items() if one.household_id == household_id]
        standing.filter(person__in=moved).exclude(household=household_id).update(household=household_id)
        homes.add(household_id)
    _place(homes, by)
    return _stand(
        standing.filter(Q(person=None, household__in=homes)), registry.households(seen_by=by), "household"
    ) + _stand(standing.filter(person__in=persons), registry.people(seen_by=by), "person")


def _place(homes: Collection[UUID], by: Viewer) -> None:
    rows = registry.households(seen_by=by).filter(pk__in=homes).values("pk", "scope_id", "place")
    if not homes:
        return
    text, values = named(rows, "home")
    with connection.cursor() as cursor:
        for statement in (_PLACED, _APPEALED):
            cursor.execute(statement.format(homes=text), {**values, "open": [state.value for state in OPEN_ENROLMENT]})


def _stand(rows: QuerySet[Enrolment], register: QuerySet[Any], key: str) -> int:
    """Suspend whose registration ended, and let go on whose registration was opened again."""
    active = register.filter(pk__in=rows.values(key), status="active").values("pk")
    gone = rows.filter(state=EnrolmentState.ENROLLED).exclude(**{f"{key}__in": active})
    back = rows.filter(state=EnrolmentState.SUSPENDED, cause=Cause.CLOSED, **{f"{key}__in": active})
    return _suspended(gone, Cause.CLOSED) + _resumed(back)


def _suspended(rows: QuerySet[Enrolment], cause: Cause) -> int:
    return rows.update(
        state=EnrolmentState.SUSPENDED, since=timezone.localdate(), reason="", cause=cause, by=None, by_label="",
        at=timezone.now(),
    )  # fmt: skip


def _resumed(rows: QuerySet[Enrolment]) -> int:
    return rows.update(
        state=EnrolmentState.ENROLLED, since=timezone.localdate(), reason="", cause="", by=None, by_label="",
        at=timezone.now(),
    )  # fmt: skip


@action(ENROL)
def follow_merged(kind: str, survivor_id: UUID, merged_ids: Collection[UUID], *, by: Viewer) -> int:
    """Enrolments of merged registrations go to the one that stands; kind: "household" or "person". How many were moved.

    Where that one is in the programme already, nobody gets twice: the other enrolment is suspended as a duplicate, and stays the
    merged one's, so that undoing the merge lets it go on.
    """
    standing = Enrolment.objects.filter(state__in=OPEN_ENROLMENT)
    if kind == "household":
        standing = standing.filter(person=None)
    own = set(standing.filter(**{kind: survivor_id}).values_list("programme", flat=True))
    rows = standing.filter(**{f"{kind}__in": merged_ids}).select_for_update().order_by("programme", "-score", "pk")
    moved: list[UUID] = []
    twice: list[UUID] = []
    for row in rows:
        (twice if row.programme_id in own else moved).append(row.pk)
        own.add(row.programme_id)
    _suspended(standing.filter(pk__in=twice, state=EnrolmentState.ENROLLED), Cause.MERGED)
    # Who waits as a duplicate waits no more: the place on the list is the survivor's.
    standing.filter(pk__in=twice, state=EnrolmentState.WAITING).update(
        state=EnrolmentState.EXITED, until=timezone.localdate(), at=timezone.now()
    )
    standing.filter(pk__in=moved).update(**{kind: survivor_id}, at=timezone.now())
    Appeal.objects.filter(**{f"{kind}__in": merged_ids}).exclude(state__in=["upheld", "refused"]).exclude(
        programme__in=Appeal.objects.filter(**{kind: survivor_id}, state="open").values("programme")
    ).update(**{kind: survivor_id})
    if kind == "person":
        _homes_of([survivor_id, *merged_ids], by)
    return len(moved)


def _homes_of(people: Collection[UUID], by: Viewer) -> None:
    """A household that a merge of people left empty is closed without a word of its own, and opened again by undoing it."""
    homes = {one.household_id for person in people for one in registry.memberships(person, seen_by=by)}
    rows = Enrolment.objects.filter(state__in=OPEN_ENROLMENT, person=None, household__in=homes)
    _stand(rows, registry.households(seen_by=by), "household")


@action(ENROL)
def follow_unmerged(survivor_id: UUID, people: Collection[UUID], *, by: Viewer) -> int:
    """Whoever stands for themselves again has the enrolments and appeals that were theirs when they were merged; how many go on.

    Whoever was suspended as a duplicate goes on, or waits again. What was decided since the merge stays as it was decided.
    """
    merged = registry.resolved([survivor_id, *people], seen_by=by)
    holder = merged.get(survivor_id, survivor_id)
    parted: dict[UUID, datetime] = {}
    for merge in registry.merges_of(people, seen_by=by):
        if merge.merged_id in people and merge.merged_id not in merged:
            parted.setdefault(merge.merged_id, merge.merged_at)
    for person_id, merged_at in parted.items():
        _give_back(holder, person_id, merged_at, by)
    return _resumed(Enrolment.objects.filter(person__in=parted, state=EnrolmentState.SUSPENDED, cause=Cause.MERGED))


def _give_back(holder: UUID, person_id: UUID, merged_at: datetime, by: Viewer) -> None:
    """What went from this person to the one who stood for them goes back; the past says what was whose, and who waited."""
    standing = Enrolment.objects.filter(state__in=OPEN_ENROLMENT)
    for rows in (standing, Appeal.objects.filter(state=AppealState.OPEN)):
        own = set(rows.filter(person=person_id).values_list("programme", flat=True))
        for pk in rows.filter(person=holder).exclude(programme__in=own).values_list("pk", flat=True):
            was = as_it_was(rows.model, pk, merged_at, seen_by=by)
            if was is not None and was["person"] == person_id:
                rows.filter(pk=pk).update(person=person_id)
    own = set(standing.filter(person=person_id).values_list("programme", flat=True))
    ended = Enrolment.objects.filter(
        person=person_id, state=EnrolmentState.EXITED, until__gte=timezone.localdate(merged_at)
    )
    for row in ended.exclude(programme__in=own):
        was = as_it_was(Enrolment, row.pk, merged_at, seen_by=by)
        # Who was told to leave by a person has a reason of their own.
        if was is not None and (was["state"], was["reason"]) == (EnrolmentState.WAITING, row.reason):
            Enrolment.objects.filter(pk=row.pk).update(state=EnrolmentState.WAITING, until=None, at=timezone.now())
