"""Samples that people judge without knowing what the model said, and comparisons of two models: how good linkage is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION, PERSONAL, SENSITIVE
from banyan.people.linkage.models.models import LinkageModel
from banyan.people.linkage.models.pairs import Verdict
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Sample(Model):
    """Pairs drawn by lot in strata of their weight, above the threshold of review and below it.

    strata: of each low, high, size (pairs there are), expected (share of matches, as the model thinks) and drawn. beneath: pairs
    below the lowest stratum, and how many matches the model expects among them. Who is in it, its items say.
    """

    tracked = True
    history_permission = "linkage.view_model"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "label", "model", "model_version", "seed", "wanted", "review", "probable", "strata", "beneath",
        "job", "made_by", "made_by_label", "made_at", "drawn_at", "closed_at", "closed_by_label",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    label = models.CharField(_("name"), max_length=120)
    model = models.ForeignKey(LinkageModel, models.PROTECT, null=True, related_name="+")  # None: the one shipped
    model_version = models.IntegerField(_("version of the model"), default=0)
    seed = models.BigIntegerField(_("seed"))
    wanted = models.IntegerField(_("pairs wanted"))
    review = models.FloatField()
    probable = models.FloatField()
    strata = models.JSONField(default=list)
    beneath = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("sample of pairs")
        verbose_name_plural = _("samples of pairs")
        indexes = (models.Index(fields=["operation", "-made_at"], name="linkage_sample_latest"),)

    def __str__(self) -> str:
        return self.label


class SampleItem(Model):
    """A pair of a sample, in the order of the lot. groups: what both records say alike of sex, origin, age and script."""

    privacy: ClassVar = classed(INTERNAL, "sample", "position", "scope_id", "second_scope_id", "stratum", "judged_at") | classed(
        PERSONAL, "first", "second", "weight", "probability", "verdict"
    ) | classed(SENSITIVE, "groups")  # fmt: skip

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items", db_index=False)
    position = models.IntegerField()
    first = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    second = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    second_scope_id = models.IntegerField()
    stratum = models.SmallIntegerField()
    weight = models.FloatField()
    probability = models.FloatField()
    groups = models.JSONField(default=dict)
    # What two people, or a third, found; "" while it is open.
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True, default="", db_collation="C")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pair of a sample")
        verbose_name_plural = _("pairs of samples")
        constraints = (models.UniqueConstraint(fields=["sample", "position"], name="linkage_sampleitem_place"),)


class SampleLabel(Model):
    """What one person said of a pair, without having seen its weight or what others said. turn: 1 and 2, 3 in a dispute."""

    tracked = True
    history_parent = "sample"
    privacy: ClassVar = classed(
        INTERNAL, "item", "sample", "scope_id", "second_scope_id", "turn", "given_by", "given_by_label", "given_at"
    ) | classed(PERSONAL, "verdict", "note")  # fmt: skip

    item = models.ForeignKey(SampleItem, models.PROTECT, related_name="labels", db_index=False)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="+")
    scope_id = models.IntegerField()
    second_scope_id = models.IntegerField()
    turn = models.SmallIntegerField()
    given_by = models.UUIDField()
    given_by_label = models.CharField(max_length=200)
    given_at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices, db_collation="C")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("label of a pair")
        verbose_name_plural = _("labels of pairs")
        constraints = (
            models.UniqueConstraint(fields=["item", "turn"], name="linkage_samplelabel_turn"),
            # Whatever the application may get wrong: two labels are two people's.
            models.UniqueConstraint(fields=["item", "given_by"], name="linkage_samplelabel_once"),
            models.CheckConstraint(condition=models.Q(turn__in=(1, 2, 3)), name="linkage_samplelabel_three"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=("same", "different", "unsure")), name="linkage_samplelabel_said"
            ),
        )  # fmt: skip


class ModelComparison(Model):
    """Two models on the same people: how many pairs each put into which zone. moved: counts by "former>latter" zone."""

    privacy: ClassVar = classed(
        INTERNAL, "operation", "former", "former_version", "latter", "latter_version", "people", "moved", "job",
        "made_by", "made_by_label", "made_at", "done_at",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    former = models.ForeignKey(LinkageModel, models.PROTECT, null=True, related_name="+", db_index=False)
    former_version = models.IntegerField()
    latter = models.ForeignKey(LinkageModel, models.PROTECT, null=True, related_name="+")
    latter_version = models.IntegerField()
    people = models.IntegerField(default=0)
    moved = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("comparison of models")
        verbose_name_plural = _("comparisons of models")
        indexes = (models.Index(fields=["operation", "-made_at"], name="linkage_modelcompare_latest"),)
