"""Batches of collection taken over and taken back: chunk by chunk, by sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import polars as pl
from django.db import connection
from django.utils import timezone

from banyan.people.collection import actions as collection
from banyan.people.collection import queries as submitted
from banyan.people.quality import actions as quality
from banyan.people.registry.actions.changing.updating import ProposedUpdate, propose_updates
from banyan.people.registry.actions.registering import REGISTER, AcceptedBatch, AcceptedChunk, register_chunk
from banyan.people.registry.facts import BatchRegistered, BatchWithdrawn
from banyan.people.registry.models import ChangeRequest, Household, Membership
from banyan.people.registry.rules.changing.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from banyan.people.registry.rules.meeting import Said, meet
from banyan.people.registry.rules.shaping import Rows, Setting, full_name, shape
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.ids import new_ids
from banyan.platform.kernel.problems import Problem

_UNTIL_QUIET = timedelta(minutes=2)
_MOST_APART = 5_000  # households: checking these one by one costs no more than checking everybody
# What nothing else touched: never changed since, in no request, still in the household with which it came.
_WITHDRAW_PEOPLE = """
UPDATE registry_person p SET status = 'withdrawn', status_reason = 'batch-undone', status_since = %(today)s
WHERE p.batch = %(batch)s AND p.status <> 'withdrawn' AND p.version = 1
  AND NOT EXISTS (SELECT 1 FROM registry_changerequest c WHERE c.person_id = p.id AND c.state <> 'withdrawn')
  AND NOT EXISTS (
    SELECT 1 FROM registry_membership m JOIN registry_household h ON h.id = m.household_id
    WHERE m.person_id = p.id AND (
        m.until IS NOT NULL OR h.batch IS DISTINCT FROM p.batch OR h.version <> 1
        OR EXISTS (SELECT 1 FROM registry_changerequest c WHERE c.household_id = h.id AND c.state <> 'withdrawn')))
"""
_WITHDRAW_HOUSEHOLDS = """
UPDATE registry_household h SET status = 'withdrawn', status_reason = 'batch-undone', status_since = %(today)s
WHERE h.batch = %(batch)s AND h.status <> 'withdrawn' AND h.version = 1
  AND NOT EXISTS (SELECT 1 FROM registry_membership m JOIN registry_person p ON p.id = m.person_id
                  WHERE m.household_id = h.id AND p.status <> 'withdrawn')
"""
# Whoever was merged into somebody since was worked on as well.
_KEPT = """
SELECT count(*) FROM registry_person WHERE batch = %(batch)s AND (status <> 'withdrawn' OR merged_into_id IS NOT NULL)
"""


@dataclass(frozen=True)
class TakenOver:
    """What became of a chunk."""

    households: int = 0
    people: int = 0
    proposed: int = 0

    def __add__(self, other: "TakenOver") -> "TakenOver":
        return TakenOver(self.households + other.households, self.people + other.people, self.proposed + other.proposed)


@dataclass(frozen=True)
class TakenBack:
    """What became of a batch that was undone: people withdrawn, and people kept because somebody worked on them."""

    households: int
    people: int
    kept: int


@action(REGISTER)
def take_over_chunk(chunk: AcceptedChunk, batch: AcceptedBatch, *, by: Viewer) -> TakenOver:
    """Register what is new, propose what changed, and note in collection what is done: all in one transaction."""
    orphans, updates = _updates(chunk, batch, by=by)
    if orphans:
        # What a submission should change was withdrawn or never registered: it is new.
        outcome = pl.when(pl.col("submission_id").is_in(orphans)).then(pl.lit("new")).otherwise(pl.col("outcome"))
        chunk = _Chunk(chunk.submissions.with_columns(outcome.alias("outcome")), chunk.households, chunk.people)
    done = register_chunk(chunk, batch, by=by)
    proposed = propose_updates(updates, by=by, operation_id=batch.operation_id, batch_id=batch.id) if updates else []
    collection.mark_registered(batch.id, list(chunk.submissions["submission_id"]), by=by)
    return TakenOver(done.households, done.people, sum(one.request_id is not None for one in proposed))


@action(REGISTER)
def finish_batch(batch_id: UUID, operation_id: UUID, *, by: Viewer) -> None:
    """Everything of the batch stands in the register; announces BatchRegistered."""
    collection.finish_batch(batch_id, by=by)
    _checked_anew(batch_id, operation_id, by=by)
    announce(BatchRegistered(batch_id=batch_id, operation_id=operation_id), by=by)


@action(REGISTER)
def withdraw_batch(batch_id: UUID, operation_id: UUID, *, by: Viewer) -> TakenBack:
    """Withdraw the people and households of an undone batch whom nothing else touched; the others stay and are counted.

    Touched means: changed since, named in a change request, moved, or in a household of which that is true. Repeating it
    changes nothing. Announces BatchWithdrawn.
    """
    values: dict[str, Any] = {"batch": batch_id, "today": timezone.localdate()}
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW_PEOPLE, values)
        people = cursor.rowcount
        cursor.execute(_WITHDRAW_HOUSEHOLDS, values)
        households = cursor.rowcount
        cursor.execute(_KEPT, values)
        kept = cursor.fetchone()[0]
    _checked_anew(batch_id, operation_id, by=by)
    announce(BatchWithdrawn(batch_id=batch_id, operation_id=operation_id), by=by)
    return TakenBack(households, people, kept)


def _checked_anew(batch_id: UUID, operation_id: UUID, *, by: Viewer) -> None:
    """Have the quality of a batch's households checked; where they are many, that of the whole operation when it is quiet."""
    homes = list(Household.objects.filter(batch=batch_id).values_list("pk", flat=True)[: _MOST_APART + 1])
    if len(homes) > _MOST_APART:
        check_when_quiet(operation_id)
    else:
        quality.moved("household", homes, by=by)


