"""People and households to choose from on the form of a change: by reference, number or name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from banyan.people.registry.models import Household, Membership, Person
from banyan.people.registry.queries.changing.loading import is_id
from banyan.people.registry.queries.finding import find_people
from banyan.people.registry.queries.people import VIEW, households, membership_of, people
from banyan.people.registry.rules.asking import Question
from banyan.people.registry.rules.changing.records import PERSON
from banyan.platform.access.viewers import Viewer, within
from banyan.platform.kernel.ids import check_reference
from banyan.platform.kernel.problems import Problem

MOST = 20


@dataclass(frozen=True)
class Option:
    """A person or household to choose."""

    id: str
    label: str
    note: str = ""


def options(table: str, text: str, chosen: str, *, operation: UUID, seen_by: Viewer) -> list[Option]:
    """At most 21 people ("person") or households of an operation that a text means; the one chosen before comes first."""
    if not text and not chosen:
        return []
    keys = [UUID(chosen)] if is_id(chosen) else []
    if table == PERSON:
        keys += [each.pk for each in _people(text, operation, seen_by)] if text else []
        return _person_options(keys, operation, seen_by)
    if text:
        rows = households(seen_by=seen_by).filter(operation=operation)
        if reference := _reference(text):
            keys += rows.filter(reference=reference).values_list("pk", flat=True)[:1]
        else:
            keys += rows.filter(number=text).values_list("pk", flat=True)[:MOST]
        members = [each.pk for each in _people(text, operation, seen_by)]
        held = membership_of(members, seen_by=seen_by)
        keys += [held[key].household_id for key in members if key in held]
    return _household_options(keys, operation, seen_by)


def _people(text: str, operation: UUID, seen_by: Viewer) -> list[Person]:
    """People whom the register's own search finds, best first."""
    found = find_people(Question(text=text, operation=operation), seen_by=seen_by, most=MOST)
    return [each.person for each in found]


def _person_options(keys: Sequence[UUID], operation: UUID, seen_by: Viewer) -> list[Option]:
    rows = {row.pk: row for row in people(seen_by=seen_by).filter(operation=operation, pk__in=keys)}
    return [
        Option(
            str(key),
            rows[key].full_name,
            ", ".join(filter(None, [rows[key].reference, str(rows[key].birth_date or "")])),
        )
        for key in dict.fromkeys(keys)
        if key in rows
    ]


def _household_options(keys: Sequence[UUID], operation: UUID, seen_by: Viewer) -> list[Option]:
    found = households(seen_by=seen_by).filter(operation=operation, pk__in=keys).select_related("place")
    rows: dict[UUID, Household] = {row.pk: row for row in found}
    open_heads = Membership.objects.filter(
        within(seen_by.reach(VIEW)), household__in=rows, until=None, is_head=True
    ).select_related("person")  # fmt: skip
    heads = {row.household_id: row.person.full_name for row in open_heads}
    return [
        Option(
            str(key),
            rows[key].reference,
            ", ".join(filter(None, [heads.get(key), _where(rows[key])])),
        )
        for key in dict.fromkeys(keys)
        if key in rows
    ]


def _where(row: Household) -> str:
    return row.place.name if row.place is not None else ""


def _reference(text: str) -> str:
    try:
        return check_reference(text)
    except Problem:
        return ""
