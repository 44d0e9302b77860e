"""What accepting a submission would do, told by comparing it with what the operation accepted before; and the counts."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from banyan.people.collection.models import Batch
from banyan.people.collection.rules.outcomes import Waiting, changed_outcomes
from banyan.people.collection.states import OPEN
from banyan.platform.access.viewers import system_viewer, viewing

# Submissions of other areas count, though the person who acts may not see them.
_SYSTEM = system_viewer("collection")
# Keys and ids go as arrays: each is one look into an index, whatever the planner believes of rows just written.
_OURS = """
SELECT s.batch_id, s.id, s.key, s.digest, s.outcome, s.earlier_id FROM collection_submission s
WHERE s.batch_id = ANY(%s) AND s.decision = 'pending' ORDER BY s.batch_id, s.ordinal
"""
_BEFORE = """
SELECT DISTINCT ON (e.key) e.key, e.id, e.digest FROM collection_submission e
WHERE e.operation_id = %s AND e.key = ANY(%s) AND e.decision = 'accepted' ORDER BY e.key, e.decided_at DESC, e.ordinal DESC
"""
_TELL = """
UPDATE collection_submission s SET outcome = told.outcome, earlier_id = told.earlier
FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS told (id, outcome, earlier) WHERE s.id = told.id
"""
_DECIDED = "SELECT s.key FROM collection_submission s WHERE s.batch_id = %s AND s.decision = ANY(%s)"
_CONCERNED = """
SELECT DISTINCT o.batch_id FROM collection_submission o JOIN collection_batch b ON b.id = o.batch_id
WHERE o.operation_id = %s AND o.key = ANY(%s) AND o.decision = 'pending' AND o.batch_id <> %s AND b.state = ANY(%s)
"""
_COUNT = """
WITH told AS (
    SELECT s.batch_id, jsonb_build_object(
        'submissions', count(*), 'people', coalesce(sum(s.people), 0),
        'errors', count(*) FILTER (WHERE s.errors > 0 AND s.decision = 'pending'),
        'warnings', count(*) FILTER (WHERE s.warnings > 0 AND s.decision = 'pending'),
        'new', count(*) FILTER (WHERE s.outcome = 'new'), 'changed', count(*) FILTER (WHERE s.outcome = 'changed'),
        'unchanged', count(*) FILTER (WHERE s.outcome = 'unchanged'), 'repeated', count(*) FILTER (WHERE s.outcome = 'repeated'),
        'ready', count(*) FILTER (WHERE s.decision = 'pending' AND s.errors = 0 AND s.outcome IN ('new', 'changed')),
        'pending', count(*) FILTER (WHERE s.decision = 'pending' AND s.outcome IN ('new', 'changed')),
        'accepted', count(*) FILTER (WHERE s.decision = 'accepted'), 'rejected', count(*) FILTER (WHERE s.decision = 'rejected'),
        'withdrawn', count(*) FILTER (WHERE s.decision = 'withdrawn'),
        'registered', count(*) FILTER (WHERE s.registered_at IS NOT NULL AND s.decision = 'accepted'),
        'people_accepted', coalesce(sum(s.people) FILTER (WHERE s.decision = 'accepted'), 0)
    ) AS counts
    FROM collection_submission s WHERE s.batch_id = ANY(%(batches)s) GROUP BY s.batch_id
), quarantined AS (
    SELECT f.batch_id, count(*) AS many FROM collection_finding f
    WHERE f.batch_id = ANY(%(batches)s) AND f.severity = 'quarantine' GROUP BY f.batch_id
)
UPDATE collection_batch b
SET version = b.version + 1,
    counts = b.counts || told.counts || jsonb_build_object('quarantine', coalesce(quarantined.many, 0))
FROM told LEFT JOIN quarantined USING (batch_id) WHERE b.id = told.batch_id
"""


def compare(batches: Sequence[UUID], operation_id: UUID) -> None:
    """Say of every waiting submission of these batches whether it is new, changed, unchanged or twice in its batch.

    Called inside an action that holds the operation's lock (`receiving.one_at_a_time`). Three statements.
    """
    with viewing(_SYSTEM), connection.cursor() as cursor:
        cursor.execute(_OURS, [list(batches)])
        ours = [Waiting(*row) for row in cursor.fetchall()]
        if not ours:
            return
        cursor.execute(_BEFORE, [operation_id, list({each.key for each in ours})])
        before = {key: (found, digest) for key, found, digest in cursor.fetchall()}
        if told := changed_outcomes(ours, before):
            ids, outcomes, earlier = zip(*told, strict=True)
            cursor.execute(_TELL, [list(ids), list(outcomes), list(earlier)])


def compare_others(batch: Batch, decisions: Sequence[str]) -> None:
    """After submissions of a batch were accepted or withdrawn: tell the outcomes anew wherever else the same keys wait."""
    with viewing(_SYSTEM), connection.cursor() as cursor:
        cursor.execute(_DECIDED, [batch.id, list(decisions)])
        keys = [row[0] for row in cursor.fetchall()]
        # A batch that is being checked compares by itself before it is reviewed.
        cursor.execute(_CONCERNED, [batch.operation_id, keys, batch.id, list(OPEN)])
        others = [row[0] for row in cursor.fetchall()]
        if others:
            compare(others, batch.operation_id)
            cursor.execute(_COUNT, {"batches": others})


def count(batch: Batch) -> Batch:
    """Count the batch anew and raise its version, so that decisions taken on older pages are noticed."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"batches": [batch.id]})
    batch.refresh_from_db()
    return batch
