"""What is checked: definitions with their versions and bits, what operations set, and the checks that they write themselves."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL = Privacy.INTERNAL, Privacy.PERSONAL
OPERATION = "access.Operation"


class Definition(Model):
    """One version of a check as it was computed, with the bit that stands for it in State.

    Kept when the code moves on: during an overlap old and new versions are both computed, and a score can always be read
    with the words that it meant. A definition without operation is for all; own checks belong to one.
    """

    tracked = True
    privacy: ClassVar = classed(INTERNAL,
        "key", "version", "subject", "operation", "eligible", "failed", "score", "gate", "protects", "mandatory", "bit",
        "state", "since", "until",
    )  # fmt: skip

    key = models.CharField(_("key"), max_length=40, db_collation="C")
    version = models.SmallIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, null=True, blank=True, related_name="+")
    eligible = models.TextField(_("whom it is about"), blank=True, default="")
    failed = models.TextField(_("what is wrong"), blank=True, default="")
    score = models.CharField(_("way to score"), max_length=12, default="share")
    gate = models.BooleanField(_("asked before a document is issued"), default=False)
    protects = models.BooleanField(_("findings are sensitive"), default=False)
    mandatory = models.BooleanField(_("made from mandatory fields"), default=False)
    # 0…61 within the subject; a bigint holds them, its sign stays untouched.
    bit = models.SmallIntegerField()
    state = models.CharField(_("state"), max_length=8, default="live", db_collation="C")  # live, overlap, retired
    since = models.DateField(_("computed since"))
    until = models.DateField(_("computed until"), null=True, blank=True)

    class Meta:
        verbose_name = _("definition of a check")
        verbose_name_plural = _("definitions of checks")
        constraints = (
            models.UniqueConstraint(fields=["key", "version"], name="quality_definition_once"),
            models.CheckConstraint(condition=models.Q(bit__gte=0, bit__lte=61), name="quality_definition_fits"),
            models.CheckConstraint(
                condition=models.Q(state__in=["live", "overlap", "retired"]), name="quality_definition_state"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class CheckSetting(Model):
    """What an operation sets about a check: whether it is asked at all, its parameters, the fields made mandatory."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "check_key", "enabled", "params", "fields", "changed_by_label", "changed_at"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    check_key = models.CharField(_("check"), max_length=40, db_collation="C")
    enabled = models.BooleanField(_("asked"), default=True)
    params = models.JSONField(_("parameters"), default=dict, blank=True)  # {name: value}
    fields = models.JSONField(_("mandatory fields"), default=list, blank=True)  # names as in CEL
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("setting of a check")
        verbose_name_plural = _("settings of checks")
        constraints = (models.UniqueConstraint(fields=["operation", "check_key"], name="quality_setting_once"),)


class Target(Model):
    """The target and weight of a check in an operation from a day on; the latest one begun holds."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "check_key", "valid_from", "target", "weight", "set_by_label", "set_at"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    check_key = models.CharField(_("check"), max_length=40, db_collation="C")
    valid_from = models.DateField(_("from"))
    target = models.DecimalField(_("target"), max_digits=5, decimal_places=2)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2)
    set_by_label = models.CharField(max_length=200, blank=True, default="")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = (
            models.UniqueConstraint(fields=["operation", "check_key", "valid_from"], name="quality_target_once"),
            models.CheckConstraint(
                condition=models.Q(target__gt=0, target__lte=100, weight__gt=0), name="quality_target_possible"
            ),
        )


class OwnCheck(Model):
    """A check that an operation wrote itself. Its versions go their way from draft to live; the key never changes."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "key", "subject", "dimension", "made_by", "made_by_label", "made_at"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    key = models.CharField(_("key"), max_length=40, unique=True, db_collation="C")
    subject = models.CharField(_("subject"), max_length=40, db_collation="C")
    dimension = models.CharField(_("dimension"), max_length=12, db_collation="C")
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("own check")
        verbose_name_plural = _("own checks")

    def __str__(self) -> str:
        return self.key


class OwnCheckVersion(Model):
    """One version of an own check: its words, its predicate, who wrote it, what the test bench found, who set it live."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL,
        "own", "number", "state", "label", "about", "eligible", "failed", "target", "weight", "gate", "protects",
        "made_by", "made_by_label", "made_at", "note", "tested_at", "tested_failed", "tested_eligible", "live_by",
        "live_by_label", "live_at", "retired_at",
    )  # fmt: skip

    own = models.ForeignKey(OwnCheck, models.PROTECT, related_name="versions")
    number = models.SmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=8, default="draft", db_collation="C")
    label = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("what it says and how to mend it"), blank=True, default="")
    eligible = models.TextField(_("whom it is about"), blank=True, default="")
    failed = models.TextField(_("what is wrong"))
    target = models.DecimalField(_("target"), max_digits=5, decimal_places=2, default=95)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2, default=1)
    gate = models.BooleanField(_("asked before a document is issued"), default=False)
    protects = models.BooleanField(_("findings are sensitive"), default=False)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(_("what changed"), max_length=300, blank=True, default="")
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_failed = models.IntegerField(null=True, blank=True)
    tested_eligible = models.IntegerField(null=True, blank=True)
    live_by = models.UUIDField(null=True)
    live_by_label = models.CharField(max_length=200, blank=True, default="")
    live_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of an own check")
        verbose_name_plural = _("versions of own checks")
        constraints = (models.UniqueConstraint(fields=["own", "number"], name="quality_ownversion_once"),)
