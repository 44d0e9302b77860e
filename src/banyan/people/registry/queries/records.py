"""One person or one household with everything that its page shows: a constant number of queries, whatever they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from banyan.people.forms import queries as forms
from banyan.people.registry.models import Document, Household, Membership, Need, Notice, Person, Phone
from banyan.people.registry.queries.extras import Extra, extras_of
from banyan.people.registry.queries.labels import LISTS, Labels, labels
from banyan.people.registry.queries.merges import Alias, aliases_of
from banyan.people.registry.queries.people import (
    VIEW,
    composition_of,
    documents,
    household,
    members,
    memberships,
    needs,
    notices,
    person,
    phones,
)
from banyan.people.registry.rules.ages import Composition, ages_on
from banyan.people.registry.rules.notices import Given, standing
from banyan.people.registry.rules.stays import size_changes
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.dates import Ages
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

SENSITIVE = "registry.view_sensitive"


def may_here(viewer: Viewer, permission: str, scope_id: int) -> bool:
    """Whether a permission reaches the records of a scope, and not only some others."""
    reach = viewer.reach(permission)
    return bool(viewer.may(permission) and (reach.everything or scope_id in reach))


def given(notice: Notice) -> Given:
    """A notice as the rules take it."""
    return Given(notice.given_on, notice.purposes, notice.legal_basis, notice.withdrawn_on)


@dataclass(frozen=True)
class PersonRecord:
    """A person and what belongs to them. `shown`: whether sensitive values are to be shown instead of their masks."""

    person: Person
    memberships: Sequence[Membership]
    family: Sequence[Membership]
    documents: Sequence[Document]
    phones: Sequence[Phone]
    needs: Sequence[Need]
    notices: Sequence[Notice]
    path: Sequence[tuple[UUID, str]]
    extras: Sequence[Extra]
    labels: Labels
    today: date
    may_show: bool
    shown: bool = False
    # Other registrations that were found to be the same person.
    aliases: Sequence[Alias] = ()

    @cached_property
    def membership(self) -> Membership | None:
        """The one that is open."""
        return next((each for each in self.memberships if each.until is None), None)

    @cached_property
    def ages(self) -> Ages | None:
        """Completed years today, as a range; None when not known."""
        return ages_on(self.person.birth_date, self.today)

    @cached_property
    def notice(self) -> Notice | None:
        """The notice that counts now: the last one given to the person, else to the household."""
        own = [each for each in self.notices if each.person_id == self.person.pk]
        return _standing(own) or _standing([each for each in self.notices if each.household_id])


@dataclass(frozen=True)
class HouseholdRecord:
    """A household and its members as they were on a day."""

    household: Household
    on: date
    today: date
    members: Sequence[Membership]
    earlier: Sequence[Membership]
    composition: Composition
    size_changes: Sequence[tuple[date, int]]
    notices: Sequence[Notice]
    path: Sequence[tuple[UUID, str]]
    extras: Sequence[Extra]
    labels: Labels
    may_show: bool
    shown: bool = False
    ages: Mapping[UUID, Ages | None] = field(default_factory=dict)

    @cached_property
    def head(self) -> Membership | None:
        """The head on that day; None when there is none."""
        return next((each for each in self.members if each.is_head), None)

    @cached_property
    def notice(self) -> Notice | None:
        """The notice that counts now."""
        return _standing(self.notices)


def _standing(rows: Sequence[Notice]) -> Notice | None:
    counted = standing(given(each) for each in rows)
    return next((each for each in rows if given(each) == counted), None)


def _codes(*values: Any) -> list[str]:
    return sorted({str(value) for value in values if value})


def person_record(person_id: UUID, *, seen_by: Viewer, shown: bool = False) -> PersonRecord:
    """A person with memberships, documents, telephones, needs, notices, place and further answers.

    shown: with sensitive values; ignored unless the viewer may see them here. Raises Problem not_found.
    """
    found = person(person_id, seen_by=seen_by)
    may_show = may_here(seen_by, SENSITIVE, found.scope_id)
    stays = memberships(found.pk, seen_by=seen_by)
    home = next((each.household for each in stays if each.until is None), None)
    family = members(home.pk, seen_by=seen_by) if home else []
    papers = list(documents([found.pk], seen_by=seen_by))
    wants = list(needs([found.pk], seen_by=seen_by))
    place = found.place or (home.place if home else None)
    words = labels(
        LISTS,
        seen_by=seen_by,
        codes_used=_codes(
            found.sex, found.nationality, found.origin_country, found.marital_status, found.legal_status, found.education,
            found.language, found.contact_preference, found.status_reason, *found.difficulties.values(),
            *(each.relationship for each in (*stays, *family)), *(each.person.sex for each in family),
            *(each.type for each in papers), *(each.code for each in wants),
        ),
    )  # fmt: skip
    return PersonRecord(
        person=found,
        memberships=stays,
        family=family,
        documents=papers,
        phones=list(phones([found.pk], seen_by=seen_by)),
        needs=wants,
        notices=list(notices(seen_by=seen_by, person_ids=[found.pk], household_ids=[home.pk] if home else [])),
        path=[*places.breadcrumb(place.pk, seen_by=seen_by), (place.pk, place.name)] if place else [],
        extras=extras_of(found.extras, operation_id=found.operation_id, subject="person", seen_by=seen_by),
        labels=words,
        today=timezone.localdate(),
        may_show=may_show,
        shown=shown and may_show,
        aliases=aliases_of(found.pk, seen_by=seen_by),
    )


def household_record(
    household_id: UUID, *, seen_by: Viewer, on: date | None = None, shown: bool = False
) -> HouseholdRecord:
    """A household with its members on a day (today), its composition, how its size changed, notices, place.

    shown: with sensitive values; ignored unless the viewer may see them here. Raises Problem not_found.
    """
    found = household(household_id, seen_by=seen_by)
    today = timezone.localdate()
    day = on or today
    every = _stays(found.pk, seen_by)
    standing_then = members(found.pk, seen_by=seen_by, on=None if day == today else day)
    there = {each.pk for each in standing_then}
    words = labels(
        LISTS,
        seen_by=seen_by,
        codes_used=_codes(
            found.residence_status, found.origin_country, found.language, found.status_reason,
            *(each.relationship for each in every), *(each.person.sex for each in every),
        ),
    )  # fmt: skip
    return HouseholdRecord(
        household=found,
        on=day,
        today=today,
        members=standing_then,
        earlier=[each for each in every if each.pk not in there],
        composition=composition_of(standing_then, seen_by=seen_by, on=day),
        size_changes=size_changes((each.since, each.until) for each in every if each.person.status != "withdrawn"),
        notices=list(notices(seen_by=seen_by, household_ids=[found.pk])),
        path=[*places.breadcrumb(found.place.pk, seen_by=seen_by), (found.place.pk, found.place.name)] if found.place else [],
        extras=extras_of(found.extras, operation_id=found.operation_id, subject="household", seen_by=seen_by),
        labels=words,
        may_show=may_here(seen_by, SENSITIVE, found.scope_id),
        shown=shown and may_here(seen_by, SENSITIVE, found.scope_id),
        ages={each.person_id: ages_on(each.person.birth_date, day) for each in every},
    )  # fmt: skip


def _stays(household_id: UUID, viewer: Viewer) -> list[Membership]:
    rows = Membership.objects.filter(within(viewer.reach(VIEW)), Q(household=household_id)).select_related("person")
    return list(rows.order_by("since", "id"))


def notice(notice_id: UUID, *, seen_by: Viewer) -> Notice:
    """One notice. Raises Problem not_found, also for one out of reach."""
    seen_by.require(VIEW)
    found = Notice.objects.filter(within(seen_by.reach(VIEW)), pk=notice_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def position_allowed(household: Household, *, seen_by: Viewer) -> bool:
    """Whether the operation collects positions at all, and the viewer may see sensitive values of this household."""
    return may_here(seen_by, SENSITIVE, household.scope_id) and "gps" not in forms.policy(
        household.operation_id, seen_by=seen_by
    )
