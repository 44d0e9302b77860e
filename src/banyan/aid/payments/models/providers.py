"""Financial service providers, the columns of their files, and the accounts to which people are paid."""

from decimal import Decimal
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models.plans import INTERNAL, OPERATION, PERSONAL
from banyan.platform.kernel.fields import amount_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed


class Mechanism(models.TextChoices):
    """How money reaches somebody."""

    CASH = "cash", _("cash over the counter")
    MOBILE_MONEY = "mobile_money", _("mobile money")
    BANK = "bank", _("bank account")
    CARD = "card", _("card")
    VOUCHER = "voucher", _("voucher")


# Paid to a number that has to be known; the others are paid to whoever comes and shows who they are.
BY_ACCOUNT = (Mechanism.MOBILE_MONEY, Mechanism.BANK, Mechanism.CARD)


# What each source of a template is called where people choose (rules.sources).
SOURCES: Final = {
    "line": _("number of the transfer"),
    "number": _("place on the list"),
    "plan": _("reference of the plan"),
    "household": _("reference of the household"),
    "size": _("size of the household"),
    "place": _("place"),
    "collector": _("reference of the collector"),
    "collector_name": _("name of the collector"),
    "alternate_name": _("name of the alternate"),
    "holder": _("name of the account's holder"),
    "account": _("number of the account"),
    "mechanism": _("way of paying"),
    "provider": _("name of the provider"),
    "amount": _("amount"),
    "currency": _("currency"),
    "amount_base": _("amount in the currency of accounts"),
    "pay_from": _("pay from"),
    "pay_until": _("pay until"),
    "delivered": _("amount paid, for the provider to fill in"),
    "delivered_on": _("day of payment, for the provider to fill in"),
    "outcome": _("outcome, for the provider to fill in"),
    "reference": _("reference of the provider, to fill in"),
    "reason": _("reason of a failure, to fill in"),
    "blank": _("left empty"),
}


class Template(Model):
    """Which columns a provider's list has: [{header, source}], sources from a closed list (rules.sources)."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "operation", "scope_id", "name", "columns", "changed_by_label", "changed_at")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    name = models.CharField(_("name"), max_length=120)
    columns = models.JSONField(_("columns"))
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = (models.UniqueConstraint(fields=["operation", "name"], name="payments_template_name"),)

    def __str__(self) -> str:
        return self.name


class Provider(Model):
    """Who brings money to people, how, at what price and within which limits; and from which account it is paid.

    The account's number is locked with the installation's key; `debtor_hint` shows its end. recipient: the public key of age
    with which everything sent to the provider is encrypted.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "organisation", "code", "name", "mechanisms", "currencies", "fee_fixed",
        "fee_percent", "least", "most", "debtor_name", "debtor_hint", "debtor_agent", "template", "recipient", "retired_at",
        "changed_by_label", "changed_at",
    ) | classed(Privacy.SECRET, "debtor_account")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    organisation = models.ForeignKey(
        "parties.Organisation", models.PROTECT, null=True, related_name="+", verbose_name=_("organisation")
    )
    code = models.CharField(_("code"), max_length=40, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    mechanisms = ArrayField(
        models.CharField(max_length=12, choices=Mechanism.choices, db_collation="C"), verbose_name=_("ways of paying")
    )
    currencies = ArrayField(models.CharField(max_length=3, db_collation="C"), verbose_name=_("currencies"))
    fee_fixed = amount_field(verbose_name=_("fee for a transfer"), default=Decimal(0))
    fee_percent = models.DecimalField(_("fee in per cent"), max_digits=7, decimal_places=4, default=Decimal(0))
    least = amount_field(verbose_name=_("smallest transfer"), null=True, blank=True)
    most = amount_field(verbose_name=_("largest transfer"), null=True, blank=True)
    debtor_name = models.CharField(_("account is in the name of"), max_length=140, blank=True, default="")
    debtor_account = models.TextField(blank=True, default="")
    debtor_hint = models.CharField(_("account that is debited"), max_length=12, blank=True, default="")
    debtor_agent = models.CharField(_("BIC of its bank"), max_length=11, blank=True, default="", db_collation="C")
    template = models.ForeignKey(
        Template, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("template")
    )
    recipient = models.CharField(_("public key for files"), max_length=120, blank=True, default="", db_collation="C")
    retired_at = models.DateTimeField(_("not used since"), null=True, blank=True)
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = (
            models.UniqueConstraint(fields=["operation", "code"], name="payments_provider_code"),
            models.CheckConstraint(
                condition=models.Q(fee_fixed__gte=0, fee_percent__gte=0, fee_percent__lte=100),
                name="payments_provider_fees",
            ),
            models.CheckConstraint(
                condition=models.Q(least=None) | models.Q(most=None) | models.Q(least__lte=models.F("most")),
                name="payments_provider_limits",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Account(Model):
    """Where somebody is paid by one mechanism, from a day until another was written down in its place.

    The number is locked; `hash` finds it again in what a provider reports, and `hint` shows its end.
    """

    tracked = True
    privacy: ClassVar = (
        classed(INTERNAL, "operation", "scope_id", "mechanism", "since", "ended_at", "set_by", "set_by_label")
        | classed(PERSONAL, "person", "holder", "hint")
        | classed(Privacy.SECRET, "number", "hash")
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    mechanism = models.CharField(_("way of paying"), max_length=12, choices=Mechanism.choices, db_collation="C")
    number = models.TextField()
    hash = models.BigIntegerField()
    hint = models.CharField(_("number"), max_length=12, blank=True, default="")
    holder = models.CharField(_("in the name of"), max_length=140, blank=True, default="")
    since = models.DateTimeField(_("since"), auto_now_add=True)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    set_by = models.UUIDField(null=True)
    set_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("account of a person")
        verbose_name_plural = _("accounts of people")
        constraints = (
            models.UniqueConstraint(
                fields=["person", "mechanism"], condition=models.Q(ended_at=None), name="payments_account_in_use"
            ),
        )
        indexes = (models.Index(fields=["hash"], name="payments_account_hash"),)
