"""Whose turn it is in a plan, and who may take it."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models import Plan, PlanStep
from banyan.aid.payments.queries.plans import plans
from banyan.aid.payments.states import APPROVE, AUTHORISE, PREPARE, RELEASE, Duty, PlanState
from banyan.platform.access.queries import who_may
from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.kernel.listing import Waiting

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
_WORDS: Mapping[str, str | Promise] = {
    PlanState.IN_APPROVAL: _("Payment plans that wait for your approval"),
    PlanState.APPROVED: _("Payment plans that wait for your authorisation"),
    PlanState.AUTHORISED: _("Payment plans that wait to be released"),
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


def waiting(*, seen_by: Viewer) -> list[Waiting]:
    """Per operation and step: plans that ask for the viewer's word, without those in which they have another part or gave it."""
    found: list[Waiting] = []
    if not seen_by.may(VIEW) or seen_by.id is None:
        return found
    mine = PlanStep.objects.filter(plan=OuterRef("pk"), actor=seen_by.id)
    for state, duty in TURNS.items():
        if not seen_by.may(RIGHTS[duty]):
            continue
        taken = mine.filter(~Q(duty__in=["", duty]) | Q(duty=duty, round=OuterRef("round")))
        rows = plans(seen_by=seen_by).filter(~Exists(taken), state=state).order_by()
        for row in rows.values("operation").annotate(count=Count("pk"), since=Min("made_at")).order_by("operation"):
            url = f"{reverse('payments:plans')}?operation={row['operation']}&state={state}"
            found.append(Waiting(_WORDS[state], url, row["count"], row["since"]))
    return found
