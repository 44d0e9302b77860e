"""The submitter's workbook made in the background and kept in the vault until a newer one takes its place."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.models import Batch
from banyan.people.collection.queries.returning import workbook_of
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

FOLDER = "returned"


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


@action("collection.submit_batch")
def start_workbook(batch_id: UUID, *, by: Viewer) -> Batch:
    """Start making the workbook. Raises Problem not_found, collection.files_destroyed."""
    batch = locked(batch_id)
    if batch.purged_at is not None:
        raise Problem("collection.files_destroyed", day=batch.purged_at.date().isoformat())
    label = _("Workbook with findings: %(name)s") % {"name": batch.name}
    started = jobs.start("collection.return_workbook", by=by, label=label, batch=str(batch.pk))
    batch.detected = batch.detected | {"workbook_job": str(started.pk)}
    batch.save()
    return batch


@action("collection.submit_batch")
def make_workbook(batch_id: UUID, *, by: Viewer, report: Callable[[int, int], None] = _quiet) -> Batch:
    """Make the workbook of a batch as it stands now; the one before is destroyed. Raises Problems of `workbook_of`."""
    content = workbook_of(batch_id, seen_by=by, report=report)
    batch = locked(batch_id)
    former = batch.detected.get("workbook", {}).get("file", "")
    batch.detected = batch.detected | {
        "workbook": {
            "file": vault.keep(content, folder=FOLDER),
            "at": timezone.now().isoformat(),
            "version": batch.version,
            "language": by.language,
        }
    }
    batch.save()
    if former:
        # Only when the new one is surely noted: a rollback must not leave a batch without its workbook.
        transaction.on_commit(lambda: vault.destroy(former))
    return batch
