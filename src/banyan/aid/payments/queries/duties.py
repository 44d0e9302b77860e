"""Whose turn it is in a plan, and who may take it."""

from collections.abc import Mapping
from uuid import UUID

from banyan.aid.payments.models import Plan, PlanStep
from banyan.aid.payments.states import APPROVE, AUTHORISE, PREPARE, RELEASE, Duty, PlanState
from banyan.platform.access.queries import who_may
from banyan.platform.access.viewers import Viewer, system_viewer

VIEW = "payments.view_plan"
RIGHTS: Mapping[Duty, str] = {
    Duty.PREPARE: PREPARE,
    Duty.APPROVE: APPROVE,
    Duty.AUTHORISE: AUTHORISE,
    Duty.RELEASE: RELEASE,
}
# In states that are not named here it is the turn of whoever prepares, or nobody's any more.
TURNS: Mapping[str, Duty] = {
    PlanState.IN_APPROVAL: Duty.APPROVE,
    PlanState.APPROVED: Duty.AUTHORISE,
    PlanState.AUTHORISED: Duty.RELEASE,
}
_OVER = (PlanState.CLOSED, PlanState.ABORTED)


def turn_of(plan: Plan, *, seen_by: Viewer) -> tuple[Duty | None, list[str]]:
    """Whose part it is to take the next step, and the names of all who may: they hold the right and have no other part.

    None, and nobody, once a plan is closed or aborted.
    """
    seen_by.require(VIEW)
    if plan.state in _OVER:
        return None, []
    duty = TURNS.get(plan.state, Duty.PREPARE)
    taken: dict[UUID, set[Duty]] = {}
    said = set()
    for step in PlanStep.objects.filter(plan=plan.pk).exclude(actor=None).exclude(duty=""):
        assert step.actor is not None  # noqa: S101 — left out above
        taken.setdefault(step.actor, set()).add(Duty(step.duty))
        if step.round == plan.round and step.duty == duty != Duty.PREPARE:
            said.add(step.actor)
    # Colleagues know each other's names, whatever they may see of accounts.
    holders = who_may(RIGHTS[duty], operation_id=plan.operation_id, seen_by=system_viewer("payments"))
    names = {one.name for one in holders if taken.get(one.account_id, {duty}) == {duty} and one.account_id not in said}
    return duty, sorted(names)
