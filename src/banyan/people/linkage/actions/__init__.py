"""Writing linkage: what is compared, runs, cases and what people decide about them."""

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
from banyan.people.linkage.actions.refreshing import Refreshed, refresh
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
    "Refreshed",
    "approve_model",
    "begin_screening",
    "clear_hit",
    "close_sample",
    "compare_models",
    "confirm_hit",
    "dismiss_hit",
    "escalate_hit",
    "keep_comparison",
    "keep_sample",
    "keep_training",
    "label_pair",
    "load_list",
    "refresh",
    "reopen_hit",
    "retire_model",
    "screen_person",
    "screen_register",
    "set_thresholds",
    "start_model",
    "start_sample",
    "start_screening",
    "start_training",
    "withdraw_hit",
]
