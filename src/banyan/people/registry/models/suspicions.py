"""Two people who may be the same one, as somebody noticed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL, PERSONAL, Person
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Resolution(models.TextChoices):
    """What was found out about two people."""

    OPEN = "", _("not decided")
    SAME = "same", _("the same person")
    DIFFERENT = "different", _("two different people")
    # One of the two was merged, and the same is suspected of the registration that stands for it now.
    FOLDED = "folded", _("noted about another registration of the same person")


ANSWERS: tuple[Resolution, ...] = (Resolution.SAME, Resolution.DIFFERENT)
"""What people say of a pair."""


class SuspectedPair(Model):
    """Two registrations that may be one person. It waits until somebody looks at both; nothing is merged by it.

    `first` is the one with the smaller id, so that a pair is noted once. Its scope is that of the first.
    """

    tracked = True
    history_parent = "first"
    privacy: ClassVar = classed(
        INTERNAL, "scope_id", "since", "noted_by", "noted_by_label", "resolved_on", "resolved_by", "resolved_by_label",
        "resolution",
    ) | classed(PERSONAL, "first", "second", "reason")  # fmt: skip

    first = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField(_("scope"))
    since = models.DateField(_("noticed on"))
    reason = models.CharField(_("why"), max_length=300, blank=True, default="")
    noted_by = models.UUIDField(null=True)
    noted_by_label = models.CharField(_("noticed by"), max_length=200, blank=True, default="")
    resolution = models.CharField(_("decision"), max_length=10, choices=Resolution.choices, blank=True, default="")
    resolved_on = models.DateField(_("decided on"), null=True, blank=True)
    resolved_by = models.UUIDField(null=True)
    resolved_by_label = models.CharField(_("decided by"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("suspected duplicate")
        verbose_name_plural = _("suspected duplicates")
        constraints = (
            models.UniqueConstraint(
                fields=["first", "second"], condition=models.Q(resolution=""), name="registry_suspectedpair_once"
            ),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="registry_suspectedpair_of_two"
            ),
            models.CheckConstraint(
                condition=models.Q(resolution="", resolved_on=None)
                | (~models.Q(resolution="") & models.Q(resolved_on__isnull=False)),
                name="registry_suspectedpair_decided",
            ),
        )
