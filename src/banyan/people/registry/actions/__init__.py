"""Writing the register: registering, withdrawing, changing by request, notices and photos."""

from banyan.people.registry.actions.changing.deciding import approve_change, reject_change
from banyan.people.registry.actions.changing.foreseeing import Foreseen, foresee_change
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
from banyan.people.registry.actions.exports import clear_exports, open_export, request_export, write_export
from banyan.people.registry.actions.mending import mend, verify_people
from banyan.people.registry.actions.merging import Unmerged, merge_people, unmerge
from banyan.people.registry.actions.notices import give_notice, withdraw_notice
from banyan.people.registry.actions.pairs import decide_pair, decide_pairs, note_pair, note_pairs
from banyan.people.registry.actions.photos import remove_photo, set_photo
from banyan.people.registry.actions.registering import Registered, register_chunk, register_household

__all__ = [
    "Attached",
    "Foreseen",
    "ProposedUpdate",
    "Registered",
    "Unmerged",
    "UpdateOutcome",
    "add_evidence",
    "approve_change",
    "clear_exports",
    "decide_pair",
    "decide_pairs",
    "drop_draft",
    "end_presence",
    "foresee_change",
    "give_notice",
    "mend",
    "merge_people",
    "note_pair",
    "note_pairs",
    "note_presence",
    "open_export",
    "propose_change",
    "propose_update",
    "propose_updates",
    "register_chunk",
    "register_household",
    "reject_change",
    "remove_photo",
    "renew_change",
    "request_export",
    "save_draft",
    "set_change_rule",
    "set_photo",
    "unmerge",
    "verify_people",
    "withdraw_change",
    "withdraw_notice",
    "write_export",
]
