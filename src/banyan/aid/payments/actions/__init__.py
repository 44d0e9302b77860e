"""Writing payments."""

from banyan.aid.payments.actions.accounts import follow_register, take_accounts
from banyan.aid.payments.actions.banding import set_bands
from banyan.aid.payments.actions.distributing import (
    cancel_distribution,
    close_distribution,
    open_distribution,
    plan_distribution,
)
from banyan.aid.payments.actions.files import (
    make_file,
    open_file,
)
from banyan.aid.payments.actions.generating import Made, make_lines
from banyan.aid.payments.actions.handing import hand_out, take_goods_back
from banyan.aid.payments.actions.holding import hold_payment, lift_hold
from banyan.aid.payments.actions.planning import Budget, leave_out, make_follow_up, make_plan, set_accounts
from banyan.aid.payments.actions.providers import (
    add_provider,
    add_template,
    change_provider,
    change_template,
    end_account,
    retire_provider,
    set_account,
)
from banyan.aid.payments.actions.reconciling import (
    Settled,
    decide_row,
    settle_rows,
)
from banyan.aid.payments.actions.recording import Recorded, record_outcomes, write_off
from banyan.aid.payments.actions.statements import (
    finish_statement,
    map_statement,
    read_rows,
    receive_statement,
)
from banyan.aid.payments.actions.stepping import (
    abort_plan,
    approve_plan,
    assign_provider,
    authorise_plan,
    close_plan,
    lock_plan,
    mark_sent,
    refuse_plan,
    release_plan,
    submit_plan,
)
from banyan.aid.payments.actions.stock import add_site, close_site, move_stock, receive_stock, write_off_stock
from banyan.aid.payments.actions.verifying import (
    answer_item,
    ask_by_message,
    close_verification,
    note_asked,
    settle_item,
    start_verification,
)
from banyan.aid.payments.rules.duties import Band

__all__ = [
    "Band",
    "Budget",
    "Made",
    "Recorded",
    "Settled",
    "abort_plan",
    "add_provider",
    "add_site",
    "add_template",
    "answer_item",
    "approve_plan",
    "ask_by_message",
    "assign_provider",
    "authorise_plan",
    "cancel_distribution",
    "change_provider",
    "change_template",
    "close_distribution",
    "close_plan",
    "close_site",
    "close_verification",
    "decide_row",
    "end_account",
    "finish_statement",
    "follow_register",
    "hand_out",
    "hold_payment",
    "leave_out",
    "lift_hold",
    "lock_plan",
    "make_file",
    "make_follow_up",
    "make_lines",
    "make_plan",
    "map_statement",
    "mark_sent",
    "move_stock",
    "note_asked",
    "open_distribution",
    "open_file",
    "plan_distribution",
    "read_rows",
    "receive_statement",
    "receive_stock",
    "record_outcomes",
    "refuse_plan",
    "release_plan",
    "retire_provider",
    "set_account",
    "set_accounts",
    "set_bands",
    "settle_item",
    "settle_rows",
    "start_verification",
    "submit_plan",
    "take_accounts",
    "take_goods_back",
    "write_off",
    "write_off_stock",
]