def check_when_quiet(operation_id: UUID, *, waited: int = 0) -> None:
    """Have an operation checked as a whole, not before the minute after the next; asked for twice until then, once.

    People upload one file after the other: a check between two of them would slow down the second and be repeated after it.
    """
    at = timezone.now().replace(second=0, microsecond=0) + _UNTIL_QUIET
    jobs.start(
        "registry.check_imported", by=system_viewer("registry"), at=at, key=f"registry.check_imported:{operation_id}:{at}",
        operation=str(operation_id), waited=waited,
    )  # fmt: skip


@dataclass(frozen=True)
class _Chunk:
    submissions: pl.DataFrame
    households: pl.DataFrame
    people: pl.DataFrame


def _updates(chunk: AcceptedChunk, batch: AcceptedBatch, *, by: Viewer) -> tuple[list[str], list[ProposedUpdate]]:
    """Changed submissions that change nothing registered, and what the others say of whom."""
    changed = chunk.submissions.filter(pl.col("outcome") == "changed")
    if not changed.height:
        return [], []
    earlier = {row["submission_id"]: row["earlier_id"] for row in changed.to_dicts()}
    homes = _homes(earlier, by=by)
    wanted = changed.select("submission_id").filter(pl.col("submission_id").is_in(list(homes)))
    households = chunk.households.join(wanted, on="submission_id", how="semi")
    people = chunk.people.join(wanted, on="submission_id", how="semi", maintain_order="left")
    said = _said(households, people, batch)
    members: dict[UUID, list[Membership]] = {}
    for row in Membership.objects.filter(household__in=homes.values(), until=None).select_related("person"):
        members.setdefault(row.household_id, []).append(row)
    updates = []
    for submission, home in homes.items():
        known = [
            Said(str(row.person_id), row.person.number, row.person.full_name, row.person.sex, str(row.person.birth_date or ""))
            for row in members.get(home, [])
        ]  # fmt: skip
        spoken = said.people.get(submission, [])
        met = meet([one for one, _columns, _relation in spoken], known)
        updates.append(
            ProposedUpdate(
                UUID(submission),
                home,
                {home: said.households[submission]} if said.households.get(submission) else {},
                {UUID(met[one.key]): columns for one, columns, _relation in spoken if one.key in met},
                [(columns, relation) for one, columns, relation in spoken if one.key not in met],
            )
        )
    return [one for one in earlier if one not in homes], updates


