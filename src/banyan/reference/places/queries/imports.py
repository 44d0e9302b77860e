"""Imports: where they stand and what was found in their files."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Waiting
from banyan.platform.kernel.problems import Problem
from banyan.reference.places.models import ImportBatch, ImportFinding
from banyan.reference.places.states import ImportState

IMPORT = "places.import_places"


def batches(*, seen_by: Viewer) -> QuerySet[ImportBatch]:
    """All imports; only for who may import."""
    seen_by.require(IMPORT)
    return ImportBatch.objects.all()


def batch(batch_id: UUID, *, seen_by: Viewer) -> ImportBatch:
    """One import. Raises Problem not_found."""
    found = batches(seen_by=seen_by).filter(pk=batch_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def findings(batch_id: UUID, *, seen_by: Viewer) -> QuerySet[ImportFinding]:
    """What was found in an import: rows not taken and why, and what is worth a look."""
    seen_by.require(IMPORT)
    return ImportFinding.objects.filter(batch=batch_id)


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Imports that were checked and wait for somebody to decide."""
    if not seen_by.may(IMPORT):
        return []
    rows = ImportBatch.objects.filter(state=ImportState.CHECKED).order_by("made_at")
    found = list(rows.values_list("id", "made_at")[:100])
    if not found:
        return []
    url = reverse("places:import", args=[found[0][0]]) if len(found) == 1 else reverse("places:imports")
    return [Waiting(title=_("Imports of places to decide on"), url=url, count=len(found), since=found[0][1])]
