"""Mending in review: values corrected, proposals taken, warnings settled. Only what is touched is checked again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.people.collection import states
from banyan.people.collection.actions import comparing, recognising, staging
from banyan.people.collection.actions.receiving import locked
from banyan.people.collection.models import Batch, Correction, Decision, Finding, Severity, StagedRow
from banyan.people.collection.queries.knowledge import form_knowledge, lookups
from banyan.people.collection.rules import identity
from banyan.people.collection.rules.checking import check
from banyan.people.collection.rules.rechecking import ACROSS, Staged, canonical_again
from banyan.people.collection.rules.shapes import EXTRA
from banyan.people.forms.declarations import register_fields
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Location, Problem

LONGEST = 5_000
"""Characters of a corrected value."""
_UPDATE_ROWS = """
UPDATE collection_stagedrow r SET "values" = f."values", raw = f.raw, extras = f.extras
FROM string_to_table(%s, E'\\n') AS line, jsonb_to_record(line::jsonb) AS f (id uuid, "values" jsonb, raw jsonb, extras jsonb)
WHERE r.id = f.id
"""
_UPDATE_SUBMISSIONS = """
UPDATE collection_submission s SET digest = f.digest, label = f.label
FROM string_to_table(%s, E'\\n') AS line, jsonb_to_record(line::jsonb) AS f (id uuid, digest text, label text)
WHERE s.id = f.id AND (s.digest, s.label) IS DISTINCT FROM (f.digest, f.label)
"""
_WEIGH = """
UPDATE collection_submission s SET errors = told.errors, warnings = told.warnings, settled = told.settled
FROM (
    SELECT s.id, count(f.id) FILTER (WHERE f.severity = 'error') AS errors,
        count(f.id) FILTER (WHERE f.severity = 'warning' AND f.settled = '') AS warnings,
        count(f.id) FILTER (WHERE f.settled <> '') AS settled
    FROM collection_submission s LEFT JOIN collection_finding f ON f.submission_id = s.id
    WHERE s.id = ANY(%s) GROUP BY s.id
) told
WHERE s.id = told.id AND (s.errors, s.warnings, s.settled) IS DISTINCT FROM (told.errors, told.warnings, told.settled)
"""


@dataclass(frozen=True, slots=True)
class NewValue:
    """What a person writes into a field of a staged row; empty takes the value away."""

    row_id: UUID
    field: str
    text: str


@action("collection.submit_batch")
def correct_values(
    batch_id: UUID, values: Sequence[NewValue], *, by: Viewer, reason: str = "", version: int | None = None
) -> Batch:
    """Put other texts into fields of waiting submissions and check these submissions again.

    The text goes through the same check as one from a file; the raw value stays. Raises Problem collection.batch_state,
    collection.field_unknown, collection.submission_decided, collection.review_stale, not_found.
    """
    batch = _open(batch_id, version)
    _correct(batch, values, reason.strip(), by)
    return comparing.count(batch)


@action("collection.submit_batch")
def accept_proposals(batch_id: UUID, finding_ids: Collection[UUID], *, by: Viewer, version: int | None = None) -> Batch:
    """Take over what these findings propose. Raises the Problems of `correct_values`, collection.nothing_proposed."""
    batch = _open(batch_id, version)
    found = list(Finding.objects.filter(batch=batch, id__in=list(finding_ids), settled=""))
    if not found:
        raise Problem("not_found")
    if any(not finding.proposed for finding in found):
        raise Problem("collection.nothing_proposed")
    values = [NewValue(finding.staged_row_id, finding.field, finding.proposed) for finding in found]
    # Settled first: findings that the correction removes are gone, those that remain say that their proposal was taken.
    Finding.objects.filter(id__in=[finding.id for finding in found]).update(
        settled="accepted", settled_by=str(by.label), settled_at=timezone.now()
    )
    _correct(batch, values, _("The value proposed was accepted."), by)
    return comparing.count(batch)


@action("collection.submit_batch")
def dismiss_findings(
    batch_id: UUID,
    *,
    by: Viewer,
    finding_ids: Collection[UUID] = (),
    code: str = "",
    field: str = "",
    version: int | None = None,
) -> Batch:
    """Say of warnings (these, or all with a code and field) that they were looked at and the values may stand.

    Raises Problem collection.errors_stand for an error, collection.batch_state, collection.review_stale.
    """
    batch = _open(batch_id, version)
    found = Finding.objects.filter(batch=batch, settled="")
    if finding_ids:
        found = found.filter(id__in=list(finding_ids))
    elif code:
        found = found.filter(code=code)
    else:
        raise Problem("not_found")
    if field:
        found = found.filter(field=field)
    if found.filter(severity=Severity.ERROR).exists():
        raise Problem("collection.errors_stand")
    touched = list(found.order_by().values_list("submission_id", flat=True).distinct())
    found.update(settled="dismissed", settled_by=str(by.label), settled_at=timezone.now())
    _weigh(touched)
    return comparing.count(batch)


def _open(batch_id: UUID, version: int | None) -> Batch:
    batch = locked(batch_id, deciding=True)
    if batch.state not in states.OPEN:
        raise Problem("collection.batch_state", state=states.LABELS[batch.state])
    if version is not None and version != batch.version:
        raise Problem("collection.review_stale")
    return batch


def _correct(batch: Batch, values: Sequence[NewValue], reason: str, by: Viewer) -> None:
    rows = {
        row.id: row
        for row in StagedRow.objects.filter(batch=batch, id__in={value.row_id for value in values}).select_related(
            "submission"
        )
    }
    fields = register_fields()
    corrections = []
    for value in values:
        row = rows.get(value.row_id)
        if row is None:
            raise Problem("not_found")
        if row.submission.decision != Decision.PENDING:
            raise Problem("collection.submission_decided", decision=Decision(row.submission.decision).label)
        extra = value.field.startswith(EXTRA)
        known = value.field in batch.columns.get(f"{row.subject}_extras", ()) if extra else value.field in fields
        if not known or (not extra and value.field.partition(".")[0] not in (row.subject, "household")):
            raise Problem("collection.field_unknown", field=value.field, at=Location(field=value.field))
        held = row.extras.get(value.field.removeprefix(EXTRA)) if extra else row.values.get(value.field)
        corrections.append(
            Correction(
                batch=batch, submission_id=row.submission_id, staged_row=row, scope_id=row.scope_id, field=value.field,
                old=str(row.raw.get(value.field) or held or ""), new=value.text.strip()[:LONGEST], reason=reason, by=by.id,
                by_label=str(by.label),
            )
        )  # fmt: skip
    Correction.objects.bulk_create(corrections)
    touched = sorted({correction.submission_id for correction in corrections})
    _check_again(batch, touched, {(c.staged_row_id, c.field) for c in corrections}, by)
    comparing.compare([batch.id], batch.operation_id)
    recognising.ask_after(batch, (correction.field for correction in corrections), by)


def _check_again(batch: Batch, touched: Sequence[UUID], corrected: Collection[tuple[UUID, str]], by: Viewer) -> None:
    """Judge submissions anew from what came and what was corrected; findings against other submissions stay."""
    rows, first = _staged(touched)
    shaped, ids = canonical_again(rows, batch.columns)
    checked = identity.numbered(check(shaped, lookups(batch, shaped, form_knowledge(batch, seen_by=by), seen_by=by)))
    bundle = identity.bundle(checked)
    row_ids = pl.Series(
        "id",
        [ids[subject, index] for subject, index in bundle.rows.select("subject", "index").iter_rows()],
        dtype=pl.String,
    )
    written = bundle.rows.with_columns(row_ids)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_ROWS, [_row_lines(written, first)])
        cursor.execute(
            _UPDATE_SUBMISSIONS,
            [_lines(bundle.submissions.select(pl.col("key").alias("id"), "digest", pl.col("label").fill_null("")))],
        )
    batch.columns = {
        **batch.columns,
        "household": sorted({*batch.columns.get("household", []), *identity.value_columns(checked.households)}),
        "person": sorted({*batch.columns.get("person", []), *identity.value_columns(checked.people)}),
    }
    batch.save()
    before = list(Finding.objects.filter(submission_id__in=touched))
    kept = {
        finding.id for finding in before
        if finding.code.partition(".")[2] in ACROSS and (finding.staged_row_id, finding.field) not in corrected
    }  # fmt: skip
    settled = {(str(f.staged_row_id), f.code, f.field, f.raw): f for f in before if f.settled}
    Finding.objects.filter(id__in=[finding.id for finding in before if finding.id not in kept]).delete()
    found = checked.findings.filter(~pl.col("code").str.split(".").list.last().is_in(list(ACROSS)))
    owners = written.select("subject", "index", pl.col("id").alias("staged_row_id"), "submission").join(
        bundle.submissions.select("submission", pl.col("key").alias("submission_id")), on="submission"
    )
    staging.write_findings(batch, found.join(owners.drop("submission"), on=["subject", "index"], how="inner"))
    _settle_again(touched, settled)
    _weigh(touched)


def _settle_again(touched: Sequence[UUID], settled: dict[tuple[str, str, str, str], Finding]) -> None:
    """What was settled before and is found again unchanged stays settled."""
    if not settled:
        return
    again = []
    for finding in Finding.objects.filter(submission_id__in=touched, settled=""):
        former = settled.get((str(finding.staged_row_id), finding.code, finding.field, finding.raw))
        if former is not None and finding.severity != Severity.ERROR:
            finding.settled, finding.settled_by, finding.settled_at = (
                former.settled,
                former.settled_by,
                former.settled_at,
            )
            again.append(finding)
    Finding.objects.bulk_update(again, ["settled", "settled_by", "settled_at"])


def _weigh(touched: Sequence[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WEIGH, [list(touched)])


def _staged(touched: Sequence[UUID]) -> tuple[list[Staged], dict[tuple[str, str], str]]:
    """Rows of these submissions with what was corrected in them, and the text that came first in corrected fields."""
    latest: dict[UUID, dict[str, str]] = {}
    first: dict[tuple[str, str], str] = {}
    for correction in Correction.objects.filter(submission_id__in=touched).order_by("at", "id"):
        latest.setdefault(correction.staged_row_id, {})[correction.field] = correction.new
        first.setdefault((str(correction.staged_row_id), correction.field), correction.old)
    rows = (
        StagedRow.objects.filter(submission_id__in=touched)
        .select_related("submission")
        .order_by("submission__ordinal", "ordinal")
    )
    staged = [
        Staged(
            str(row.id), str(row.submission_id), row.submission.uid, row.submission.number if row.subject == "household" else "",
            row.submission.submitted_at, row.subject, row.sheet, row.row, row.values, row.raw, row.extras, latest.get(row.id, {}),
        )
        for row in rows
    ]  # fmt: skip
    return staged, first


def _row_lines(rows: pl.DataFrame, first: dict[tuple[str, str], str]) -> str:
    """Rows as JSON lines; in corrected fields the raw value stays the one that came from the file."""
    kept: dict[str, dict[str, str]] = {}
    for (row_id, field), text in first.items():
        kept.setdefault(row_id, {})[field] = text
    lines = []
    for row in rows.select("id", "values", "raw", "extras").iter_rows(named=True):
        raw: dict[str, Any] = orjson.loads(row["raw"])
        raw |= kept.get(row["id"], {})
        lines.append(orjson.dumps(
            {"id": row["id"], "values": orjson.loads(row["values"]), "raw": {k: v for k, v in raw.items() if v},
             "extras": orjson.loads(row["extras"])}
        ))  # fmt: skip
    return b"\n".join(lines).decode()


def _lines(frame: pl.DataFrame) -> str:
    return b"\n".join(orjson.dumps(row) for row in frame.iter_rows(named=True)).decode()
