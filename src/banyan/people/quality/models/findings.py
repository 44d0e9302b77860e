"""What the engine writes: where every record stands, what moved, and the scores of each day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.quality.models.definitions import INTERNAL, OPERATION, PERSONAL, Definition
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class State(Model):
    """Where a record stands as a subject: for every check one bit in each of four words. Its id is the record's.

    The database's key is id and subject (migration 0002): whoever reads names the subject.
    failed ⊆ eligible, unknown ⊆ eligible, waived ⊆ failed. Rewritten only when a bit or a breakdown moves.
    """

    privacy: ClassVar = classed(INTERNAL,
        "subject", "operation", "scope_id", "site", "interviewer", "source", "since"
    ) | classed(PERSONAL, "place", "eligible", "failed", "unknown", "waived")  # fmt: skip

    id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    place = models.UUIDField(null=True)
    site = models.TextField(default="", db_collation="C")
    interviewer = models.TextField(default="", db_collation="C")
    source = models.TextField(default="", db_collation="C")
    eligible = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)
    unknown = models.BigIntegerField(default=0)
    waived = models.BigIntegerField(default=0)
    # The day on which the record was first looked at: what fails since then has no row in Issue.
    since = models.DateField()

    class Meta:
        verbose_name = _("standing of a record")
        verbose_name_plural = _("standings of records")
        indexes = (
            # Lists page through failing records of an area; one of the columns is bits, so only scope and id narrow.
            models.Index(fields=["operation", "subject", "scope_id", "id"], name="quality_state_list"),
        )


class Baseline(Model):
    """Since when a definition is computed for all records of an operation.

    What a new definition finds when it first looks was not caused by anybody that day, so it opens no issues.
    """

    privacy: ClassVar = classed(INTERNAL, "operation", "definition", "since")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+")
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["operation", "definition"], name="quality_baseline_once"),)


class Issue(Model):
    """A finding that moved after its record was first looked at: opened, resolved, opened again.

    What failed from the first look on needs no row until it is mended, so a million empty columns cost nothing.
    """

    privacy: ClassVar = classed(INTERNAL,
        "subject", "operation", "scope_id", "check_key", "first_seen", "last_seen", "resolved_on", "resolved_by", "reopened"
    ) | classed(PERSONAL, "record_id")  # fmt: skip

    record_id = models.UUIDField()
    check_key = models.CharField(max_length=40, db_collation="C")
    subject = models.CharField(max_length=40, db_collation="C")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    first_seen = models.DateField()
    last_seen = models.DateField()  # the day on which it was last opened
    resolved_on = models.DateField(null=True)
    # Who mended it as far as is known: the cause of the pass that saw it mended.
    resolved_by = models.CharField(max_length=200, blank=True, default="")
    reopened = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (models.UniqueConstraint(fields=["record_id", "check_key"], name="quality_issue_once"),)
        indexes = (models.Index(fields=["operation", "check_key", "resolved_on"], name="quality_issue_mended"),)


class Snapshot(Model):
    """The counts of one day: of a check in a scope, as a whole ("all") or for one value of a breakdown.

    Every row lies in one scope, so a viewer's score is the sum of the rows in reach, and nothing of the others.
    failed counts all who meet the predicate, waived those of them who are waived.
    """

    privacy: ClassVar = classed(INTERNAL,
        "day", "operation", "scope_id", "breakdown", "value", "check_key", "version", "eligible", "failed", "unknown",
        "waived", "target", "weight",
    )  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    breakdown = models.CharField(max_length=12, db_collation="C")  # all, place, site, interviewer, source
    value = models.TextField(default="", db_collation="C")
    check_key = models.CharField(max_length=40, db_collation="C")
    version = models.SmallIntegerField()
    eligible = models.IntegerField()
    failed = models.IntegerField()
    unknown = models.IntegerField(default=0)
    waived = models.IntegerField(default=0)
    target = models.DecimalField(max_digits=5, decimal_places=2)
    weight = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        verbose_name = _("score of a day")
        verbose_name_plural = _("scores of days")
        constraints = (
            # Finds the row that a moved record adds to, and the rows of a day.
            models.UniqueConstraint(
                fields=["operation", "breakdown", "day", "check_key", "version", "scope_id", "value"],
                name="quality_snapshot_once",
            ),
        )


class Filled(Model):
    """How many of the mandatory fields are filled on a day, over all records of a scope: the mean share beside the share complete."""

    privacy: ClassVar = classed(INTERNAL, "day", "operation", "scope_id", "check_key", "version", "asked", "filled")

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    check_key = models.CharField(max_length=40, db_collation="C")
    version = models.SmallIntegerField()
    asked = models.BigIntegerField()  # records × fields
    filled = models.BigIntegerField()

    class Meta:
        verbose_name = _("fields filled on a day")
        verbose_name_plural = _("fields filled on days")
        constraints = (
            models.UniqueConstraint(
                fields=["operation", "day", "check_key", "version", "scope_id"], name="quality_filled_once"
            ),
        )


class AgeCount(Model):
    """How many people of each age a group had on a day, to tell whether ages are rounded. Ages 0…99, older ones last."""

    privacy: ClassVar = classed(
        INTERNAL, "day", "operation", "scope_id", "breakdown", "value", "subject", "ages", "known", "first_of_january"
    )

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    subject = models.CharField(max_length=40, db_collation="C")
    breakdown = models.CharField(max_length=12, db_collation="C")
    value = models.TextField(default="", db_collation="C")
    ages = models.JSONField()  # {age: people}
    # Birth dates known to the day and not estimated, and those of them that are a 1 January.
    known = models.IntegerField()
    first_of_january = models.IntegerField()

    class Meta:
        verbose_name = _("ages of a day")
        verbose_name_plural = _("ages of days")
        indexes = (models.Index(fields=["operation", "breakdown", "day"], name="quality_ages_day"),)


class Moved(Model):
    """A record that changed and waits for its checks. Rows are only appended, then taken by number: nobody waits."""

    privacy: ClassVar = classed(INTERNAL, "subject", "record_id", "cause")

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=40, db_collation="C")
    record_id = models.UUIDField()
    # Who moved it, so that a mended finding can say so.
    cause = models.CharField(max_length=200, blank=True, default="")


class Pass(Model):
    """One run of the engine over an operation: how far it looked, what it found moved, how long it took."""

    privacy: ClassVar = classed(
        INTERNAL, "operation", "kind", "at", "seconds", "checked", "moved", "opened", "resolved"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    kind = models.CharField(max_length=8, db_collation="C")  # full, moved
    at = models.DateTimeField(auto_now_add=True)
    seconds = models.FloatField()
    checked = models.IntegerField()
    moved = models.IntegerField()
    opened = models.IntegerField()
    resolved = models.IntegerField()

    class Meta:
        verbose_name = _("run of the checks")
        verbose_name_plural = _("runs of the checks")
        indexes = (models.Index(fields=["operation", "at"], name="quality_pass_latest"),)


__all__ = ["INTERNAL", "AgeCount", "Baseline", "Filled", "Issue", "Moved", "Pass", "Snapshot", "State"]
