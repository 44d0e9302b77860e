"""What happened to one record, newest first, as sentences with the fields that changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from psycopg import sql

from banyan.platform.access.declarations import SIGNED_IN
from banyan.platform.access.viewers import Viewer
from banyan.platform.history import tracking, wording
from banyan.platform.history.models import Kind
from banyan.platform.history.queries.events import NEWEST_FIRST, Happened, exact, happened
from banyan.platform.history.queries.visibility import (
    Model,
    about_people,
    field_of_column,
    hidden_fields,
    log_values,
    require,
    table_of,
    within_reach,
)
from banyan.platform.kernel.privacy import Privacy
from banyan.platform.kernel.problems import Problem

_READABLE = 200  # characters of a structure; nobody reads more of one in a timeline

LIMIT = 50


@dataclass(frozen=True)
class FieldChange:
    """One field of one change. `old` and `new` are texts for people; `hidden` when the viewer may not see them."""

    name: str
    label: str
    old: str
    new: str
    hidden: bool = False


@dataclass(frozen=True)
class Telling:
    """How a page tells a field that says little as it is stored: under another label, in its own words, or not at all."""

    label: str | Promise = ""
    words: Callable[[Any], str] | None = None
    left_out: bool = False


@dataclass(frozen=True)
class TimelineEntry:
    """One change of a record or of one of its parts."""

    number: int
    at: datetime
    kind: Kind
    actor: str
    actor_label: str
    action: str
    action_label: str
    cause: str
    purpose: str
    table: str
    object_id: UUID
    transaction: int
    changes: tuple[FieldChange, ...] = ()
    # Set when the change is not of the record itself but of a part of it (a name of a place).
    part: str = ""

    @property
    def sentence(self) -> str:
        """The whole change in one sentence: who, what, from where."""
        return wording.sentence(
            self.actor_label, self.action_label, [(each.label, each.old, each.new) for each in self.changes], self.cause
        )


@dataclass
class _Step:
    """An event with the states around it and the columns worth telling."""

    event: Happened
    model: Model
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    columns: list[str] = field(default_factory=list)


def timeline(
    model: Model,
    object_id: UUID | int,
    *,
    seen_by: Viewer,
    before: int | None = None,
    limit: int = LIMIT,
    told: Mapping[str, Telling] | None = None,
    parts: bool = True,
) -> list[TimelineEntry]:
    """The changes of a record and of its parts, newest first. `before` is the number of the entry to continue after.

    parts: whether its parts are told too; a page with thousands of them tells of none.

    told: how fields of the record and its parts are told, by name; the others as they are, but without signatures: who
    did it and when stands at each entry.
    Row-level security leaves out what lies outside the viewer's scopes. Raises Problem history.not_kept, not_allowed.
    """
    table = table_of(model)
    require(table, seen_by)
    key = tracking.object_id(model, object_id)
    condition, values = "(e.object_id = %s AND e.table_id = %s OR e.parent_id = %s)", [key, table.pk, key]
    if not parts:
        condition, values = "e.object_id = %s AND e.table_id = %s", [key, table.pk]
    if before is not None:
        condition, values = f"{condition} AND e.change_id < %s", [*values, before]
    return entries_of(
        happened(condition, values, order=NEWEST_FIRST, limit=limit), seen_by=seen_by, whole=key, told=told
    )


def entries_of(
    events: Sequence[Happened],
    *,
    seen_by: Viewer,
    whole: UUID | None = None,
    told: Mapping[str, Telling] | None = None,
) -> list[TimelineEntry]:
    """Timeline entries for events, with a constant number of queries per table.

    whole: id of the record whose timeline this is; events of other rows are then marked as its parts. Without it, every
    event tells what was added or deleted.
    """
    steps: dict[int, _Step] = {}
    for table in {event.table.pk: event.table for event in events}.values():
        try:
            model = tracking.tracked_model(table.name)
        except Problem:  # the model is gone; what it held is still listed, without names of fields
            continue
        steps |= _steps(model, [event for event in events if event.table.pk == table.pk], whole)
    actors = _actor_labels({event.actor for event in events})
    labels = _related_labels(steps.values())
    entries = [_entry(event, steps.get(event.id), actors, labels, whole, seen_by, told or {}) for event in events]
    _log_shown(steps.values(), entries, seen_by)
    # Of a change of nothing but what is left out there is nothing to tell.
    return [each for each in entries if each.changes or each.kind != Kind.UPDATE] if told else entries


def _log_shown(steps: Iterable[_Step], entries: Sequence[TimelineEntry], viewer: Viewer) -> None:
    """Showing what was written about people is a read of it, whatever page it is on."""
    shown: dict[Model, set[UUID]] = {}
    values = {(entry.table, entry.number, entry.object_id): entry.changes for entry in entries}
    for step in steps:
        personal = about_people(step.model)
        key = (step.event.table.name, step.event.change, step.event.object_id)
        if any(each.name in personal and not each.hidden and (each.old or each.new) for each in values[key]):
            shown.setdefault(step.model, set()).add(step.event.object_id)
    for model, ids in shown.items():
        log_values(viewer, model, ids)


def _steps(model: Model, events: Sequence[Happened], whole: UUID | None) -> dict[int, _Step]:
    """The states around each event: before it (its own payload), after it (the next event's, or the row of today)."""
    # That a record was added is told without its values: they stand above the timeline.
    wanting = [
        event
        for event in events
        if event.kind == Kind.UPDATE or (event.kind == Kind.INSERT and event.object_id != whole)
    ]
    after = _states_after(model, wanting) if wanting else {}
    steps = {}
    for event in events:
        step = steps[event.id] = _Step(event, model, event.old, after.get(event.id))
        if event.kind == Kind.UPDATE and step.before is not None and step.after is not None:
            secrets = tracking.secret_columns(model)
            step.columns = [
                column
                for column, value in step.before.items()  # a column that did not exist yet is no change
                if value != step.after.get(column) and column not in secrets
            ]
        elif event.kind == Kind.DELETE or event.object_id != whole:
            step.columns = _telling_columns(step)
    return steps


def _states_after(model: Model, events: Sequence[Happened]) -> dict[int, Mapping[str, Any] | None]:
    statement = sql.SQL(
        """
        SELECT wanted.id, coalesce(
            (SELECT n.old FROM history_event n
             WHERE n.object_id = wanted.object_id AND n.table_id = {number} AND n.change_id > wanted.change_id
             ORDER BY n.change_id LIMIT 1),
            (SELECT to_jsonb(r) FROM {table} r WHERE {key} = wanted.object_id)
        )::text
        FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[]) AS wanted (id, object_id, change_id)
        """
    ).format(
        number=sql.Literal(events[0].table.pk),
        table=sql.Identifier(model._meta.db_table),
        key=sql.SQL(tracking.object_key(model, "r")),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [[event.id for event in events], [e.object_id for e in events], [e.change for e in events]],
        )
        return {number: exact(text) for number, text in cursor.fetchall()}


def _entry(
    event: Happened,
    step: _Step | None,
    actors: Mapping[str, str],
    labels: Mapping[tuple[Model, str], str],
    whole: UUID | None,
    viewer: Viewer,
    told: Mapping[str, Telling],
) -> TimelineEntry:
    part = ""
    changes: tuple[FieldChange, ...] = ()
    if step is not None:
        if whole is not None and event.object_id != whole:
            part = str(step.model._meta.verbose_name)
        visible = not event.table.scoped or any(
            within_reach(event.table, scope, viewer) for scope in (event.scope_id, event.scope_before)
        )
        # A row that was moved tells of both sides of the move: each of them has to be open.
        scopes = [event.scope_id] if event.scope_before is None else [event.scope_id, event.scope_before]
        hidden = hidden_fields(step.model, event.table, viewer, *scopes) if step.columns else frozenset()
        found = [_field_change(step, column, labels, hidden, visible, told) for column in step.columns]
        changes = tuple(each for each in found if each is not None)
    return TimelineEntry(
        number=event.change,
        at=event.at,
        kind=event.kind,
        actor=event.actor,
        actor_label=actors.get(event.actor, _("somebody")),
        action=event.action,
        action_label=wording.action_label(
            event.kind, part or (str(step.model._meta.verbose_name) if step else event.table.name)
        ),
        cause=wording.cause_label(event.cause),
        purpose=event.purpose,
        table=event.table.name,
        object_id=event.object_id,
        transaction=event.transaction,
        changes=changes,
        part=part,
    )


def _telling_columns(step: _Step) -> list[str]:
    """The columns that tell what was added or deleted: all that hold something, without ids and bookkeeping."""
    state = step.before if step.event.kind == Kind.DELETE else step.after
    if state is None:
        return []
    chosen = []
    for column, value in state.items():
        found = field_of_column(step.model, column)
        if found is None or found.primary_key or column == "scope_id" or value in (None, "", [], {}):
            continue
        if isinstance(found, models.ForeignKey) and found.name == getattr(step.model, "history_parent", None):
            continue
        if getattr(step.model, "privacy", {}).get(found.name) != Privacy.SECRET:
            chosen.append(column)
    return chosen


def _field_change(
    step: _Step,
    column: str,
    labels: Mapping[tuple[Model, str], str],
    hidden: frozenset[str],
    visible: bool,
    told: Mapping[str, Telling],
) -> FieldChange | None:
    found = field_of_column(step.model, column)
    name = found.name if found is not None else column
    telling = told.get(name) or Telling(left_out=bool(told) and name in _signatures(step.model))
    if telling.left_out:
        return None
    label = str(telling.label) or (capfirst(str(found.verbose_name)) if found is not None else column)
    if not visible or found is None or name in hidden:
        return FieldChange(name, label, _("hidden"), _("hidden"), hidden=True)
    old = (step.before or {}).get(column) if step.event.kind != Kind.INSERT else None
    new = (step.after or {}).get(column) if step.event.kind != Kind.DELETE else None
    if telling.words is not None:
        old, new = (None if value is None else telling.words(value) for value in (old, new))
        return None if old == new else FieldChange(name, label, old or "", new or "")
    return FieldChange(name, label, _shown(found, old, labels), _shown(found, new, labels))


@cache
def _signatures(model: Model) -> frozenset[str]:
    """The fields that say who did what and when: made_by_label, with made_by and made_at beside it."""
    labels = [each.name for each in model._meta.concrete_fields if each.name.endswith("by_label")]
    stems = [name.removesuffix("by_label") for name in labels]
    return frozenset(stem + part for stem in stems for part in ("by", "by_label", "at"))


def _shown(found: "models.Field[Any, Any]", value: Any, labels: Mapping[tuple[Model, str], str]) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return ""
    if found.is_relation and found.related_model:
        return labels.get((found.related_model, str(value)), str(value))
    try:
        value = found.to_python(value)
    except (ValidationError, Problem, ValueError, TypeError):
        return str(value)
    if found.flatchoices:
        return str(dict(found.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return str(number_format(Decimal(format(value.normalize(), "f")), force_grouping=True))
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Mapping):
        return Truncator(", ".join(f"{name}: {text}" for name, text in value.items())).chars(_READABLE)
    if isinstance(value, list | tuple):
        return Truncator(", ".join(map(str, value))).chars(_READABLE)
    return str(value)


def _related_labels(steps: Iterable[_Step]) -> dict[tuple[Model, str], str]:
    """Names of the records that foreign keys point to, as far as the viewer may see them; one query per model."""
    wanted: dict[Model, set[Any]] = {}
    for step in steps:
        for column in step.columns:
            found = field_of_column(step.model, column)
            if found is not None and found.is_relation and found.related_model:
                values = {state[column] for state in (step.before, step.after) if state and state.get(column)}
                wanted.setdefault(found.related_model, set()).update(values)
    return {
        (model, str(record.pk)): str(record)
        for model, keys in wanted.items()
        for record in model._base_manager.filter(pk__in=keys)
    }


def _actor_labels(actors: Iterable[str]) -> dict[str, str]:
    """Names of actors: people by their account, the system by what it was doing."""
    labels: dict[str, str] = {}
    people: list[UUID] = []
    for actor in actors:
        try:
            people.append(UUID(actor))
        except ValueError:
            labels[actor] = wording.actor_label(actor)
    if people:
        for account in get_user_model()._base_manager.filter(pk__in=people):
            labels[str(account.pk)] = str(account)
    return labels


def actor_labels(actors: Iterable[str], *, seen_by: Viewer) -> dict[str, str]:
    """Names for the actors of changes, as they are recorded; ids of people become their names."""
    seen_by.require(SIGNED_IN)
    return _actor_labels(actors)
