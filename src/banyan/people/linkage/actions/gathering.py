"""Pairs gathered into cases: new ones opened, standing ones grown, joined or ended. By set, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, override

from banyan.people.linkage.actions.writing import array_texts, given
from banyan.people.linkage.models import Case, CaseMember, CaseTargets, Feature, Pair, Zone
from banyan.people.linkage.rules.deciding import priority
from banyan.people.linkage.rules.grouping import Edge, Group, grouped
from banyan.people.linkage.states import CaseState
from banyan.people.registry import actions as registry
from banyan.platform.access.viewers import system_viewer
from banyan.platform.kernel.ids import new_ids, reference

PREFIX: Final = "DUP"
_COLUMNS: Final = (
    "pk", "first_id", "second_id", "operation_id", "other_operation_id", "scope_id", "second_scope_id", "weight", "probability",
    "zone", "exact_document", "noted", "case_id",
)  # fmt: skip
_CASES: Final = {
    "id": "uuid", "operation": "uuid", "across": "boolean", "scope_id": "int", "scope_ids": "int[]", "reference": "text",
    "size": "smallint", "split": "boolean", "zone": "text", "weight": "float8", "probability": "float8", "document": "boolean",
    "noted": "boolean", "priority": "int", "due_on": "date",
}  # fmt: skip
# Who grew it looks at something else than before: the version tells whoever had it open. The day can only come nearer.
_KEEP: Final = """
INSERT INTO linkage_case AS kept (
    id, operation_id, across, scope_id, scope_ids, reference, state, size, split, zone, weight, probability, exact_document, noted,
    priority, due_on, assignee_label, opened_at, proposed_by_label, confirmed_by_label, version
)
SELECT id, operation, across, scope_id, scope_ids::int[], reference, 'open', size, split, zone, weight, probability, document, noted,
       priority, due_on, '', clock_timestamp(), '', '', 1
FROM {given}
ON CONFLICT (id) DO UPDATE SET
    scope_id = excluded.scope_id, scope_ids = excluded.scope_ids, size = excluded.size, split = excluded.split, zone = excluded.zone,
    weight = excluded.weight, probability = excluded.probability, exact_document = excluded.exact_document, noted = excluded.noted,
    priority = excluded.priority, due_on = least(kept.due_on, excluded.due_on), version = kept.version + 1
