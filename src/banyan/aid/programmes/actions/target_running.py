"""Targeting held against the register: asked for, then written down in one statement by a job."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db import DataError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from banyan.aid.programmes.actions.targeting import asked_by, engine_digest, locked
from banyan.aid.programmes.models import ListEntry, TargetingRun, TargetRow
from banyan.aid.programmes.queries.target_pictures import target_totals
from banyan.aid.programmes.queries.target_reading import read_targeting
from banyan.aid.programmes.queries.target_statements import TargetingStatement
from banyan.aid.programmes.states import TARGET
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.jobs import actions as jobs
from banyan.platform.kernel.problems import Problem

# From so many rows on, pictures and enrolment of a run are worth new statistics of the planner.
_MANY: Final = 5_000


@action(TARGET)
def run_targeting(targeting_id: UUID, *, by: Viewer, day: date | None = None) -> TargetingRun:
    """Have a targeting held against the register, in the background: what it asks now, on this day (today unless said).

    Raises Problem not_found, and every fault of rules and score that can no longer be asked.
    """
    found = locked(targeting_id, by=by)
    asked, saved = asked_by(found, by=by), found.rules
    last = TargetingRun.objects.filter(targeting=found).aggregate(last=Max("number"))["last"] or 0
    run = TargetingRun(
        targeting=found, operation_id=found.operation_id, scope_id=found.scope_id, number=last + 1,
        day=day or timezone.localdate(), for_whom=asked.subject,
        rules=[rule.frozen(said) for rule, said in zip(asked.rules, saved, strict=True)],
        score=[line.frozen() for line in asked.score], threshold=asked.threshold, digest=engine_digest(found),
        started_by=by.id, started_by_label=str(by.label)[:200],
    )  # fmt: skip
    run.job = jobs.start("programmes.run_targeting", by=by, label=found.name, run=str(run.pk)).pk
    run.save(force_insert=True)
    return run


@action(TARGET)
def freeze_run(run_id: UUID, *, by: Viewer) -> TargetingRun:
    """Write down what a run finds. Once: a run that is done stays as it is.

    Raises Problem not_found, criteria.not_answerable, and every fault of what was asked that can no longer be read: then nobody is
    found, and nobody is taken for refused either.
    """
    run = TargetingRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise Problem("not_found")
    if run.done_at is not None:
        return run
    # Lists stand still while they are read twice.
    found = locked(run.targeting_id, by=by)
    asked = read_targeting(run.for_whom, run.operation_id, run.rules, run.score, run.threshold, seen_by=by)
    sql, values = TargetingStatement(run, asked, seen_by=by).sql()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            if cursor.rowcount > _MANY:
                cursor.execute("SELECT programmes_learn()")
    except DataError as error:
        raise Problem("criteria.not_answerable", reason=str(error).split("\n")[0]) from None
    # Lists count as they were read just now; rules as they were when the run was asked for.
    found.rules, found.score, found.threshold = run.rules, run.score, run.threshold
    run.digest, run.done_at, run.counts = engine_digest(found), timezone.now(), _counts(run, by)
    run.save(update_fields=["digest", "done_at", "counts"])
    return run


def _counts(run: TargetingRun, by: Viewer) -> dict[str, object]:
    """By verdict, and entries of lists whose record is not live: nobody is dropped in silence."""
    found = target_totals(run.pk, seen_by=by).by_verdict
    listed = ListEntry.objects.filter(targeting=run.targeting_id)
    rows = TargetRow.objects.filter(run=run, verdict__in=("included", "excluded"))
    key = "person" if run.for_whom == "person" else "household"
    absent = listed.exclude(**{f"{key}__in": rows.values(key)}).count()
    return {
        "verdicts": {verdict: [tally.records, tally.people] for verdict, tally in found.items()},
        "absent": absent,
    }  # fmt: skip
