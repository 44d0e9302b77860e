"""People and households within the viewer's reach; members on a day; composition, counted when it is asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from banyan.people.registry.models import Document, Household, Membership, Need, Notice, Person, Phone
from banyan.people.registry.rules import ages
from banyan.people.registry.rules.ages import Composition
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.problems import Problem

VIEW = "registry.view_person"


def people(*, seen_by: Viewer) -> QuerySet[Person]:
    """The people within the viewer's reach, withdrawn ones as well."""
    seen_by.require(VIEW)
    return Person.objects.filter(within(seen_by.reach(VIEW)))


def households(*, seen_by: Viewer) -> QuerySet[Household]:
    """The households within the viewer's reach, withdrawn ones as well."""
    seen_by.require(VIEW)
    return Household.objects.filter(within(seen_by.reach(VIEW)))


def person(person_id: UUID, *, seen_by: Viewer) -> Person:
    """One person with operation and place. Raises Problem not_found, also for a person out of reach."""
    found = people(seen_by=seen_by).select_related("operation", "place").filter(pk=person_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def household(household_id: UUID, *, seen_by: Viewer) -> Household:
    """One household with operation and place. Raises Problem not_found, also for a household out of reach."""
    found = households(seen_by=seen_by).select_related("operation", "place").filter(pk=household_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def _standing(on: date | None) -> Q:
    """Memberships that stand on a day; those still open without a day. A membership counts on its first day, not its last."""
    return Q(until=None) if on is None else Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def members(household_id: UUID, *, seen_by: Viewer, on: date | None = None) -> list[Membership]:
    """Who belongs to a household now (or on a day), each with `person`: the head first, then by age. One query.

    Withdrawn people are left out.
    """
    seen_by.require(VIEW)
    rows = (
        Membership.objects.filter(within(seen_by.reach(VIEW)), _standing(on), household=household_id)
        .exclude(person__status="withdrawn")
        .select_related("person")
    )
    return sorted(rows, key=_family_order)


def members_of(household_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, list[Membership]]:
    """Who belongs to each of these households now, in the order of `members`. One query, however many."""
    seen_by.require(VIEW)
    rows = Membership.objects.filter(within(seen_by.reach(VIEW)), household__in=household_ids, until=None)
    found: dict[UUID, list[Membership]] = {key: [] for key in household_ids}
    for row in sorted(rows.exclude(person__status="withdrawn").select_related("person"), key=_family_order):
        found[row.household_id].append(row)
    return found


def _family_order(membership: Membership) -> tuple[bool, bool, date, str]:
    """The head, then husband or wife, then from the oldest to the youngest."""
    birth = membership.person.birth_date
    return (
        not membership.is_head,
        membership.relationship != "spouse",
        birth.earliest if birth else date.max,
        membership.person.full_name,
    )


def memberships(person_id: UUID, *, seen_by: Viewer) -> list[Membership]:
    """The households a person belonged to, the present one first, each with `household` and its place. One query."""
    seen_by.require(VIEW)
    # Written so that both partial indexes serve it.
    rows = Membership.objects.filter(
        within(seen_by.reach(VIEW)),
        Q(person=person_id, until=None) | Q(person=person_id, until__isnull=False),
    ).select_related("household", "household__place")
    return sorted(rows, key=lambda row: (row.until is None, row.until or row.since, row.since), reverse=True)


def membership_of(person_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, Membership]:
    """The open membership of each of these people, with `household`. One query."""
    seen_by.require(VIEW)
    rows = Membership.objects.filter(
        within(seen_by.reach(VIEW)), person__in=person_ids, until=None
    ).select_related("household")  # fmt: skip
    return {row.person_id: row for row in rows}


def composition(household_id: UUID, *, seen_by: Viewer, on: date | None = None) -> Composition:
    """Size of a household and its members by sex and age group on a day (today)."""
    standing = members(household_id, seen_by=seen_by, on=on)
    return composition_of(standing, seen_by=seen_by, on=on)


def composition_of(standing: Iterable[Membership], *, seen_by: Viewer, on: date | None = None) -> Composition:
    """The same of members that the viewer has read already."""
    seen_by.require(VIEW)
    day = on or timezone.localdate()
    return ages.composition(((row.person.sex, row.person.birth_date) for row in standing), day)


def sizes(household_ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, int]:
    """How many people belong to each household now; 0 for empty ones. One query."""
    seen_by.require(VIEW)
    found: dict[UUID, int] = defaultdict(int)
    rows = Membership.objects.filter(
        within(seen_by.reach(VIEW)), household__in=household_ids, until=None
    ).exclude(person__status="withdrawn")  # fmt: skip
    for household_id in rows.values_list("household_id", flat=True):
        found[household_id] += 1
    return {household_id: found[household_id] for household_id in household_ids}


def documents(person_ids: Collection[UUID], *, seen_by: Viewer) -> QuerySet[Document]:
    """Documents of these people, those in use first."""
    seen_by.require(VIEW)
    rows = Document.objects.filter(within(seen_by.reach(VIEW)), person__in=person_ids)
    return rows.order_by("person_id", "-is_current", "type", "id")


def phones(person_ids: Collection[UUID], *, seen_by: Viewer) -> QuerySet[Phone]:
    """Telephones of these people in their order."""
    seen_by.require(VIEW)
    return Phone.objects.filter(within(seen_by.reach(VIEW)), person__in=person_ids).order_by("person_id", "position")


def needs(person_ids: Collection[UUID], *, seen_by: Viewer) -> QuerySet[Need]:
    """Specific needs of these people; sensitive ones only for who may see sensitive values."""
    seen_by.require(VIEW)
    # Written so that both partial indexes serve it.
    asked = Q(person__in=person_ids, until=None) | Q(person__in=person_ids, until__isnull=False)
    rows = Need.objects.filter(within(seen_by.reach(VIEW)), asked)
    if not seen_by.may("registry.view_sensitive"):
        rows = rows.filter(sensitive=False)
    return rows.order_by("person_id", "code")


def notices(
    *, seen_by: Viewer, person_ids: Collection[UUID] = (), household_ids: Collection[UUID] = ()
) -> QuerySet[Notice]:
    """Notices given to these people and households, the latest first."""
    seen_by.require(VIEW)
    about = Q(person__in=person_ids) | Q(household__in=household_ids)
    return Notice.objects.filter(within(seen_by.reach(VIEW)), about).order_by("-given_on", "-id")


def with_belongings(rows: QuerySet[Person], *, seen_by: Viewer) -> QuerySet[Person]:
    """People with their current documents and telephones read in two further queries."""
    seen_by.require(VIEW)
    return rows.prefetch_related(
        Prefetch("documents", Document.objects.filter(is_current=True).order_by("type", "id")),
        Prefetch("phones", Phone.objects.order_by("position")),
    )
