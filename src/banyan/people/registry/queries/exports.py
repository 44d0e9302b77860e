"""Exports that somebody asked for: only one's own, whoever one is."""

from uuid import UUID

from django.db.models import QuerySet

from banyan.people.registry.models import Export
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


def own_exports(*, seen_by: Viewer) -> "QuerySet[Export]":
    """The viewer's own exports, the latest first."""
    seen_by.require("registry.export_person")
    return Export.objects.filter(account=seen_by.id).order_by("-asked_at", "-id")


def own_export(export_id: UUID, *, seen_by: Viewer) -> Export:
    """One of the viewer's own exports. Raises Problem not_found for anybody else's."""
    found: Export | None = own_exports(seen_by=seen_by).filter(pk=export_id).first() if seen_by.id else None
    if found is None:
        raise Problem("not_found")
    return found
