"""Writing linkage: what is compared, runs, cases and what people decide about them."""

from banyan.people.linkage.actions.assigning import assign, set_targets, take_next
from banyan.people.linkage.actions.deciding import (
    confirm_merge,
    follow_unmerged,
    propose_merge,
    refuse_merge,
    reopen,
    reopen_due,
    separate,
    shelve,
    undo,
)
from banyan.people.linkage.actions.following import follow_batch, follow_register
from banyan.people.linkage.actions.models import (
    approve_model,
    compare_models,
    keep_comparison,
    keep_training,
    retire_model,
    set_thresholds,
    start_model,
    start_training,
)
from banyan.people.linkage.actions.noting import take_noted
from banyan.people.linkage.actions.refreshing import Refreshed, refresh
from banyan.people.linkage.actions.running import Comparison, begin_run, keep_found, start_across, start_run
from banyan.people.linkage.actions.samples import close_sample, keep_sample, label_pair, start_sample
from banyan.people.linkage.actions.screening.comparing import (
    begin_screening,
    screen_person,
    screen_register,
    start_screening,
)
from banyan.people.linkage.actions.screening.deciding import (
    clear_hit,
    confirm_hit,
    dismiss_hit,
    escalate_hit,
    reopen_hit,
    withdraw_hit,
)
from banyan.people.linkage.actions.screening.lists import load_list

__all__ = [
    "Comparison",
    "Refreshed",
    "approve_model",
    "assign",
    "begin_run",
    "begin_screening",
    "clear_hit",
    "close_sample",
    "compare_models",
    "confirm_hit",
    "confirm_merge",
    "dismiss_hit",
    "escalate_hit",
    "follow_batch",
    "follow_register",
    "follow_unmerged",
    "keep_comparison",
    "keep_found",
    "keep_sample",
    "keep_training",
    "label_pair",
    "load_list",
    "propose_merge",
    "refresh",
    "refuse_merge",
    "reopen",
    "reopen_due",
    "reopen_hit",
    "retire_model",
    "screen_person",
    "screen_register",
    "separate",
    "set_targets",
    "set_thresholds",
    "shelve",
    "start_across",
    "start_model",
    "start_run",
    "start_sample",
    "start_screening",
    "start_training",
    "take_next",
    "take_noted",
    "undo",
    "withdraw_hit",
]
