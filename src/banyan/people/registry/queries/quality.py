"""How people and households stand in lists of what is wrong, and whom a change of theirs may concern."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from django.db import connection
from django.urls import reverse

from banyan.people.quality.declarations import Card
from banyan.people.registry.queries.labels import labels
from banyan.people.registry.queries.people import VIEW, households, membership_of, people
from banyan.people.registry.rules.changing.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from banyan.platform.access.viewers import Viewer

__all__ = ["VIEW", "choices", "household_cards", "people_cards", "related_to_households", "related_to_people"]

_HOMES: Final = """
SELECT household_id FROM registry_membership WHERE person_id = ANY(%(people)s) AND until IS NULL
"""
_MEMBERS: Final = """
SELECT person_id FROM registry_membership WHERE household_id = ANY(%(homes)s) AND until IS NULL
"""
# Whoever has the same paper or the same number fails, or no longer does, together with these people.
_NAMESAKES: Final = """
SELECT other.person_id FROM registry_document own
JOIN registry_document other ON other.number_key = own.number_key AND other.type = own.type AND other.is_current
WHERE own.person_id = ANY(%(people)s) AND own.is_current AND own.number_key <> ''
UNION
SELECT other.person_id FROM registry_phone own JOIN registry_phone other ON other.number = own.number
WHERE own.person_id = ANY(%(people)s)
"""


def people_cards(ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, Card]:
    """The people among these whom the viewer may see, each with name, reference, place and addresses. Two queries."""
    homes = membership_of(ids, seen_by=seen_by)
    found = {}
    for person in people(seen_by=seen_by).filter(pk__in=list(ids)).select_related("place"):
        home = homes[person.pk].household if person.pk in homes else None
        found[person.pk] = Card(
            reference=person.reference,
            label=person.full_name,
            url=reverse("registry:person", args=[person.pk]),
            place=person.place.name if person.place else (home.address if home else ""),
            change_url=reverse("registry:propose-menu", args=["person", person.pk]),
        )
    return found


def household_cards(ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, Card]:
    """The households among these that the viewer may see, each by its head. Two queries."""
    heads = _heads(ids)
    return {
        home.pk: Card(
            reference=home.reference,
            label=heads.get(home.pk, home.reference),
            url=reverse("registry:household", args=[home.pk]),
            place=home.place.name if home.place else "",
            change_url=reverse("registry:propose-menu", args=["household", home.pk]),
        )
        for home in households(seen_by=seen_by).filter(pk__in=list(ids)).select_related("place")
    }


def _heads(ids: Collection[UUID]) -> dict[UUID, str]:
    """The name of each household's head; row-level security leaves out whom the viewer may not see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.household_id, p.full_name FROM registry_membership m JOIN registry_person p ON p.id = m.person_id "
            "WHERE m.household_id = ANY(%s) AND m.is_head AND m.until IS NULL",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def related_to_people(ids: Collection[UUID], *, seen_by: Viewer) -> Mapping[str, Collection[UUID]]:
    """Everybody whose checks a change of these people may move: households, members, and who shares papers or numbers."""
    seen_by.require(VIEW)
    homes = _ids(_HOMES, people=list(ids))
    everybody = set(ids) | _ids(_MEMBERS, homes=list(homes)) | _ids(_NAMESAKES, people=list(ids))
    return {"person": everybody, "former_person": set(ids), "household": homes}


def related_to_households(ids: Collection[UUID], *, seen_by: Viewer) -> Mapping[str, Collection[UUID]]:
    """The households, their members, and who shares papers or telephone numbers with those."""
    seen_by.require(VIEW)
    members = _ids(_MEMBERS, homes=list(ids))
    everybody = members | _ids(_NAMESAKES, people=list(members))
    return {"person": everybody, "former_person": members, "household": set(ids)}


def choices(field: str, *, seen_by: Viewer) -> list[tuple[str, str]]:
    """Codes and words of a field that takes codes; nothing for one that is written freely."""
    known = PERSON_FIELDS.get(field) or HOUSEHOLD_FIELDS.get(field)
    if known is None or not known.codes:
        return []
    return labels([known.codes], seen_by=seen_by).options(known.codes)


def _ids(statement: str, **values: list[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}
