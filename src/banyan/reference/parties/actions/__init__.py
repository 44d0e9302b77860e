"""The only writer of organisations, contacts and imports."""

from banyan.reference.parties.actions.contacts import add_contact, change_contact, end_contact
from banyan.reference.parties.actions.imports import (
    accept_import,
    check_import,
    discard_import,
    take_import,
)
from banyan.reference.parties.actions.organisations import (
    add_external_id,
    add_name,
    change_organisation,
    close_organisation,
    end_name,
    register_organisation,
    reopen_organisation,
)

__all__ = [
    "accept_import",
    "add_contact",
    "add_external_id",
    "add_name",
    "change_contact",
    "change_organisation",
    "check_import",
    "close_organisation",
    "discard_import",
    "end_contact",
    "end_name",
    "register_organisation",
    "reopen_organisation",
    "take_import",
]
