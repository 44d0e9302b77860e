"""Who is in a programme, who waits, who was found in two, and who disagrees."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.models.programmes import INTERNAL, OPERATION, PERSONAL, Overlapping, Programme
from banyan.aid.programmes.states import OPEN_ENROLMENT, AppealState, EnrolmentState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed

HOUSEHOLD, PERSON = "registry.Household", "registry.Person"


class Cause(models.TextChoices):
    """Why the register itself suspended somebody; whatever lifts the cause resumes them."""

    CLOSED = "closed", _("registration ended")
    MERGED = "merged", _("merged into somebody who is enrolled")


class Enrolment(Model):
    """A household's, or a person's, place in a programme since a day; `scope_id` and `place` are theirs in the register.

    household is empty only for a person who lives in none.

    People and households stay in the register and are referred to; whoever is merged there is moved here, never copied.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "state", "since", "until", "cause", "targeting_run", "overlap", "by",
        "by_label", "at",
    ) | classed(PERSONAL, "household", "person", "place", "score", "reason")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    household = models.ForeignKey(
        HOUSEHOLD, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    state = models.CharField(_("state"), max_length=9, choices=EnrolmentState.choices, db_collation="C")
    # Of the state, or of the place on the waiting list.
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    cause = models.CharField(
        max_length=6, choices=Cause.choices, blank=True, default="", db_default="", db_collation="C"
    )
    # Of the targeting run: the waiting list goes by it, the highest first.
    score = models.DecimalField(_("score"), max_digits=19, decimal_places=4, null=True)
    targeting_run = models.UUIDField(null=True)
    # Enrolled at the same time in another programme of the same purpose; see Overlap.
    overlap = models.BooleanField(_("enrolled elsewhere too"), default=False)
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = (
            models.UniqueConstraint(
                fields=["household", "programme"], condition=models.Q(state__in=OPEN_ENROLMENT, person=None),
                name="programmes_enrolment_household_once",
            ),
            models.UniqueConstraint(
                fields=["person", "programme"], condition=models.Q(state__in=OPEN_ENROLMENT, person__isnull=False),
                name="programmes_enrolment_person_once",
            ),
            models.CheckConstraint(
                condition=models.Q(household__isnull=False) | models.Q(person__isnull=False),
                name="programmes_enrolment_of_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_ENROLMENT, until=None)
                | (~models.Q(state__in=OPEN_ENROLMENT) & models.Q(until__isnull=False)),
                name="programmes_enrolment_until",
            ),
            models.CheckConstraint(
                condition=models.Q(cause="") | models.Q(state=EnrolmentState.SUSPENDED), name="programmes_enrolment_cause"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["programme", "state", "id"], name="programmes_enrolment_list"),
            models.Index(fields=["household"], name="programmes_enrolment_household"),
            models.Index(fields=["person"], condition=~models.Q(person=None), name="programmes_enrolment_person"),
        )


class Overlap(Model):
    """Somebody who was to be enrolled while enrolled in another programme of the same purpose, and how it was ruled.

    Whoever was left out (forbid) has no enrolment; it is listed here, so that somebody looks.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "other", "ruling", "targeting_run", "found_at"
    ) | classed(PERSONAL, "household", "person", "other_enrolment")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    household = models.ForeignKey(
        HOUSEHOLD, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    other = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    other_enrolment = models.UUIDField()
    ruling = models.CharField(_("ruling"), max_length=6, choices=Overlapping.choices, db_collation="C")
    targeting_run = models.UUIDField(null=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True, db_default=models.functions.Now())

    class Meta:
        verbose_name = _("overlap of programmes")
        verbose_name_plural = _("overlaps of programmes")
        indexes = (
            models.Index(fields=["programme", "id"], name="programmes_overlap_list"),
            models.Index(fields=["household"], name="programmes_overlap_household"),
        )


class Appeal(Model):
    """Somebody says that they were left out, or put out, wrongly. Another person than who noted it decides."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "targeting_run", "enrolment", "state", "asked_by",
        "asked_by_label", "asked_at", "decided_by", "decided_by_label", "decided_at",
    ) | classed(PERSONAL, "household", "person", "reason", "decision")  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    household = models.ForeignKey(HOUSEHOLD, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    # What is appealed against: being left out by a run of targeting, or how an enrolment ended.
    targeting_run = models.UUIDField(null=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=7, choices=AppealState.choices, default=AppealState.OPEN, db_collation="C"
    )
    asked_by = models.UUIDField(null=True)
    asked_by_label = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(_("noted"), auto_now_add=True)
    decision = models.TextField(_("decision"), blank=True, default="")
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "household", "person"], condition=models.Q(state=AppealState.OPEN),
                nulls_distinct=False, name="programmes_appeal_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="programmes_appeal_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(state=AppealState.OPEN, decided_at=None)
                | (~models.Q(state=AppealState.OPEN) & models.Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="programmes_appeal_decided",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["programme", "state", "id"], name="programmes_appeal_list"),)
