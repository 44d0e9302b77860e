"""What the form of a change stands on: the record, its household and members, the entry to be changed, what a search found."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import QueryDict

from banyan.people.registry import queries
from banyan.people.registry.inputs.changing import Found, Ground, Member
from banyan.people.registry.models import Household, Person
from banyan.people.registry.queries.changing.finding import options
from banyan.people.registry.queries.changing.loading import PARTS_OF, is_id, records_of
from banyan.people.registry.queries.changing.previews import subject_row
from banyan.people.registry.queries.labels import LISTS, Labels, labels
from banyan.people.registry.queries.records import may_here
from banyan.people.registry.rules.changing.kinds import KINDS, NOT_TYPED
from banyan.people.registry.rules.changing.records import HOUSEHOLD, PERSON, Row
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

SEARCHES = {"person": PERSON, "to": HOUSEHOLD, "other": HOUSEHOLD}


def table_of(kind: str, record_id: UUID, viewer: Viewer) -> str:
    """Whether a change of this kind is about a person or a household. Raises Problem not_found."""
    if kind not in KINDS or kind in NOT_TYPED:
        raise Problem("not_found")
    subject = KINDS[kind].subject
    if subject != "either":
        return subject
    return PERSON if queries.people(seen_by=viewer).filter(pk=record_id).exists() else HOUSEHOLD


def record_of(table: str, record_id: UUID, viewer: Viewer) -> Person | Household:
    """A person or a household. Raises Problem not_found for another kind of record, or one out of reach."""
    if table == PERSON:
        return queries.person(record_id, seen_by=viewer)
    if table == HOUSEHOLD:
        return queries.household(record_id, seen_by=viewer)
    raise Problem("not_found")


def ground_of(kind: str, record_id: UUID, data: QueryDict, viewer: Viewer) -> Ground:
    """Everything the form needs. Raises Problem not_found for a record out of reach."""
    table = table_of(kind, record_id, viewer)
    key = str(record_id)
    row = subject_row(table, key, seen_by=viewer)
    words = labels(LISTS, seen_by=viewer)
    household = key if table == HOUSEHOLD else _household_of(record_id, viewer)
    members = _members(household, words, viewer) if household else []
    chosen = data.get("other", "")
    return Ground(
        kind=kind,
        table=table,
        record=key,
        row=row,
        labels=words,
        members=members,
        coming=_members(chosen, words, viewer) if kind == "merge_households" and is_id(chosen) else (),
        household=household,
        part=_part(kind, table, key, data.get("part", ""), viewer),
        may_see_sensitive=may_here(viewer, "registry.view_sensitive", int(row["scope_id"])),
        is_head=any(member.id == key and member.is_head for member in members),
        is_last=len(members) == 1 and table == PERSON,
        found=found_for(data, viewer, str(row["operation"]), key),
    )


def _household_of(person_id: UUID, viewer: Viewer) -> str:
    held = queries.membership_of([person_id], seen_by=viewer).get(person_id)
    return str(held.household_id) if held is not None else ""


def _members(household: str, words: Labels, viewer: Viewer) -> list[Member]:
    return [
        Member(
            str(each.person_id),
            f"{each.person.full_name} ({words.of('relationship', each.relationship) or '–'})",
            each.relationship,
            each.is_head,
        )
        for each in queries.members(UUID(household), seen_by=viewer)
    ]


def _part(kind: str, table: str, record: str, part: str, viewer: Viewer) -> tuple[str, Row] | None:
    """The document, telephone, need or notice that is changed; None for a new one."""
    if not part or kind not in PARTS_OF:
        return None
    rows = records_of(kind, {table: [record]}, seen_by=viewer).parts(PARTS_OF[kind][0], record)
    if part not in rows:
        raise Problem("not_found")
    if kind == "change_need" and not may_here(viewer, "registry.view_sensitive", int(rows[part]["scope_id"])):
        raise Problem("not_found")
    return part, rows[part]


def found_for(data: Mapping[str, Any], viewer: Viewer, operation: str, besides: str) -> dict[str, Sequence[Found]]:
    """What the searches on the form found, with what was chosen before first."""
    found: dict[str, Sequence[Found]] = {}
    for name, table in SEARCHES.items():
        text, chosen = str(data.get(f"find.{name}", "")).strip(), str(data.get(name, ""))
        hits = options(table, text, chosen, operation=UUID(operation), seen_by=viewer)
        found[name] = [Found(hit.id, hit.label, hit.note) for hit in hits if hit.id != besides]
    return found


def chosen_place(data: QueryDict, name: str, viewer: Viewer) -> str:
    """The id that a place picker chose, or the place that its text names; the text itself when it names none."""
    value, text = data.get(name, ""), data.get(f"{name}_text", "").strip()
    if not value and not text:
        return ""
    if not viewer.may("places.view_place"):
        return value or text
    if value and not text:  # the picker was emptied
        return ""
    place = places.chosen(value, text, seen_by=viewer)
    return str(place.pk) if place is not None else text
