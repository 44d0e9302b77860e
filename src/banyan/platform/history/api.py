"""History for machines: the latest changes, announced facts, a record's timeline and how it was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.doors import needs
from banyan.platform.history import queries, rules, tracking
from banyan.platform.history.policy import VIEW_HISTORY
from banyan.platform.history.queries import logs
from banyan.platform.kernel.problems import Problem

router = Router(tags=["history"])
PAGE = 100
_LARGEST = 2**63 - 1


class ChangedRowsOut(Schema):
    """One statement on one table."""

    id: int
    at: datetime
    actor: str
    actor_name: str | None
    kind: str
    rows: int
    table: str
    action: str
    cause: str
    purpose: str
    transaction: int


class ChangesOut(Schema):
    """A page of changes, newest first."""

    items: list[ChangedRowsOut]
    after: int | None


class FactOut(Schema):
    """One announced fact."""

    id: int
    at: datetime
    name: str
    payload: dict[str, Any]
    actor: str
    action: str
    cause: str


class FactsOut(Schema):
    """A page of facts, newest first."""

    items: list[FactOut]
    after: int | None


class FieldChangeOut(Schema):
    """One field of a change, as people read it."""

    name: str
    label: str
    old: str
    new: str
    hidden: bool


class EntryOut(Schema):
    """One entry of a record's timeline."""

    number: int
    at: datetime
    kind: str
    actor: str
    actor_label: str
    action: str
    cause: str
    purpose: str
    part: str
    object_id: UUID
    sentence: str
    changes: list[FieldChangeOut]


class TimelineOut(Schema):
    """A page of a timeline, newest first."""

    items: list[EntryOut]
    after: int | None


class StateOut(Schema):
    """A record as it was; `state` is null when it did not exist, or lay out of reach. `hidden` names what is left out."""

    at: datetime
    state: dict[str, Any] | None
    hidden: list[str]


class ChangeFilter(Schema):
    """Which changes, and where to continue."""

    room: str = ""
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None


class FactFilter(Schema):
    """Which facts, and where to continue."""

    name: str = ""
    after: int | None = None


@router.get("/changes", response=ChangesOut, operation_id="history_changes", summary="Changes, newest first")
@needs(VIEW_HISTORY)
def list_changes(request: HttpRequest, filters: Query[ChangeFilter]) -> Any:
    """Changes of all kept tables. Continue with the number given as `after`."""
    _refuse_zero(filters.room, filters.actor, filters.action)
    rows = queries.changes(seen_by=request.viewer).order_by("-id")
    if filters.room:
        rows = logs.by_room(rows, filters.room)
    if filters.actor:
        rows = rows.filter(actor=filters.actor)
    if filters.action:
        rows = rows.filter(action=filters.action)
    if filters.since:
        rows = rows.filter(at__gte=_aware(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_aware(filters.until))
    if filters.after is not None:
        rows = rows.filter(id__lt=_number(filters.after))
    found = list(rows[: PAGE + 1])
    items = [{**_plain(row, ChangedRowsOut), "table": row.table.name} for row in found[:PAGE]]
    return {"items": items, "after": found[PAGE - 1].pk if len(found) > PAGE else None}


@router.get("/facts", response=FactsOut, operation_id="history_facts", summary="Announced facts, newest first")
@needs(VIEW_HISTORY)
def list_facts(request: HttpRequest, filters: Query[FactFilter]) -> Any:
    """Facts that rooms announced. Continue with the number given as `after`."""
    _refuse_zero(filters.name)
    rows = queries.facts(seen_by=request.viewer).order_by("-id")
    if filters.name:
        rows = rows.filter(name=filters.name)
    if filters.after is not None:
        rows = rows.filter(id__lt=_number(filters.after))
    found = list(rows[: PAGE + 1])
    return {
        "items": [_plain(row, FactOut) for row in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
    }


@router.get(
    "/records/{str:table}/{uuid:object_id}/timeline",
    response=TimelineOut,
    operation_id="history_timeline",
    summary="What happened to a record",
)
@needs(SIGNED_IN)
def get_timeline(request: HttpRequest, table: str, object_id: UUID, after: int | None = None) -> Any:
    """The timeline of a record, newest first. `table` is a table or a label such as places.place."""
    entries = queries.timeline(
        tracking.tracked_model(table),
        object_id,
        seen_by=request.viewer,
        before=None if after is None else _number(after),
        limit=PAGE + 1,
    )
    if not entries and after is None:
        raise Problem("not_found")
    return {"items": entries[:PAGE], "after": entries[PAGE - 1].number if len(entries) > PAGE else None}


@router.get(
    "/records/{str:table}/{uuid:object_id}",
    response=StateOut,
    operation_id="history_record",
    summary="A record as it was",
)
@needs(SIGNED_IN)
def get_record(request: HttpRequest, table: str, object_id: UUID, at: str) -> Any:
    """The record at a date (its end) or time."""
    moment = rules.instant(at, timezone.get_current_timezone())
    model = tracking.tracked_model(table)
    state = queries.as_it_was(model, object_id, moment, seen_by=request.viewer)
    hidden = [] if state is None else queries.hidden_then(model, state, seen_by=request.viewer)
    return {"at": moment, "state": state, "hidden": hidden}


def _plain(row: Any, shape: type[Schema]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields}


def _number(value: int) -> int:
    """A number that PostgreSQL can compare with an identity."""
    return max(0, min(value, _LARGEST))


def _aware(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=timezone.get_current_timezone())


def _refuse_zero(*texts: str) -> None:
    """PostgreSQL's text cannot hold the character zero. Raises Problem bad_request."""
    if any("\x00" in text for text in texts):
        raise Problem("bad_request")