def _homes(earlier: Mapping[str, str | None], *, by: Viewer) -> dict[str, UUID]:
    """The registered household that each changed submission is about, through all submissions it changed before."""
    found: dict[str, UUID] = {}
    seeking = {submission: before for submission, before in earlier.items() if before}
    while seeking:  # ends: what a submission changed came before it
        before = set(seeking.values())
        registered = {
            str(submission): pk
            for pk, submission in Household.objects.filter(submission__in=before)
            .exclude(status="withdrawn")
            .values_list("pk", "submission")
        }
        registered |= {
            str(submission): pk
            for pk, submission in ChangeRequest.objects.filter(
                submission__in=before, household__isnull=False
            ).values_list("household", "submission")
        }
        found |= {one: registered[there] for one, there in seeking.items() if there in registered}
        seeking = {
            one: further
            for one, there in seeking.items()
            if there not in registered and (further := _before(there, by=by)) is not None
        }
    return found


def _before(submission_id: str, *, by: Viewer) -> str | None:
    """The submission that this one changed; None when there is none in reach."""
    try:
        found = submitted.submission(UUID(submission_id), seen_by=by)
    except Problem:
        return None
    return str(found.earlier_id) if found.earlier_id else None


@dataclass(frozen=True)
class _Spoken:
    """What changed submissions say: columns of the household, and of each person with how to know the person by."""

    households: Mapping[str, Mapping[str, Any]]
    people: Mapping[str, Sequence[tuple[Said, dict[str, Any], str]]]


def _said(households: pl.DataFrame, people: pl.DataFrame, batch: AcceptedBatch) -> _Spoken:
    setting = Setting(batch.operation_id, batch.id, batch.scope_id, timezone.localdate(), {}, new_ids)
    rows = shape(households, people, setting)
    things = _things(rows)
    homes = {
        row["submission"]: _columns(row, households.columns, "household", HOUSEHOLD_FIELDS) | things.get(row["id"], {})
        for row in rows.household.to_dicts()
    }
    places = (
        dict(zip(households["submission_id"], households["household.place"], strict=True))
        if "household.place" in households.columns
        else {}
    )
    for submission, code in places.items():
        if code:
            homes[submission]["place"] = code
    found: dict[str, list[tuple[Said, dict[str, Any], str]]] = {}
    relations = dict(zip(rows.membership["person_id"], rows.membership["relationship"], strict=True))
    said_names = people.select(full_name(people).alias("name"))["name"]
    for row, name, given in zip(rows.person.to_dicts(), said_names, people.to_dicts(), strict=True):
        columns = (
            _columns(row, people.columns, "person", PERSON_FIELDS) | {"full_name": name} | things.get(row["id"], {})
        )
        if row["birth_date"]:
            columns["birth_date"] = row["birth_date"]
        if given.get("person.place"):
            columns["place"] = given["person.place"]
        known = Said(row["id"], row["number"], name or "", row["sex"], row["birth_date"] or "")
        found.setdefault(row["submission"], []).append((known, columns, relations[row["id"]]))
    return _Spoken(homes, found)


def _things(rows: Rows) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What each person and household has, as `ProposedUpdate` takes it, by the id that shaping gave them."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, columns, frame in (
        ("documents", ("type", "number", "issuer", "issued_on", "expires_on"), rows.document),
        ("phones", ("number", "raw"), rows.phone),
        ("needs", ("code", "since"), rows.need),
        ("notices", ("version", "language", "given_on", "purposes"), rows.notice),
    ):
        for row in frame.to_dicts():
            said = {column: row[column] for column in columns if row[column] not in (None, "")}
            if "purposes" in said:
                said["purposes"] = orjson.loads(said["purposes"])
            found.setdefault(row["person_id"] or row["household_id"], {}).setdefault(name, []).append(said)
    return found


def _columns(row: Mapping[str, Any], present: Sequence[str], subject: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of which the submission says something; what it leaves open changes nothing."""
    found = {
        name: row[name]
        for name in fields
        if f"{subject}.{name}" in present and row.get(name) not in (None, "") and name != "place"
    }
    for name in ("lat", "lon"):
        if subject == "household" and row.get(name) is not None:
            found[name] = row[name]
    for name in ("extras", "difficulties"):
        if name in fields and row.get(name) not in (None, "", "{}"):
            found[name] = orjson.loads(row[name])
    return found
