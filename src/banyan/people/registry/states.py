"""The lifecycle of a change request: proposed, decided on, written to the register; or overtaken by another change."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem


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


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


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


def advance(state: str, verb: str) -> str:
    """The state after a verb. Raises Problem registry.change_state when the verb does not fit."""
    for step in STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("registry.change_state", state=ChangeState(state).label)


def verbs(state: str, permissions: Collection[str]) -> list[str]:
    """What may be done with a request in this state by who holds these permissions."""
    return [step.verb for step in STEPS if state in step.sources and step.permission in permissions]
