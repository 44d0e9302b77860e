"""Tables of saved criteria: a criterion of an operation, and every version of its text."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.criteria.states import CriterionState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed


class Criterion(Model):
    """A rule that selects records of one subject, over all its versions. Its key names it for ever within the operation.

    Without an operation it belongs to all of them.
    """

    tracked = True
    privacy: ClassVar = classed(
        Privacy.INTERNAL,
        "operation",
        "key",
        "name",
        "subject",
        "purpose",
        "owner",
        "owner_name",
        "state",
        "number",
        "created_at",
    )

    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )
    key = models.CharField(_("key"), max_length=60, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    # Key of a declared subject: "person", "household"; it never changes, since whatever uses the criterion relies on it.
    subject = models.CharField(_("about"), max_length=40, db_collation="C")
    purpose = models.CharField(_("purpose"), max_length=40, db_collation="C")
    owner = models.UUIDField(_("account of the owner"), null=True, blank=True)
    owner_name = models.CharField(_("owner"), max_length=200)
    state = models.CharField(_("state"), max_length=10, default=CriterionState.ACTIVE.value)
    number = models.IntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = (
            models.UniqueConstraint(
                fields=["operation", "key"], name="criteria_criterion_key_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in CriterionState]), name="criteria_criterion_state"
            ),
        )

    def __str__(self) -> str:
        return self.name


class CriterionVersion(Model):
    """The text of a criterion from a moment on. Versions are only added: what selected somebody can always be read again."""

    tracked = True
    history_parent = "criterion"
    database_rights = "append"
    privacy: ClassVar = classed(Privacy.INTERNAL, "criterion", "number", "text", "note", "made_by", "made_at")

    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="+", verbose_name=_("criterion"), db_index=False
    )
    number = models.IntegerField(_("version"))
    text = models.TextField(_("text"))
    note = models.CharField(_("why"), max_length=300, blank=True, default="")
    made_by = models.CharField(_("written by"), max_length=200)
    made_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a criterion")
        verbose_name_plural = _("versions of criteria")
        constraints = (
            models.UniqueConstraint(fields=["criterion", "number"], name="criteria_criterionversion_number_once"),
        )
