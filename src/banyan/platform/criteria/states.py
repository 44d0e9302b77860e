"""The lifecycle of a saved criterion: in use, and retired when nothing shall select by it any more."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.platform.criteria.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class CriterionState(StrEnum):
    """Where a saved criterion stands."""

    ACTIVE = "active"
    RETIRED = "retired"


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

CRITERION = Lifecycle(CRITERION_STEPS, CRITERION_LABELS, "criteria.criterion_state")
after, verbs = CRITERION.after, CRITERION.verbs
