"""What the register tells back while it takes a batch over."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from banyan.people.collection import states
from banyan.people.collection.actions import comparing
from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.models import Batch
from banyan.people.collection.states import BatchState
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer

_REGISTERED = """
UPDATE collection_submission SET registered_at = statement_timestamp()
WHERE batch_id = %s AND id = ANY(%s::uuid[]) AND decision = 'accepted' AND registered_at IS NULL
"""


@action("collection.review_batch")
def mark_registered(batch_id: UUID, submission_ids: Sequence[UUID | str], *, by: Viewer) -> int:
    """Note that these accepted submissions are in the register now; returns how many were not noted before.

    Called in the transaction that registers them: a job that is killed and taken up again leaves out what is done.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, [batch_id, [str(each) for each in submission_ids]])
        return int(cursor.rowcount)


@action("collection.review_batch")
def finish_batch(batch_id: UUID, *, by: Viewer) -> Batch:
    """Everything accepted is registered. A batch that is finished already stays as it is."""
    batch = locked(batch_id)
    if batch.state == BatchState.ACCEPTED:
        return batch
    batch.state = states.advance(batch.state, "finish")
    batch.finished_at = timezone.now()
    batch.counts = {name: value for name, value in batch.counts.items() if name != "failure"}
    batch.save()
    return comparing.count(batch)


@action("collection.review_batch")
def fail_batch(batch_id: UUID, *, by: Viewer, why: str) -> Batch:
    """Note why registering stopped; the batch stays as it is, and its job can be retried. why: a sentence, not personal."""
    batch = locked(batch_id)
    batch.counts = batch.counts | {"failure": why[:500]}
    batch.save()
    return batch
