"""Checked rows written to the staging tables, by sets: a constant number of statements for each slice of rows.

Staged rows are under row-level security, which COPY does not heed; columns bound as arrays and lines come almost as fast.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import polars as pl
import psycopg
from django.db import connection
from uuid_utils import uuid7

from banyan.people.collection.models import Batch, Finding, StagedRow, Submission
from banyan.people.collection.rules import identity
from banyan.people.collection.rules.shapes import Checked
from banyan.platform.kernel.arrays import array_text

Report = Callable[[int, int], None]
SLICE = 10_000
"""Rows sent to the database at once: some ten megabytes."""

_SUBMISSIONS = """
INSERT INTO collection_submission (id, batch_id, operation_id, scope_id, ordinal, file_position, uid, key, number, digest,
    label, decision, outcome, errors, warnings, settled, people, submitted_at, decided_label, reason)
SELECT s.id, %s::uuid, %s::uuid, %s, s.ordinal, %s, coalesce(s.uid, ''), s.key, coalesce(s.number, ''), s.digest,
       coalesce(s.label, ''), 'pending', 'new', s.errors, s.warnings, 0, s.people, coalesce(s.submitted_at, ''), '', ''
FROM ROWS FROM (unnest(%s::uuid[]), unnest(%s::int[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'),
    string_to_table(%s, E'\\n'), unnest(%s::text[]), string_to_table(%s, E'\\n'), unnest(%s::int[]), unnest(%s::int[]),
    unnest(%s::int[]), string_to_table(%s, E'\\n'))
AS s (id, ordinal, uid, key, number, digest, label, errors, warnings, people, submitted_at)
"""
_ROWS = """
INSERT INTO collection_stagedrow (id, submission_id, batch_id, scope_id, subject, ordinal, sheet, "row", "values", raw, extras)
SELECT s.id, s.submission, %s::uuid, %s, s.subject, s.ordinal, coalesce(s.sheet, ''), s.row_, s.values_::jsonb, s.raw::jsonb,
       s.extras::jsonb
FROM ROWS FROM (unnest(%s::uuid[]), unnest(%s::uuid[]), unnest(%s::text[]), unnest(%s::int[]), string_to_table(%s, E'\\n'),
    unnest(%s::int[]), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'), string_to_table(%s, E'\\n'))
AS s (id, submission, subject, ordinal, sheet, row_, values_, raw, extras)
"""
_FINDINGS = """
INSERT INTO collection_finding (id, batch_id, submission_id, staged_row_id, scope_id, severity, code, field, sheet, "row", letter,
    raw, proposed, parameters, settled, settled_by)
SELECT banyan_new_id(), %s::uuid, f.submission_id, f.staged_row_id, %s, f.severity, f.code, coalesce(f.field, ''),
       coalesce(f.sheet, ''), f."row", coalesce(f.letter, ''), coalesce(f.raw, ''), coalesce(f.proposed, ''),
       coalesce(f.params, '{}')::jsonb, '', ''
FROM string_to_table(%s, E'\\n') AS line, jsonb_to_record(line::jsonb) AS f (submission_id uuid, staged_row_id uuid,
    severity text, code text, field text, sheet text, "row" int, letter text, raw text, proposed text, params text)
"""


def _quiet(done: int, total: int) -> None:
    """Nobody watches."""


def digest(content: bytes) -> str:
    """SHA-256, as files are compared by."""
    return hashlib.sha256(content).hexdigest()


def clear(batch: Batch) -> None:
    """Take away what an earlier check staged. Corrections stay: they are only ever added."""
    for model in (Finding, StagedRow, Submission):
        model.objects.filter(batch_id=batch.id).delete()


@dataclass(frozen=True, slots=True)
class _Part:
    """Some submissions as the database takes them: values of the statements, and how many of what."""

    submissions: list[Any]
    rows: list[Any]
    found: pl.DataFrame
    many: int
    height: int


def stage(
    batch: Batch, checked: Checked, *, namespace: UUID | str, first: int, file_position: int, report: Report = _quiet
) -> int:
    """Write submissions, rows and findings; returns how many submissions. Ordinals count on from `first`.

    Part by part, so that never all of it stands in memory as text; while the database writes one the next is prepared.
    """
    prepared = _Preparation(batch, namespace, first, file_position)
    total = checked.households.height + checked.people.height
    done = many = 0
    report(done, total)
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        # Bound by the server: as part of the statement's text these megabytes would be quoted and parsed twice.
        bound = psycopg.Cursor(cursor.cursor.connection)
        for part in _ahead(pool, prepared, identity.parts(checked, people=SLICE)):
            bound.execute(_SUBMISSIONS, part.submissions)
            bound.execute(_ROWS, part.rows)
            write_findings(batch, part.found)
            done, many = done + part.height, many + part.many
            report(done, total)
    return many


def _ahead(pool: ThreadPoolExecutor, prepared: "_Preparation", parts: Iterator[tuple[int, Checked]]) -> Iterator[_Part]:
    """Each part prepared, one ahead of the one that is being written."""
    waiting: deque[Future[_Part]] = deque()
    for start, part in parts:
        waiting.append(pool.submit(prepared, start, part))
        if len(waiting) > 1:
            yield waiting.popleft().result()
    for last in waiting:
        yield last.result()


class _Preparation:
    """Makes statements' values of a part of a checked batch. Called for one part after the other."""

    def __init__(self, batch: Batch, namespace: UUID | str, first: int, file_position: int) -> None:
        self.batch, self.namespace, self.first, self.file_position = batch, namespace, first, file_position
        self.seen: dict[str, int] = {}

    def __call__(self, start: int, checked: Checked) -> _Part:
        bundle = identity.bundle(checked, first=self.first + start)
        ids = pl.Series("id", [str(uuid7()) for _ in range(bundle.submissions.height)], dtype=pl.String)
        rows = bundle.rows.with_columns(
            pl.Series("id", [str(uuid7()) for _ in range(bundle.rows.height)], dtype=pl.String),
            ids.gather(bundle.rows["submission"]).alias("submission_id"),
        )
        found = checked.findings.join(
            rows.select("subject", "index", pl.col("id").alias("staged_row_id"), "submission_id"),
            on=["subject", "index"],
            how="inner",
        )
        weights = found.group_by("submission_id").agg(
            (pl.col("severity") == "error").sum().cast(pl.Int32).alias("errors"),
            (pl.col("severity") == "warning").sum().cast(pl.Int32).alias("warnings"),
        )
        submissions = bundle.submissions.with_columns(
            ids, identity.keys_over_batches(bundle.submissions, self.namespace, self.seen).alias("identity")
        ).join(weights, left_on="id", right_on="submission_id", how="left", maintain_order="left")
        return _Part(
            _submission_values(self.batch, submissions, self.file_position),
            _row_values(self.batch, rows),
            found,
            submissions.height,
            rows.height,
        )


def write_findings(batch: Batch, found: pl.DataFrame) -> None:
    """Store findings that know their submission_id and staged_row_id."""
    with connection.cursor() as cursor:
        bound = psycopg.Cursor(cursor.cursor.connection)
        for part in found.iter_slices(SLICE):
            bound.execute(_FINDINGS, [batch.id, batch.scope_id, _objects(part)])


def _submission_values(batch: Batch, part: pl.DataFrame, position: int) -> list[Any]:
    return [
        batch.id, batch.operation_id, batch.scope_id, position, array_text(part["id"]), array_text(part["ordinal"]),
        _lines(part["uid"]), _lines(part["identity"]), _lines(part["number"]), array_text(part["digest"]), _lines(part["label"]),
        array_text(part["errors"].fill_null(0)), array_text(part["warnings"].fill_null(0)), array_text(part["people"]),
        _lines(part["submitted_at"]),
    ]  # fmt: skip


def _row_values(batch: Batch, part: pl.DataFrame) -> list[Any]:
    return [
        batch.id, batch.scope_id, array_text(part["id"]), array_text(part["submission_id"]), array_text(part["subject"]),
        array_text(part["index"]), _lines(part["sheet"]), array_text(part["row"]), _lines(part["values"]), _lines(part["raw"]),
        _lines(part["extras"]),
    ]  # fmt: skip


def _lines(column: pl.Series) -> str:
    """Texts one per line; JSON holds no line break, and elsewhere it becomes a space. NULL becomes empty."""
    text = column.cast(pl.String).fill_null("")
    if text.str.contains(r"[\r\n\x00]").any():
        text = text.str.replace_all(r"[\r\n\x00]", " ")
    return str(text.str.join("\n").item())


def _objects(part: pl.DataFrame) -> str:
    keep = (
        "submission_id",
        "staged_row_id",
        "severity",
        "code",
        "field",
        "sheet",
        "row",
        "letter",
        "raw",
        "proposed",
        "params",
    )
    return (
        b"\n".join(orjson.dumps(row) for row in part.select(keep).iter_rows(named=True)).decode().replace("\\u0000", "")
    )
