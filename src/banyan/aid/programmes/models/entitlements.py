"""What the enrolled are entitled to in a cycle: reckoned by a formula, approved by a second person, amended but never changed."""

from typing import Any, ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.models.enrolments import HOUSEHOLD, PERSON, Enrolment
from banyan.aid.programmes.models.packages import Kind, Package, RoundingName
from banyan.aid.programmes.models.programmes import (
    INTERNAL,
    OPERATION,
    PERSONAL,
    SENSITIVE,
    Cycle,
    Programme,
    own_scope,
)
from banyan.aid.programmes.rules.entitling import Cause, Verdict
from banyan.aid.programmes.states import EntitlementState
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed

VERDICTS: Final = {
    Verdict.DUE: _("entitled"),
    Verdict.NOTHING: _("entitled to nothing"),
    Verdict.UNDECIDED: _("cannot be decided"),
}
CAUSES: Final = {
    Cause.NONE: "",
    Cause.UNKNOWN: _("The record leaves open what the formula asks for."),
    Cause.ABSENT: _("There is no active record within reach."),
    Cause.NEGATIVE: _("The formula gives less than nothing."),
    Cause.BEYOND: _("The formula gives more than can be kept."),
    Cause.WITHDRAWN: _("It was taken back."),
}


_DUE, _NOTHING, _UNDECIDED = (one.value for one in Verdict)
PAYABLE: Final = (EntitlementState.APPROVED, EntitlementState.AMENDED)


class EntitlementRun(Model):
    """One reckoning of a package for a cycle, over everybody enrolled who is not entitled to it yet; or an amendment of another.

    The terms are frozen when it begins: `lines` holds for each item (cash: one without name) its formula, unit, and the figures that
    the formula takes from records. `totals` says what came out. What is approved never changes.
    """

    tracked = True
    history_parent = "programme"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "cycle", "package", "package_code", "kind", "subject", "lines",
        "rounding", "step", "cap", "currency", "day", "state", "totals", "job", "amends", "reason", "withdraws", "made_by",
        "made_by_label", "made_at", "reckoned_at", "proposed_by", "proposed_by_label", "proposed_at", "approved_by",
        "approved_by_label", "approved_at", "refused_why",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    package = models.ForeignKey(Package, models.PROTECT, related_name="+")
    package_code = models.CharField(max_length=40, db_collation="C")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, db_collation="C")
    subject = models.CharField(_("for whom"), max_length=10, db_collation="C")
    lines = models.JSONField(_("formulas"), default=list)
    rounding = models.CharField(_("rounding"), max_length=20, choices=RoundingName.choices, db_collation="C")
    step = amount_field(verbose_name=_("smallest unit"), null=True)
    cap = amount_field(verbose_name=_("at most"), null=True)
    currency = currency_field(verbose_name=_("currency"))
    day = models.DateField(_("day"))
    state = models.CharField(
        _("state"), max_length=9, choices=EntitlementState.choices, default=EntitlementState.SIMULATED, db_collation="C"
    )
    totals = models.JSONField(_("totals"), default=dict)
    job = models.UUIDField(null=True)
    amends = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    # An amendment that takes back, instead of reckoning again.
    withdraws = models.BooleanField(default=False)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("simulated"), auto_now_add=True)
    reckoned_at = models.DateTimeField(null=True)
    proposed_by = models.UUIDField(null=True)
    proposed_by_label = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField(_("proposed"), null=True)
    approved_by = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(_("approved"), null=True)
    refused_why = models.CharField(_("why it was refused"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("computation of entitlements")
        verbose_name_plural = _("computations of entitlements")
        constraints = (
            # Whatever the application may get wrong: who made or proposed it does not approve it.
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | (~models.Q(approved_by=models.F("made_by")) & ~models.Q(approved_by=models.F("proposed_by"))),
                name="programmes_entitlementrun_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[EntitlementState.APPROVED, EntitlementState.AMENDED])
                | models.Q(approved_by__isnull=False, made_by__isnull=False, proposed_by__isnull=False),
                name="programmes_entitlementrun_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(amends=None) | ~models.Q(reason=""), name="programmes_entitlementrun_reason"
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="programmes_entitlementrun_list"),)

    def __str__(self) -> str:
        return f"{self.package_code} {self.day}"

    @property
    def name(self) -> str:
        """What it is called where runs are listed."""
        return str(self)

    @property
    def payable(self) -> bool:
        """Whether what stands of it may be paid."""
        return self.state in PAYABLE


def _row(model: Any, **options: Any) -> "models.ForeignKey[Any, Any]":
    """A reference of a row written by the hundred thousand: held by the statement that writes them all, not checked one by one."""
    return models.ForeignKey(model, models.PROTECT, related_name="+", db_constraint=False, db_index=False, **options)


class Entitlement(Model):
    """What one household or person is entitled to by a run: an amount, or a quantity of an item; or that it cannot be decided.

    `stands`: approved, and replaced by no amendment; one for each enrolment, cycle, package and item. `origin` is the first of a chain
    of amendments. `parts` holds the figures that the formula took from the record, as text, in the order of the run's lines.
    """

    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "run", "cycle", "package", "package_code", "enrolment", "item", "unit",
        "currency", "verdict", "cause", "stands", "replaces", "replaced_by", "origin",
    ) | classed(PERSONAL, "household", "person", "place", "size", "amount", "quantity") | classed(SENSITIVE, "parts")  # fmt: skip

    operation = _row(OPERATION)
    scope_id = models.IntegerField()
    run = _row(EntitlementRun)
    cycle = _row(Cycle)
    package = _row(Package)
    package_code = models.CharField(max_length=40, db_collation="C")
    enrolment = _row(Enrolment)
    household = _row(HOUSEHOLD, null=True)
    person = _row(PERSON, null=True)
    place = _row("places.Place", null=True)
    size = models.IntegerField(_("people"), null=True)
    item = models.CharField(_("item"), max_length=40, blank=True, default="", db_collation="C")
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    amount = amount_field(verbose_name=_("amount"), null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="", db_collation="C")
    quantity = amount_field(verbose_name=_("quantity"), null=True)
    parts = models.JSONField(default=list)
    verdict = models.CharField(max_length=9, choices=[(one.value, VERDICTS[one]) for one in Verdict], db_collation="C")
    cause = models.CharField(
        max_length=9, choices=[(one.value, CAUSES[one]) for one in Cause], blank=True, default="", db_collation="C"
    )
    stands = models.BooleanField(default=False)
    replaces = models.UUIDField(null=True)
    replaced_by = models.UUIDField(null=True)
    origin = models.UUIDField()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        constraints = (
            # Whoever approves twice: nobody is entitled twice to the same.
            models.UniqueConstraint(
                fields=["enrolment", "cycle", "package_code", "item"], condition=models.Q(stands=True),
                name="programmes_entitlement_once",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict=_UNDECIDED, amount=None, quantity=None, stands=False)
                | models.Q(verdict=_NOTHING, amount=0, quantity=None)
                | models.Q(verdict=_NOTHING, amount=None, quantity=0)
                | models.Q(verdict=_DUE, amount__gt=0, quantity=None)
                | models.Q(verdict=_DUE, amount=None, quantity__gt=0),
                name="programmes_entitlement_verdict",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["run", "verdict", "id"], name="programmes_entitlement_list"),
            models.Index(fields=["household"], name="programmes_entitlement_home"),
            models.Index(fields=["replaces"], condition=~models.Q(replaces=None), name="programmes_entitlement_former"),
        )

    @property
    def undecided(self) -> bool:
        """Whether something has to be mended before anything is due."""
        return self.verdict == Verdict.UNDECIDED
