"""Reading history: timelines of records, records as they were, the latest changes, announced facts, and a check."""

from banyan.platform.history.queries.checks import replay_findings
from banyan.platform.history.queries.logs import (
    change,
    changes,
    fact_names,
    facts,
    kept_tables,
    rooms,
    rows_of,
)
from banyan.platform.history.queries.snapshots import (
    Difference,
    as_it_was,
    as_they_were,
    differences,
    hidden_then,
)
from banyan.platform.history.queries.timelines import (
    LIMIT,
    FieldChange,
    Telling,
    TimelineEntry,
    actor_labels,
    entries_of,
    timeline,
)

__all__ = [
    "LIMIT",
    "Difference",
    "FieldChange",
    "Telling",
    "TimelineEntry",
    "actor_labels",
    "as_it_was",
    "as_they_were",
    "change",
    "changes",
    "differences",
    "entries_of",
    "fact_names",
    "facts",
    "hidden_then",
    "kept_tables",
    "replay_findings",
    "rooms",
    "rows_of",
    "timeline",
]
