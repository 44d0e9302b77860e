"""The latest changes and the log of announced facts, as querysets for lists."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, OuterRef, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Cast

from banyan.platform.access.viewers import Viewer
from banyan.platform.history.models import Change, FactEntry, Table
from banyan.platform.history.policy import VIEW_HISTORY
from banyan.platform.history.queries.events import AS_WRITTEN, happened
from banyan.platform.history.queries.timelines import TimelineEntry, entries_of
from banyan.platform.kernel.problems import Problem

_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def changes(*, seen_by: Viewer, room: str | None = None) -> QuerySet[Change]:
    """Changes, with their tables; the caller orders and pages. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    found = _with_actor_names(Change.objects.select_related("table"))
    return found if room is None else found.filter(table__room=room)


def change(number: int, *, seen_by: Viewer) -> Change:
    """One change. Raises Problem not_allowed, not_found."""
    found = changes(seen_by=seen_by).filter(pk=number).first()
    if found is None:
        raise Problem("not_found")
    return found


def rows_of(number: int, *, seen_by: Viewer, limit: int = 50) -> list[TimelineEntry]:
    """What a change did to its first rows, as far as the viewer may see them. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    return entries_of(happened("e.change_id = %s", [number], order=AS_WRITTEN, limit=limit), seen_by=seen_by)


def by_actor(found: "QuerySet[Any]", text: str) -> "QuerySet[Any]":
    """Of changes or facts, those by people whose name holds the text, or by the system under that name."""
    people = get_user_model()._base_manager.filter(name__icontains=text).values_list("pk", flat=True)[:1000]
    actors: list[str] = [str(key) for key in people]
    return found.filter(actor__in=[*actors, f"system:{text}", text])


def by_room(found: "QuerySet[Change]", room: str) -> "QuerySet[Change]":
    """Of changes, those on tables of a room."""
    # The numbers first: a list of constants lets PostgreSQL walk the changes backwards and stop early.
    return found.filter(table__in=list(Table.objects.filter(room=room).values_list("pk", flat=True)))


def _with_actor_names(found: "QuerySet[Any]") -> "QuerySet[Any]":
    person = Case(When(actor__regex=_UUID, then=Cast("actor", UUIDField())), output_field=UUIDField())
    names = get_user_model()._base_manager.filter(pk=OuterRef("actor_id")).values("name")
    named: QuerySet[Any] = found.annotate(actor_id=person).annotate(actor_name=Subquery(names))
    return named


def facts(*, seen_by: Viewer) -> QuerySet[FactEntry]:
    """Announced facts; the caller orders and pages. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    return _with_actor_names(FactEntry.objects.all())


def kept_tables(*, seen_by: Viewer) -> QuerySet[Table]:
    """The register of tables whose history is kept. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    return Table.objects.order_by("room", "name")


def rooms(*, seen_by: Viewer) -> list[str]:
    """Rooms with kept tables. Raises Problem not_allowed."""
    return sorted(set(kept_tables(seen_by=seen_by).values_list("room", flat=True)))


def fact_names(*, seen_by: Viewer) -> list[str]:
    """Names of facts that were announced so far. Raises Problem not_allowed."""
    return list(facts(seen_by=seen_by).order_by("name").values_list("name", flat=True).distinct())
