"""Sanctions lists by version, runs of the screening, and hits with every step taken on them.

None of these tables is kept in history: whoever may see all history would see hits there. Hits carry their own log instead
(`ScreeningStep`), which is written once and closed by the same row-level security as the hits.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.linkage.models.features import INTERNAL, OPERATION, PERSONAL, SENSITIVE
from banyan.people.linkage.states import HitState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class ListSource(models.TextChoices):
    """Who publishes a list."""

    UN = "un", _("United Nations Security Council")
    EU = "eu", _("European Union")
    OFAC = "ofac", _("OFAC, specially designated nationals")
    OWN = "own", _("a list of one's own")


class HitZone(models.TextChoices):
    """What a hit rests on; the first of them are looked at first."""

    DOCUMENT = "document", _("the number of a document")
    STRONG = "strong", _("name and date of birth, closely")
    POSSIBLE = "possible", _("name and date of birth, roughly")
    NAME_ONLY = "name_only", _("a name alone")


class RunReason(models.TextChoices):
    """Why the register was compared with the lists."""

    LIST = "list", _("a new version of a list")
    NIGHT = "night", _("every night, whoever changed")
    PERSON = "person", _("one person, on demand")
    DEMAND = "demand", _("everybody, on demand")


class ListVersion(Model):
    """A sanctions list as it was loaded. The newest of a source is live; the others say what was compared when."""

    privacy: ClassVar = classed(
        INTERNAL, "source", "file_name", "made", "checksum", "size", "kept", "entries", "others", "joined", "left", "changed",
        "notes", "noted", "is_live", "loaded_by", "loaded_by_label", "loaded_at", "replaced_at",
    )  # fmt: skip

    source = models.CharField(_("list"), max_length=8, choices=ListSource.choices, db_collation="C")
    file_name = models.CharField(_("file"), max_length=200)
    made = models.CharField(_("made on"), max_length=10, blank=True, default="", db_collation="C")  # by the list itself
    checksum = models.CharField(_("checksum"), max_length=64, db_collation="C")  # SHA-256
    size = models.IntegerField(_("size"))
    kept = models.CharField(max_length=80)  # the file as it came, in the vault
    entries = models.IntegerField(_("people"))
    others = models.IntegerField(_("organisations and ships"))
    joined = models.IntegerField(_("new"))
    left = models.IntegerField(_("not on it any more"))
    changed = models.IntegerField(_("changed"))
    notes = models.JSONField(_("doubtful"), default=list)  # [code, parameters, line]
    noted = models.IntegerField(_("doubtful"), default=0)
    is_live = models.BooleanField(_("in use"), default=True)
    loaded_by = models.UUIDField(null=True)
    loaded_by_label = models.CharField(_("loaded by"), max_length=200)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        verbose_name = _("sanctions list")
        verbose_name_plural = _("sanctions lists")
        constraints = (
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(is_live=True), name="linkage_listversion_one_live"
            ),
        )
        indexes = (models.Index(fields=["-loaded_at", "id"], name="linkage_listversion_latest"),)

    def __str__(self) -> str:
        return f"{ListSource(self.source).label}, {self.made or self.loaded_at.date()}"


class ListedParty(Model):
    """One person on a list, in one wording: since one version, until the one in which it was worded anew or left out."""

    privacy: ClassVar = classed(
        INTERNAL,
        "source",
        "key",
        "since",
        "until",
        "name",
        "reference",
        "programme",
        "listed_on",
        "remarks",
        "compared",
        "digest",
    )

    source = models.CharField(max_length=8, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")
    since = models.ForeignKey(ListVersion, models.PROTECT, related_name="+")
    until = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=300, db_collation="C")
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    programme = models.CharField(_("programme"), max_length=120, blank=True, default="")
    listed_on = models.CharField(_("listed on"), max_length=10, blank=True, default="")
    remarks = models.TextField(_("remarks"), blank=True, default="")
    compared = models.JSONField()  # names, sex, births, nationalities, documents: rules.screening.entries
    digest = models.BigIntegerField()  # of what is compared

    class Meta:
        verbose_name = _("listed person")
        verbose_name_plural = _("listed people")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "key"], condition=models.Q(until=None), name="linkage_listedparty_one_wording"
            ),
        )
        indexes = (
            models.Index(fields=["source", "key"], name="linkage_listedparty_key"),
            models.Index(fields=["name", "id"], name="linkage_listedparty_name"),
        )

    def __str__(self) -> str:
        return self.name


class ScreeningRun(Model):
    """One comparison of the register, or of some people, with the lists in use; unfinished means it has not been made."""

    privacy: ClassVar = classed(
        INTERNAL, "reason", "version", "started_at", "finished_at", "asked_by_label", "counts", "versions"
    ) | classed(PERSONAL, "shares")  # fmt: skip

    reason = models.CharField(_("reason"), max_length=8, choices=RunReason.choices, db_collation="C")
    version = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="+")
    versions = models.JSONField(default=list)  # ids of the versions that were compared with
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    asked_by_label = models.CharField(_("asked for by"), max_length=200, blank=True, default="")
    counts = models.JSONField(default=dict)
    shares = models.JSONField(default=dict)  # how common the keys of listed names are in the register

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        indexes = (models.Index(fields=["-started_at", "id"], name="linkage_screeningrun_latest"),)


class ScreeningHit(Model):
    """A registered person who may be a listed one. Nothing is stopped by it; it is looked at by people, two for a confirmation."""

    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "run", "found_at", "rank", "escalated_by", "escalated_by_label", "escalated_at",
        "decided_by", "decided_by_label", "decided_at", "reopened", "gone_on", "digest_party",
    ) | classed(
        PERSONAL, "person", "source", "key", "party", "zone", "weight", "listed_name", "own_name", "reasons", "state",
        "digest_person",
    ) | classed(SENSITIVE, "escalated_why", "decided_why")  # fmt: skip

    person = models.ForeignKey("registry.Person", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    source = models.CharField(_("list"), max_length=8, choices=ListSource.choices, db_collation="C")
    key = models.CharField(max_length=80, db_collation="C")
    party = models.ForeignKey(ListedParty, models.PROTECT, related_name="+")  # in the wording last compared
    zone = models.CharField(_("rests on"), max_length=9, choices=HitZone.choices, db_collation="C")
    rank = models.SmallIntegerField()  # of the zone: 0 is looked at first
    weight = models.FloatField(_("weight"))
    listed_name = models.CharField(_("name on the list"), max_length=300)
    own_name = models.CharField(_("name in the register"), max_length=300)
    reasons = models.JSONField(default=list)  # [comparison, level, bits]
    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")  # that found it last
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    digest_person = models.BigIntegerField()
    digest_party = models.BigIntegerField()
    state = models.CharField(
        _("state"), max_length=9, choices=HitState.choices, default=HitState.OPEN, db_collation="C"
    )
    # Neither the person nor the entry is alike any more, or one of them is gone; it stays listed, decided or not.
    gone_on = models.DateField(_("no longer found since"), null=True, blank=True)
    reopened = models.SmallIntegerField(_("opened again"), default=0)
    escalated_by = models.UUIDField(null=True)
    escalated_by_label = models.CharField(_("escalated by"), max_length=200, blank=True, default="")
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_why = models.CharField(_("why it was escalated"), max_length=1000, blank=True, default="")
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(_("decided by"), max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.CharField(_("why it was decided so"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("hit")
        verbose_name_plural = _("hits")
        constraints = (
            models.UniqueConstraint(fields=["person", "source", "key"], name="linkage_screeninghit_once"),
            models.CheckConstraint(
                condition=~models.Q(state=HitState.CONFIRMED)
                | (
                    models.Q(escalated_by__isnull=False, decided_by__isnull=False)
                    & ~models.Q(escalated_by=models.F("decided_by"))
                ),
                name="linkage_screeninghit_two_people",
            ),
            models.CheckConstraint(condition=models.Q(state__in=HitState.values), name="linkage_screeninghit_state"),
        )
        indexes = (
            models.Index(fields=["rank", "-weight", "id"], name="linkage_screeninghit_queue"),
            models.Index(fields=["source", "key"], name="linkage_screeninghit_entry"),
        )


class ScreeningStep(Model):
    """What happened to a hit: found, opened again, and every decision, by whom and why. Written once."""

    database_rights = "append"
    privacy: ClassVar = classed(INTERNAL, "hit", "scope_id", "verb", "by", "by_label", "at") | classed(
        SENSITIVE, "reason"
    )

    hit = models.ForeignKey(ScreeningHit, models.PROTECT, related_name="steps")
    scope_id = models.IntegerField()
    verb = models.CharField(max_length=10, db_collation="C")
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("step of a hit")
        verbose_name_plural = _("steps of hits")


class Screened(Model):
    """With which data a person was last compared with the lists: whoever differs, or is missing, is compared at night."""

    privacy: ClassVar = classed(INTERNAL, "scope_id") | classed(PERSONAL, "person", "digest")

    id = None
    person = models.OneToOneField(
        "registry.Person", models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    scope_id = models.IntegerField()
    digest = models.BigIntegerField()


del Screened.privacy["id"]
