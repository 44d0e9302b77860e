"""People who are not registered yet: how far the comparison of their batch is, and whom they look like."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION, PERSONAL
from banyan.people.linkage.models.pairs import Zone
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Arrival(Model):
    """The comparison of one batch of collection. `asked` is the number of collection's request that it answers, 0 before."""

    privacy: ClassVar = classed(
        INTERNAL,
        "batch",
        "operation",
        "scope_id",
        "asked",
        "people",
        "crowded",
        "left_out",
        "model",
        "job",
        "finished_at",
    )

    # Written by set in jobs, and read by who sees the batch; both keep to the scope of the batch.
    batch = models.OneToOneField("collection.Batch", models.PROTECT, related_name="+", db_constraint=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    asked = models.IntegerField(default=0)
    people = models.IntegerField(_("people"), default=0)
    # Keys too common to be followed alone, and pairs not compared because of common ones.
    crowded = models.IntegerField(default=0)
    left_out = models.BigIntegerField(default=0)
    model = models.IntegerField(null=True)
    job = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("comparison of a batch")
        verbose_name_plural = _("comparisons of batches")


class Incoming(Model):
    """A staged row that looks like a registered person, or like another row of its batch."""

    privacy: ClassVar = classed(INTERNAL, "batch", "scope_id", "submission") | classed(
        PERSONAL, "row", "other_row", "other_submission", "person", "weight", "probability", "zone", "levels",
        "exact_document",
    )  # fmt: skip

    batch = models.ForeignKey("collection.Batch", models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    submission = models.UUIDField()
    row = models.UUIDField()
    other_row = models.UUIDField(null=True)
    other_submission = models.UUIDField(null=True)
    person = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    weight = models.FloatField(_("match weight"))
    probability = models.FloatField(_("probability"))
    zone = models.CharField(_("zone"), max_length=8, choices=Zone.choices, db_collation="C")
    levels = ArrayField(models.SmallIntegerField(), default=list)
    exact_document = models.BooleanField(_("the same document"), default=False)

    class Meta:
        verbose_name = _("somebody who looks known")
        verbose_name_plural = _("people who look known")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, other_row=None, other_submission=None)
                | models.Q(person=None, other_row__isnull=False, other_submission__isnull=False),
                name="linkage_incoming_one_other",
            ),
        )
        indexes = (models.Index(fields=["submission"], name="linkage_incoming_submission"),)
