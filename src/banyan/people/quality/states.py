"""Two lifecycles that people move: versions of an operation's own checks, and gates opened for a record."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem


class OwnState(TextChoices):
    """Where a version of an own check stands."""

    DRAFT = "draft", _("draft")
    TESTED = "tested", _("tested")
    LIVE = "live", _("live")
    RETIRED = "retired", _("retired")


class OverrideState(TextChoices):
    """Where a request to open a gate stands. An open one is over when its day has come, without anybody's doing."""

    ASKED = "asked", _("asked for")
    OPEN = "open", _("open")
    REFUSED = "refused", _("refused")


@dataclass(frozen=True)
class Step:
    """One row of a lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


WRITE, PUBLISH, CONFIRM = "quality.change_check", "quality.publish_check", "quality.confirm_override"
OWN_STEPS = (
    # A tested version that is written anew has to be tested again.
    Step(frozenset({OwnState.DRAFT, OwnState.TESTED}), "write", OwnState.DRAFT, WRITE),
    Step(frozenset({OwnState.DRAFT, OwnState.TESTED}), "test", OwnState.TESTED, WRITE),
    Step(frozenset({OwnState.TESTED}), "publish", OwnState.LIVE, PUBLISH),
    Step(frozenset({OwnState.LIVE}), "retire", OwnState.RETIRED, PUBLISH),
)
OVERRIDE_STEPS = (
    Step(frozenset({OverrideState.ASKED}), "confirm", OverrideState.OPEN, CONFIRM),
    Step(frozenset({OverrideState.ASKED}), "refuse", OverrideState.REFUSED, CONFIRM),
)


def advance_own(state: str, verb: str) -> str:
    """The state of a version after a verb. Raises Problem quality.own_state when the verb does not fit."""
    for step in OWN_STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("quality.own_state", state=OwnState(state).label)


def advance_override(state: str, verb: str) -> str:
    """The state of a request after a verb. Raises Problem quality.override_state when the verb does not fit."""
    for step in OVERRIDE_STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("quality.override_state", state=OverrideState(state).label)
