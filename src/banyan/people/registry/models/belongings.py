"""What a person has: documents, telephones, specific needs; and what was told to people about the use of their data."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL, PERSONAL, SENSITIVE, Household, Person
from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Document(Model):
    """An identity document. `number` is as written, `number_key` as it is compared: capital letters and digits only."""

    tracked = True
    history_parent = "person"
    privacy: ClassVar = (
        classed(INTERNAL, "scope_id", "is_current")
        | classed(PERSONAL, "person", "type", "issuer", "issued_on", "expires_on")
        | classed(SENSITIVE, "number", "number_key")
    )  # masked on pages until asked for, so hidden in history as well

    person = models.ForeignKey(Person, models.PROTECT, related_name="documents", db_constraint=False)
    scope_id = models.IntegerField(_("scope"))
    type = models.CharField(_("type of document"), max_length=40)
    number = models.CharField(_("number"), max_length=80)
    number_key = models.CharField(max_length=80, db_collation="C")
    issuer = models.CharField(_("issued by"), max_length=120, blank=True, default="")
    issued_on = PartialDateField(_("issued on"), null=True, blank=True)
    expires_on = PartialDateField(_("expires on"), null=True, blank=True)
    is_current = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = (models.Index(fields=["number_key"], name="registry_document_number"),)


class Phone(Model):
    """A telephone number: `number` in E.164 (+95…), `raw` as it was written. Families share numbers."""

    tracked = True
    history_parent = "person"
    privacy: ClassVar = (
        classed(INTERNAL, "scope_id", "position") | classed(PERSONAL, "person") | classed(SENSITIVE, "number", "raw")
    )

    person = models.ForeignKey(Person, models.PROTECT, related_name="phones", db_constraint=False)
    scope_id = models.IntegerField(_("scope"))
    number = models.CharField(_("telephone"), max_length=20, db_collation="C")
    raw = models.CharField(_("as written"), max_length=60, blank=True, default="")
    position = models.SmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        indexes = (models.Index(fields=["number"], name="registry_phone_number"),)


class Need(Model):
    """A specific need, from a day on and perhaps to one; the codes stand in the list specific-needs.

    `sensitive` needs are shown only to who may see sensitive values.
    """

    tracked = True
    history_parent = "person"
    privacy: ClassVar = classed(INTERNAL, "scope_id", "sensitive") | classed(
        SENSITIVE, "person", "code", "since", "until", "note"
    )

    person = models.ForeignKey(Person, models.PROTECT, related_name="needs", db_constraint=False, db_index=False)
    scope_id = models.IntegerField(_("scope"))
    code = models.CharField(_("need"), max_length=40)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    sensitive = models.BooleanField(_("sensitive"), default=False)

    class Meta:
        verbose_name = _("specific need")
        verbose_name_plural = _("specific needs")
        constraints = (
            models.UniqueConstraint(fields=["person", "code"], condition=models.Q(until=None), name="registry_need_once"),
        )  # fmt: skip
        indexes = (models.Index(fields=["person"], condition=~models.Q(until=None), name="registry_need_past"),)


class Notice(Model):
    """A notice given to a person or a household, and for which purposes they agreed. Refusing never affects aid."""

    tracked = True
    history_parent = "person"
    privacy: ClassVar = classed(INTERNAL, "scope_id", "version", "legal_basis") | classed(
        PERSONAL, "person", "household", "language", "given_on", "purposes", "withdrawn_on"
    )

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="notices", db_constraint=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="notices", db_constraint=False
    )
    scope_id = models.IntegerField(_("scope"))
    version = models.CharField(_("version of the notice"), max_length=40, blank=True, default="")
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    given_on = models.DateField(_("given on"))
    purposes = models.JSONField(_("purposes"), default=dict, blank=True)  # {purpose: agreed}
    legal_basis = models.CharField(_("legal basis"), max_length=40, default="consent")
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person=None, household__isnull=False)
                | models.Q(person__isnull=False, household=None),
                name="registry_notice_of_one",
            ),
        )
