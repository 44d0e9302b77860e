"""Two registrations that were found to be one person, put together so that they can be taken apart again."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL, PERSONAL, SENSITIVE, Person
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Merge(Model):
    """One registration that leads to another since a day; asked for by one person, confirmed by another.

    `what` is everything that the merge wrote, value by value, as the rules of merging read it (rules.uniting), so that undoing
    it restores every row. `kept` says what stayed with the survivor when it was undone, because it came later.
    """

    tracked = True
    history_parent = "survivor"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "asked_by", "asked_by_label", "confirmed_by", "confirmed_by_label", "merged_on",
        "merged_at", "undone_by", "undone_by_label", "undone_at",
    ) | classed(PERSONAL, "survivor", "merged", "reason", "undo_reason") | classed(SENSITIVE, "what", "kept")  # fmt: skip

    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"), db_constraint=False
    )
    # That of the survivor when they were merged.
    scope_id = models.IntegerField(_("scope"))
    survivor = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("registration that stands"), db_constraint=False
    )
    merged = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("registration merged into it"), db_constraint=False
    )
    reason = models.TextField(_("reason"))
    what = models.JSONField(_("what was changed"), default=dict)
    asked_by = models.UUIDField(_("asked for by"))
    asked_by_label = models.CharField(max_length=200, blank=True, default="")
    confirmed_by = models.UUIDField(_("confirmed by"))
    confirmed_by_label = models.CharField(max_length=200, blank=True, default="")
    merged_on = models.DateField(_("merged on"))
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_by = models.UUIDField(_("undone by"), null=True)
    undone_by_label = models.CharField(max_length=200, blank=True, default="")
    undone_at = models.DateTimeField(_("undone"), null=True)
    undo_reason = models.TextField(_("reason of undoing it"), blank=True, default="")
    kept = models.JSONField(_("what stayed with the survivor"), default=list)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = (
            # Whatever the application may get wrong: nobody merges alone, and no machine does.
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("confirmed_by")), name="registry_merge_two_people"
            ),
            models.CheckConstraint(condition=~models.Q(survivor=models.F("merged")), name="registry_merge_of_two"),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None) | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="registry_merge_undone_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="registry_merge_standing_once"
            ),
        )  # fmt: skip
