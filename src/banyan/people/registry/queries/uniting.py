"""Everything that a merge reads, as plain values: two registrations with all that belongs to them, and what hangs on both.

Read whole, whatever the reach of who asks: what lies out of reach must stop a merge when it is written, not slip past it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q

from banyan.people.registry.models import (
    ChangeRequest,
    Document,
    Household,
    Membership,
    Merge,
    Need,
    Notice,
    Person,
    Phone,
    SuspectedPair,
)
from banyan.people.registry.queries.changing.loading import plain_rows
from banyan.people.registry.rules.changing.records import (
    DOCUMENT,
    HOUSEHOLD,
    MEMBERSHIP,
    NEED,
    NOTICE,
    PERSON,
    PHONE,
    Row,
)
from banyan.people.registry.rules.uniting import PAIR, REQUEST, Held, Home
from banyan.people.registry.states import OPEN
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

TABLES: Final[dict[str, type[Model]]] = {
    PERSON: Person,
    HOUSEHOLD: Household,
    MEMBERSHIP: Membership,
    DOCUMENT: Document,
    PHONE: Phone,
    NEED: Need,
    NOTICE: Notice,
    PAIR: SuspectedPair,
    REQUEST: ChangeRequest,
}
_PARTS: Final = (MEMBERSHIP, DOCUMENT, PHONE, NEED, NOTICE)


def rows_of(keys: Iterable[tuple[str, str]], *, seen_by: Viewer) -> dict[tuple[str, str], Row]:
    """These rows (table, id) as far as they are still there. One query a table."""
    seen_by.require("registry.merge_person")
    wanted: dict[str, set[str]] = defaultdict(set)
    for table, key in keys:
        wanted[table].add(key)
    with _everything():
        return {
            (table, key): row
            for table, ids in sorted(wanted.items())
            for key, row in plain_rows(_all(table).filter(pk__in=ids)).items()
        }


def held(ids: Collection[UUID], *, seen_by: Viewer) -> dict[UUID, Held]:
    """Registrations with everything that belongs to them. Six queries."""
    seen_by.require("registry.merge_person")
    with _everything():
        people = plain_rows(Person.objects.filter(pk__in=ids))
        parts: dict[str, dict[str, dict[str, Row]]] = {key: {table: {} for table in _PARTS} for key in people}
        for table in _PARTS:
            for key, row in plain_rows(_all(table).filter(person__in=ids)).items():
                parts[str(row["person"])][table][key] = row
    return {UUID(key): Held(key, {**row, "id": key}, parts[key]) for key, row in people.items()}


def homes_of(stays: Iterable[Row], besides: Collection[str], *, seen_by: Viewer) -> dict[str, Home]:
    """The households of these memberships that are open, each with how many others live there. Two queries."""
    seen_by.require("registry.merge_person")
    keys = {str(row["household"]) for row in stays if row["until"] is None}
    if not keys:
        return {}
    with _everything():
        others: dict[str, int] = defaultdict(int)
        inside = Membership.objects.filter(household__in=keys, until=None).exclude(person__in=besides)
        for key in inside.exclude(person__status="withdrawn").values_list("household_id", flat=True):
            others[str(key)] += 1
        return {key: Home(row, others[key]) for key, row in plain_rows(Household.objects.filter(pk__in=keys)).items()}


def hanging_on(
    survivor: UUID, merged: UUID, *, seen_by: Viewer
) -> tuple[Mapping[str, Row], Mapping[str, Row], Mapping[str, Row]]:
    """Registrations that lead to `merged` already; open suspicions about either; open requests about `merged`. Locked."""
    seen_by.require("registry.merge_person")
    both = (survivor, merged)
    with _everything():
        aliases = plain_rows(Person.objects.filter(merged_into=merged))
        about = Q(first__in=both) | Q(second__in=both)
        pairs = plain_rows(_kept_from_others(SuspectedPair.objects.filter(about, resolution="")))
        # Whoever is deciding on a request just now holds it and waits for the people: they will find it overtaken themselves.
        free = ChangeRequest.objects.filter(person=merged, state__in=OPEN).select_for_update(skip_locked=True)
        requests = plain_rows(ChangeRequest.objects.filter(pk__in=list(free.values_list("pk", flat=True))))
    return aliases, pairs, requests


def heads_of(households: Collection[str], *, seen_by: Viewer) -> dict[str, str]:
    """{household: membership of its head now}."""
    seen_by.require("registry.merge_person")
    with _everything():
        rows = Membership.objects.filter(household__in=households, until=None, is_head=True)
        return {str(home): str(key) for home, key in rows.values_list("household_id", "id")}


def stays_of(households: Collection[str], people: Collection[str], *, seen_by: Viewer) -> Mapping[str, Row]:
    """Memberships in these households and of these people, past ones too."""
    seen_by.require("registry.merge_person")
    with _everything():
        return plain_rows(Membership.objects.filter(Q(household__in=households) | Q(person__in=people)))


def locked(
    people: Collection[UUID], households: Collection[UUID] = (), *, seen_by: Viewer
) -> tuple[dict[UUID, Person], set[UUID]]:
    """These people, nobody else being able to change them or their households until the transaction ends.

    Households first, then people, both in the order of their ids, as every change of the register does it: two of them wait
    for each other, but never in a circle. Somebody may be moved while we wait; then we let go and begin again.
    """
    seen_by.require("registry.merge_person")
    wanted = set(households)
    with _everything():
        while True:
            wanted |= _live_in(people)
            mark = transaction.savepoint()
            list(Household.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk"))
            rows = list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
            if _live_in(people) <= wanted:
                break
            transaction.savepoint_rollback(mark)
    return {person.pk: person for person in rows}, wanted


def later_merges(merge: Merge, keys: Iterable[tuple[str, str]], *, seen_by: Viewer) -> list[Merge]:
    """Merges made since that still stand and may have written the same rows, oldest first and locked."""
    seen_by.require("registry.merge_person")
    with _everything():
        people: set[Any] = {merge.survivor_id, merge.merged_id}
        homes = {key for table, key in keys if table == HOUSEHOLD}
        pairs = {key for table, key in keys if table == PAIR}
        people |= set(Membership.objects.filter(household__in=homes).values_list("person_id", flat=True))
        for two in SuspectedPair.objects.filter(pk__in=pairs).values_list("first_id", "second_id"):
            people |= set(two)
        rows = Merge.objects.filter(
            Q(survivor__in=people) | Q(merged__in=people), undone_at=None, merged_at__gte=merge.merged_at
        )
        return list(rows.exclude(pk=merge.pk).select_for_update().order_by("merged_at", "pk"))


def lock_requests(ids: Collection[str], *, seen_by: Viewer) -> None:
    """Keep others from deciding on these requests: before the records, as whoever decides does it."""
    seen_by.require("registry.merge_person")
    if ids:
        with _everything():
            _kept_from_others(ChangeRequest.objects.filter(pk__in=ids))


def _kept_from_others(rows: Any) -> Any:
    """The same rows, locked in the order of their ids until the transaction ends."""
    return rows.model.objects.filter(pk__in=list(rows.select_for_update().order_by("pk").values_list("pk", flat=True)))


def _live_in(people: Collection[UUID]) -> set[UUID]:
    rows = Membership.objects.filter(person__in=people, until=None)
    return set(rows.values_list("household_id", flat=True))


def _all(table: str) -> Any:
    return TABLES[table].objects  # type: ignore[attr-defined]  # a class of ours


def _everything() -> Any:
    return viewing(system_viewer("registry"))
