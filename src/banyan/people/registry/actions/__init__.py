"""Writing the register: registering, withdrawing, changing by request, notices and photos."""

from banyan.people.registry.actions.changing.deciding import approve_change, reject_change
from banyan.people.registry.actions.changing.proposing import (
    Attached,
    add_evidence,
    propose_change,
    renew_change,
    withdraw_change,
)
from banyan.people.registry.actions.changing.settling import (
    drop_draft,
    end_presence,
    note_presence,
    save_draft,
    set_change_rule,
)
from banyan.people.registry.actions.changing.updating import (
    ProposedUpdate,
    UpdateOutcome,
    propose_update,
    propose_updates,
)
from banyan.people.registry.actions.registering import Registered, register_chunk, register_household

__all__ = [
    "Attached",
    "ProposedUpdate",
    "Registered",
    "UpdateOutcome",
    "add_evidence",
    "approve_change",
    "drop_draft",
    "end_presence",
    "note_presence",
    "propose_change",
    "propose_update",
    "propose_updates",
    "register_chunk",
    "register_household",
    "reject_change",
    "renew_change",
    "save_draft",
    "set_change_rule",
    "withdraw_change",
]
