"""Lists of a targeting: who is to be included, who is to be left out, by whom and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from banyan.aid.programmes.actions.targeting import in_draft, locked
from banyan.aid.programmes.models import ListEntry, Targeting
from banyan.aid.programmes.rules.target_lists import Listed, read_list
from banyan.aid.programmes.rules.targeting import EXCLUDE, INCLUDE
from banyan.aid.programmes.states import TARGET
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem, raise_all

_AT_ONCE: Final = 10_000
_ADD: Final = """
INSERT INTO programmes_listentry (targeting_id, operation_id, scope_id, household_id, person_id, kind, reason, source, made_by,
                                  made_by_label, made_at)
SELECT %(targeting)s, %(operation)s, n.scope_id, n.household_id, n.person_id, %(kind)s, n.reason, %(source)s, %(by)s, %(label)s,
       now()
FROM unnest(%(scopes)s::int[], %(households)s::uuid[], %(people)s::uuid[], %(reasons)s::text[])
     AS n (scope_id, household_id, person_id, reason)
ON CONFLICT (targeting_id, kind, household_id, person_id) DO NOTHING
"""


@dataclass(frozen=True)
class Added:
    """How many came onto a list, and how many stood there already."""

    added: int
    known: int


@action(TARGET)
def import_entries(
    targeting_id: UUID, kind: str, rows: Sequence[Sequence[Any]], *, by: Viewer, source: str = ""
) -> Added:
    """Put everybody of a sheet onto a list: references, and reasons beside them. All of them or, when a row is wrong, nobody.

    Raises Problem not_found, programmes.targeting_state, and for every wrong row at once, with its number, list_unknown,
    list_twice, kernel.reference_malformed or reference_mistyped.
    """
    found = locked(targeting_id, by=by)
    in_draft(found)
    if kind not in (INCLUDE, EXCLUDE):
        raise Problem("not_found")
    listed, problems = read_list(rows, found.programme.for_whom)
    known = _registered(found, listed, by)
    problems += [
        Problem("programmes.list_unknown", reference=one.reference, at=Location(row=one.row))
        for one in listed
        if one.reference not in known
    ]
    raise_all(sorted(problems, key=lambda one: (one.at.row or 0) if one.at else 0))
    return _added(found, kind, [(*known[one.reference], one.reason) for one in listed], by, source)


@action(TARGET)
def add_entries(
    targeting_id: UUID, kind: str, references: Sequence[tuple[str, str]], *, by: Viewer, source: str = ""
) -> Added:
    """Put a few onto a list: pairs of reference and reason. Raises as import_entries."""
    return import_entries(targeting_id, kind, references, by=by, source=source)


@action(TARGET)
def remove_entries(targeting_id: UUID, entry_ids: Collection[UUID], *, by: Viewer) -> int:
    """Take some off the lists; returns how many. Runs keep what they found. Raises Problem not_found, programmes.targeting_state."""
    found = locked(targeting_id, by=by)
    in_draft(found)
    gone, _by_model = ListEntry.objects.filter(targeting=found, pk__in=list(entry_ids)).delete()
    return gone


def _registered(found: Targeting, listed: Sequence[Listed], by: Viewer) -> dict[str, tuple[UUID, int]]:
    """Open registrations of the operation within reach, by reference."""
    ask = registry.people if found.programme.for_whom == "person" else registry.households
    rows = ask(seen_by=by).filter(operation=found.operation_id, status="active")
    known: dict[str, tuple[UUID, int]] = {}
    for start in range(0, len(listed), _AT_ONCE):
        wanted = [one.reference for one in listed[start : start + _AT_ONCE]]
        for reference, key, scope in rows.filter(reference__in=wanted).values_list("reference", "pk", "scope_id"):
            known[reference] = key, scope
    return known


def _added(found: Targeting, kind: str, wanted: Sequence[tuple[UUID, int, str]], by: Viewer, source: str) -> Added:
    keys = [key for key, _scope, _reason in wanted]
    none = [None] * len(keys)
    of_people = found.programme.for_whom == "person"
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "targeting": found.pk, "operation": found.operation_id, "kind": kind, "source": source.strip()[:200],
                "by": by.id, "label": str(by.label)[:200], "scopes": [scope for _key, scope, _reason in wanted],
                "households": none if of_people else keys, "people": keys if of_people else none,
                "reasons": [reason for _key, _scope, reason in wanted],
            },
        )  # fmt: skip
        return Added(cursor.rowcount, len(keys) - cursor.rowcount)
