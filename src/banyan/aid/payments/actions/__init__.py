"""Writing payments."""

from banyan.aid.payments.actions.providers import (
    add_provider,
    add_template,
    change_provider,
    change_template,
    end_account,
    retire_provider,
    set_account,
)

__all__ = [
    "add_provider",
    "add_template",
    "change_provider",
    "change_template",
    "end_account",
    "retire_provider",
    "set_account",
]
