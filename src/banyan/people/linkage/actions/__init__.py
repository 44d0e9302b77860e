"""Writing linkage: what is compared, runs, cases and what people decide about them."""

from banyan.people.linkage.actions.refreshing import Refreshed, refresh
from banyan.people.linkage.actions.screening.comparing import begin_screening, screen_person, screen_register
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
    "begin_screening",
    "clear_hit",
    "confirm_hit",
    "dismiss_hit",
    "escalate_hit",
    "load_list",
    "refresh",
    "reopen_hit",
    "screen_person",
    "screen_register",
    "withdraw_hit",
]
