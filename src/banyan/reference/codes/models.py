"""Tables of code lists: a list has versions; a term belongs to the list for ever; an edition is a term as one version says it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy
from banyan.reference.codes.states import VersionState

MAPPING_KINDS = [("exact", "exact"), ("broader", "broader"), ("narrower", "narrower"), ("related", "related")]


class CodeList(Model):
    """A list of codes with one meaning, kept by an authority."""

    tracked = True
    privacy: ClassVar[dict[str, Privacy]] = dict.fromkeys(
        ["code", "names", "description", "authority", "uri", "licence"], Privacy.PUBLIC
    )

    code = models.SlugField(max_length=64, unique=True)
    names = models.JSONField(default=dict)
    description = models.JSONField(default=dict, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    uri = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.code


class Version(Model):
    """A dated edition of a list. The one in force is the published one with the highest number."""

    tracked = True
    privacy: ClassVar[dict[str, Privacy]] = dict.fromkeys(
        ["code_list", "number", "label", "published_on", "state", "digest", "loaded_at", "source"], Privacy.PUBLIC
    )

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=64)
    published_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in VersionState], default=VersionState.DRAFT
    )
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code_list", "number"], name="codes_version_number"),
            models.UniqueConstraint(
                fields=["code_list", "label"], name="codes_version_label", condition=~models.Q(state="discarded")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code_list_id} {self.label}"


class Term(Model):
    """A code of a list. Once given it stays, so that old data keep their meaning; it is never given to another thing."""

    tracked = True
    privacy: ClassVar[dict[str, Privacy]] = dict.fromkeys(["code_list", "code"], Privacy.PUBLIC)

    code_list = models.ForeignKey(CodeList, models.PROTECT, related_name="terms")
    code = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code_list", "code"], name="codes_term_code")]

    def __str__(self) -> str:
        return self.code


class Edition(Model):
    """What one version says of a term."""

    tracked = True
    privacy: ClassVar[dict[str, Privacy]] = dict.fromkeys(
        ["version", "term", "parent", "labels", "description", "uri", "attributes", "position"], Privacy.PUBLIC
    )

    version = models.ForeignKey(Version, models.CASCADE, related_name="editions")
    term = models.ForeignKey(Term, models.PROTECT, related_name="editions")
    parent = models.ForeignKey(Term, models.PROTECT, null=True, blank=True, related_name="+")
    labels = models.JSONField()
    description = models.JSONField(default=dict)
    uri = models.CharField(max_length=500, blank=True)
    attributes = models.JSONField(default=dict)
    position = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "term"], name="codes_edition_once")]
        indexes: ClassVar = [models.Index(fields=["version", "position"], name="codes_edition_order")]

    def __str__(self) -> str:
        return str(self.term_id)


class Mapping(Model):
    """A term of one list corresponds to a term of another. An ended mapping stays, with its end."""

    tracked = True
    privacy: ClassVar[dict[str, Privacy]] = dict.fromkeys(
        ["source", "target", "kind", "note", "since", "until"], Privacy.PUBLIC
    )

    source = models.ForeignKey(Term, models.PROTECT, related_name="mappings_from")
    target = models.ForeignKey(Term, models.PROTECT, related_name="mappings_to")
    kind = models.CharField(max_length=8, choices=MAPPING_KINDS)
    note = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "target"], name="codes_mapping_once", condition=models.Q(until=None)
            ),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="codes_mapping_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
