"""Targeting: rules and score of a programme, lists of communities, runs on a frozen picture of the register, and their rows."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.aid.programmes.rules import targeting as rules
from banyan.aid.programmes.states import TargetingState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
OPERATION, PROGRAMME = "access.Operation", "programmes.Programme"
HOUSEHOLD, PERSON = "registry.Household", "registry.Person"


class EntryKind(models.TextChoices):
    """What a list says of those who stand on it. Who stands on both is left out."""

    INCLUDE = rules.INCLUDE, _("to be included")
    EXCLUDE = rules.EXCLUDE, _("to be left out")


class Verdict(models.TextChoices):
    """What a run says of a record."""

    IN = rules.IN, pgettext_lazy("targeting", "in")
    INCLUDED = rules.INCLUDED, _("in by list")
    UNKNOWN = rules.UNDECIDED, _("cannot be decided")
    OUT = rules.OUT, pgettext_lazy("targeting", "out")
    EXCLUDED = rules.EXCLUDED, _("out by list")


def _amount(**options: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(**{"max_digits": 19, "decimal_places": 4, **options})


class Targeting(Model):
    """Whom a programme is for: alternative rules, a score with its threshold, lists. Approved by another than who proposed it.

    rules: [{"key", "label", "text", "criterion", "version"} …], of which one has to be met; `criterion` and `version` name the
    saved criterion that a text was taken from. score: [{"label", "formula", "weight"} …], added up. `run` is what was proposed:
    these rules on the register of that day.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "programme", "operation", "scope_id", "cycle", "number", "name", "rules", "score", "threshold", "state",
        "run", "note", "made_by", "made_by_label", "made_at", "changed_by", "changed_by_label", "changed_at", "proposed_by",
        "proposed_by_label", "proposed_at", "decided_by", "decided_by_label", "decided_at",
    )  # fmt: skip

    programme = models.ForeignKey(PROGRAMME, models.PROTECT, related_name="+")
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    cycle = models.ForeignKey("programmes.Cycle", models.PROTECT, null=True, blank=True, related_name="+")
    number = models.IntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    rules = models.JSONField(_("rules"), default=list)
    score = models.JSONField(_("score"), default=list)
    threshold = _amount(verbose_name=_("threshold"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=TargetingState.choices, default=TargetingState.DRAFT, db_collation="C"
    )
    run = models.ForeignKey("programmes.TargetingRun", models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.UUIDField(null=True)
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(null=True)
    proposed_by = models.UUIDField(null=True)
    proposed_by_label = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("targeting")
        verbose_name_plural = _("targetings")
        constraints = (
            models.UniqueConstraint(fields=["programme", "number"], name="programmes_targeting_once"),
            # Whatever the application may get wrong: nobody approves what they proposed themselves.
            models.CheckConstraint(
                condition=~models.Q(state=TargetingState.APPROVED)
                | models.Q(run__isnull=False, proposed_by__isnull=False, decided_by__isnull=False)
                & ~models.Q(decided_by=models.F("proposed_by")),
                name="programmes_targeting_two_people",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ListEntry(Model):
    """A household or person whom a community or an office put on a list of a targeting, with the reason."""

    tracked = True
    history_parent = "targeting"
    privacy: ClassVar = classed(
        INTERNAL, "targeting", "operation", "scope_id", "kind", "source", "made_by", "made_by_label", "made_at"
    ) | classed(PERSONAL, "household", "person", "reason")  # fmt: skip

    targeting = models.ForeignKey(Targeting, models.PROTECT, related_name="entries", db_index=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    household = models.ForeignKey(HOUSEHOLD, models.PROTECT, null=True, related_name="+", db_constraint=False)
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_constraint=False)
    kind = models.CharField(_("list"), max_length=7, choices=EntryKind.choices, db_collation="C")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("entry of a list")
        verbose_name_plural = _("entries of lists")
        constraints = (
            models.UniqueConstraint(
                fields=["targeting", "kind", "household", "person"], nulls_distinct=False, name="programmes_listentry_once"
            ),
            models.CheckConstraint(
                condition=models.Q(household=None) ^ models.Q(person=None), name="programmes_listentry_of_one"
            ),
        )  # fmt: skip


class TargetingRun(Model):
    """A targeting held against the register on a day: what was asked is frozen here, what was found in its rows.

    rules: as in Targeting, each with "parts": [{"text", "sensitive"} …], the texts of what is graded on its own. digest: of
    what was asked, lists included. counts: {"verdicts": {verdict: [households or people, members]}, "absent": entries of lists
    whose record is not live}. How far it is, the job says; `done_at` is empty until it is.
    """

    tracked = True
    history_parent = "targeting"
    privacy: ClassVar = classed(
        INTERNAL, "targeting", "operation", "scope_id", "number", "day", "for_whom", "rules", "score", "threshold", "digest",
        "counts", "job", "started_by", "started_by_label", "started_at", "done_at",
    )  # fmt: skip

    targeting = models.ForeignKey(Targeting, models.PROTECT, related_name="runs", db_index=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    number = models.IntegerField(_("number"))
    day = models.DateField(_("day"))
    for_whom = models.CharField(max_length=9, db_collation="C")
    rules = models.JSONField(_("rules"), default=list)
    score = models.JSONField(_("score"), default=list)
    threshold = _amount(verbose_name=_("threshold"), null=True, blank=True)
    digest = models.CharField(max_length=64, db_collation="C")
    counts = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    started_by = models.UUIDField(null=True)
    started_by_label = models.CharField(max_length=200, blank=True, default="")
    started_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("targeting run")
        verbose_name_plural = _("targeting runs")
        constraints = (models.UniqueConstraint(fields=["targeting", "number"], name="programmes_targetingrun_once"),)

    def __str__(self) -> str:
        return f"{self.targeting} {self.number}"


class TargetRow(Model):
    """What a run found of one household or person. Never changed afterwards.

    composition: women and girls by `rules.targeting.GROUPS`, then men and boys; whose sex or age is not known stands in none.
    marks: a letter for each rule; atoms: a letter for each part of each rule, rules apart by spaces (r refuted, u unknown,
    c certain). points: of each line of the score, null where it is not known.
    """

    database_rights = "append"
    privacy: ClassVar = classed(INTERNAL, "run", "operation", "scope_id", "place", "size") | classed(
        PERSONAL, "household", "person", "composition", "eligible", "score", "verdict", "reason", "source"
    ) | classed(SENSITIVE, "marks", "atoms", "points")  # fmt: skip

    run = models.ForeignKey(TargetingRun, models.PROTECT, related_name="+", db_index=False)
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    household = models.ForeignKey(
        HOUSEHOLD, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    size = models.IntegerField(_("people"))
    composition = ArrayField(models.IntegerField())
    marks = models.CharField(max_length=40, blank=True, default="", db_collation="C")
    atoms = models.TextField(blank=True, default="", db_collation="C")
    eligible = models.CharField(max_length=1, db_collation="C")
    points = ArrayField(_amount(null=True))
    score = _amount(verbose_name=_("score"), null=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, db_collation="C")
    # What the list said, for those whom a list decided.
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    source = models.CharField(_("source"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("row of a targeting run")
        verbose_name_plural = _("rows of targeting runs")
        constraints = (
            models.UniqueConstraint(
                fields=["run", "household", "person"], nulls_distinct=False, name="programmes_targetrow_once"
            ),
        )
        indexes = (models.Index(fields=["run", "verdict", "score"], name="programmes_targetrow_verdict"),)
