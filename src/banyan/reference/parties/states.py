"""Lifecycle of an import of organisations, as people move it. Whether its job runs is told by the job."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.lifecycles import Lifecycle, Step


class ImportState(StrEnum):
    """Where an import stands."""

    CHECKED = "checked"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    DISCARDED = "discarded"


STEPS = (
    Step(frozenset({ImportState.CHECKED}), "accept", ImportState.ACCEPTED, "parties.import_organisations"),
    Step(frozenset({ImportState.CHECKED}), "discard", ImportState.DISCARDED, "parties.import_organisations"),
    Step(frozenset({ImportState.ACCEPTED}), "take", ImportState.TAKEN, "parties.import_organisations"),
)
LABELS: dict[str, Promise] = {
    ImportState.CHECKED: _("checked, not yet taken"),
    ImportState.ACCEPTED: _("being taken"),
    ImportState.TAKEN: _("taken"),
    ImportState.DISCARDED: _("discarded"),
}

IMPORT = Lifecycle(STEPS, LABELS, "parties.import_state")
advance = IMPORT.after
