"""The lifecycle of a change request: proposed, decided on, written to the register; or overtaken by another change."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class ChangeState(TextChoices):
    """Where a request stands. Approving and writing are one transaction: "approved" is seen by nobody but history."""

    PROPOSED = "proposed", _("proposed")
    APPROVED = "approved", _("approved")
    APPLIED = "applied", _("done")
    STALE = "stale", _("overtaken")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("taken back")


OPEN: tuple[str, ...] = (ChangeState.PROPOSED, ChangeState.STALE)
TONES: dict[str, str] = {
    ChangeState.PROPOSED: "info",
    ChangeState.APPROVED: "info",
    ChangeState.APPLIED: "good",
    ChangeState.STALE: "warn",
    ChangeState.REJECTED: "bad",
    ChangeState.WITHDRAWN: "plain",
}


PROPOSE, APPROVE = "registry.propose_change", "registry.approve_change"
STEPS = (
    Step(frozenset({ChangeState.PROPOSED}), "approve", ChangeState.APPROVED, APPROVE),
    # Kinds that need no approval go the same way, by whoever proposes them.
    Step(frozenset({ChangeState.PROPOSED}), "pass", ChangeState.APPROVED, PROPOSE),
    Step(frozenset({ChangeState.APPROVED}), "apply", ChangeState.APPLIED, PROPOSE),
    Step(frozenset({ChangeState.PROPOSED, ChangeState.STALE}), "overtake", ChangeState.STALE, PROPOSE),
    Step(frozenset({ChangeState.STALE}), "renew", ChangeState.PROPOSED, PROPOSE),
    Step(frozenset({ChangeState.PROPOSED, ChangeState.STALE}), "reject", ChangeState.REJECTED, APPROVE),
    Step(frozenset({ChangeState.PROPOSED, ChangeState.STALE}), "withdraw", ChangeState.WITHDRAWN, PROPOSE),
)

CHANGE = Lifecycle(STEPS, {state: state.label for state in ChangeState}, "registry.change_state")
advance, verbs = CHANGE.after, CHANGE.verbs
