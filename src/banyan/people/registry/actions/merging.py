"""Registrations of one person put together by two people, and taken apart again to the letter."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, ForeignKey, Model
from django.utils import timezone

from banyan.people.quality import actions as quality
from banyan.people.registry.actions.changing.lending import _lent
from banyan.people.registry.actions.keys import KEYED, NAMES, Keyed, renew_name_keys
from banyan.people.registry.facts import PeopleMerged, PeopleUnmerged
from banyan.people.registry.models import Household, Merge, Person
from banyan.people.registry.queries import uniting as reading
from banyan.people.registry.rules import parting, uniting
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, PERSON, Row
from banyan.people.registry.rules.uniting import Change, Held
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, viewing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.problems import Location, Problem

MERGE = "registry.merge_person"
Asker = tuple[UUID | None, str]


@dataclass(frozen=True)
class Unmerged:
    """A merge taken back. `kept`: what stays with the survivor because it came since, as {"table", "id", "field", "how"}."""

    merge: Merge
    kept: Sequence[Mapping[str, str]]


@action(MERGE)
def merge_people(
    survivor: UUID, others: Sequence[UUID], *, take: Mapping[str, UUID] | None = None, reason: str, asked_by: Asker, by: Viewer
) -> list[Merge]:  # fmt: skip
    """Have other registrations lead to `survivor`; one merge for each of them. `by` confirms what `asked_by` asked for.

    take: for each value (rules.uniting.TAKEABLE) the registration it is taken from, if not from the survivor; what the survivor
    has anyway stays, and what only others have moves. Somebody active is never made inactive by it. Announces PeopleMerged.
    Raises Problem registry.merge_by_one, merge_of_one, merge_apart, record_merged, record_withdrawn, merge_field_unknown,
    merge_out_of_reach, change_value_missing (no reason), not_found for registrations out of reach.
    """
    two, labels = _two(asked_by, by), (asked_by[1], str(by.label))
    group = (survivor, *others)
    if len(group) < 2 or len(set(group)) < len(group):
        raise Problem("registry.merge_of_one")
    _require_reason(reason)
    taken = _taken(take or {}, group)
    people, homes = reading.locked(group, seen_by=by)
    _check(people, group, by)
    writer = _lent(by, MERGE)
    with viewing(writer, action="registry.merge_people"):
        made = [
            _unite(survivor, other, taken, reason=reason.strip(), two=two, labels=labels, by=writer) for other in others
        ]
        _tell(group, homes, by=by)
        announce(PeopleMerged(survivor, tuple(others)), by=by)
    return made


@action(MERGE)
def unmerge(merge_id: UUID, *, reason: str, by: Viewer) -> Unmerged:
    """Take a merge back: every row becomes what it was, but for its version and for what has changed since.

    What came since stays with the survivor and is told. Announces PeopleUnmerged. Raises Problem not_found,
    registry.merge_undone, merge_later, merge_out_of_reach, change_value_missing (no reason).
    """
    _require_reason(reason)
    seen = Merge.objects.filter(pk=merge_id).values("survivor", "merged", "what").first()
    if seen is None:
        raise Problem("not_found")
    group = (seen["survivor"], seen["merged"])
    changes = uniting.changes_of(seen["what"]["changes"])
    reading.lock_requests({each.id for each in changes if each.table == uniting.REQUEST}, seen_by=by)
    stays = {each.key for each in changes if each.table == MEMBERSHIP}
    lived = {str(row["household"]) for row in reading.rows_of(stays, seen_by=by).values()}
    lived |= {each.id for each in changes if each.table == HOUSEHOLD}
    people, homes = reading.locked(group, {UUID(key) for key in lived}, seen_by=by)
    _check_undoing(people, group, by)
    # Only now: whoever undid it while we waited has written it.
    merge = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if merge is None:  # lies where `by` may look, but not change anything
        raise Problem("registry.merge_out_of_reach", reference=people[seen["merged"]].reference)
    if merge.undone_at is not None:
        raise Problem("registry.merge_undone")
    writer = _lent(by, MERGE)
    with viewing(writer, action="registry.unmerge"):
        kept = _part(merge, people, lived, by=writer)
        merge.undone_by, merge.undone_by_label, merge.undone_at = by.id, str(by.label)[:200], timezone.now()
        merge.undo_reason, merge.kept = reason.strip()[:2000], kept
        merge.save()
        _tell(group, homes, by=by)
        announce(PeopleUnmerged(merge.survivor_id, (merge.merged_id,)), by=by)
    return Unmerged(merge, kept)


def _two(asked_by: Asker, by: Viewer) -> tuple[UUID, UUID]:
    """Two people, whoever calls: neither one alone, nor a machine."""
    if asked_by[0] is None or by.id is None or asked_by[0] == by.id:
        raise Problem("registry.merge_by_one")
    return asked_by[0], by.id


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Problem("registry.change_value_missing", field="reason", at=Location(field="reason"))


def _taken(take: Mapping[str, UUID], group: Collection[UUID]) -> dict[str, UUID]:
    """Whose value is taken for each name. Raises Problem registry.merge_field_unknown."""
    for name, person in take.items():
        if name not in uniting.TAKEABLE or person not in group:
            raise Problem("registry.merge_field_unknown", field=name, at=Location(field=name))
    return dict(take)


def _check(people: Mapping[UUID, Person], group: Sequence[UUID], by: Viewer) -> None:
    reach = by.reach(MERGE)
    for key in group:
        person = people.get(key)
        if person is None or person.scope_id not in reach:
            raise Problem("not_found")
        if person.merged_into_id is not None:
            leads_to = Person.objects.filter(pk=person.merged_into_id).values_list("reference", flat=True).first()
            raise Problem("registry.record_merged", reference=person.reference, survivor=leads_to or "–")
        if person.status == "withdrawn":
            raise Problem("registry.record_withdrawn", reference=person.reference)
    if len({person.operation_id for person in people.values()}) > 1:
        raise Problem("registry.merge_apart")


def _check_undoing(people: Mapping[UUID, Person], group: Sequence[UUID], by: Viewer) -> None:
    survivor, merged = (people[key] for key in group)
    if survivor.scope_id not in by.reach(MERGE) or merged.scope_id not in by.reach(MERGE):
        raise Problem("registry.merge_out_of_reach", reference=merged.reference)
    if survivor.merged_into_id is not None:
        further = Person.objects.filter(pk=survivor.merged_into_id).values_list("reference", flat=True).first()
        raise Problem("registry.merge_later", reference=survivor.reference, survivor=further or "–")


def _unite(
    survivor: UUID, other: UUID, taken: Mapping[str, UUID], *, reason: str, two: tuple[UUID, UUID], labels: tuple[str, str], by: Viewer
) -> Merge:  # fmt: skip
    found = reading.held((survivor, other), seen_by=by)
    one, merged = found[survivor], found[other]
    stays = [*one.of(MEMBERSHIP).values(), *merged.of(MEMBERSHIP).values()]
    homes = reading.homes_of(stays, (one.id, merged.id), seen_by=by)
    aliases, pairs, requests = reading.hanging_on(survivor, other, seen_by=by)
    take = {name for name, person in taken.items() if person == other}
    if (
        merged.person["status"] == "active"
        and one.person["status"] != "active"
        and taken.get(uniting.STATUS) != survivor
    ):
        # Nobody loses their registration by having been registered twice.
        take.add(uniting.STATUS)
    today = timezone.localdate()
    decided = {"resolved_on": today.isoformat(), "resolved_by": str(by.id), "resolved_by_label": str(by.label)[:200]}
    changes = uniting.unite(
        one, merged, homes=homes, aliases=aliases, pairs=pairs, requests=requests, take=take, today=today.isoformat(), decided=decided
    )  # fmt: skip
    _write({each.key: each.after for each in changes}, reference=str(merged.person["reference"]))
    _count_up(changes, survivor, {UUID(key) for key in homes})
    _renew(one, changes)
    after = reading.held((survivor,), seen_by=by)[survivor]
    noted = {
        "changes": [each.as_json() for each in changes],
        "had": {table: sorted(rows) for table, rows in after.parts.items()},
        "stood": {name: value for name, value in after.person.items() if name != "id"},
    }
    return Merge.objects.create(
        operation_id=one.person["operation"], scope_id=after.person["scope_id"], survivor_id=survivor, merged_id=other,
        reason=reason[:2000], what=noted, asked_by=two[0], asked_by_label=labels[0][:200], confirmed_by=two[1],
        confirmed_by_label=labels[1][:200], merged_on=today,
    )  # fmt: skip


def _part(merge: Merge, people: Mapping[UUID, Person], lived: Collection[str], *, by: Viewer) -> list[dict[str, str]]:
    changes = uniting.changes_of(merge.what["changes"])
    keys = [each.key for each in changes]
    touched = [*keys, *((HOUSEHOLD, key) for key in lived)]
    later = {str(each.pk): each for each in reading.later_merges(merge, touched, seen_by=by)}
    now = reading.rows_of(keys, seen_by=by)
    undone = parting.part(changes, now, {key: uniting.changes_of(each.what["changes"]) for key, each in later.items()})
    both = {str(merge.survivor_id), str(merge.merged_id)}
    stays = reading.stays_of(lived, both, seen_by=by)
    concerned = {key: row for key, row in stays.items() if row["person"] in both}
    parting.reopened(undone, concerned, reading.heads_of(lived, seen_by=by))
    homes = reading.rows_of([(HOUSEHOLD, key) for key in lived], seen_by=by)
    parting.revived(undone, {key: row for (_table, key), row in homes.items()}, stays)
    one = reading.held((merge.survivor_id,), seen_by=by)[merge.survivor_id]
    parting.came_since(undone, one.person, merge.what["stood"], merge.what["had"], one.parts, changes)
    _write(undone.values, reference=people[merge.merged_id].reference)
    _count_up(changes, merge.survivor_id, {UUID(key) for key in lived})
    _renew(one, changes)
    _correct(merge, changes, later, undone, reference=people[merge.merged_id].reference)
    return undone.kept


def _correct(
    merge: Merge, changes: Sequence[Change], later: Mapping[str, Merge], undone: parting.Parting, *, reference: str
) -> None:
    """What merges made since have noted becomes what they would have noted without this one."""
    same = [
        (key, uniting.changes_of(each.what["changes"]), each.what["stood"])
        for key, each in later.items()
        if each.survivor_id == merge.survivor_id
    ]
    stood = parting.stood_without(changes, str(merge.survivor_id), same)
    for key, each in later.items():
        noted = [change.as_json() for change in undone.later[key]]
        what = {**each.what, "changes": noted, "stood": stood.get(key, each.what["stood"])}
        if what != each.what and not Merge.objects.filter(pk=key).update(what=what):
            raise Problem("registry.merge_out_of_reach", reference=reference)


def _write(values: Mapping[tuple[str, str], Row], *, reference: str) -> None:
    """Write columns of rows, in an order that constraints bear: who ends or steps down, who moves, who begins or steps up.

    Raises Problem registry.merge_out_of_reach when the database keeps a row from `by`.
    """
    groups: dict[tuple[int, str, tuple[str, ...]], list[Model]] = defaultdict(list)
    for (table, key), columns in values.items():
        if columns:
            groups[_turn(table, columns), table, tuple(sorted(columns))].append(_row(table, key, columns))
    for (_when, table, names), rows in sorted(groups.items(), key=lambda group: group[0]):
        if reading.TABLES[table].objects.bulk_update(rows, names) != len(rows):  # type: ignore[attr-defined]
            raise Problem("registry.merge_out_of_reach", reference=reference)


def _turn(table: str, columns: Row) -> int:
    if table != MEMBERSHIP:
        return 1
    if columns.get("until") is not None or columns.get("is_head") is False:
        return 0
    return 2 if "until" in columns or columns.get("is_head") else 1


def _row(table: str, key: str, columns: Row) -> Model:
    """The row as an object that holds these columns."""
    model = reading.TABLES[table]
    values: dict[str, Any] = {}
    for name, value in columns.items():
        field = model._meta.get_field(name)
        if isinstance(field, ForeignKey):
            values[field.attname] = UUID(value) if value else None
        elif isinstance(field, PartialDateField):
            values[name] = PartialDate.from_text(value) if value else None
        else:
            values[name] = value
    return model(pk=UUID(key), **values)


def _count_up(changes: Iterable[Change], survivor: UUID, homes: Collection[UUID]) -> None:
    """Whoever was worked on says so by the version, although none of their own columns may have changed."""
    written = {each.key for each in changes}
    quiet = [key for key in homes if (HOUSEHOLD, str(key)) not in written]
    Household.objects.filter(pk__in=quiet).update(version=F("version") + 1)
    if (PERSON, str(survivor)) not in written:
        Person.objects.filter(pk=survivor).update(version=F("version") + 1)


def _renew(survivor: Held, changes: Iterable[Change]) -> None:
    """The survivor's search keys, when what they are made of was written; the others keep theirs and answer for them."""
    written = {name for each in changes if each.key == (PERSON, survivor.id) for name in each.after}
    if written & {*KEYED, "scope_id"}:
        row = survivor.person
        renew_name_keys({survivor.id: Keyed(row["scope_id"], tuple(str(row[name] or "") for name in NAMES))})


def _tell(people: Collection[UUID], homes: Collection[UUID], *, by: Viewer) -> None:
    quality.moved("person", sorted(people), by=by)
    quality.moved("household", sorted(homes), by=by)
