"""Writing data quality: passes of the engine, and what people decide about findings."""

from banyan.people.quality.actions.deciding import assign, end_waiver, mend, unassign, waive
from banyan.people.quality.actions.exercising import assign_exercise, close_exercise, make_exercise, record_outcome
from banyan.people.quality.actions.keeping import keep_scores
from banyan.people.quality.actions.opening import ask_override, confirm_override, refuse_override
from banyan.people.quality.actions.owning import (
    change_own_check,
    make_own_check,
    publish_own_check,
    retire_own_check,
    test_own_check,
)
from banyan.people.quality.actions.passing import PassDone, check_moved, check_records, moved, run_pass, start_pass
from banyan.people.quality.actions.setting import set_check, set_target

__all__ = [
    "PassDone",
    "ask_override",
    "assign",
    "assign_exercise",
    "change_own_check",
    "check_moved",
    "check_records",
    "close_exercise",
    "confirm_override",
    "end_waiver",
    "keep_scores",
    "make_exercise",
    "make_own_check",
    "mend",
    "moved",
    "publish_own_check",
    "record_outcome",
    "refuse_override",
    "retire_own_check",
    "run_pass",
    "set_check",
    "set_target",
    "start_pass",
    "test_own_check",
    "unassign",
    "waive",
]
