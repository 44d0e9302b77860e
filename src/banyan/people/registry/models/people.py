"""People, households and who belongs where from when to when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE


class Status(models.TextChoices):
    """Where a registration stands. Nothing is ever deleted: what was registered by mistake is withdrawn."""

    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


def _status_rules(table: str) -> tuple[models.CheckConstraint, models.CheckConstraint]:
    """A status is one of the four; whatever is not active says why."""
    return (
        models.CheckConstraint(condition=models.Q(status__in=Status.values), name=f"registry_{table}_status"),
        models.CheckConstraint(
            condition=models.Q(status=Status.ACTIVE) | ~models.Q(status_reason=""), name=f"registry_{table}_reason"
        ),
    )


class Household(Model):
    """People who live and eat together, registered once in an operation.

    Size and composition are counted from memberships whenever they are asked for; `size_reported` is what the family said.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "reference", "registered_on", "interviewed_on", "interviewer",
        "registration_group", "status", "status_reason", "status_since", "batch", "submission", "version", "source",
    ) | classed(
        PERSONAL, "number", "place", "address", "language", "size_reported", "residence_status",
        "origin_country", "located",
    ) | classed(SENSITIVE, "phone", "lat", "lon", "extras")  # fmt: skip

    # Neither operations, places nor people are ever deleted, so the database need not look each up again for every
    # row: that alone would be a third of an import. Whoever writes takes them from rows that it has read.
    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"), db_constraint=False
    )
    scope_id = models.IntegerField(_("scope"))
    reference = models.CharField(_("reference"), max_length=24, db_collation="C")
    number = models.CharField(_("number of the submitter"), max_length=80, blank=True, default="", db_collation="C")
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place"), db_constraint=False
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    # Whether the position lies in the place; null where one of them, or the boundary, is not known.
    located = models.BooleanField(_("position lies in the place"), null=True, blank=True)
    phone = models.CharField(_("telephone of the household"), max_length=20, blank=True, default="", db_collation="C")
    registered_on = models.DateField(_("registered on"))
    interviewed_on = models.DateField(_("interviewed on"), null=True, blank=True)
    interviewer = models.CharField(_("interviewer"), max_length=120, blank=True, default="")
    registration_group = models.CharField(_("registration group"), max_length=80, blank=True, default="")
    language = models.CharField(_("language of the household"), max_length=12, blank=True, default="")
    size_reported = models.SmallIntegerField(_("size as reported"), null=True, blank=True)
    residence_status = models.CharField(_("residence status"), max_length=40, blank=True, default="")
    origin_country = models.CharField(_("country of origin"), max_length=3, blank=True, default="", db_collation="C")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField(_("reason of the status"), max_length=200, blank=True, default="")
    status_since = models.DateField(_("status since"), null=True, blank=True)
    # Answers to questions that no field of the register takes, by their key: see forms.declarations.
    extras = models.JSONField(_("further answers"), default=dict, blank=True)
    # Where it came from; empty when it was registered by hand. The name of the batch stands here to count by.
    source = models.CharField(_("source"), max_length=120, blank=True, default="", db_default="")
    batch = models.UUIDField(_("batch"), null=True, blank=True)
    submission = models.UUIDField(_("submission"), null=True, blank=True)
    # Counts up with every change (trigger in 0003): who saves says which version was read.
    version = models.IntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = (
            models.UniqueConstraint(fields=["reference"], name="registry_household_reference"),
            *_status_rules("household"),
        )
        indexes = (
            models.Index(fields=["scope_id", "registered_on", "id"], name="registry_household_scope"),
            models.Index(fields=["registered_on", "id"], name="registry_household_newest"),
            models.Index(fields=["number"], condition=~models.Q(number=""), name="registry_household_number"),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="registry_household_phone"),
            models.Index(fields=["batch"], name="registry_household_batch"),
            models.Index(fields=["submission"], name="registry_household_submission"),
        )

    def __str__(self) -> str:
        return self.reference


