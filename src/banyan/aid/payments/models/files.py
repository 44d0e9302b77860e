"""Files that go to providers, files that come back, and what every row of these means."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models.plans import INTERNAL, OPERATION, PERSONAL, Line, Plan
from banyan.aid.payments.models.providers import Provider
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Format(models.TextChoices):
    """How a file to a provider is written."""

    XLSX = "xlsx", _("workbook by the provider's template")
    CSV = "csv", _("CSV by the provider's template")
    PAIN001 = "pain001", _("ISO 20022 pain.001.001.09")
    GOVSTACK_JSON = "govstack_json", _("Payment Hub batch, JSON")
    GOVSTACK_CSV = "govstack_csv", _("Payment Hub batch, CSV")


class PaymentFile(Model):
    """A file of a plan's transfers, made once for the same lines and kept as it was made, locked.

    checksum: SHA-256 of what the provider reads. rows and amount are the control totals sent beside it.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "plan", "provider", "format", "digest", "name", "checksum", "rows", "amount",
        "currency", "size", "kept", "encrypted", "made_by", "made_by_label", "made_at",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+")
    format = models.CharField(_("format"), max_length=13, choices=Format.choices, db_collation="C")
    digest = models.CharField(max_length=64, db_collation="C")
    name = models.CharField(_("file"), max_length=120)
    checksum = models.CharField(_("checksum"), max_length=64, db_collation="C")
    rows = models.IntegerField(_("transfers"))
    amount = amount_field(verbose_name=_("amount"))
    currency = currency_field(verbose_name=_("currency"))
    size = models.IntegerField(_("size"))
    kept = models.CharField(max_length=80)
    encrypted = models.BooleanField(_("encrypted for the provider"))
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(_("made by"), max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")
        constraints = (models.UniqueConstraint(fields=["plan", "format", "digest"], name="payments_file_once"),)

    def __str__(self) -> str:
        return self.name


# What each field that a mapping feeds is called where people choose (rules.layouts).
FIELDS: Final = {
    "line": _("number of the transfer"),
    "account": _("number of the account"),
    "holder": _("name of the account's holder"),
    "amount": _("amount paid"),
    "currency": _("currency"),
    "on_day": _("day"),
    "outcome": _("outcome"),
    "reference": _("reference of the provider"),
    "reason": _("reason"),
}


class Layout(Model):
    """How to read a provider's files with certain headers: kept when somebody said it, used for the next file like it."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "provider", "fingerprint", "mapping", "changed_by_label", "changed_at"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=64, db_collation="C")
    mapping = models.JSONField()
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("layout of a provider's files")
        verbose_name_plural = _("layouts of providers' files")
        constraints = (models.UniqueConstraint(fields=["provider", "fingerprint"], name="payments_layout_once"),)


class StatementFile(Model):
    """What a provider reported, as one file. The same file again is this one. Without `mapping` a table waits to be mapped.

    kind: table, pain.002, camt.052/053/054, pacs.004. whole: what a message says of a file as a whole, [status, reason, message].
    counts: rows by verdict, once `settled_at`.
    """

    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "provider", "name", "checksum", "size", "kept", "kind", "headers", "mapping",
        "whole", "rows", "counts", "job", "received_by", "received_by_label", "received_at", "settled_at",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("file"), max_length=200)
    checksum = models.CharField(_("checksum"), max_length=64, db_collation="C")
    size = models.IntegerField(_("size"))
    kept = models.CharField(max_length=80)
    kind = models.CharField(_("kind"), max_length=8, db_collation="C")
    headers = models.JSONField(default=list)
    mapping = models.JSONField(null=True)
    whole = models.JSONField(default=list)
    rows = models.IntegerField(_("rows"), default=0)
    counts = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    received_by = models.UUIDField(null=True)
    received_by_label = models.CharField(_("received from"), max_length=200, blank=True, default="")
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    settled_at = models.DateTimeField(_("reconciled"), null=True, blank=True)

    class Meta:
        verbose_name = _("statement of a provider")
        verbose_name_plural = _("statements of providers")
        constraints = (models.UniqueConstraint(fields=["provider", "checksum"], name="payments_statementfile_once"),)
        indexes = (models.Index(fields=["operation", "-received_at"], name="payments_statement_latest"),)

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    """What a row of a statement came to."""

    MATCHED = "matched", _("paid in full")
    PARTIAL = "partial", _("paid in part")
    OVER = "over", _("paid too much")
    LATE = "late", _("paid late")
    RETURNED = "returned", _("came back")
    FAILED = "failed", _("failed")
    UNCLAIMED = "unclaimed", _("unclaimed")
    DUPLICATE = "duplicate", _("reported before")
    NOTED = "noted", _("nothing final yet")
    UNKNOWN = "unknown", _("not ours")
    DOUBTFUL = "doubtful", _("waits for a person")


# Recorded of a line; a row that is not leaves everything as it was.
COUNTED = (
    Verdict.MATCHED, Verdict.PARTIAL, Verdict.OVER, Verdict.LATE, Verdict.RETURNED, Verdict.FAILED, Verdict.UNCLAIMED,
)  # fmt: skip


class StatementRow(Model):
    """One statement about one transfer. Its key says what is stated: stated again, in whatever file, it counts once.

    `line` is whom it was matched with, or in a doubtful row whom it may mean. counted: what was recorded of the line.
    """

    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "file", "provider", "no", "line", "line_key", "on_day", "outcome", "reason", "message",
        "key", "cumulative", "verdict", "why", "decided_by", "decided_by_label", "decided_at",
    ) | classed(
        PERSONAL, "account_hash", "holder", "amount", "currency", "reference", "counted", "excess", "note"
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    no = models.IntegerField(_("row"))
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="+", db_constraint=False)
    line_key = models.UUIDField(null=True)
    account_hash = models.BigIntegerField(null=True)
    holder = models.CharField(_("name"), max_length=200, blank=True, default="", db_default="")
    amount = amount_field(verbose_name=_("amount"), null=True)
    currency = currency_field(verbose_name=_("currency"), blank=True, default="", db_default="", validators=[])
    on_day = models.DateField(_("day"), null=True)
    outcome = models.CharField(_("said"), max_length=9, blank=True, default="", db_default="", db_collation="C")
    reference = models.CharField(_("reference of the provider"), max_length=140, blank=True, default="", db_default="")
    reason = models.CharField(_("reason"), max_length=140, blank=True, default="", db_default="")
    message = models.CharField(max_length=140, blank=True, default="", db_default="")
    key = models.CharField(max_length=64, db_collation="C")
    cumulative = models.BooleanField(default=False, db_default=False)
    verdict = models.CharField(
        _("came to"), max_length=9, choices=Verdict.choices, blank=True, default="", db_default="", db_collation="C"
    )
    why = models.CharField(max_length=9, blank=True, default="", db_default="", db_collation="C")
    counted = amount_field(verbose_name=_("recorded"), null=True)
    excess = amount_field(verbose_name=_("too much"), null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("row of a statement")
        verbose_name_plural = _("rows of statements")
        constraints = (
            models.UniqueConstraint(fields=["file", "no"], name="payments_statementrow_place"),
            # Whatever the application may get wrong: one statement counts once.
            models.UniqueConstraint(
                fields=["provider", "key"], condition=~models.Q(verdict__in=["", Verdict.DUPLICATE]),
                name="payments_statementrow_once",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["", *Verdict.values]), name="payments_statementrow_verdict"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["file", "verdict", "no"], name="payments_statementrow_list"),
            models.Index(
                fields=["operation", "file", "no"],
                condition=models.Q(verdict=Verdict.DOUBTFUL),
                name="payments_statementrow_doubt",
            ),
        )
