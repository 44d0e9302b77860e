"""Two lifecycles that people move: cases of suspected duplicates, and versions of the model that finds them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.platform.kernel.lifecycles import Lifecycle, Step


class CaseState(TextChoices):
    """Where a case stands."""

    OPEN = "open", _("open")
    PROPOSED = "proposed", _("waits for a second person")
    MERGED = "merged", _("merged")
    SEPARATE = "separate", _("different people")
    SHELVED = "shelved", _("put aside")
    UNDONE = "undone", _("merge undone")
    # Nothing is left to decide: the records changed, were withdrawn, or stand in another case now.
    LAPSED = "lapsed", _("settled by itself")


class ModelState(TextChoices):
    """Where a version of the model stands."""

    DRAFT = "draft", _("draft")
    TRAINED = "trained", _("trained")
    APPROVED = "approved", _("approved")
    LIVE = "live", _("live")
    RETIRED = "retired", _("retired")


DECIDE, CONFIRM, UNDO, RUN = (
    "linkage.decide_case",
    "linkage.confirm_merge",
    "linkage.undo_merge",
    "linkage.run_matching",
)
CASE_STEPS = (
    Step(frozenset({CaseState.OPEN}), "propose", CaseState.PROPOSED, DECIDE),
    Step(frozenset({CaseState.PROPOSED}), "confirm", CaseState.MERGED, CONFIRM),
    # Refused by the second person, or taken back by the first.
    Step(frozenset({CaseState.PROPOSED}), "refuse", CaseState.OPEN, DECIDE),
    Step(frozenset({CaseState.OPEN}), "separate", CaseState.SEPARATE, DECIDE),
    Step(frozenset({CaseState.OPEN}), "shelve", CaseState.SHELVED, DECIDE),
    Step(frozenset({CaseState.SHELVED}), "reopen", CaseState.OPEN, DECIDE),
    Step(frozenset({CaseState.MERGED}), "undo", CaseState.UNDONE, UNDO),
    Step(frozenset({CaseState.OPEN, CaseState.PROPOSED, CaseState.SHELVED}), "lapse", CaseState.LAPSED, RUN),
)
TRAIN, APPROVE = "linkage.train_model", "linkage.approve_model"
MODEL_STEPS = (
    Step(frozenset({ModelState.DRAFT}), "train", ModelState.TRAINED, TRAIN),
    Step(frozenset({ModelState.TRAINED}), "approve", ModelState.APPROVED, APPROVE),
    Step(frozenset({ModelState.APPROVED}), "start", ModelState.LIVE, APPROVE),
    Step(
        frozenset({ModelState.DRAFT, ModelState.TRAINED, ModelState.APPROVED, ModelState.LIVE}),
        "retire",
        ModelState.RETIRED,
        APPROVE,
    ),
)

CASE = Lifecycle(CASE_STEPS, {state: state.label for state in CaseState}, "linkage.case_state")
MODEL = Lifecycle(MODEL_STEPS, {state: state.label for state in ModelState}, "linkage.model_state")
advance_case, advance_model = CASE.after, MODEL.after


class HitState(TextChoices):
    """Where a hit of a sanctions list stands. None of these states stops anything."""

    OPEN = "open", _("open")
    ESCALATED = "escalated", _("escalated")
    CONFIRMED = "confirmed", _("confirmed")
    CLEARED = "cleared", _("cleared")


SCREEN, CONFIRM_HIT = "linkage.decide_screening", "linkage.confirm_screening"
HIT_STEPS = (
    Step(frozenset({HitState.OPEN}), "clear", HitState.CLEARED, SCREEN),
    Step(frozenset({HitState.OPEN}), "escalate", HitState.ESCALATED, SCREEN),
    # By somebody else than who escalated, both of them.
    Step(frozenset({HitState.ESCALATED}), "confirm", HitState.CONFIRMED, CONFIRM_HIT),
    Step(frozenset({HitState.ESCALATED}), "dismiss", HitState.CLEARED, CONFIRM_HIT),
    Step(frozenset({HitState.CLEARED}), "reopen", HitState.OPEN, SCREEN),
    Step(frozenset({HitState.CONFIRMED}), "withdraw", HitState.OPEN, CONFIRM_HIT),
)
HIT = Lifecycle(HIT_STEPS, {state: state.label for state in HitState}, "linkage.hit_state")
advance_hit = HIT.after
