"""Verification: whether what was paid or handed out arrived, asked of everybody or of a sample drawn by lot."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models.distributions import INTERNAL, OPERATION, PERSONAL, quantity_field
from banyan.aid.payments.models.plans import Line, Plan
from banyan.aid.payments.rules.verifying import LESS, NOTHING, OUTCOMES, RECEIVED, REFUSED, UNREACHED
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Method(models.TextChoices):
    """How people are asked."""

    VISIT = "visit", _("visit")
    PHONE = "phone", _("telephone")
    SMS = "sms", _("text message")
    LIST = "list", _("signed list")


class Answer(models.TextChoices):
    """What came of asking."""

    RECEIVED = RECEIVED, _("received as recorded")
    LESS = LESS, _("received less")
    NOTHING = NOTHING, _("received nothing")
    UNREACHED = UNREACHED, _("not reached")
    REFUSED = REFUSED, _("did not want to answer")


class Settled(models.TextChoices):
    """What a mismatch turned out to be."""

    EXPLAINED = "explained", _("explained: it did arrive")
    CONFIRMED = "confirmed", _("confirmed: it did not arrive")


class Verification(Model):
    """An exercise over one plan. population: the lines that could be drawn; the seed draws the same ones again."""

    tracked = True
    history_permission = "payments.view_verification"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "plan", "label", "method", "whole", "seed", "confidence", "margin", "population", "size",
        "due_on", "made_by", "made_by_label", "made_at", "closed_at", "closed_by_label", "job",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="verifications")
    label = models.CharField(_("name"), max_length=120)
    method = models.CharField(_("asked by"), max_length=5, choices=Method.choices, db_collation="C")
    whole = models.BooleanField(_("every line"), default=False)
    seed = models.BigIntegerField(_("seed"))
    confidence = models.SmallIntegerField(_("confidence (%)"), default=95)
    margin = models.DecimalField(_("margin (%)"), max_digits=4, decimal_places=1)
    population = models.IntegerField(_("lines delivered"), default=0)
    size = models.IntegerField(_("lines drawn"), default=0)
    due_on = models.DateField(_("until"), null=True)
    job = models.UUIDField(null=True)  # the latest one that sent text messages
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        indexes = (models.Index(fields=["operation", "-made_at", "id"], name="payments_verification_latest"),)

    def __str__(self) -> str:
        return self.label


class VerificationItem(Model):
    """One line that is asked about. recorded: what the ledger says arrived, as it stood when the lot was drawn."""

    tracked = True
    history_parent = "verification"
    privacy: ClassVar = classed(
        INTERNAL, "verification", "position", "scope_id", "unit", "asked_at", "answered_by", "answered_by_label",
        "answered_at", "settled_by_label", "settled_at",
    ) | classed(PERSONAL, "line", "household", "recorded", "outcome", "said", "note", "settled", "settled_note")  # fmt: skip

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="items", db_index=False)
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    position = models.IntegerField(_("number"))
    recorded = quantity_field()
    unit = models.CharField(_("unit"), max_length=40, db_collation="C")  # a currency, or the unit of goods
    asked_at = models.DateTimeField(_("asked"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=9, choices=Answer.choices, blank=True, default="", db_collation="C"
    )
    said = quantity_field(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    answered_by = models.UUIDField(null=True)
    answered_by_label = models.CharField(max_length=200, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    settled = models.CharField(
        _("settled"), max_length=9, choices=Settled.choices, blank=True, default="", db_collation="C"
    )
    settled_note = models.CharField(_("what was found"), max_length=300, blank=True, default="")
    settled_by_label = models.CharField(max_length=200, blank=True, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("line to verify")
        verbose_name_plural = _("lines to verify")
        constraints = (
            models.UniqueConstraint(fields=["verification", "position"], name="payments_verifyitem_place"),
            models.UniqueConstraint(fields=["verification", "line"], name="payments_verifyitem_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=["", *OUTCOMES]), name="payments_verifyitem_outcome"),
            # Only what differs is settled.
            models.CheckConstraint(
                condition=models.Q(settled="") | models.Q(outcome__in=[LESS, NOTHING]), name="payments_verifyitem_settled"
            ),
        )  # fmt: skip
