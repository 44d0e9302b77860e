"""The lifecycle of a version of a form: drafted by an upload, published to be filled, retired when it is no longer used."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.forms.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem


class VersionState(StrEnum):
    """Where a version stands. Whether it converts is told by its findings, not here."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


CHANGE = "forms.change_form"
VERSION_STEPS = (
    Step(frozenset({VersionState.DRAFT}), "mend", VersionState.DRAFT, CHANGE),
    Step(frozenset({VersionState.DRAFT, VersionState.RETIRED}), "publish", VersionState.PUBLISHED, CHANGE),
    Step(frozenset({VersionState.DRAFT, VersionState.PUBLISHED}), "retire", VersionState.RETIRED, CHANGE),
)
VERSION_LABELS: dict[str, Promise] = {
    VersionState.DRAFT: _("draft"),
    VersionState.PUBLISHED: _("published"),
    VersionState.RETIRED: _("retired"),
}


def after(state: str, verb: str) -> str:
    """The state of a version after a verb. Raises Problem forms.version_state when the verb does not fit."""
    for step in VERSION_STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("forms.version_state", state=VERSION_LABELS[state])


def verbs(state: str) -> list[str]:
    """What can be done with a version in this state."""
    return [step.verb for step in VERSION_STEPS if state in step.sources]