class Person(Model):
    """A person, registered once in an operation, as written down. Ages are computed when they are used."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "reference", "status", "status_reason", "status_since", "registered_on",
        "batch", "submission", "staged_row", "version", "entered_on", "verified_on", "odd_codes",
    ) | classed(
        PERSONAL, "number", "full_name", "given_name", "middle_name", "family_name", "name_original", "mother_name",
        "father_name", "sex", "birth_date", "nationality", "origin_country", "marital_status", "arrived_on",
        "education", "occupation", "place", "address", "language", "contact_preference", "photo",
        "photo_taken_on", "needs_screened_on", "born_in_asylum", "merged_into",
    ) | classed(SENSITIVE, "legal_status", "status_decided_on", "biometric_status", "email", "difficulties", "extras")  # fmt: skip

    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"), db_constraint=False,
        db_index=False,
    )  # fmt: skip
    scope_id = models.IntegerField(_("scope"))
    reference = models.CharField(_("reference"), max_length=24, db_collation="C")
    number = models.CharField(_("number of the submitter"), max_length=80, blank=True, default="", db_collation="C")
    full_name = models.CharField(_("full name"), max_length=200, db_collation="C")
    given_name = models.CharField(_("given name"), max_length=100, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True, default="")
    family_name = models.CharField(_("family name"), max_length=100, blank=True, default="")
    name_original = models.CharField(_("name in the original script"), max_length=200, blank=True, default="")
    mother_name = models.CharField(_("mother's name"), max_length=200, blank=True, default="")
    father_name = models.CharField(_("father's name"), max_length=200, blank=True, default="")
    sex = models.CharField(_("sex"), max_length=8, default="unknown", db_collation="C")
    birth_date = PartialDateField(_("date of birth"), null=True, blank=True)
    nationality = models.CharField(_("nationality"), max_length=3, blank=True, default="", db_collation="C")
    origin_country = models.CharField(_("country of origin"), max_length=3, blank=True, default="", db_collation="C")
    marital_status = models.CharField(_("marital status"), max_length=40, blank=True, default="")
    legal_status = models.CharField(_("legal status"), max_length=40, blank=True, default="")
    status_decided_on = PartialDateField(_("legal status decided on"), null=True, blank=True)
    arrived_on = PartialDateField(_("arrived"), null=True, blank=True)
    # A child born after the family arrived may carry the family's day of arrival: no mistake then.
    born_in_asylum = models.BooleanField(_("born after the family arrived"), default=False, db_default=False)
    education = models.CharField(_("education"), max_length=40, blank=True, default="")
    occupation = models.CharField(_("occupation"), max_length=120, blank=True, default="")
    # {domain of the Washington Group Short Set: code of difficulty}
    difficulties = models.JSONField(_("difficulties in functioning"), default=dict, blank=True)
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place"), db_constraint=False
    )  # fmt: skip
    address = models.CharField(_("address"), max_length=300, blank=True, default="")
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    contact_preference = models.CharField(_("preferred way of contact"), max_length=40, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    photo = models.CharField(_("photo"), max_length=80, blank=True, default="")
    photo_taken_on = models.DateField(_("photo taken on"), null=True, blank=True)
    # Whether biometrics were taken elsewhere, or why not; the register itself holds none.
    biometric_status = models.CharField(_("biometrics"), max_length=40, blank=True, default="", db_default="")
    needs_screened_on = models.DateField(_("asked about specific needs on"), null=True, blank=True)
    registered_on = models.DateField(_("registered on"))
    entered_on = models.DateField(_("written down on"), null=True, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)
    # Columns whose codes stood in no list when they were written, with a space between: see rules.marks.
    odd_codes = models.CharField(_("values that are in no list"), max_length=200, blank=True, default="", db_default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField(_("reason of the status"), max_length=200, blank=True, default="")
    status_since = models.DateField(_("status since"), null=True, blank=True)
    extras = models.JSONField(_("further answers"), default=dict, blank=True)
    batch = models.UUIDField(_("batch"), null=True, blank=True)
    submission = models.UUIDField(_("submission"), null=True, blank=True)
    staged_row = models.UUIDField(_("row of the batch"), null=True, blank=True)
    # The registration that stands for this one since both were found to be one person; never one that is merged itself.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="aliases", verbose_name=_("merged into"),
        db_constraint=False, db_index=False,
    )  # fmt: skip
    version = models.IntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(fields=["reference"], name="registry_person_reference"),
            models.CheckConstraint(
                condition=models.Q(sex__in=["female", "male", "other", "unknown"]), name="registry_person_sex"
            ),
            models.CheckConstraint(condition=~models.Q(full_name=""), name="registry_person_named"),
            # Whoever is merged is counted nowhere; and whoever is not withdrawn stands for themselves.
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(status=Status.WITHDRAWN),
                name="registry_person_merged_away",
            ),
            *_status_rules("person"),
        )
        indexes = (
            # Pages of a list: of one area, and of everything.
            models.Index(fields=["scope_id", "full_name", "id"], name="registry_person_scope"),
            models.Index(fields=["full_name", "id"], name="registry_person_by_name"),
            models.Index(fields=["number"], condition=~models.Q(number=""), name="registry_person_number"),
            models.Index(fields=["batch"], name="registry_person_batch"),
            models.Index(fields=["submission"], name="registry_person_submission"),
            models.Index(fields=["merged_into"], condition=~models.Q(merged_into=None), name="registry_person_merged"),
        )

    def __str__(self) -> str:
        return self.reference


class Membership(Model):
    """A person's place in a household, from a day on and, when it is over, to a day. A person has one at a time."""

    tracked = True
    history_parent = "person"
    privacy: ClassVar = classed(INTERNAL, "scope_id") | classed(
        PERSONAL, "person", "household", "relationship", "said", "is_head", "is_collector", "is_alternate", "since", "until",
        "reason",
    )  # fmt: skip

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", db_constraint=False, db_index=False)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="memberships", db_constraint=False, db_index=False
    )
    scope_id = models.IntegerField(_("scope"))
    relationship = models.CharField(_("relationship to the head"), max_length=40, blank=True, default="")
    said = models.CharField(_("relationship in their own words"), max_length=60, blank=True, default="", db_default="")
    is_head = models.BooleanField(_("head"), default=False)
    is_collector = models.BooleanField(_("collects for the household"), default=False)
    is_alternate = models.BooleanField(_("may collect instead"), default=False)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason of the end"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until=None), name="registry_membership_one_open"
            ),
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(until=None, is_head=True), name="registry_membership_one_head"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="registry_membership_order",
            ),
        )
        indexes = (
            models.Index(fields=["household", "since"], name="registry_membership_household"),
            # The open one is found by the constraint above.
            models.Index(fields=["person"], condition=~models.Q(until=None), name="registry_membership_past"),
        )
