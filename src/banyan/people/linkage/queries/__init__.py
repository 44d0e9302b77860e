"""Reading linkage: cases, pairs and runs, always for somebody who looks."""

from banyan.people.linkage.queries.frames import Candidates, candidates, frame, waiting
from banyan.people.linkage.queries.screening.hits import (
    Standing,
    hit_counts,
    hit_steps,
    hits_of,
    mark_of,
    screening_hit,
    screening_hits,
    screening_runs,
    screening_standing,
)
from banyan.people.linkage.queries.screening.lists import VIEW as VIEW_SCREENING
from banyan.people.linkage.queries.screening.lists import (
    Listed,
    doubts,
    list_version,
    list_versions,
    listed,
    parties,
    party,
    wordings,
)

__all__ = [
    "VIEW_SCREENING",
    "Candidates",
    "Listed",
    "Standing",
    "candidates",
    "doubts",
    "frame",
    "hit_counts",
    "hit_steps",
    "hits_of",
    "list_version",
    "list_versions",
    "listed",
    "mark_of",
    "parties",
    "party",
    "screening_hit",
    "screening_hits",
    "screening_runs",
    "screening_standing",
    "waiting",
    "wordings",
]
