"""What people decide about findings: who mends them, which are waived, which gate is opened, who verifies what."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.models.definitions import INTERNAL, OPERATION, PERSONAL
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Assignment(Model):
    """A finding on somebody's work list. It is over when the finding is mended or taken off the list."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL,
        "subject", "operation", "scope_id", "check_key", "assignee", "assignee_label", "assigned_by", "assigned_by_label",
        "assigned_at", "due_on",
    ) | classed(PERSONAL, "record_id", "note")  # fmt: skip

    record_id = models.UUIDField()
    check_key = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    assignee = models.UUIDField(_("assigned to"))
    assignee_label = models.CharField(max_length=200)
    assigned_by = models.UUIDField(null=True)
    assigned_by_label = models.CharField(max_length=200)
    assigned_at = models.DateTimeField(auto_now=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = (models.UniqueConstraint(fields=["record_id", "check_key"], name="quality_assignment_once"),)
        indexes = (models.Index(fields=["assignee"], name="quality_assignment_of"),)


class Waiver(Model):
    """A finding that is right as it stands, or cannot be mended: by whom, why, until when. The finding stays listed."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL,
        "subject", "operation", "scope_id", "check_key", "given_by", "given_by_label", "given_at", "expires_on", "ended_on",
        "ended_by_label",
    ) | classed(PERSONAL, "record_id", "reason")  # fmt: skip

    record_id = models.UUIDField()
    check_key = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    given_by = models.UUIDField(null=True)
    given_by_label = models.CharField(max_length=200)
    given_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(_("until"))
    ended_on = models.DateField(null=True, blank=True)
    ended_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = (
            models.UniqueConstraint(
                fields=["record_id", "check_key"], condition=models.Q(ended_on=None), name="quality_waiver_one_open"
            ),
        )
        indexes = (
            models.Index(fields=["expires_on"], condition=models.Q(ended_on=None), name="quality_waiver_expiring"),
        )


class Override(Model):
    """A gate opened for one record by two people, for a while: one asks and says why, another confirms."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL,
        "subject", "operation", "scope_id", "checks", "state", "asked_by", "asked_by_label", "asked_at", "days",
        "decided_by", "decided_by_label", "decided_at", "expires_at",
    ) | classed(PERSONAL, "record_id", "reason", "answer")  # fmt: skip

    record_id = models.UUIDField()
    subject = models.CharField(max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    checks = models.JSONField(_("checks"), default=list)  # keys
    state = models.CharField(_("state"), max_length=9, default="asked", db_collation="C")
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.UUIDField(null=True)
    asked_by_label = models.CharField(max_length=200)
    asked_at = models.DateTimeField(auto_now_add=True)
    days = models.SmallIntegerField(_("days"), default=7)
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("opened gate")
        verbose_name_plural = _("opened gates")
        indexes = (
            models.Index(fields=["record_id", "state"], name="quality_override_of"),
            models.Index(
                fields=["operation", "asked_at"], condition=models.Q(state="asked"), name="quality_override_open"
            ),
        )


class Exercise(Model):
    """A verification exercise: some records drawn from the findings of some checks, looked at one by one by people."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL,
        "operation",
        "scope_id",
        "label",
        "subject",
        "checks",
        "made_by",
        "made_by_label",
        "made_at",
        "due_on",
        "closed_at",
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False)
    scope_id = (
        models.IntegerField()
    )  # where it was made: who reaches it sees the exercise, and of its records those in reach
    label = models.CharField(_("name"), max_length=120)
    subject = models.CharField(max_length=40, db_collation="C")
    checks = models.JSONField(_("checks"), default=list)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("verification exercise")
        verbose_name_plural = _("verification exercises")
        indexes = (models.Index(fields=["operation", "made_at"], name="quality_exercise_latest"),)

    def __str__(self) -> str:
        return self.label


class ExerciseRecord(Model):
    """A record of an exercise, and what whoever looked at it found."""

    tracked = True
    history_parent = "exercise"
    privacy: ClassVar = classed(
        INTERNAL,
        "exercise", "scope_id", "position", "assignee", "assignee_label", "outcome", "checked_by_label", "checked_at"
    ) | classed(PERSONAL, "record_id", "note")  # fmt: skip

    exercise = models.ForeignKey(Exercise, models.PROTECT, related_name="records")
    scope_id = models.IntegerField()
    record_id = models.UUIDField()
    position = models.IntegerField()
    assignee = models.UUIDField(null=True, blank=True)
    assignee_label = models.CharField(max_length=200, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=12, blank=True, default="", db_collation="C")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    checked_by_label = models.CharField(max_length=200, blank=True, default="")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("record of an exercise")
        verbose_name_plural = _("records of exercises")
        constraints = (models.UniqueConstraint(fields=["exercise", "record_id"], name="quality_exerciserecord_once"),)
