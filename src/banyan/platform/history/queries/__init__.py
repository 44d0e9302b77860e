"""Reading history: timelines of records, records as they were, the latest changes, announced facts, and a check."""

from banyan.platform.history.queries.checks import replay_findings
from banyan.platform.history.queries.logs import changes, fact_names, facts, kept_tables, rooms
from banyan.platform.history.queries.snapshots import Difference, as_it_was, as_they_were, differences
from banyan.platform.history.queries.timelines import FieldChange, TimelineEntry, entries_of, timeline

__all__ = [
    "Difference",
    "FieldChange",
    "TimelineEntry",
    "as_it_was",
    "as_they_were",
    "changes",
    "differences",
    "entries_of",
    "fact_names",
    "facts",
    "kept_tables",
    "replay_findings",
    "rooms",
    "timeline",
]
