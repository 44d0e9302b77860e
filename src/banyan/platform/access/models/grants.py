"""Grants (who holds which role where), emergency access, and what the database needs to check a sealed reach."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.platform.access.models.accounts import Account
from banyan.platform.access.models.areas import Area, Operation
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy


class Clearance(models.IntegerChoices):
    """Up to which sensitivity a grant opens fields; the classes of kernel.privacy in rising order."""

    PUBLIC = 0, _("public")
    INTERNAL = 1, _("internal")
    PERSONAL = 2, _("personal")
    SENSITIVE = 3, _("sensitive")


class Grant(Model):
    """A role for an account, within an operation, an area and an organisation (each empty = all), for a time."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "account": Privacy.INTERNAL,
        "role": Privacy.INTERNAL,
        "operation": Privacy.INTERNAL,
        "area": Privacy.INTERNAL,
        "organisation_id": Privacy.INTERNAL,
        "clearance": Privacy.INTERNAL,
        "valid_from": Privacy.INTERNAL,
        "valid_until": Privacy.INTERNAL,
        "reason": Privacy.INTERNAL,
        "given_by": Privacy.INTERNAL,
        "given_at": Privacy.INTERNAL,
        "ended_by": Privacy.INTERNAL,
        "ended_at": Privacy.INTERNAL,
    }
    tracked = True

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=60)
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"))
    # Organisations live in a higher room: an id without foreign key, checked by that room.
    organisation_id = models.UUIDField(_("organisation"), null=True, blank=True)
    clearance = models.SmallIntegerField(_("clearance"), choices=Clearance.choices, default=Clearance.INTERNAL)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("given by"))
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "operation", "area", "organisation_id"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="access_grant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gte=models.F("valid_from")),
                name="access_grant_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], condition=models.Q(ended_at=None), name="access_grant_standing"),
            models.Index(fields=["role"], name="access_grant_by_role"),
            models.Index(fields=["-given_at", "-id"], name="access_grant_latest"),
        ]


class BreakGlass(Model):
    """Emergency access to one subject for a few hours, told to the supervisors and reviewed afterwards."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "account": Privacy.INTERNAL,
        "subject_kind": Privacy.INTERNAL,
        "subject_id": Privacy.PERSONAL,
        "subject_label": Privacy.PERSONAL,
        "area": Privacy.INTERNAL,
        "reason": Privacy.SENSITIVE,
        "begins_at": Privacy.INTERNAL,
        "ends_at": Privacy.INTERNAL,
        "reviewed_by": Privacy.INTERNAL,
        "reviewed_at": Privacy.INTERNAL,
        "justified": Privacy.INTERNAL,
        "review": Privacy.SENSITIVE,
    }
    tracked = True

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    # "access.area" opens the rows of one area; higher rooms add kinds such as "registry.household".
    subject_kind = models.CharField(_("kind of subject"), max_length=60, default="access.area")
    subject_id = models.UUIDField(_("subject"), null=True, blank=True)
    subject_label = models.CharField(_("subject"), max_length=300)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"))
    reason = models.TextField(_("reason"))
    begins_at = models.DateTimeField(_("begins"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"))
    reviewed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    justified = models.BooleanField(_("was justified"), null=True)
    review = models.TextField(_("review"), blank=True, default="")

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency access")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="access_breakglass_ends_after_begin"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "ends_at"], name="access_breakglass_by_account"),
            models.Index(fields=["begins_at"], condition=models.Q(reviewed_at=None), name="access_breakglass_open"),
        ]


class AccessVersion(Model):
    """One row, counted up by triggers whenever anything that decides about access changes: caches compare it."""

    privacy: ClassVar[dict[str, Privacy]] = {"number": Privacy.INTERNAL}
    database_rights = "read"

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("version of access")
        verbose_name_plural = _("version of access")


class SealKey(Model):
    """The key that proves a reach was written by this application; the application role cannot read it."""

    privacy: ClassVar[dict[str, Privacy]] = {"inner_pad": Privacy.SECRET, "outer_pad": Privacy.SECRET}
    database_rights = "none"

    id = models.SmallIntegerField(primary_key=True, default=1)
    # The two padded keys of HMAC (RFC 2104), so that the database needs only sha256().
    inner_pad = models.BinaryField()
    outer_pad = models.BinaryField()

    class Meta:
        verbose_name = _("seal key")
        verbose_name_plural = _("seal keys")


class ProtectedTable(Model):
    """Which tables are under row-level security, and which permissions open and change their rows."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "table": Privacy.INTERNAL,
        "view_permission": Privacy.INTERNAL,
        "change_permission": Privacy.INTERNAL,
    }
    database_rights = "read"

    table = models.CharField(max_length=63, unique=True)
    view_permission = models.CharField(max_length=100)
    change_permission = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("protected table")
        verbose_name_plural = _("protected tables")
