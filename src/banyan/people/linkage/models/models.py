"""Versions of the model that weighs pairs: settings, how it was trained, thresholds, who approved it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION
from banyan.people.linkage.states import ModelState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class LinkageModel(Model):
    """One version of the model. What is live never changes: other thresholds are another version.

    operation: where it holds; None wherever no other model is live. The first version is the one shipped.
    """

    tracked = True
    history_permission = "linkage.view_model"
    privacy: ClassVar = classed(
        INTERNAL, "version", "operation", "note", "settings", "report", "review", "probable", "state", "based_on",
        "trained_by", "trained_by_label", "trained_at", "approved_by", "approved_by_label", "approved_at", "live_at",
        "retired_at", "retired_by_label", "origin",
    )  # fmt: skip

    version = models.IntegerField(_("version"), unique=True)
    operation = models.ForeignKey(OPERATION, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    settings = models.JSONField(_("settings"), default=dict)
    report = models.JSONField(_("training report"), default=dict)
    origin = models.CharField(_("origin"), max_length=12, default="trained", db_collation="C")  # or thresholds, shipped
    # Match weights (log2 of the Bayes factor): from review on somebody looks, from probable on it is urgent.
    review = models.FloatField(_("threshold of review"))
    probable = models.FloatField(_("threshold of probable pairs"))
    state = models.CharField(
        _("state"), max_length=8, choices=ModelState.choices, default=ModelState.DRAFT, db_collation="C"
    )
    based_on = models.IntegerField(null=True)  # version whose settings it took
    trained_by = models.UUIDField(null=True)
    trained_by_label = models.CharField(max_length=200, blank=True, default="")
    trained_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    retired_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("model of matching")
        verbose_name_plural = _("models of matching")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(review__lte=models.F("probable")), name="linkage_model_thresholds"
            ),
            # Whatever the application may get wrong: nobody approves what they trained.
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | models.Q(trained_by=None) | ~models.Q(approved_by=models.F("trained_by")),
                name="linkage_model_two_people",
            ),
            models.UniqueConstraint(
                fields=["operation"], condition=models.Q(state=ModelState.LIVE), nulls_distinct=False,
                name="linkage_model_one_live",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.version}"
