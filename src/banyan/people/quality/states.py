"""Two lifecycles that people move: versions of an operation's own checks, and gates opened for a record."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


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

OWN = Lifecycle(OWN_STEPS, {state: state.label for state in OwnState}, "quality.own_state")
OVERRIDE = Lifecycle(OVERRIDE_STEPS, {state: state.label for state in OverrideState}, "quality.override_state")
advance_own, advance_override = OWN.after, OVERRIDE.after
