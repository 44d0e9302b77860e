"""Lifecycles that people move: an import of place files, and a release of a country's places."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.lifecycles import Lifecycle, Step
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

IMPORT = Lifecycle(IMPORT_STEPS, IMPORT_LABELS, "places.batch_state")
after, verbs = IMPORT.after, IMPORT.verbs
