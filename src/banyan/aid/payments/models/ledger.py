"""The ledger, what was recorded of lines, and holds."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models.plans import INTERNAL, OPERATION, PERSONAL, SENSITIVE, Line, Plan
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Book(models.TextChoices):
    """Where money of a budget line is. What a budget line holds is its amount and, below nothing, what left this account."""

    BUDGET = "budget", _("budget")
    COMMITTED = "committed", _("committed")
    RELEASED = "released", _("released")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")
    LOST = "lost", _("lost")


class Entry(Model):
    """One side of a transaction. Never changed: what was wrong is turned round by another transaction.

    All entries of a transaction are written at once and add up to nothing; no account of a plan but the budget falls below nothing.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "transaction", "key", "operation", "scope_id", "programme", "budget_line", "plan", "line", "account",
        "currency", "at", "actor", "actor_label",
    ) | classed(PERSONAL, "amount")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    transaction = models.UUIDField()
    # What caused it and which side it is: the same cause is never booked twice.
    key = models.CharField(max_length=120, db_collation="C", unique=True)
    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    budget_line = models.ForeignKey("programmes.BudgetLine", models.PROTECT, related_name="+", db_constraint=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_constraint=False)
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    account = models.CharField(_("account"), max_length=9, choices=Book.choices, db_collation="C")
    amount = amount_field(verbose_name=_("amount"))
    currency = currency_field(verbose_name=_("currency"))
    at = models.DateTimeField(auto_now_add=True)
    actor = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        constraints = (models.CheckConstraint(condition=~models.Q(amount=0), name="payments_entry_amount"),)


class Result(models.TextChoices):
    """What can be recorded of a line."""

    DELIVERED = "delivered", _("delivered")
    PARTIAL = "partial", _("delivered in part")
    RETURNED = "returned", _("returned")
    FAILED = "failed", _("failed")
    UNCLAIMED = "unclaimed", _("unclaimed")
    LOST = "lost", _("lost")


class Outcome(Model):
    """Something that happened to a line, as a provider, a distribution or a person reported it. Never changed.

    State and amounts of a line follow from all its outcomes together, so their order does not matter. `key` names the cause: the same
    cause counts once.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "plan", "line", "result", "on_day", "key", "at", "by", "by_label"
    ) | classed(PERSONAL, "amount", "reference")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", db_constraint=False)
    result = models.CharField(_("result"), max_length=9, choices=Result.choices, db_collation="C")
    # None for what failed or was not claimed: all that did not arrive.
    amount = amount_field(verbose_name=_("amount"), null=True)
    on_day = models.DateField(_("on"))
    reference = models.CharField(_("reference of the provider"), max_length=140, blank=True, default="", db_default="")
    key = models.CharField(max_length=100, db_collation="C", unique=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("outcome of a line")
        verbose_name_plural = _("outcomes of lines")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount__gt=0) | models.Q(amount=None, result__in=[Result.FAILED, Result.UNCLAIMED]),
                name="payments_outcome_amount",
            ),
        )


class Hold(Model):
    """Payments to a household or person wait because somebody decided so. Nothing is ever held by itself."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "from_on", "until", "made_by", "made_by_label", "made_at", "lifted_by",
        "lifted_by_label", "lifted_at",
    ) | classed(PERSONAL, "household", "person") | classed(SENSITIVE, "reason", "lifted_reason")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="+", db_constraint=False)
    # None: everybody in the household.
    person = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    reason = models.CharField(_("reason"), max_length=300)
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    made_by = models.UUIDField()
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.UUIDField(null=True)
    lifted_by_label = models.CharField(max_length=200, blank=True, default="")
    lifted_at = models.DateTimeField(null=True)
    lifted_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("from_on")), name="payments_hold_days"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="payments_hold_reason"),
        )
        indexes = (models.Index(fields=["operation", "-made_at"], name="payments_hold_latest"),)
