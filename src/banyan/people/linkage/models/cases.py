"""Cases: registrations that may be one person, looked at together; and every decision about them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION, PERSONAL
from banyan.people.linkage.models.pairs import Zone
from banyan.people.linkage.states import CaseState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Case(Model):
    """People who may be one: a group of pairs not yet decided, up to twelve.

    `scope_ids` are the scopes of all members: who does not reach every one sees nothing of the case. `scope_id` is the one
    they share, and None when they share none, so that history shows such a case only to who reaches everything.
    """

    tracked = True
    history_ignores = ("priority",)
    privacy: ClassVar = classed(
        INTERNAL, "operation", "across", "scope_id", "scope_ids", "reference", "state", "size", "split", "priority",
        "due_on", "assignee", "assignee_label", "opened_at", "proposed_by", "proposed_by_label", "proposed_at",
        "confirmed_by", "confirmed_by_label", "decided_at", "shelved_until", "joined_into", "version",
    ) | classed(PERSONAL, "zone", "probability", "exact_document", "noted", "weight")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    across = models.BooleanField(_("across operations"), default=False)
    scope_id = models.IntegerField(null=True)
    scope_ids = ArrayField(models.IntegerField())
    reference = models.CharField(_("reference"), max_length=24, db_collation="C", unique=True)
    state = models.CharField(
        _("state"), max_length=8, choices=CaseState.choices, default=CaseState.OPEN, db_collation="C"
    )
    size = models.SmallIntegerField(_("records"))
    # The group is larger than one case shows: the weaker links lead to other cases.
    split = models.BooleanField(_("part of a larger group"), default=False)
    zone = models.CharField(_("zone"), max_length=8, choices=Zone.choices, db_collation="C")
    # Of the strongest pair.
    weight = models.FloatField(_("match weight"), default=0)
    probability = models.FloatField(_("probability"), default=0)
    exact_document = models.BooleanField(_("the same document"), default=False)
    noted = models.BooleanField(_("noted by somebody"), default=False)
    priority = models.IntegerField(default=0)  # higher first
    due_on = models.DateField(_("due on"), null=True)
    assignee = models.UUIDField(_("assigned to"), null=True)
    assignee_label = models.CharField(max_length=200, blank=True, default="")
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    proposed_by = models.UUIDField(null=True)
    proposed_by_label = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)
    shelved_until = models.DateField(_("put aside until"), null=True)
    joined_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    # Counts up whenever members come or go or somebody decides: who decides says which version they looked at.
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("case of suspected duplicates")
        verbose_name_plural = _("cases of suspected duplicates")
        constraints = (
            # Whatever the application may get wrong: nobody confirms a merge that they proposed themselves.
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("proposed_by")),
                name="linkage_case_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[CaseState.MERGED, CaseState.UNDONE])
                | models.Q(proposed_by__isnull=False, confirmed_by__isnull=False),
                name="linkage_case_merged_by_two",
            ),
        )
        indexes = (
            models.Index(
                fields=["-priority", "id"], condition=models.Q(state=CaseState.OPEN), name="linkage_case_queue"
            ),
            models.Index(fields=["operation", "state", "-priority", "id"], name="linkage_case_list"),
            models.Index(fields=["assignee", "state"], name="linkage_case_of"),
        )

    def __str__(self) -> str:
        return self.reference


class CaseMember(Model):
    """One person of a case. Whoever left stays noted: the person was merged elsewhere, withdrawn, or is no longer alike."""

    tracked = True
    history_parent = "case"
    privacy: ClassVar = classed(INTERNAL, "case", "scope_id", "operation", "left_on") | classed(PERSONAL, "person")

    case = models.ForeignKey(Case, models.PROTECT, related_name="members")
    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    left_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("record of a case")
        verbose_name_plural = _("records of a case")
        constraints = (models.UniqueConstraint(fields=["case", "person"], name="linkage_casemember_once"),)


class Decision(Model):
    """One step of a case: who, when, why, and how the records were sorted. Never changed afterwards.

    `partition`: [{"survivor": id, "ids": [id …], "take": {field: id}} …]; whoever stands in none could not be judged.
    `verdicts`: {"first id": {"second id": "same" | "different" | "unsure"}}. `merges`: the merges of the register it led to.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "case", "scope_id", "scope_ids", "verb", "by", "by_label", "at", "until", "confirms", "merges"
    ) | classed(PERSONAL, "partition", "verdicts", "reason")  # fmt: skip

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    scope_id = models.IntegerField(null=True)
    scope_ids = ArrayField(models.IntegerField())
    verb = models.CharField(_("step"), max_length=8, db_collation="C")
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    until = models.DateField(null=True)
    partition = models.JSONField(default=list)
    verdicts = models.JSONField(default=dict)
    confirms = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    merges = models.JSONField(default=list)

    class Meta:
        verbose_name = _("decision about suspected duplicates")
        verbose_name_plural = _("decisions about suspected duplicates")


class CaseTargets(Model):
    """In how many days an operation wants cases decided, by zone; without a row the standard holds."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "probable_days", "possible_days", "confirm_days", "shelf_days", "changed_by_label"
    )

    operation = models.OneToOneField(OPERATION, models.PROTECT, related_name="+")
    probable_days = models.SmallIntegerField(_("days for probable pairs"), default=3)
    possible_days = models.SmallIntegerField(_("days for possible pairs"), default=14)
    confirm_days = models.SmallIntegerField(_("days for the second person"), default=2)
    shelf_days = models.SmallIntegerField(_("days that unsure cases are put aside"), default=30)
    changed_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("service targets of duplicates")
        verbose_name_plural = _("service targets of duplicates")
