"""The latest changes and the log of announced facts, as querysets for lists."""

from django.db.models import QuerySet

from banyan.platform.access.viewers import Viewer
from banyan.platform.history.models import Change, FactEntry, Table
from banyan.platform.history.policy import VIEW_HISTORY


def changes(*, seen_by: Viewer, room: str | None = None) -> QuerySet[Change]:
    """Changes, with their tables; the caller orders and pages. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    found = Change.objects.select_related("table")
    return found if room is None else found.filter(table__room=room)


def facts(*, seen_by: Viewer) -> QuerySet[FactEntry]:
    """Announced facts; the caller orders and pages. Raises Problem not_allowed."""
    seen_by.require(VIEW_HISTORY)
    return FactEntry.objects.all()


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
