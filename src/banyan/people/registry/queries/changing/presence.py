"""Who is at a record just now, and forms that were begun and not sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from banyan.people.registry.models import ChangeDraft, Presence
from banyan.people.registry.queries.people import VIEW
from banyan.platform.access.viewers import Viewer, within

PRESENT = timedelta(seconds=45)


@dataclass(frozen=True)
class Present:
    """Somebody else who has the record open; `editing` names what they are changing, empty when they only look."""

    label: str
    since: datetime
    editing: str


def present(record_id: UUID, *, seen_by: Viewer) -> list[Present]:
    """Everybody else who has a record open, as far as the viewer reaches it, in the order of arrival. One query."""
    seen_by.require(VIEW)
    rows = Presence.objects.filter(
        within(seen_by.reach(VIEW)), record=record_id, seen_at__gte=timezone.now() - PRESENT
    ).order_by("since", "id")  # fmt: skip
    return [Present(row.label, row.since, row.editing) for row in rows if row.viewer != seen_by.id]


def draft(kind: str, record_id: UUID, *, seen_by: Viewer) -> ChangeDraft | None:
    """What this viewer typed into the form of this change of this record, and has not sent."""
    if seen_by.id is None:
        return None
    rows = ChangeDraft.objects.filter(within(seen_by.reach("registry.propose_change")))
    return rows.filter(viewer=seen_by.id, record=record_id, kind=kind).first()
