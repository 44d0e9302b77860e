"""What the register takes over from an accepted batch: chunk by chunk, as frames."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection
from psycopg import sql

from banyan.people.collection.models import RawFile
from banyan.people.collection.queries.batches import _reached, batch, staged_row
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.problems import Problem

_SUBMISSIONS = """
SELECT s.id, s.ordinal, s.uid, s.number, s.outcome, s.earlier_id, s.submitted_at FROM collection_submission s
WHERE s.batch_id = %s AND s.ordinal > %s AND s.decision = 'accepted' AND s.registered_at IS NULL
ORDER BY s.ordinal LIMIT %s
"""
# As CSV, because reading it by columns costs a fraction of making an object of every value.
_ROWS = """
COPY (
    SELECT r.id, r.submission_id, r.subject, r.ordinal, r."values"::text, r.extras::text FROM collection_stagedrow r
    WHERE r.submission_id = ANY({submissions}::uuid[]) ORDER BY r.subject, r.ordinal
) TO STDOUT (FORMAT csv)
"""
_PARTS = """
SELECT array_agg(s.ordinal ORDER BY s.ordinal) FROM (
    SELECT s.ordinal, row_number() OVER (ORDER BY s.ordinal) AS number FROM collection_submission s
    WHERE s.batch_id = %(batch)s AND s.decision = 'accepted' AND s.registered_at IS NULL
) s WHERE s.number %% %(size)s = 0
"""
_SUBMISSION_SCHEMA: dict[str, Any] = {
    "submission_id": pl.String, "ordinal": pl.Int32, "uid": pl.String, "number": pl.String, "outcome": pl.String,
    "earlier_id": pl.String, "submitted_at": pl.String,
}  # fmt: skip
_ROW_SCHEMA: dict[str, Any] = {
    "staged_row_id": pl.String, "submission_id": pl.String, "subject": pl.String, "ordinal": pl.Int32, "values": pl.String,
    "extras": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """Accepted submissions that are not registered yet, in the order of the batch.

    `submissions`: submission_id, ordinal, uid, number, outcome ("new", "changed"), earlier_id (String; the accepted
    submission it changes), submitted_at. `households` and `people`: submission_id, staged_row_id, ordinal, one String column
    for each field the batch holds, and "extras" (JSON text). `last` is the ordinal to go on after, `more` whether to.
    """

    submissions: pl.DataFrame
    households: pl.DataFrame
    people: pl.DataFrame
    last: int
    more: bool


def accepted_chunk(batch_id: UUID, *, after: int, size: int, seen_by: Viewer) -> Chunk:
    """Up to `size` accepted submissions with ordinals above `after` (begin with -1). Three queries."""
    found = batch(batch_id, seen_by=seen_by)
    with connection.cursor() as cursor:
        cursor.execute(_SUBMISSIONS, [found.id, after, size + 1])
        rows = cursor.fetchall()
        kept = rows[:size]
        frame = staged(cursor, [row[0] for row in kept])
    submissions = pl.DataFrame(
        [(str(row[0]), *row[1:5], str(row[5]) if row[5] else None, row[6]) for row in kept],
        schema=_SUBMISSION_SCHEMA,
        orient="row",
    )
    last = int(kept[-1][1]) if kept else after
    return Chunk(
        submissions,
        fields_of(frame, "household", found.columns),
        fields_of(frame, "person", found.columns),
        last,
        len(rows) > size,
    )


def accepted_parts(batch_id: UUID, *, size: int, seen_by: Viewer) -> list[int]:
    """Ordinals after which the parts of what is accepted and not yet registered begin, `size` submissions each.

    `accepted_chunk(after=part, size=size)` then gives each part whole, in any order and at the same time as others.
    """
    found = batch(batch_id, seen_by=seen_by)
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"batch": found.id, "size": size})
        ends: list[int] = cursor.fetchone()[0] or []
    return [-1, *ends]


def raw_of(staged_row_id: UUID, *, seen_by: Viewer) -> dict[str, Any]:
    """A staged row as it came, for a timeline: {"values", "raw", "extras", "sheet", "row", "file", "batch", "submission"}."""
    row = staged_row(staged_row_id, seen_by=seen_by)
    position = row.submission.file_position
    file = _reached(RawFile, seen_by).filter(batch_id=row.batch_id, position=position).first()
    return {
        "values": row.values,
        "raw": row.raw,
        "extras": row.extras,
        "sheet": row.sheet,
        "row": row.row,
        "file": file.name if file else "",
        "digest": file.digest if file else "",
        "submission": row.submission,
        "batch": row.batch_id,
    }


def attachment(batch_id: UUID, name: str, *, seen_by: Viewer) -> bytes:
    """An attachment that a submission of the batch mentions by its file name. Raises Problem not_found."""
    file = (
        _reached(RawFile, seen_by)
        .filter(batch_id=batch_id, name=name[:255], is_media=True)
        .order_by("position")
        .first()
    )
    found = batch(batch_id, seen_by=seen_by)
    if file is None or found.purged_at is not None:
        raise Problem("not_found")
    return vault.fetch(file.file)


def staged(cursor: Any, submissions: list[UUID]) -> pl.DataFrame:
    """The rows of these submissions; values and extras are JSON text."""
    if not submissions:
        return pl.DataFrame(schema=_ROW_SCHEMA)
    with cursor.copy(sql.SQL(_ROWS).format(submissions=sql.Literal(submissions))) as copy:
        text = b"".join(copy)
    return pl.read_csv(text, has_header=False, schema=_ROW_SCHEMA) if text else pl.DataFrame(schema=_ROW_SCHEMA)


def fields_of(frame: pl.DataFrame, subject: str, columns: dict[str, list[str]]) -> pl.DataFrame:
    """The rows about one subject, with a column for each field that is named for it."""
    names = columns.get(subject, [])
    part = frame.filter(pl.col("subject") == subject).drop("subject")
    if not names:
        return part.drop("values")
    shape = pl.Struct(dict.fromkeys(names, pl.String))
    return part.with_columns(pl.col("values").str.json_decode(shape)).unnest("values")


__all__ = ["Chunk", "accepted_chunk", "attachment", "raw_of"]
