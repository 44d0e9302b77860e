"""Comparisons: started, and what they found written down by set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.utils import timezone

from banyan.people.linkage.actions.gathering import gather
from banyan.people.linkage.actions.writing import array_texts, given, lock_operation
from banyan.people.linkage.facts import MatchingFinished
from banyan.people.linkage.models import Pair, Run, RunKind
from banyan.people.registry import actions as registry
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.jobs import actions as jobs
from banyan.platform.jobs import queries as running
from banyan.platform.kernel.facts import announce
from banyan.platform.kernel.problems import Problem

RUN, ACROSS = "linkage.run_matching", "linkage.match_across"
_PAIRS: Final = {
    "first": "uuid", "second": "uuid", "weight": "float8", "probability": "float8", "zone": "text", "levels": "smallint[]",
    "brought": "text[]", "document": "boolean", "digest_first": "bigint", "digest_second": "bigint",
}  # fmt: skip
# Only what is still as it was when it was read: whoever changed meanwhile waits for the next comparison. A pair that was decided
# stays decided while both records are as they were then; else it is looked at again.
_KEEP: Final = """
INSERT INTO linkage_pair AS kept (
    id, first_id, second_id, operation_id, other_operation_id, scope_id, second_scope_id, weight, probability, zone, levels, brought,
    model_id, run_id, found_on, digest_first, digest_second, exact_document, noted, decision, decided_by_label, reopened
)
SELECT banyan_new_id(), given.first, given.second, a.operation_id, nullif(b.operation_id, a.operation_id), a.scope_id, b.scope_id,
       given.weight, given.probability, given.zone, given.levels::smallint[], given.brought::text[], %(model)s, %(run)s, %(today)s,
       given.digest_first, given.digest_second, given.document, false, '', '', 0
FROM {given}
JOIN linkage_feature a ON a.person_id = given.first AND a.digest = given.digest_first
JOIN linkage_feature b ON b.person_id = given.second AND b.digest = given.digest_second
ORDER BY given.first, given.second
ON CONFLICT (first_id, second_id) DO UPDATE SET
    scope_id = excluded.scope_id, second_scope_id = excluded.second_scope_id, weight = excluded.weight,
    probability = excluded.probability, zone = excluded.zone, levels = excluded.levels, brought = excluded.brought,
    model_id = excluded.model_id, run_id = excluded.run_id, exact_document = excluded.exact_document,
    digest_first = CASE WHEN {stays} THEN kept.digest_first ELSE excluded.digest_first END,
    digest_second = CASE WHEN {stays} THEN kept.digest_second ELSE excluded.digest_second END,
    decision = CASE WHEN {moved} THEN '' ELSE kept.decision END,
    case_id = CASE WHEN {moved} THEN NULL ELSE kept.case_id END,
    reopened = kept.reopened + ({moved})::int
"""
_MOVED: Final = """(kept.decision IN ('different', 'unsure')
    AND (kept.digest_first <> excluded.digest_first OR kept.digest_second <> excluded.digest_second))"""
_STAYS: Final = "(kept.decision = 'same')"
_COMPARED: Final = """
UPDATE linkage_feature f SET compared = given.digest FROM {given}
WHERE f.person_id = given.person AND f.digest = given.digest AND f.compared IS DISTINCT FROM given.digest
"""
# What was alike and is no longer, and pairs of which one is not compared any more. Whoever waits is left for the next comparison.
_DROP: Final = """
DELETE FROM linkage_pair p
WHERE p.decision = '' AND p.run_id IS DISTINCT FROM %(run)s AND {where}
  AND (
    (NOT p.noted AND (p.first_id = ANY(%(covered)s::uuid[]) OR p.second_id = ANY(%(covered)s::uuid[]) OR %(whole)s)
      AND NOT EXISTS (
        SELECT FROM linkage_feature f WHERE f.person_id IN (p.first_id, p.second_id) AND f.compared IS DISTINCT FROM f.digest))
    OR NOT EXISTS (SELECT FROM linkage_feature f WHERE f.person_id = p.first_id)
    OR NOT EXISTS (SELECT FROM linkage_feature f WHERE f.person_id = p.second_id)
  )
