"""Edits into tables: a constant number of statements, whatever the size of the household, in an order constraints bear."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import ForeignKey, Model

from banyan.people.quality import actions as quality
from banyan.people.registry import facts
from banyan.people.registry.actions.keys import KEYED, NAMES, Keyed, renew_name_keys
from banyan.people.registry.actions.registering import positions_judged
from banyan.people.registry.models import ChangeRequest, Document, Membership, Need, Notice, Phone
from banyan.people.registry.queries.changing.loading import MODELS
from banyan.people.registry.rules import shaping
from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.records import HOUSEHOLD, MEMBERSHIP, PERSON, Edit, Records, Row
from banyan.people.registry.rules.marks import odd_after
from banyan.platform.access.queries import operation_scopes
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.dates import PartialDate
from banyan.platform.kernel.facts import Fact, announce
from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.ids import reference
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

_SPOT = frozenset({"place", "lat", "lon"})
PREFIXES = {PERSON: shaping.PERSON, HOUSEHOLD: shaping.HOUSEHOLD}
_OF_PEOPLE = (Membership, Document, Phone, Need, Notice)


def _write(plan: Plan, records: Records, request: ChangeRequest, *, by: Viewer, permission: str) -> None:
    """Write a plan made of `records` (read and locked in this transaction), and announce what happened.

    Raises Problem registry.place_out_of_reach when the change moves somebody to where `by` may not change anything,
    and not_allowed when the database refuses a row.
    """
    after = records.after(plan.edits)
    scopes = _scopes(plan, records, after, request, by=by)
    _check_reach(scopes, by, permission)
    edits = _completed(plan, after, scopes, request)
    ending, rising, rest = _ordered(edits)
    _change(ending)
    _change([edit for edit in rest if edit.kind == "change"])
    _add([edit for edit in rest if edit.kind == "add" and edit.table != MEMBERSHIP])
    _change(rising)
    _add([edit for edit in rest if edit.kind == "add" and edit.table == MEMBERSHIP])
    _remove([edit for edit in rest if edit.kind == "remove"])
    _follow(records, scopes)
    _renew_keys(plan, after, records, scopes)
    _have_checked(plan, records, after, by=by)
    for name, ids in plan.facts:
        announce(_fact(name, ids), by=by)


def _have_checked(plan: Plan, records: Records, after: Records, *, by: Viewer) -> None:
    """Have the quality of everybody touched checked anew, and of the households that somebody left or joined."""
    touched: dict[str, set[UUID]] = {PERSON: set(), HOUSEHOLD: set()}
    for edit in plan.edits:
        if edit.table in touched:
            touched[edit.table].add(UUID(edit.id))
            continue
        for row in (records.row(edit.table, edit.id), after.row(edit.table, edit.id), edit.values):
            for table, ids in touched.items():
                if row and row.get(table):
                    ids.add(UUID(str(row[table])))
    for table, ids in touched.items():
        quality.moved(table, sorted(ids), by=by)


def _fact(name: str, ids: Sequence[str]) -> Fact:
    return getattr(facts, name)(*(UUID(key) if key else None for key in ids))  # type: ignore[no-any-return]


def _scopes(
    plan: Plan, records: Records, after: Records, request: ChangeRequest, *, by: Viewer
) -> dict[tuple[str, str], int]:
    """The scope of every household and person that has another place, another household, or is new.

    A household lies where its place lies; a person likewise, or, without a place of their own, with the household.
    """
    placed = {edit.id for edit in plan.edits if edit.table in (HOUSEHOLD, PERSON) and "place" in edit.values}
    moved = {edit.id for edit in plan.edits if edit.kind == "add"}
    moved |= {str(edit.values["person"]) for edit in plan.edits if edit.table == MEMBERSHIP and edit.kind == "add"}
    if not placed and not moved:
        return {}
    homes, everybody = after.all(HOUSEHOLD), after.all(PERSON)
    of_place = _scopes_of_places(
        {str(row["place"]) for row in (*homes.values(), *everybody.values()) if row.get("place")}, request, by=by
    )
    found: dict[tuple[str, str], int] = {}
    for key, row in homes.items():
        old = records.row(HOUSEHOLD, key)
        scope = int(old["scope_id"]) if old is not None else request.scope_id
        if key in placed | moved and row.get("place"):
            scope = of_place.get(str(row["place"]), scope)
        found[HOUSEHOLD, key] = scope
    for key, row in everybody.items():
        old = records.row(PERSON, key)
        scope = int(old["scope_id"]) if old is not None else request.scope_id
        held = after.membership(key)
        if row.get("place"):
            scope = of_place.get(str(row["place"]), scope) if key in placed | moved else scope
        elif held is not None:
            scope = found.get((HOUSEHOLD, str(held[1]["household"])), scope)
        found[PERSON, key] = scope
    return found


def _scopes_of_places(keys: Iterable[str], request: ChangeRequest, *, by: Viewer) -> dict[str, int]:
    keys = set(keys)
    if not keys:
        return {}
    # Reference data is seen whole: a place where `by` may change nothing is out of reach, not without a scope.
    with viewing(system_viewer("registry")) as reader:
        rows = list(places.places(seen_by=reader).filter(pk__in=keys).values_list("pk", "scope_id"))
    of_areas = operation_scopes(request.operation_id, seen_by=by)
    return {str(key): of_areas.get(scope or 0, of_areas.get(0, request.scope_id)) for key, scope in rows}


def _check_reach(scopes: Mapping[tuple[str, str], int], by: Viewer, permission: str) -> None:
    reach = by.reach(permission)
    beyond = {scope for scope in scopes.values() if scope not in reach}
    if beyond:
        count = sum(1 for (table, _key), scope in scopes.items() if table == PERSON and scope in beyond)
        raise Problem("registry.place_out_of_reach", count=count, places="–")


def _completed(plan: Plan, after: Records, scopes: Mapping[tuple[str, str], int], request: ChangeRequest) -> list[Edit]:
    """Edits with the columns that follow from others: scope, reference, where a new row came from."""
    done: list[Edit] = []
    seen: set[tuple[str, str]] = set()
    for edit in plan.edits:
        values = dict(edit.values)
        if edit.table in (HOUSEHOLD, PERSON):
            seen.add((edit.table, edit.id))
            if edit.kind == "add":
                values["reference"] = reference(PREFIXES[edit.table], UUID(edit.id), groups=shaping.GROUPS)
                values |= {"batch": request.batch, "submission": request.submission}
            if edit.kind == "add" or (edit.table, edit.id) in scopes:
                values["scope_id"] = scopes.get((edit.table, edit.id), request.scope_id)
        elif edit.kind == "add":
            values["scope_id"] = _scope_of_part(values, after, scopes)
        done.append(Edit(edit.kind, edit.table, edit.id, values))
    done = _marked(done, after)
    for (table, key), scope in scopes.items():
        row = after.row(table, key)
        if (table, key) not in seen and row is not None and row.get("scope_id") != scope:
            done.append(Edit("change", table, key, {"scope_id": scope}))
    return done


def _marked(edits: list[Edit], after: Records) -> list[Edit]:
    """The same edits with the marks that follow from them: positions judged, codes that were wrong and are so no more."""
    done = list(edits)
    moved = [each for each in edits if each.table == HOUSEHOLD and _SPOT & each.values.keys()]
    if moved:
        rows = [after.row(HOUSEHOLD, each.id) or {} for each in moved]
        frame = pl.DataFrame(
            {"place_id": [row.get("place") for row in rows], **{name: [_text(row.get(name)) for row in rows] for name in ("lat", "lon")}},
            schema=dict.fromkeys(("place_id", "lat", "lon"), pl.String),
        )  # fmt: skip
        for each, inside in zip(moved, positions_judged(frame), strict=True):
            done[done.index(each)] = Edit(each.kind, each.table, each.id, {**each.values, "located": inside})
    written: dict[str, set[str]] = defaultdict(set)
    for each in edits:
        if each.table == PERSON and each.kind == "change":
            written[each.id] |= each.values.keys()
        elif each.table == MEMBERSHIP and "relationship" in each.values:
            row = after.row(MEMBERSHIP, each.id) or each.values
            written[str(row.get("person", ""))].add("relationship")
    for person, columns in written.items():
        before = str((after.row(PERSON, person) or {}).get("odd_codes") or "")
        if (mark := odd_after(before, columns)) != before:
            place = next((at for at, each in enumerate(done) if (each.table, each.id) == (PERSON, person)), None)
            if place is None:
                done.append(Edit("change", PERSON, person, {"odd_codes": mark}))
            else:
                done[place] = Edit(done[place].kind, PERSON, person, {**done[place].values, "odd_codes": mark})
    return done


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _scope_of_part(values: Row, after: Records, scopes: Mapping[tuple[str, str], int]) -> int:
    table = PERSON if values.get("person") else HOUSEHOLD
    key = str(values[table])
    row = after.row(table, key) or {}
    return scopes.get((table, key)) or int(row["scope_id"])


def _ordered(edits: Iterable[Edit]) -> tuple[list[Edit], list[Edit], list[Edit]]:
    """Memberships that end or lose the head first, new heads later: the database allows one head at any moment."""
    ending, rising, rest = [], [], []
    for edit in edits:
        if edit.table != MEMBERSHIP or edit.kind != "change":
            rest.append(edit)
        elif edit.values.get("is_head"):
            rising.append(edit)
        else:
            ending.append(edit)
    return ending, rising, rest


def _change(edits: Sequence[Edit]) -> None:
    """One statement for all rows of a table that get the same columns written."""
    groups: dict[tuple[str, tuple[str, ...]], list[Edit]] = defaultdict(list)
    for edit in edits:
        groups[edit.table, tuple(sorted(edit.values))].append(edit)
    for (table, names), group in groups.items():
        rows = [_object(edit) for edit in group]
        if MODELS[table].objects.bulk_update(rows, names) != len(rows):  # type: ignore[attr-defined]
            raise Problem("not_allowed")


def _add(edits: Sequence[Edit]) -> None:
    groups: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        groups[edit.table].append(edit)
    for table, group in groups.items():
        MODELS[table].objects.bulk_create([_object(edit) for edit in group])  # type: ignore[attr-defined]


def _remove(edits: Sequence[Edit]) -> None:
    for edit in edits:  # only telephones, one at a time
        MODELS[edit.table].objects.filter(pk=edit.id).delete()  # type: ignore[attr-defined]


def _object(edit: Edit) -> Model:
    model = MODELS[edit.table]
    values: dict[str, Any] = {}
    for name, value in edit.values.items():
        field = model._meta.get_field(name)
        if isinstance(field, ForeignKey):
            values[field.attname] = UUID(value) if isinstance(value, str) else value
        elif isinstance(field, PartialDateField):
            values[name] = PartialDate.from_text(value) if value else None
        else:
            values[name] = value
    return model(pk=UUID(edit.id), **values)


def _follow(records: Records, scopes: Mapping[tuple[str, str], int]) -> None:
    """What belongs to somebody lies where they do."""
    moved: dict[int, list[str]] = defaultdict(list)
    for (table, key), scope in scopes.items():
        old = records.row(table, key)
        if table == PERSON and old is not None and old["scope_id"] != scope:
            moved[scope].append(key)
    for scope, people in moved.items():
        for model in _OF_PEOPLE:
            model.objects.filter(person__in=people).exclude(scope_id=scope).update(scope_id=scope)
    homes: dict[int, list[str]] = defaultdict(list)
    for (table, key), scope in scopes.items():
        old = records.row(table, key)
        if table == HOUSEHOLD and old is not None and old["scope_id"] != scope:
            homes[scope].append(key)
    for scope, households in homes.items():
        Notice.objects.filter(household__in=households).update(scope_id=scope)


def _renew_keys(plan: Plan, after: Records, records: Records, scopes: Mapping[tuple[str, str], int]) -> None:
    """Search keys of everybody whose name or scope is another one, or who is new."""
    people = {edit.id for edit in plan.edits if edit.table == PERSON and any(name in edit.values for name in KEYED)}
    for (table, key), scope in scopes.items():
        old = records.row(table, key)
        if table == PERSON and old is not None and old["scope_id"] != scope:
            people.add(key)
    renew_name_keys({key: _keyed(records.row(PERSON, key)) for key in people})


def _keyed(old: Mapping[str, Any] | None) -> Keyed | None:
    """What the keys of a person were made of; None for somebody new."""
    return None if old is None else Keyed(old["scope_id"], tuple(str(old[name] or "") for name in NAMES))
