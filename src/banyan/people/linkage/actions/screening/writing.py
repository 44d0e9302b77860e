"""Hits and what was screened, written by set: a handful of statements, however many people and entries there are."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

import orjson
import psycopg
from django.db import connection

from banyan.people.linkage import queries
from banyan.people.linkage.models import ScreeningHit, ScreeningRun
from banyan.people.linkage.rules.screening.judging import ZONES, Hit

_GIVEN = """
unnest(%(person)s::uuid[], %(operation)s::uuid[], %(scope)s::int[], %(party)s::uuid[], %(source)s::text[], %(key)s::text[],
       %(zone)s::text[], %(rank)s::smallint[], %(weight)s::float8[], %(listed_name)s::text[], %(own_name)s::text[],
       %(reasons)s::text[], %(digest_person)s::bigint[], %(digest_party)s::bigint[])
    AS given (person, operation, scope, party, source, key, zone, rank, weight, listed_name, own_name, reasons, digest_person,
              digest_party)
"""
# What was cleared is opened again when the data of the person or of the entry have changed since.
_REOPENED = f"""
INSERT INTO linkage_screeningstep (id, hit_id, scope_id, verb, by_label, at, reason)
SELECT banyan_new_id(), h.id, given.scope, 'reopened', '', clock_timestamp(), '' FROM {_GIVEN}
JOIN linkage_screeninghit h ON h.person_id = given.person AND h.source = given.source AND h.key = given.key
WHERE h.state = 'cleared' AND (h.digest_person, h.digest_party) IS DISTINCT FROM (given.digest_person, given.digest_party)
"""  # noqa: S608 — composed of the constants above; values are parameters
_CHANGED = (
    "(h.state = 'cleared' AND (h.digest_person, h.digest_party)"
    " IS DISTINCT FROM (excluded.digest_person, excluded.digest_party))"
)
_UPSERT = f"""
INSERT INTO linkage_screeninghit AS h
    (id, person_id, operation_id, scope_id, party_id, source, key, zone, rank, weight, listed_name, own_name, reasons, digest_person,
     digest_party, run_id, found_at, state, reopened, escalated_by_label, escalated_why, decided_by_label, decided_why)
SELECT banyan_new_id(), given.person, given.operation, given.scope, given.party, given.source, given.key, given.zone, given.rank,
       given.weight, given.listed_name, given.own_name, given.reasons::jsonb, given.digest_person, given.digest_party, %(run)s,
       clock_timestamp(), 'open', 0, '', '', '', ''
FROM {_GIVEN}
ON CONFLICT (person_id, source, key) DO UPDATE SET
    operation_id = excluded.operation_id, scope_id = excluded.scope_id, party_id = excluded.party_id, zone = excluded.zone,
    rank = excluded.rank, weight = excluded.weight, listed_name = excluded.listed_name, own_name = excluded.own_name,
    reasons = excluded.reasons, run_id = excluded.run_id, gone_on = NULL,
    digest_person = excluded.digest_person, digest_party = excluded.digest_party,
    state = CASE WHEN {_CHANGED} THEN 'open' ELSE h.state END,
    reopened = h.reopened + CASE WHEN {_CHANGED} THEN 1 ELSE 0 END,
    escalated_by = CASE WHEN {_CHANGED} THEN NULL ELSE h.escalated_by END,
    escalated_by_label = CASE WHEN {_CHANGED} THEN '' ELSE h.escalated_by_label END,
    escalated_at = CASE WHEN {_CHANGED} THEN NULL ELSE h.escalated_at END,
    escalated_why = CASE WHEN {_CHANGED} THEN '' ELSE h.escalated_why END,
    decided_by = CASE WHEN {_CHANGED} THEN NULL ELSE h.decided_by END,
    decided_by_label = CASE WHEN {_CHANGED} THEN '' ELSE h.decided_by_label END,
    decided_at = CASE WHEN {_CHANGED} THEN NULL ELSE h.decided_at END,
    decided_why = CASE WHEN {_CHANGED} THEN '' ELSE h.decided_why END
