"""Runs of the comparison, and the pairs they found alike."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION, PERSONAL
from banyan.people.linkage.models.models import LinkageModel
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class RunKind(models.TextChoices):
    """What a comparison was made for."""

    INTAKE = "intake", _("after registering")
    NIGHT = "night", _("every night")
    DEMAND = "demand", _("on demand")
    ACROSS = "across", _("across operations")


class Zone(models.TextChoices):
    """How likely it is that two records are one person. No zone decides anything by itself."""

    UNLIKELY = "unlikely", _("unlikely")
    POSSIBLE = "possible", _("possible")
    PROBABLE = "probable", _("probable")


class Verdict(models.TextChoices):
    """What somebody decided about two records."""

    NONE = "", _("not decided")
    SAME = "same", _("the same person")
    DIFFERENT = "different", _("different people")
    UNSURE = "unsure", _("cannot be said yet")


class Run(Model):
    """One comparison: of what, with which model, what came of it. How far it is, its job tells."""

    privacy: ClassVar = classed(
        INTERNAL, "kind", "operation", "batch", "model", "whole", "job", "asked_by", "asked_by_label", "started_at",
        "finished_at", "counts", "drift",
    )  # fmt: skip

    kind = models.CharField(_("kind"), max_length=6, choices=RunKind.choices, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, null=True, related_name="+")  # None: across operations
    batch = models.UUIDField(_("batch"), null=True)
    model = models.ForeignKey(LinkageModel, models.PROTECT, null=True, related_name="+")
    whole = models.BooleanField(_("everybody"), default=False)  # else only who is new or changed
    job = models.UUIDField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_by_label = models.CharField(max_length=200, blank=True, default="")
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # people, waiting, candidates, pairs, new, gone, probable, possible, cases, crowded (keys too common), seconds …
    counts = models.JSONField(_("counts"), default=dict)
    drift = models.JSONField(_("drift"), default=dict)  # how often each level came, by comparison

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        indexes = (models.Index(fields=["operation", "-started_at"], name="linkage_run_latest"),)


class Pair(Model):
    """Two records that look alike, the smaller id first: how much, by which comparisons, and what was decided.

    A pair decided "different" stays away for as long as both digests are those it was decided with.
    """

    privacy: ClassVar = classed(
        INTERNAL, "operation", "other_operation", "scope_id", "second_scope_id", "model", "run", "found_on", "case", "reopened",
        "decided_on", "decided_by", "decided_by_label", "look_again_on",
    ) | classed(
        PERSONAL, "first", "second", "weight", "probability", "zone", "levels", "brought", "digest_first", "digest_second",
        "exact_document", "noted", "decision",
    )  # fmt: skip

    first = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    second = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    # Where the second is registered, when that is another operation.
    other_operation = models.ForeignKey(OPERATION, models.PROTECT, null=True, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()  # of the first
    second_scope_id = models.IntegerField()
    weight = models.FloatField(_("match weight"))
    probability = models.FloatField(_("probability"))
    zone = models.CharField(_("zone"), max_length=8, choices=Zone.choices, db_collation="C")
    levels = ArrayField(models.SmallIntegerField(), default=list)  # one for each comparison, in the model's order
    brought = ArrayField(models.CharField(max_length=24), default=list)  # kinds of keys by which the two met
    model = models.ForeignKey(LinkageModel, models.PROTECT, null=True, related_name="+", db_index=False)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+", db_index=False)
    found_on = models.DateField(_("found on"))
    digest_first = models.BigIntegerField()
    digest_second = models.BigIntegerField()
    # Rules of their own: looked at whatever the weight.
    exact_document = models.BooleanField(_("the same document"), default=False)
    noted = models.BooleanField(_("noted by somebody"), default=False)
    decision = models.CharField(
        _("decision"), max_length=9, choices=Verdict.choices, default="", blank=True, db_collation="C"
    )
    decided_on = models.DateField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    look_again_on = models.DateField(null=True)  # of what could not be said
    reopened = models.SmallIntegerField(default=0)  # how often it came back after a decision
    case = models.ForeignKey("linkage.Case", models.PROTECT, null=True, related_name="pairs")

    class Meta:
        verbose_name = _("suspected duplicate")
        verbose_name_plural = _("suspected duplicates")
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="linkage_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="linkage_pair_of_two"),
        )
        indexes = (
            models.Index(fields=["operation"], condition=models.Q(decision="", case=None), name="linkage_pair_loose"),
        )
