"""Suspected duplicates of a person, with whom the other one is."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from banyan.people.registry.models import Person, SuspectedPair
from banyan.people.registry.queries.people import VIEW, people
from banyan.platform.access.viewers import Viewer, within


@dataclass(frozen=True)
class Pair:
    """A suspected duplicate seen from one of the two; `other` is None when the viewer may not see that one."""

    pair: SuspectedPair
    other: Person | None


def pair(pair_id: UUID, *, seen_by: Viewer) -> SuspectedPair | None:
    """One suspected duplicate; None when there is none within reach."""
    seen_by.require(VIEW)
    return SuspectedPair.objects.filter(within(seen_by.reach(VIEW)), pk=pair_id).first()


def pairs_of(person_id: UUID, *, seen_by: Viewer) -> list[Pair]:
    """The suspected duplicates of a person, open ones first, then the newest. Two queries."""
    seen_by.require(VIEW)
    about = Q(first=person_id) | Q(second=person_id)
    rows = list(
        SuspectedPair.objects.filter(within(seen_by.reach(VIEW)), about).order_by("resolution", "-since", "-id")
    )
    keys = {row.second_id if row.first_id == person_id else row.first_id for row in rows}
    known = {person.pk: person for person in people(seen_by=seen_by).filter(pk__in=keys)}
    return [Pair(row, known.get(row.second_id if row.first_id == person_id else row.first_id)) for row in rows]
