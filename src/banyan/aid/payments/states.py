"""The lifecycle of a payment plan, as one table; and the states of its lines, which follow from what is recorded of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.aid.payments.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class PlanState(TextChoices):
    """Where a payment plan stands."""

    DRAFT = "draft", _("draft")
    LOCKED = "locked", _("entitlements locked")
    ASSIGNED = "assigned", _("provider assigned")
    IN_APPROVAL = "in_approval", _("in approval")
    APPROVED = "approved", _("approved")
    AUTHORISED = "authorised", _("authorised")
    RELEASED = "released", _("released")
    SENT = "sent", pgettext_lazy("state", "sent")
    RECONCILING = "reconciling", _("reconciling")
    CLOSED = "closed", _("closed")
    ABORTED = "aborted", _("aborted")


class LineState(TextChoices):
    """Where a line of a plan stands: what was recorded of it says so, in whatever order it was recorded."""

    PENDING = "pending", _("to be sent")
    HELD = "held", _("held")
    SENT = "sent", pgettext_lazy("state", "sent")
    DELIVERED = "delivered", _("delivered")
    PARTIAL = "partial", _("delivered in part")
    RETURNED = "returned", _("returned")
    FAILED = "failed", _("failed")
    UNCLAIMED = "unclaimed", _("unclaimed")
    LOST = "lost", _("lost")
    CANCELLED = "cancelled", _("cancelled")


class Duty(TextChoices):
    """The four parts in a plan. One person has one of them in one plan, whatever round it is in."""

    PREPARE = "prepare", _("prepares")
    APPROVE = "approve", _("approves")
    AUTHORISE = "authorise", _("authorises")
    RELEASE = "release", _("releases")


PREPARE, APPROVE, AUTHORISE, RELEASE, RECORD = (
    "payments.prepare_plan",
    "payments.approve_plan",
    "payments.authorise_plan",
    "payments.release_plan",
    "payments.record_outcome",
)
_S = PlanState
# Before release everything can be taken back; after it only outcomes are recorded.
UNSENT = frozenset({_S.DRAFT, _S.LOCKED, _S.ASSIGNED, _S.IN_APPROVAL, _S.APPROVED, _S.AUTHORISED})
UNDERWAY = frozenset({_S.SENT, _S.RECONCILING})
STEPS = (
    Step(frozenset({_S.DRAFT}), "lock", _S.LOCKED, PREPARE),
    # Again and again: as long as nobody was asked to approve, another provider may be assigned.
    Step(frozenset({_S.LOCKED, _S.ASSIGNED}), "assign", _S.ASSIGNED, PREPARE),
    Step(frozenset({_S.ASSIGNED}), "submit", _S.IN_APPROVAL, PREPARE),
    # These two lead on with the last of the approvals that the amount asks for; until then the plan stays where it is.
    Step(frozenset({_S.IN_APPROVAL}), "approve", _S.APPROVED, APPROVE),
    Step(frozenset({_S.APPROVED}), "authorise", _S.AUTHORISED, AUTHORISE),
    Step(frozenset({_S.AUTHORISED}), "release", _S.RELEASED, RELEASE),
    # What was approved is void with every refusal and every change of the lines.
    Step(frozenset({_S.IN_APPROVAL}), "refuse", _S.ASSIGNED, APPROVE),
    Step(frozenset({_S.APPROVED}), "refuse", _S.ASSIGNED, AUTHORISE),
    Step(frozenset({_S.AUTHORISED}), "refuse", _S.ASSIGNED, RELEASE),
    Step(frozenset({_S.IN_APPROVAL, _S.APPROVED, _S.AUTHORISED}), "void", _S.ASSIGNED, PREPARE),
    Step(UNSENT, "abort", _S.ABORTED, PREPARE),
    Step(frozenset({_S.RELEASED}), "send", _S.SENT, PREPARE),
    Step(UNDERWAY, "record", _S.RECONCILING, RECORD),
    Step(frozenset({_S.RECONCILING}), "close", _S.CLOSED, PREPARE),
)
PLAN = Lifecycle(STEPS, {state: state.label for state in PlanState}, "payments.plan_state")
advance_plan = PLAN.after

DUTIES = {
    "make": Duty.PREPARE,
    "lock": Duty.PREPARE,
    "assign": Duty.PREPARE,
    "submit": Duty.PREPARE,
    "approve": Duty.APPROVE,
    "authorise": Duty.AUTHORISE,
    "release": Duty.RELEASE,
}
# On its way: at most one line of an entitlement is, whatever plan it stands in.
IN_FLIGHT = (LineState.PENDING, LineState.HELD, LineState.SENT)
# Counted in the totals of a plan.
COUNTED_OUT = (LineState.HELD, LineState.CANCELLED)
# Nobody was told to pay it.
NOT_SENT = (LineState.PENDING, LineState.HELD, LineState.CANCELLED)
# Not paid in full, and free for a plan that follows.
OPEN_AGAIN = (LineState.PARTIAL, LineState.RETURNED, LineState.FAILED, LineState.UNCLAIMED)


class DistributionState(TextChoices):
    """Where a distribution stands."""

    PLANNED = "planned", _("planned")
    OPEN = "open", _("handing out")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


PLAN_DAY, HAND_OUT = "payments.plan_distribution", "payments.hand_out"
_D = DistributionState
DISTRIBUTION_STEPS = (
    Step(frozenset({_D.PLANNED}), "open", _D.OPEN, HAND_OUT),
    Step(frozenset({_D.OPEN}), "close", _D.CLOSED, HAND_OUT),
    Step(frozenset({_D.PLANNED}), "cancel", _D.CANCELLED, PLAN_DAY),
)
DISTRIBUTION = Lifecycle(
    DISTRIBUTION_STEPS, {state: state.label for state in DistributionState}, "payments.distribution_state"
)
advance_distribution = DISTRIBUTION.after
