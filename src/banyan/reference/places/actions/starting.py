"""Checking and taking imports in the background."""

from uuid import UUID

from django.utils.translation import gettext as _

from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.reference.places import states
from banyan.reference.places.actions.importing import _locked
from banyan.reference.places.models import ImportBatch


@action("places.import_places")
def start_import(batch_id: UUID, verb: str, *, by: Viewer) -> ImportBatch:
    """Start the job that checks ("check") or takes ("take") an import. Raises Problem places.batch_state."""
    batch = _locked(batch_id)
    states.after(batch.state, verb)
    label = _("Import of places: %(authority)s %(label)s") % {"authority": batch.authority, "label": batch.label}
    batch.job = jobs.start(f"places.{verb}_import", by=by, label=label, batch=str(batch.pk)).pk
    batch.save()
    return batch
