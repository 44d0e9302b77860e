"""What an operation asks of reviews, and the destruction of files that are no longer needed."""

from uuid import UUID

from django.utils import timezone

from banyan.people.collection import states
from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.models import Batch, OperationRules, RawFile
from banyan.people.collection.states import BatchState
from banyan.platform.access import queries as access
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Location, Problem


@action("collection.change_rules")
def change_rules(operation_id: UUID, *, by: Viewer, separate_duties: bool, warnings_block: bool) -> OperationRules:
    """Say whether who submits may accept, and whether warnings must be settled first. Raises Problem not_found."""
    operations = {each.pk for each in access.operations_within("collection.change_rules", seen_by=by)}
    if operation_id not in operations:
        raise Problem("not_found")
    rules = OperationRules.objects.filter(operation_id=operation_id).first() or OperationRules(
        operation_id=operation_id
    )
    rules.separate_duties, rules.warnings_block, rules.changed_by = separate_duties, warnings_block, str(by.label)
    rules.save()
    return rules


@action("collection.review_batch")
def destroy_files(batch_id: UUID, *, by: Viewer, reason: str) -> Batch:
    """Destroy the raw files of a batch that is over, for good: they may hold what the operation may not keep.

    Names, digests and staged rows stay. Raises Problem collection.reason_missing, collection.batch_state.
    """
    batch = locked(batch_id)
    if not reason.strip():
        raise Problem("collection.reason_missing", at=Location(field="reason"))
    if batch.state not in {*states.OVER, BatchState.ACCEPTED, BatchState.REVIEW}:
        raise Problem("collection.batch_state", state=states.LABELS[batch.state])
    if batch.purged_at is None:
        batch.purged_at, batch.purged_by, batch.reason = timezone.now(), str(by.label), reason.strip()
        batch.detected = {name: value for name, value in batch.detected.items() if name != "samples"}
        batch.save()
    # After the note: a crash in between leaves files that the next attempt destroys, never a batch that claims to have them.
    for name in RawFile.objects.filter(batch=batch).values_list("file", flat=True):
        vault.destroy(name)
    return batch
