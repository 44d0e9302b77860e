"""Reading batches, submissions, what was found in them, and what the register takes over."""

from banyan.people.collection.queries.batches import (
    batch,
    batches,
    corrections,
    files,
    findings,
    rows,
    rules_of,
    source,
    sources,
    staged_row,
    submission,
    submissions,
)
from banyan.people.collection.queries.reviewing import (
    may_review,
    problem_cells,
    problem_values,
    problems,
    review_of,
    searched,
    waiting,
)
from banyan.people.collection.queries.comparing import RowDifference, differences
from banyan.people.collection.queries.takeover import Chunk, accepted_chunk, attachment, raw_of

__all__ = [
    "Chunk",
    "RowDifference",
    "accepted_chunk",
    "attachment",
    "batch",
    "batches",
    "corrections",
    "differences",
    "files",
    "findings",
    "may_review",
    "problem_cells",
    "problem_values",
    "problems",
    "raw_of",
    "review_of",
    "rows",
    "rules_of",
    "searched",
    "source",
    "sources",
    "staged_row",
    "submission",
    "submissions",
    "waiting",
]
