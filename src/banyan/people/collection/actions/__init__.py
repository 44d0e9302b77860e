"""Everything that writes batches: receiving, reading, mapping, checking, mending, deciding, finishing."""

from banyan.people.collection.actions.checking import begin_reading, check_batch, confirm_mapping, read_batch
from banyan.people.collection.actions.deciding import (
    EVERYTHING,
    Chosen,
    accept_batch,
    reject_batch,
    reject_submissions,
    reopen_submissions,
    undo_batch,
)
from banyan.people.collection.actions.finishing import fail_batch, finish_batch, mark_registered
from banyan.people.collection.actions.keeping import change_rules, destroy_files
from banyan.people.collection.actions.mending import NewValue, accept_proposals, correct_values, dismiss_findings
from banyan.people.collection.actions.receiving import add_to_day, read_again, submit_batch
from banyan.people.collection.actions.recognising import ask_whom
from banyan.people.collection.actions.returning import make_workbook, start_workbook

__all__ = [
    "EVERYTHING",
    "Chosen",
    "NewValue",
    "accept_batch",
    "accept_proposals",
    "add_to_day",
    "ask_whom",
    "begin_reading",
    "change_rules",
    "check_batch",
    "confirm_mapping",
    "correct_values",
    "destroy_files",
    "dismiss_findings",
    "fail_batch",
    "finish_batch",
    "make_workbook",
    "mark_registered",
    "read_again",
    "read_batch",
    "reject_batch",
    "reject_submissions",
    "reopen_submissions",
    "start_workbook",
    "submit_batch",
    "undo_batch",
]
