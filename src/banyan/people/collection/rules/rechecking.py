"""Staged rows made canonical again, so that the same check that judged them first judges them after a correction."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from banyan.people.collection.rules.shapes import EXTRA, Canonical

ACROSS = frozenset(
    {
        "household_repeated", "household_unknown", "person_repeated", "document_repeated", "submission_repeated", "people_alike",
    }
)  # fmt: skip
"""Findings that hold rows of several submissions against each other: they are not told anew for a few of them."""

_SCHEMA: dict[str, Any] = {
    "key": pl.String, "uid": pl.String, "sheet": pl.String, "row": pl.Int32, "number": pl.String, "submitted_at": pl.String,
    "staged_row_id": pl.String,
}  # fmt: skip


class Staged(NamedTuple):
    """A staged row as the database holds it; `corrected` is field → the text that stands now by correction."""

    id: str
    submission_id: str
    uid: str
    number: str
    submitted_at: str
    subject: str
    sheet: str
    row: int | None
    values: Mapping[str, str]
    raw: Mapping[str, str]
    extras: Mapping[str, str]
    corrected: Mapping[str, str]


def canonical_again(rows: Sequence[Staged], columns: Mapping[str, Any]) -> tuple[Canonical, dict[tuple[str, int], str]]:
    """The canonical frames of staged rows, and which staged row each (subject, index) of them is.

    columns: what the batch noted of its columns (`Batch.columns`). A corrected text wins over the raw one, that over
    the clean one.
    """
    frames: dict[str, pl.DataFrame] = {}
    ids: dict[tuple[str, int], str] = {}
    for subject in ("household", "person"):
        own = [row for row in rows if row.subject == subject]
        names = [*columns.get(subject, ()), *columns.get(f"{subject}_extras", ())]
        names += sorted({name for row in own for name in row.corrected} - set(names))
        records = []
        for index, row in enumerate(own):
            ids[subject, index] = row.id
            extras = {EXTRA + name: value for name, value in row.extras.items()}
            texts = {**row.values, **extras, **row.raw, **row.corrected}
            structure = (
                row.submission_id, row.uid or None, row.sheet, row.row,
                row.number or None, row.submitted_at or None, row.id,
            )  # fmt: skip
            records.append((*structure, *(texts.get(name) or None for name in names)))
        frames[subject] = pl.DataFrame(
            records, schema={**_SCHEMA, **dict.fromkeys(names, pl.String)}, orient="row"
        ).drop("staged_row_id")
    cells = {name: (str(cell[0]), str(cell[1])) for name, cell in columns.get("cells", {}).items()}
    paths = {str(path): str(column) for path, column in columns.get("paths", {}).items()}
    return Canonical(frames["household"], frames["person"], cells, paths), ids
