"""Lifecycle of an import of organisations, as people move it. Whether its job runs is told by the job."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import Problem


class ImportState(StrEnum):
    """Where an import stands."""

    CHECKED = "checked"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle."""

    source: ImportState
    verb: str
    target: ImportState
    permission: str


STEPS = (
    Step(ImportState.CHECKED, "accept", ImportState.ACCEPTED, "parties.import_organisations"),
    Step(ImportState.CHECKED, "discard", ImportState.DISCARDED, "parties.import_organisations"),
    Step(ImportState.ACCEPTED, "take", ImportState.TAKEN, "parties.import_organisations"),
)
LABELS: dict[str, Promise] = {
    ImportState.CHECKED: _("checked, not yet taken"),
    ImportState.ACCEPTED: _("being taken"),
    ImportState.TAKEN: _("taken"),
    ImportState.DISCARDED: _("discarded"),
}


def advance(state: str, verb: str) -> ImportState:
    """The state after a verb. Raises Problem parties.import_state when the verb does not fit."""
    for step in STEPS:
        if step.source == state and step.verb == verb:
            return step.target
    raise Problem("parties.import_state", state=LABELS[state])
