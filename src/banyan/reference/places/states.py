"""Lifecycles that people move: an import of place files, and a release of a country's places."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.problems import Problem
from banyan.reference.places.problems import PROBLEMS  # noqa: F401 — raised below, so declared before


class ImportState(StrEnum):
    """Where an import stands. Whether its job runs is told by the job, not here."""

    UPLOADED = "uploaded"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDONE = "undone"


class ReleaseState(StrEnum):
    """Where a release stands: one per country is current."""

    IMPORTED = "imported"
    CURRENT = "current"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Step:
    """One row of a lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


IMPORT_STEPS = (
    Step(frozenset({ImportState.UPLOADED, ImportState.CHECKED, ImportState.REFUSED}), "check", ImportState.CHECKED, "places.import_places"),
    Step(frozenset({ImportState.CHECKED}), "take", ImportState.ACCEPTED, "places.import_places"),
    Step(frozenset({ImportState.UPLOADED, ImportState.CHECKED}), "refuse", ImportState.REFUSED, "places.import_places"),
    Step(frozenset({ImportState.ACCEPTED}), "undo", ImportState.UNDONE, "places.import_places"),
)  # fmt: skip
RELEASE_STEPS = (
    Step(frozenset({ReleaseState.IMPORTED, ReleaseState.SUPERSEDED}), "make_current", ReleaseState.CURRENT, "places.release_places"),
    Step(frozenset({ReleaseState.CURRENT}), "supersede", ReleaseState.SUPERSEDED, "places.release_places"),
)  # fmt: skip
IMPORT_LABELS: dict[str, Promise] = {
    ImportState.UPLOADED: _("uploaded"),
    ImportState.CHECKED: _("checked"),
    ImportState.ACCEPTED: _("taken"),
    ImportState.REFUSED: _("refused"),
    ImportState.UNDONE: _("undone"),
}
RELEASE_LABELS: dict[str, Promise] = {
    ReleaseState.IMPORTED: _("imported"),
    ReleaseState.CURRENT: _("current"),
    ReleaseState.SUPERSEDED: _("superseded"),
}


def after(state: str, verb: str) -> str:
    """The state of an import after a verb. Raises Problem places.batch_state when the verb does not fit."""
    for step in IMPORT_STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("places.batch_state", state=IMPORT_LABELS[state])


def verbs(state: str) -> list[str]:
    """What can be done with an import in this state."""
    return [step.verb for step in IMPORT_STEPS if state in step.sources]
