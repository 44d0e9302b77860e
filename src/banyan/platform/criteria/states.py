"""The lifecycle of a saved criterion: in use, and retired when nothing shall select by it any more."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.criteria.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.problems import Problem


class CriterionState(StrEnum):
    """Where a saved criterion stands."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True)
class Step:
    """One row of the lifecycle: the verb leads from any of `sources` to `target`, for who holds `permission`."""

    sources: frozenset[str]
    verb: str
    target: str
    permission: str


CHANGE = "criteria.change_criterion"
CRITERION_STEPS = (
    Step(frozenset({CriterionState.ACTIVE}), "change", CriterionState.ACTIVE, CHANGE),
    Step(frozenset({CriterionState.ACTIVE}), "retire", CriterionState.RETIRED, CHANGE),
    Step(frozenset({CriterionState.RETIRED}), "restore", CriterionState.ACTIVE, CHANGE),
)
CRITERION_LABELS: dict[str, Promise] = {
    CriterionState.ACTIVE: _("in use"),
    CriterionState.RETIRED: _("retired"),
}


def after(state: str, verb: str) -> str:
    """The state of a criterion after a verb. Raises Problem criteria.criterion_state when the verb does not fit."""
    for step in CRITERION_STEPS:
        if step.verb == verb and state in step.sources:
            return step.target
    raise Problem("criteria.criterion_state", state=CRITERION_LABELS[state])


def verbs(state: str) -> list[str]:
    """What can be done with a criterion in this state."""
    return [step.verb for step in CRITERION_STEPS if state in step.sources]
