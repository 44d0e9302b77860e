"""What is kept of people on their way in: whom they look like, batch by batch, and that they were compared."""

from uuid import UUID

import polars as pl
import psycopg
from django.db import connection
from django.utils import timezone

from banyan.people.collection import queries as submitted
from banyan.people.linkage.models import Arrival, Incoming
from banyan.people.linkage.queries.incoming import Recognised
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.arrays import array_text

_INSERT = """
INSERT INTO linkage_incoming (id, batch_id, scope_id, submission, row, other_row, other_submission, person_id, weight, probability,
                              zone, levels, exact_document)
SELECT banyan_new_id(), %s, %s, submission, row, other_row, other_submission, person, weight, probability, zone, levels::smallint[],
       exact_document
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::float8[], %s::float8[], %s::text[], %s::text[], %s::bool[])
     AS found (submission, row, other_row, other_submission, person, weight, probability, zone, levels, exact_document)
"""
_COLUMNS = (
    "submission", "row", "other_row", "other_submission", "person", "weight", "probability", "zone", "levels", "exact_document",
)  # fmt: skip


@action("linkage.run_matching")
def expect_incoming(batch_id: UUID, job: UUID, *, by: Viewer) -> Arrival:
    """Note which job compares the people of a batch, so that pages can say when it failed."""
    batch = submitted.batch(batch_id, seen_by=by)
    found, _made = Arrival.objects.update_or_create(
        batch_id=batch.pk, defaults={"job": job, "operation_id": batch.operation_id, "scope_id": batch.scope_id}
    )
    return found


@action("linkage.run_matching")
def keep_incoming(found: Recognised, *, by: Viewer) -> Arrival:
    """Keep whom the people of a batch look like, in place of what an earlier comparison found. Three statements.

    What answers an older request than the one answered already changes nothing.
    """
    batch = submitted.batch(found.batch_id, seen_by=by)
    arrival, _made = Arrival.objects.select_for_update().get_or_create(
        batch_id=batch.pk, defaults={"operation_id": batch.operation_id, "scope_id": batch.scope_id}
    )
    if arrival.asked > found.asked:
        return arrival
    Incoming.objects.filter(batch=batch.pk).delete()
    if found.rows.height:
        levels = pl.concat_str(pl.lit("{"), pl.col("levels").cast(pl.List(pl.String)).list.join(","), pl.lit("}"))
        rows = found.rows.with_columns(levels.alias("levels"))
        with connection.cursor() as cursor:
            bound = psycopg.Cursor(cursor.cursor.connection)
            bound.execute(_INSERT, [batch.pk, batch.scope_id, *(array_text(rows[name]) for name in _COLUMNS)])
    arrival.asked, arrival.people, arrival.finished_at = found.asked, found.people, timezone.now()
    arrival.crowded, arrival.left_out, arrival.model = found.crowded, found.left_out, found.model_version
    arrival.save()
    return arrival


@action("linkage.run_matching")
def forget_decided(batch_id: UUID, *, by: Viewer) -> int:
    """Forget whom the decided submissions of a batch looked like, and everything of a batch that is over; how many rows.

    Whoever waits keeps it, and whoever was put aside and may be opened again. Once people are registered, comparing the
    register finds them.
    """
    batch = submitted.batch(batch_id, seen_by=by)
    needed = submitted.unsettled(batch.pk, seen_by=by).order_by().values("pk")
    return Incoming.objects.filter(batch=batch.pk).exclude(submission__in=needed).delete()[0]
