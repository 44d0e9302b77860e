"""Tables of data quality: definitions and settings, what stands and what moved, scores over time, people's decisions."""

from banyan.people.quality.models.decisions import Assignment, Exercise, ExerciseRecord, Override, Waiver
from banyan.people.quality.models.definitions import CheckSetting, Definition, OwnCheck, OwnCheckVersion, Target
from banyan.people.quality.models.findings import AgeCount, Baseline, Filled, Issue, Moved, Pass, Snapshot, State

__all__ = [
    "AgeCount",
    "Assignment",
    "Baseline",
    "CheckSetting",
    "Definition",
    "Exercise",
    "ExerciseRecord",
    "Filled",
    "Issue",
    "Moved",
    "Override",
    "OwnCheck",
    "OwnCheckVersion",
    "Pass",
    "Snapshot",
    "State",
    "Target",
    "Waiver",
]