"""
_MEMBER: Final = """
INSERT INTO linkage_casemember (id, case_id, person_id, operation_id, scope_id)
SELECT banyan_new_id(), case_id, person, operation, scope_id FROM {given}
ON CONFLICT (case_id, person_id) DO UPDATE SET left_on = NULL, scope_id = excluded.scope_id
"""
_ATTACH: Final = """
UPDATE linkage_pair p SET case_id = given.case_id FROM {given} WHERE p.id = given.pair AND p.case_id IS DISTINCT FROM given.case_id
"""
_LAPSE: Final = """
UPDATE linkage_case c SET state = 'lapsed', joined_into_id = given.into, decided_at = clock_timestamp(), version = c.version + 1
FROM {given} WHERE c.id = given.case_id
"""


@dataclass(frozen=True)
class Gathered:
    """What became of the pairs: how many cases were opened, grew, were ended."""

    opened: int = 0
    grown: int = 0
    lapsed: int = 0

    def as_counts(self) -> dict[str, int]:
        """For the note of a run."""
        return {"cases_opened": self.opened, "cases_grown": self.grown, "cases_lapsed": self.lapsed}


@dataclass
class _Standing:
    """Cases that stand already, as far as the pairs touch them."""

    units: dict[UUID, list[UUID]] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)
    size: dict[UUID, tuple[int, bool]] = field(default_factory=dict)


def gather(operation_id: UUID | None, *, lost: Iterable[UUID | None]) -> Gathered:
    """Bring the cases of an operation up to date with its undecided pairs; None: those across operations.

    lost: cases that had a pair which is there no longer. Within the lock of the operation (writing.lock_operation).
    """
    today = timezone.localdate()
    rows = Pair.objects.filter(_of(operation_id), decision="")
    shaky = {one for one in lost if one is not None}
    freed = _end_unfit(shaky)
    loose = _edges(rows.filter(Q(case=None) | Q(case__in=freed), *_both_there()).exclude(_weak()))
    standing = _touched({one for row in loose for one in (row["first_id"], row["second_id"])}, shaky - freed)
    inner = _edges(rows.filter(case__in=[*standing.units, *standing.ended])) if standing.size else []
    _settle(standing, inner, shaky)
    edges = [*loose, *inner]
    found = grouped([Edge(row["first_id"], row["second_id"], row["weight"]) for row in edges], standing.units)
    changed = [group for group in found if group.keeps in shaky or _moved(group, edges, standing)]
    targets = CaseTargets.objects.filter(operation=operation_id).first() or CaseTargets()
    _write(changed, edges, standing, targets, today)
    into = {case: group.keeps for group in found for case in group.joins}
    over = {**dict.fromkeys(standing.ended), **into}
    _lapse(over, today)
    return Gathered(
        sum(group.keeps is None for group in changed), sum(group.keeps is not None for group in changed), len(over) + len(freed)
    )  # fmt: skip


def _of(operation_id: UUID | None) -> Q:
    if operation_id is None:
        return Q(other_operation__isnull=False)
    return Q(operation=operation_id, other_operation=None)


def _both_there() -> tuple[Exists, Exists]:
    """Nobody was withdrawn, or merged into somebody, since the pair was found."""
    first, second = (Exists(Feature.objects.filter(pk=OuterRef(side))) for side in ("first_id", "second_id"))
    return first, second


def _weak() -> Q:
    return Q(zone=Zone.UNLIKELY, exact_document=False, noted=False)


def _edges(rows: Any) -> list[dict[str, Any]]:
    return list(rows.values(*_COLUMNS))


def _end_unfit(shaky: Collection[UUID]) -> set[UUID]:
    """Cases that wait for somebody, of which a record is no longer in the register as it was: they end, their pairs are free."""
    if not shaky:
        return set()
    waiting = Case.objects.filter(pk__in=shaky, state__in=[CaseState.PROPOSED, CaseState.SHELVED])
    members = CaseMember.objects.filter(case__in=waiting, left_on=None).values_list("case_id", "person_id")
    people = {person for _case, person in members}
    there = set(Feature.objects.filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    unfit = {case for case, person in members if person not in there}
    if unfit:
        _lapse(dict.fromkeys(unfit), timezone.localdate())
    return unfit


def _touched(people: Collection[UUID], shaky: Collection[UUID]) -> _Standing:
    """The open cases of these people, and those that lost a pair."""
    standing = _Standing()
    if not people and not shaky:
        return standing
    among = CaseMember.objects.filter(person__in=people, left_on=None, case__state=CaseState.OPEN).values("case")
    cases = Case.objects.filter(Q(pk__in=among) | Q(pk__in=shaky), state=CaseState.OPEN)
    standing.size = {pk: (size, split) for pk, size, split in cases.values_list("pk", "size", "split")}
    for case, person in CaseMember.objects.filter(case__in=list(standing.size), left_on=None).values_list(
        "case_id", "person_id"
    ):
        standing.units.setdefault(case, []).append(person)
    return standing


def _settle(standing: _Standing, inner: Sequence[Mapping[str, Any]], shaky: Collection[UUID]) -> None:
    """A case that lost a pair goes on with whoever still hangs together in it; the others begin anew, or stand alone."""
    of_case: dict[UUID, list[Edge]] = defaultdict(list)
    for row in inner:
        of_case[row["case_id"]].append(Edge(row["first_id"], row["second_id"], row["weight"]))
    linked = {person for edges in of_case.values() for edge in edges for person in (edge.first, edge.second)}
    for case, people in list(standing.units.items()):
        if case not in shaky and linked.issuperset(people):
            continue
        parts = grouped(of_case[case], {}, most=len(standing.units[case]))
        if parts:
            standing.units[case] = list(max(parts, key=lambda part: len(part.members)).members)
        else:
            del standing.units[case]
            standing.ended.add(case)


def _moved(group: Group, edges: Sequence[Mapping[str, Any]], standing: _Standing) -> bool:
    """Whether anything of the group is to be written."""
    if group.keeps is None or group.joins:
        return True
    if standing.size[group.keeps] != (len(group.members), group.split):
        return True
    people = set(group.members)
    return any(
        row["case_id"] != group.keeps and row["first_id"] in people and row["second_id"] in people for row in edges
    )


def _write(
    groups: Sequence[Group], edges: Sequence[Mapping[str, Any]], standing: _Standing, targets: CaseTargets, today: date
) -> None:
    if not groups:
        return
    place = {person: number for number, group in enumerate(groups) for person in group.members}
    inside: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    where: dict[UUID, tuple[UUID, int]] = {}
    for row in edges:
        where[row["first_id"]] = (row["operation_id"], row["scope_id"])
        where[row["second_id"]] = (row["other_operation_id"] or row["operation_id"], row["second_scope_id"])
        one, other = place.get(row["first_id"]), place.get(row["second_id"])
        if one is not None and one == other:
            inside[one].append(row)
    ids = [group.keeps or UUID(fresh) for group, fresh in zip(groups, new_ids(len(groups)), strict=True)]
    made = [_row(ids[number], group, inside[number], where, targets, today) for number, group in enumerate(groups)]
    frame = pl.DataFrame(made, infer_schema_length=None, schema_overrides={"scope_id": pl.Int64})
    given(_KEEP, frame.with_columns(array_texts([row["scope_ids"] for row in made]).alias("scope_ids")), _CASES)
    members = [
        {
            "case_id": str(ids[number]),
            "person": str(person),
            "operation": str(where[person][0]),
            "scope_id": where[person][1],
        }
        for number, group in enumerate(groups)
        for person in group.members
    ]
    given(_MEMBER, pl.DataFrame(members), {"case_id": "uuid", "person": "uuid", "operation": "uuid", "scope_id": "int"})
    attached = [
        {"pair": str(row["pk"]), "case_id": str(ids[number])} for number, rows in inside.items() for row in rows
    ]
    given(_ATTACH, pl.DataFrame(attached), {"pair": "uuid", "case_id": "uuid"})
    _notice([row for rows in inside.values() for row in rows if row["case_id"] is None])
    kept = {group.keeps: set(group.members) for group in groups if group.keeps}
    if kept:
        left = [
            pk for pk, case, person in CaseMember.objects.filter(case__in=kept, left_on=None).values_list("pk", "case_id", "person_id")
            if person not in kept[case]
        ]  # fmt: skip
        CaseMember.objects.filter(pk__in=left).update(left_on=today)


def _notice(rows: Sequence[Mapping[str, Any]]) -> None:
    """Tell the register of what is probable: its pages and the checks of its quality know of suspected duplicates from there."""
    with override(None):
        why = {True: gettext("Their documents bear the same number."), False: gettext("Their records look alike.")}
    urgent = [row for row in rows if (row["zone"] == Zone.PROBABLE or row["exact_document"]) and not row["noted"]]
    registry.note_pairs(
        [(row["first_id"], row["second_id"], why[row["exact_document"]]) for row in urgent if row["other_operation_id"] is None],
        by=system_viewer("linkage"),
    )  # fmt: skip


def _row(
    key: UUID, group: Group, rows: Sequence[Mapping[str, Any]], where: Mapping[UUID, tuple[UUID, int]], targets: CaseTargets, today: date
) -> dict[str, Any]:  # fmt: skip
    """A case as it is written: as likely as its strongest pair."""
    strongest = max(rows, key=lambda row: (row["probability"], row["weight"]))
    said = {name: any(row[name] for row in rows) for name in ("exact_document", "noted")}
    urgent = strongest["zone"] == Zone.PROBABLE or said["exact_document"]
    scopes = sorted({where[person][1] for person in group.members})
    return {
        "id": str(key), "operation": str(where[group.members[0]][0]), "across": len({where[person][0] for person in group.members}) > 1,
        "scope_id": scopes[0] if len(scopes) == 1 else None, "scope_ids": scopes, "reference": reference(PREFIX, key, groups=3),
        "size": len(group.members), "split": group.split, "zone": strongest["zone"], "weight": strongest["weight"],
        "probability": strongest["probability"], "document": said["exact_document"], "noted": said["noted"],
        "priority": priority(probability=strongest["probability"], size=len(group.members), **said),
        "due_on": str(today + timedelta(days=targets.probable_days if urgent else targets.possible_days)),
    }  # fmt: skip


def _lapse(over: Mapping[UUID, UUID | None], today: date) -> None:
    """End cases in which nothing is left to decide; where their records went, when they went to another case."""
    if not over:
        return
    rows = [{"case_id": str(case), "into": str(into) if into else None} for case, into in over.items()]
    given(
        _LAPSE,
        pl.DataFrame(rows, schema={"case_id": pl.String, "into": pl.String}),
        {"case_id": "uuid", "into": "uuid"},
    )
    CaseMember.objects.filter(case__in=over, left_on=None).update(left_on=today)
