"""Programmes, the money behind them, their cycles, and how many each place may have."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.states import CycleState, ProgrammeState
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
OPERATION = "access.Operation"


class ForWhom(models.TextChoices):
    """Who is enrolled and entitled: households as a whole, or people one by one."""

    HOUSEHOLD = "household", _("households")
    PERSON = "person", _("people")


class Overlapping(models.TextChoices):
    """What happens to who is enrolled already in another programme of the same purpose at the same time."""

    FORBID = "forbid", _("left out, and listed")
    WARN = "warn", _("enrolled, and listed")
    ALLOW = "allow", _("enrolled")


class Restriction(models.TextChoices):
    """How far what is told of a programme may travel."""

    PUBLIC = "public", _("public")
    PARTNERS = "partners", _("partners")
    INTERNAL = "internal", _("internal")
    RESTRICTED = "restricted", _("restricted")


def own_scope() -> "models.IntegerField[Any, Any]":
    """Where a programme works, as access numbers it: the whole operation or an area. Whoever changes it has to reach it."""
    return models.IntegerField()


class Programme(Model):
    """What is done for whom, why, from when to when. People are enrolled in it; they are never copied into it.

    It holds nothing about people, so everybody who sees programmes anywhere in the operation sees it.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "code", "name", "goal", "sector", "purpose", "for_whom", "currency", "starts_on",
        "ends_on", "restriction", "overlap", "state", "made_by", "made_by_label", "made_at", "approved_by",
        "approved_by_label", "approved_at", "state_reason", "version",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    scope_id = own_scope()
    code = models.CharField(_("code"), max_length=40, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    goal = models.TextField(_("goal"), blank=True, default="")
    sector = models.CharField(_("sector"), max_length=64, blank=True, default="")
    # Programmes of one purpose are those in which nobody should be twice at a time: "food", "winter".
    purpose = models.CharField(_("purpose"), max_length=64, db_collation="C")
    for_whom = models.CharField(
        _("for whom"), max_length=10, choices=ForWhom.choices, default=ForWhom.HOUSEHOLD, db_collation="C"
    )
    currency = currency_field(verbose_name=_("currency"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    restriction = models.CharField(
        _("restriction"), max_length=10, choices=Restriction.choices, default=Restriction.INTERNAL, db_collation="C"
    )
    overlap = models.CharField(
        _("when enrolled elsewhere"), max_length=6, choices=Overlapping.choices, default=Overlapping.FORBID,
        db_collation="C",
    )  # fmt: skip
    state = models.CharField(
        _("state"), max_length=9, choices=ProgrammeState.choices, default=ProgrammeState.DRAFT, db_collation="C"
    )
    state_reason = models.CharField(_("reason of the state"), max_length=300, blank=True, default="")
    # Whoever designed it last: somebody else approves.
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("written"), auto_now_add=True)
    approved_by = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(_("approved"), null=True)
    # Counts up with every change: who saves says which version was read.
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = (
            models.UniqueConstraint(fields=["operation", "code"], name="programmes_programme_code_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="programmes_programme_days",
            ),
            # Whatever the application may get wrong: nobody approves what they designed.
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("made_by")),
                name="programmes_programme_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ProgrammeState.ACTIVE, ProgrammeState.SUSPENDED])
                | models.Q(approved_by__isnull=False, made_by__isnull=False),
                name="programmes_programme_approved",
            ),
        )
        indexes = (models.Index(fields=["operation", "purpose"], name="programmes_programme_purpose"),)

    def __str__(self) -> str:
        return self.name


class BudgetLine(Model):
    """Money that one donor gave for a programme. What is committed and spent of it stands in the ledger of payments."""

    tracked = True
    history_parent = "programme"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "code", "name", "donor", "amount", "currency"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="budget_lines")
    code = models.CharField(_("code"), max_length=40, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    donor = models.ForeignKey(
        "parties.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("donor")
    )
    amount = amount_field(verbose_name=_("amount"))
    currency = currency_field(verbose_name=_("currency"))

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = (
            models.UniqueConstraint(fields=["programme", "code"], name="programmes_budgetline_code_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="programmes_budgetline_amount"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Cycle(Model):
    """A round of a programme: "March", "second distribution". Entitlements are computed for a cycle."""

    tracked = True
    history_parent = "programme"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "number", "name", "starts_on", "ends_on", "state"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="cycles")
    number = models.SmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    state = models.CharField(
        _("state"), max_length=6, choices=CycleState.choices, default=CycleState.DRAFT, db_collation="C"
    )

    class Meta:
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints = (
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_cycle_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="programmes_cycle_days"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Quota(Model):
    """How many a place, and all places in it without a quota of their own, may have enrolled in a programme at a time."""

    tracked = True
    history_parent = "programme"
    privacy: ClassVar = classed(INTERNAL, "operation", "scope_id", "programme", "place", "number")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="quotas")
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="+", verbose_name=_("place"))
    number = models.IntegerField(_("number"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = (
            models.UniqueConstraint(fields=["programme", "place"], name="programmes_quota_place_once"),
            models.CheckConstraint(condition=models.Q(number__gte=0), name="programmes_quota_number"),
        )
