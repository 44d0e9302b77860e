"""Households made directly, for tests of what happens to them afterwards."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from banyan.people.registry.actions.keys import renew_name_keys
from banyan.people.registry.models import Household, Membership, Person
from banyan.people.registry.rules import shaping
from banyan.people.registry.tests.conftest import SYSTEM, Field
from banyan.platform.access.viewers import viewing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.ids import new_id, reference

REGISTERED = date(2026, 1, 10)


@dataclass
class Family:
    """A household with its people by name, the first of them the head."""

    household: Household
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def make_family(country: Field, *names: str, area: str = "XX010101", **fields: Any) -> Family:
    """A household in the village `area`, with a member for each name; the first is the head, the others are children."""
    place = country.places[area]
    scope = country.scopes[area[:6]]
    key = new_id()
    with viewing(SYSTEM):
        family = Family(
            Household.objects.create(
                pk=key, operation=country.operation, scope_id=scope, reference=reference(shaping.HOUSEHOLD, key, groups=3),
                place=place, registered_on=REGISTERED, **fields,
            )
        )  # fmt: skip
        for position, name in enumerate(names):
            family.people[name] = _member(country, family.household, name, scope, is_head=position == 0)
        renew_name_keys(dict.fromkeys(person.pk for person in family.people.values()))
    return family


def make_person(country: Field, name: str, area: str = "XX010101") -> Person:
    """A person without a household."""
    with viewing(SYSTEM):
        person = _person(country, name, country.scopes[area[:6]])
        renew_name_keys({person.pk: None})
        return person


def _person(country: Field, name: str, scope: int) -> Person:
    key = new_id()
    return Person.objects.create(
        pk=key, operation=country.operation, scope_id=scope, reference=reference(shaping.PERSON, key, groups=3),
        full_name=name, sex="female", birth_date=PartialDate(1990), registered_on=REGISTERED,
    )  # fmt: skip


def _member(country: Field, household: Household, name: str, scope: int, *, is_head: bool) -> Person:
    person = _person(country, name, scope)
    Membership.objects.create(
        person=person, household=household, scope_id=scope, relationship="head" if is_head else "child", is_head=is_head,
        since=REGISTERED,
    )  # fmt: skip
    return person