RETURNING p.case_id, p.first_id, p.second_id, p.zone = 'probable' OR p.exact_document
"""


@dataclass(frozen=True)
class Comparison:
    """What a comparison found, on its way into the tables.

    pairs: first, second (ids as text, the smaller first), weight, probability, zone, levels, brought, document.
    people: person, digest of everybody who was looked at, and covered: whether with everybody else.
    """

    pairs: pl.DataFrame
    people: pl.DataFrame
    model_id: UUID | None
    counts: Mapping[str, Any]
    drift: Mapping[str, Any]


@action(RUN)
def start_run(operation_id: UUID, *, by: Viewer, kind: str = RunKind.DEMAND, whole: bool = True) -> Run:
    """Have an operation compared in the background: everybody, or only who is new or changed.

    Raises Problem not_found for an operation out of reach, linkage.run_busy while one that somebody asked for is under way.
    """
    if all(each.pk != operation_id for each in operations_within(RUN, seen_by=by)):
        raise Problem("not_found")
    return _started(operation_id, kind, by, whole=whole)


@action(ACROSS)
def start_across(*, by: Viewer) -> Run:
    """Have all operations compared with each other in the background. Whoever asks sees what lies within their reach of it.

    Raises Problem linkage.run_busy while one is under way.
    """
    return _started(None, RunKind.ACROSS, by, whole=True)


def _started(operation_id: UUID | None, kind: str, by: Viewer, *, whole: bool) -> Run:
    if kind in (RunKind.DEMAND, RunKind.ACROSS) and _is_busy(operation_id, kind):
        raise Problem("linkage.run_busy")
    run = Run.objects.create(
        operation_id=operation_id, kind=kind, whole=whole, asked_by=by.id, asked_by_label=str(by.label)[:200]
    )
    # As the system: what lies out of the asker's reach is compared as well, and shown to them no more than before.
    run.job = jobs.start("linkage.compare", by=by, run=str(run.pk), operation=str(operation_id or "across")).pk
    run.save(update_fields=["job"])
    return run


def _is_busy(operation_id: UUID | None, kind: str) -> bool:
    """Whether a comparison that somebody asked for is under way; one whose job failed for good keeps nobody waiting."""
    for job in Run.objects.filter(operation=operation_id, kind=kind, finished_at=None).values_list("job", flat=True):
        with viewing(system_viewer("linkage")) as engine:
            found = running.jobs(seen_by=engine).filter(id=job).first()
            if found is not None and not running.state_of(found).over:
                return True
    return False


@action(RUN)
def begin_run(operation_id: UUID, *, kind: str, by: Viewer) -> Run:
    """Note a comparison that a job makes by itself; one that broke off is taken up again."""
    # Such jobs of one operation run one after the other, so what is not finished is nobody's.
    broken = Run.objects.filter(operation=operation_id, kind=kind, finished_at=None, job=None).first()
    whole = kind == RunKind.NIGHT
    label = str(by.label)[:200]
    return broken or Run.objects.create(operation_id=operation_id, kind=kind, whole=whole, asked_by_label=label)


@action(RUN)
def keep_found(run_id: UUID, found: Comparison, *, by: Viewer) -> Run:
    """Write what a comparison found: pairs, cases, and who has been compared. One at a time for each operation.

    Announces MatchingFinished. The number of statements does not depend on the number of pairs.
    """
    with viewing(system_viewer("linkage")):
        run = Run.objects.get(pk=run_id)
        lock_operation(run.operation_id)
        pairs = found.pairs
        if pairs.height:
            pairs = pairs.with_columns(
                array_texts(pairs["levels"]).alias("levels"), array_texts(pairs["brought"]).alias("brought")
            )
            for side in ("first", "second"):
                digests = found.people.select(pl.col("person").alias(side), pl.col("digest").alias(f"digest_{side}"))
                pairs = pairs.join(digests, on=side)
        return _kept(run, found, pairs, by)


def _kept(run: Run, found: Comparison, pairs: pl.DataFrame, by: Viewer) -> Run:
    across = run.operation_id is None
    before = _loose(run.operation_id)
    if pairs.height:
        statement = _KEEP.replace("{moved}", _MOVED).replace("{stays}", _STAYS)
        given(statement, pairs, _PAIRS, model=found.model_id, run=run.pk, today=timezone.localdate())
    covered = found.people.filter(pl.col("covered"))
    if not across:
        given(_COMPARED, covered, {"person": "uuid", "digest": "bigint"})
    lost = _drop(run, covered)
    gathered = gather(run.operation_id, lost=lost)
    run.model_id = found.model_id
    run.finished_at = timezone.now()
    run.drift = dict(found.drift)
    run.counts = {
        **found.counts, "new_pairs": max(_loose(run.operation_id) + len(lost) - before, 0), "pairs_gone": len(lost), **gathered.as_counts(),
    }  # fmt: skip
    run.save()
    announce(MatchingFinished(run_id=run.pk, operation_id=run.operation_id), by=by)
    return run


def _loose(operation_id: UUID | None) -> int:
    """How many pairs nobody has decided about."""
    rows = Pair.objects.filter(decision="")
    rows = (
        rows.exclude(other_operation=None)
        if operation_id is None
        else rows.filter(operation=operation_id, other_operation=None)
    )
    return rows.count()


def _drop(run: Run, covered: pl.DataFrame) -> list[UUID | None]:
    """Forget pairs that are alike no longer, here and in the notices of the register; the cases they were in."""
    where = (
        "p.other_operation_id IS NOT NULL"
        if run.operation_id is None
        else "p.operation_id = %(operation)s AND p.other_operation_id IS NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _DROP.format(where=where),
            {
                "run": run.pk, "operation": run.operation_id, "whole": run.whole,
                "covered": [] if run.whole else covered["person"].to_list(),
            },
        )  # fmt: skip
        rows = cursor.fetchall()
    registry.decide_pairs(
        [(one, other, "different") for _case, one, other, told in rows if told], by=system_viewer("linkage")
    )
    return [row[0] for row in rows]
