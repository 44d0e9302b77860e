"""The lifecycles that people move: programmes, cycles, packages, targeting, enrolments, appeals and entitlements."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step

DESIGN, APPROVE = "programmes.change_programme", "programmes.approve_programme"
TARGET, APPROVE_TARGETING = "programmes.change_targeting", "programmes.approve_targeting"
ENROL, DECIDE_APPEAL = "programmes.change_enrolment", "programmes.decide_appeal"
ENTITLE, APPROVE_ENTITLEMENT = "programmes.change_entitlement", "programmes.approve_entitlement"


class ProgrammeState(TextChoices):
    """Where a programme stands."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


class CycleState(TextChoices):
    """Where a cycle stands: entitlements are computed while it is open."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class PackageState(TextChoices):
    """Where a version of a package stands. What is approved never changes: a change is another version."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    RETIRED = "retired", _("retired")


class TargetingState(TextChoices):
    """Where a targeting stands."""

    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved")
    RETIRED = "retired", _("retired")


class EnrolmentState(TextChoices):
    """Where a household or person stands in a programme."""

    WAITING = "waiting", _("on the waiting list")
    ENROLLED = "enrolled", _("enrolled")
    SUSPENDED = "suspended", _("suspended")
    GRADUATED = "graduated", _("graduated")
    EXITED = "exited", _("left")


class AppealState(TextChoices):
    """Where an appeal stands."""

    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    REFUSED = "refused", _("refused")


class EntitlementState(TextChoices):
    """Where a computation of entitlements stands. What is approved never changes: a change is an amendment."""

    SIMULATED = "simulated", _("simulated")
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved")
    AMENDED = "amended", _("amended")


OPEN_ENROLMENT = (EnrolmentState.WAITING, EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED)

PROGRAMME_STEPS = (
    Step(frozenset({ProgrammeState.DRAFT}), "activate", ProgrammeState.ACTIVE, APPROVE),
    Step(frozenset({ProgrammeState.ACTIVE}), "suspend", ProgrammeState.SUSPENDED, APPROVE),
    Step(frozenset({ProgrammeState.SUSPENDED}), "resume", ProgrammeState.ACTIVE, APPROVE),
    Step(
        frozenset({ProgrammeState.DRAFT, ProgrammeState.ACTIVE, ProgrammeState.SUSPENDED}),
        "close",
        ProgrammeState.CLOSED,
        APPROVE,
    ),
)
CYCLE_STEPS = (
    Step(frozenset({CycleState.DRAFT}), "open", CycleState.OPEN, DESIGN),
    Step(frozenset({CycleState.DRAFT, CycleState.OPEN}), "close", CycleState.CLOSED, DESIGN),
)
PACKAGE_STEPS = (
    # By somebody else than who wrote the version.
    Step(frozenset({PackageState.DRAFT}), "approve", PackageState.APPROVED, APPROVE),
    Step(frozenset({PackageState.DRAFT, PackageState.APPROVED}), "retire", PackageState.RETIRED, APPROVE),
)
TARGETING_STEPS = (
    Step(frozenset({TargetingState.DRAFT}), "propose", TargetingState.PROPOSED, TARGET),
    # By somebody else than who proposed it.
    Step(frozenset({TargetingState.PROPOSED}), "approve", TargetingState.APPROVED, APPROVE_TARGETING),
    # Refused by the second person, or taken back by the first.
    Step(frozenset({TargetingState.PROPOSED}), "refuse", TargetingState.DRAFT, TARGET),
    Step(
        frozenset({TargetingState.DRAFT, TargetingState.PROPOSED, TargetingState.APPROVED}),
        "retire",
        TargetingState.RETIRED,
        TARGET,
    ),
)
ENROLMENT_STEPS = (
    Step(frozenset({EnrolmentState.WAITING}), "admit", EnrolmentState.ENROLLED, ENROL),
    Step(frozenset({EnrolmentState.ENROLLED}), "suspend", EnrolmentState.SUSPENDED, ENROL),
    Step(frozenset({EnrolmentState.SUSPENDED}), "resume", EnrolmentState.ENROLLED, ENROL),
    Step(frozenset({EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED}), "graduate", EnrolmentState.GRADUATED, ENROL),
    Step(frozenset(OPEN_ENROLMENT), "exit", EnrolmentState.EXITED, ENROL),
)
APPEAL_STEPS = (
    # Both by somebody else than who noted the appeal.
    Step(frozenset({AppealState.OPEN}), "uphold", AppealState.UPHELD, DECIDE_APPEAL),
    Step(frozenset({AppealState.OPEN}), "refuse", AppealState.REFUSED, DECIDE_APPEAL),
)
ENTITLEMENT_STEPS = (
    Step(frozenset({EntitlementState.SIMULATED}), "propose", EntitlementState.PROPOSED, ENTITLE),
    # By somebody else than who proposed it.
    Step(frozenset({EntitlementState.PROPOSED}), "approve", EntitlementState.APPROVED, APPROVE_ENTITLEMENT),
    Step(frozenset({EntitlementState.PROPOSED}), "refuse", EntitlementState.SIMULATED, ENTITLE),
    Step(frozenset({EntitlementState.APPROVED}), "amend", EntitlementState.AMENDED, APPROVE_ENTITLEMENT),
)


def _of(steps: tuple[Step, ...], states: type[TextChoices], problem: str) -> Lifecycle:
    return Lifecycle(steps, {state: state.label for state in states}, problem)


PROGRAMME = _of(PROGRAMME_STEPS, ProgrammeState, "programmes.programme_state")
CYCLE = _of(CYCLE_STEPS, CycleState, "programmes.cycle_state")
PACKAGE = _of(PACKAGE_STEPS, PackageState, "programmes.package_state")
TARGETING = _of(TARGETING_STEPS, TargetingState, "programmes.targeting_state")
ENROLMENT = _of(ENROLMENT_STEPS, EnrolmentState, "programmes.enrolment_state")
APPEAL = _of(APPEAL_STEPS, AppealState, "programmes.appeal_state")
ENTITLEMENT = _of(ENTITLEMENT_STEPS, EntitlementState, "programmes.entitlement_state")
