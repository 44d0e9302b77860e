"""Which registrations lead to which, since when, and by whom."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from banyan.people.registry.models import Merge, Person
from banyan.people.registry.queries.people import VIEW, people
from banyan.platform.access.viewers import Viewer, within


@dataclass(frozen=True)
class Alias:
    """Another registration of the same person; `merge` is None for a viewer who may not see it."""

    person: Person
    merge: Merge | None


def merges_of(person_ids: Collection[UUID], *, seen_by: Viewer) -> list[Merge]:
    """Merges in which these people are the survivor or the one merged, undone ones too, newest first. One query."""
    seen_by.require(VIEW)
    about = Q(survivor__in=person_ids) | Q(merged__in=person_ids)
    rows = Merge.objects.filter(within(seen_by.reach(VIEW)), about).select_related("survivor", "merged")
    return list(rows.order_by("-merged_at", "-id"))


def resolved(person_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, UUID]:
    """{registration: the one that stands for it} of those among these that were merged. One query."""
    rows = people(seen_by=seen_by).filter(pk__in=person_ids, merged_into__isnull=False)
    return dict(rows.values_list("pk", "merged_into_id"))


def aliases_of(person_id: UUID, *, seen_by: Viewer) -> list[Alias]:
    """The other registrations of a person, the latest merged first. Two queries."""
    rows = people(seen_by=seen_by).filter(merged_into=person_id).order_by("-status_since", "reference")
    found = list(rows)
    if not found:
        return []
    standing = Merge.objects.filter(within(seen_by.reach(VIEW)), merged__in=found, undone_at=None)
    merges = {merge.merged_id: merge for merge in standing}
    return [Alias(person, merges.get(person.pk)) for person in found]