RETURNING (xmax = 0)
"""  # noqa: S608 — composed of the constants above; values are parameters
_FOUND = """
INSERT INTO linkage_screeningstep (id, hit_id, scope_id, verb, by_label, at, reason)
SELECT banyan_new_id(), h.id, h.scope_id, 'found', '', clock_timestamp(), '' FROM linkage_screeninghit h
WHERE h.run_id = %s AND NOT EXISTS (SELECT FROM linkage_screeningstep s WHERE s.hit_id = h.id)
"""
# Runs are numbered by time: what somebody found meanwhile by comparing one person is not this run's to close.
_GONE = """
WITH gone AS (
    UPDATE linkage_screeninghit SET gone_on = current_date
    WHERE run_id < %(run)s AND gone_on IS NULL AND (%(person)s::uuid IS NULL OR person_id = %(person)s)
    RETURNING id, scope_id
)
INSERT INTO linkage_screeningstep (id, hit_id, scope_id, verb, by_label, at, reason)
SELECT banyan_new_id(), id, scope_id, 'gone', '', clock_timestamp(), '' FROM gone
"""
_SCREENED = """
INSERT INTO linkage_screened AS s (person_id, scope_id, digest)
SELECT * FROM unnest(%(person)s::uuid[], %(scope)s::int[], %(digest)s::bigint[])
ON CONFLICT (person_id) DO UPDATE SET scope_id = excluded.scope_id, digest = excluded.digest
"""
_DIGESTS = "SELECT person_id::text, scope_id, digest FROM linkage_screened WHERE person_id = ANY(%s::uuid[])"


class Registered(Protocol):
    """A person as the comparison read them."""

    @property
    def id(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def scope_id(self) -> int: ...
    @property
    def digest(self) -> int: ...


class Match(Protocol):
    """A hit before it is written; party: its number among the lists in use."""

    @property
    def person(self) -> Registered: ...
    @property
    def party(self) -> int: ...
    @property
    def hit(self) -> Hit: ...


def write_hits(run: ScreeningRun, found: Sequence[Match], listed: queries.Listed) -> dict[str, int]:
    """Write what a run found, with the steps that follow; returns the counts. Three statements."""
    if not found:
        return {"hits": 0, "new": 0, "reopened": 0}
    values = _columns(found, listed)
    # Opened again is what is cleared now and differs; so this is noted before the rows are overwritten.
    reopened = _execute(_REOPENED, values).rowcount
    fresh = [row[0] for row in _execute(_UPSERT, {**values, "run": run.pk}).fetchall()]
    _execute(_FOUND, [run.pk])
    return {"hits": len(found), "new": sum(fresh), "reopened": reopened}


def close_missing(run: ScreeningRun, person_id: UUID | None) -> dict[str, int]:
    """Note hits that this run did not find any more, of one person or of everybody. They keep their decisions."""
    return {"gone": _execute(_GONE, {"run": run.pk, "person": person_id}).rowcount}


def note_screened(people: Sequence[Registered]) -> None:
    """Remember with which data these people were compared. One statement."""
    if people:
        columns = {
            "person": [person.id for person in people],
            "scope": [person.scope_id for person in people],
            "digest": [person.digest for person in people],
        }
        _execute(_SCREENED, columns)


def digests_of(ids: Collection[str]) -> dict[str, tuple[int, int]]:
    """Scope and data with which people were compared last."""
    rows = _execute(_DIGESTS, [list(ids)]).fetchall()
    return {person: (scope, digest) for person, scope, digest in rows}


def people_with_hits() -> set[str]:
    """Ids of the people who have a hit that is still found."""
    return {str(pk) for pk in ScreeningHit.objects.filter(gone_on=None).values_list("person_id", flat=True).distinct()}


def _columns(found: Sequence[Match], listed: queries.Listed) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "person", "operation", "scope", "party", "source", "key", "zone", "rank", "weight", "listed_name", "own_name",
            "reasons", "digest_person", "digest_party",
        )
    }  # fmt: skip
    # In one order whoever writes, so that two runs wait for each other instead of each for the other's rows.
    for each in sorted(found, key=lambda match: (match.person.id, listed.rows[match.party][1:3])):
        party, source, key, digest = listed.rows[each.party]
        hit, person = each.hit, each.person
        reasons = orjson.dumps([[reason.kind, reason.level, reason.bits] for reason in hit.reasons]).decode()
        row = (
            person.id, person.operation, person.scope_id, party, source, key, hit.zone, ZONES.index(hit.zone), hit.weight,
            hit.listed_name[:300], hit.own_name[:300], reasons, person.digest, digest,
        )  # fmt: skip
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return columns


def _execute(statement: str, values: Any) -> psycopg.Cursor[Any]:
    with connection.cursor() as cursor:
        # Bound by the server: as part of the statement's text these arrays would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
    bound.execute(statement, values)
    return bound
