"""The only writers of the access room."""

from banyan.platform.access.actions.accounts import (
    accept_invitation,
    change_account,
    close_account,
    invite_account,
    make_administrator,
    renew_invitation,
    reopen_account,
    set_language,
)
from banyan.platform.access.actions.areas import add_operation, change_operation, register_areas
from banyan.platform.access.actions.emergencies import break_glass, end_glass, review_glass
from banyan.platform.access.actions.grants import end_role, give_role
from banyan.platform.access.actions.tokens import make_token, revoke_session, revoke_token

__all__ = [
    "accept_invitation",
    "add_operation",
    "break_glass",
    "change_account",
    "change_operation",
    "close_account",
    "end_glass",
    "end_role",
    "give_role",
    "invite_account",
    "make_administrator",
    "make_token",
    "register_areas",
    "renew_invitation",
    "reopen_account",
    "review_glass",
    "revoke_session",
    "revoke_token",
    "set_language",
]
