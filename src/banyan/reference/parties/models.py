"""Tables of organisations. A code once given is never given again: nothing here is deleted."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.fields import PartialDateField
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy
from banyan.reference.parties.states import ImportState

PUBLIC, INTERNAL, PERSONAL = Privacy.PUBLIC, Privacy.INTERNAL, Privacy.PERSONAL


class Status(models.TextChoices):
    """Whether an organisation works."""

    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class Reach(models.TextChoices):
    """How far an organisation works."""

    INTERNATIONAL = "international", _("international")
    REGIONAL = "regional", _("regional")
    NATIONAL = "national", _("national")
    LOCAL = "local", _("local")


class Relation(models.TextChoices):
    """What a further name is."""

    TRANSLATION = "translation", _("name in another language")
    ALIAS = "alias", _("also known as")
    FORMER = "former", _("former name")
    ACRONYM = "acronym", _("further acronym")


class Organisation(Model):
    """An organisation as it is now. `kind` is a code of the list "organisation-type"; `country` is that of its seat."""

    tracked = True
    privacy: ClassVar = dict.fromkeys(
        ["code", "name", "acronym", "kind", "reach", "parent", "country", "website", "status", "since", "until"], PUBLIC
    )

    code = models.CharField(_("code"), max_length=20, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=60, blank=True, default="")
    kind = models.CharField(_("type"), max_length=64, blank=True, default="")
    reach = models.CharField(_("reach"), max_length=20, choices=Reach.choices, blank=True, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )
    country = models.CharField(_("country of its seat"), max_length=3, blank=True, default="")
    website = models.CharField(_("website"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    since = PartialDateField(_("founded"), null=True, blank=True)
    until = PartialDateField(_("closed in"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = (models.Index(fields=["name", "id"], name="parties_organisation_by_name"),)

    def __str__(self) -> str:
        return self.name


class OrganisationName(Model):
    """A further name: in another language, an alias, a former name, a further acronym; with source and time."""

    tracked = True
    history_parent = "organisation"
    privacy: ClassVar = dict.fromkeys(
        ["organisation", "relation", "language", "text", "source", "since", "until"], PUBLIC
    )

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    relation = models.CharField(_("kind of name"), max_length=12, choices=Relation.choices, default=Relation.ALIAS)
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    text = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    since = PartialDateField(_("used from"), null=True, blank=True)
    until = PartialDateField(_("used until"), null=True, blank=True)

    class Meta:
        verbose_name = _("name of an organisation")
        verbose_name_plural = _("names of organisations")
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "relation", "language", "text"], name="parties_organisationname_once"
            ),
        )

    def __str__(self) -> str:
        return self.text


class ExternalId(Model):
    """What others call an organisation in their lists: IATI, HPC, HDX, XM-OCHA, or the key in an imported list."""

    tracked = True
    history_parent = "organisation"
    privacy: ClassVar = dict.fromkeys(["organisation", "scheme", "value", "source"], PUBLIC)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    scheme = models.CharField(_("list"), max_length=40, db_collation="C")
    value = models.CharField(_("identifier"), max_length=100, db_collation="C")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("identifier elsewhere")
        verbose_name_plural = _("identifiers elsewhere")
        constraints = (models.UniqueConstraint(fields=["scheme", "value"], name="parties_externalid_once"),)

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class SearchName(Model):
    """Every name and acronym of an organisation in normal form, for searching. Made from the others, so not kept in history."""

    privacy: ClassVar = dict.fromkeys(["organisation", "text", "normal", "is_acronym"], PUBLIC)

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)
    normal = models.CharField(max_length=400, db_collation="C")
    is_acronym = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=["normal"], name="parties_searchname_normal"),)

    def __str__(self) -> str:
        return self.text


class SearchKey(Model):
    """Hashed name keys, equal across scripts and spellings (kernel.names)."""

    privacy: ClassVar = dict.fromkeys(["organisation", "hash"], PUBLIC)

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    hash = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["hash", "organisation"], name="parties_searchkey_once"),)

    def __str__(self) -> str:
        return str(self.hash)


class Contact(Model):
    """A person to contact in an organisation. Personal: under row-level security, masked until asked for, reading logged."""

    tracked = True
    # No history_parent: in the organisation's timeline its values would stand unmasked, and reading it leaves no entry.
    privacy: ClassVar = dict.fromkeys(["name", "email", "phone", "note"], PERSONAL) | dict.fromkeys(
        ["organisation", "post", "scope", "until"], INTERNAL
    )

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    name = models.CharField(_("name"), max_length=200)
    post = models.CharField(_("post"), max_length=200, blank=True, default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    # The area the person works in; without one, only those who see contacts everywhere see it.
    scope = models.ForeignKey("access.Scope", models.PROTECT, related_name="+", verbose_name=_("area"))
    until = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.post or str(self.id)


class Import(Model):
    """A list of organisations that somebody sent, and what became of it."""

    tracked = True
    privacy: ClassVar = dict.fromkeys(["file_name", "source", "at", "state", "counts", "job_id"], INTERNAL)

    file_name = models.CharField(_("file"), max_length=200)
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    at = models.DateTimeField(_("sent"), default=timezone.now)
    state = models.CharField(
        _("state"), max_length=12, choices=[(s.value, s.value) for s in ImportState], default=ImportState.CHECKED
    )
    counts = models.JSONField(_("counts"), default=dict)
    job_id = models.UUIDField(_("job"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of organisations")
        verbose_name_plural = _("imports of organisations")

    def __str__(self) -> str:
        return self.file_name


class ImportRow(Model):
    """A row of an import: the candidate that was read from it, None when it cannot be taken."""

    privacy: ClassVar = dict.fromkeys(["batch", "number", "candidate"], INTERNAL)

    batch = models.ForeignKey(Import, models.CASCADE, related_name="+")
    number = models.IntegerField()
    candidate = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "number"], name="parties_importrow_once"),)

    def __str__(self) -> str:
        return str(self.number)


class ImportFinding(Model):
    """What was found in an import: where, what, how to mend it; as code and parameters, so that each reader's language serves."""

    privacy: ClassVar = dict.fromkeys(["batch", "row", "column", "code", "parameters", "value", "severity"], INTERNAL)

    batch = models.ForeignKey(Import, models.CASCADE, related_name="+")
    row = models.IntegerField(null=True)
    column = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    value = models.CharField(max_length=500, blank=True, default="")
    severity = models.CharField(max_length=10)

    class Meta:
        indexes = (models.Index(fields=["batch", "row", "id"], name="parties_importfinding_order"),)

    def __str__(self) -> str:
        return self.code
