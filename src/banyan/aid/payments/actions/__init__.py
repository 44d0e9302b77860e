"""Writing payments."""

from banyan.aid.payments.actions.files import (
    make_file,
    open_file,
)
from banyan.aid.payments.actions.providers import (
    add_provider,
    add_template,
    change_provider,
    change_template,
    end_account,
    retire_provider,
    set_account,
)
from banyan.aid.payments.actions.statements import (
    finish_statement,
    map_statement,
    read_rows,
    receive_statement,
)

__all__ = [
    "add_provider",
    "add_template",
    "change_provider",
    "change_template",
    "end_account",
    "finish_statement",
    "make_file",
    "map_statement",
    "open_file",
    "read_rows",
    "receive_statement",
    "retire_provider",
    "set_account",
]
