"""Requests to change the register, the operation's rules about them, and who is at a record just now."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL, PERSONAL, SENSITIVE, Household, Person, classed
from banyan.platform.kernel.models import Model


class ChangeRequest(Model):
    """A proposal to change a person or a household, with its reason, its evidence and what became of it."""

    tracked = True
    history_parent = "person"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "reference", "kind", "state", "proposed_by", "proposed_by_label",
        "proposed_at", "decided_by", "decided_by_label", "decided_at", "cause", "submission", "basis",
    ) | classed(PERSONAL, "person", "household", "reason", "decision_reason") | classed(SENSITIVE, "details", "evidence")  # fmt: skip

    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"), db_constraint=False
    )
    scope_id = models.IntegerField(_("scope"))
    reference = models.CharField(_("reference"), max_length=24, db_collation="C", unique=True)
    kind = models.CharField(_("kind of change"), max_length=20)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="changes", db_constraint=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="changes", db_constraint=False
    )
    state = models.CharField(_("state"), max_length=12, default="proposed")
    reason = models.TextField(_("reason"), blank=True, default="")
    details = models.JSONField(_("what is asked for"), default=dict)
    evidence = models.JSONField(_("evidence"), default=list)
    # {"person:<id>": version, …}: the records as they were when the change was proposed
    basis = models.JSONField(_("records as they were"), default=dict)
    proposed_by = models.UUIDField(_("proposed by"), null=True)
    proposed_by_label = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.UUIDField(_("decided by"), null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True, default="")
    cause = models.CharField(_("cause"), max_length=120, blank=True, default="")
    submission = models.UUIDField(_("submission"), null=True, blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        indexes = (models.Index(fields=["state", "proposed_at", "id"], name="registry_changerequest_open"),)

    def __str__(self) -> str:
        return self.reference


class ChangeLine(Model):
    """One field of one record that a request changes: the value as it was and the value proposed."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "request", "scope_id", "subject", "record", "field", "position") | classed(
        SENSITIVE, "old", "new"
    )

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="lines")
    scope_id = models.IntegerField(_("scope"))
    position = models.SmallIntegerField(default=0)
    subject = models.CharField(max_length=12)  # household, person, membership, document, phone, need
    record = models.UUIDField(null=True)
    field = models.CharField(max_length=80)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)


class OperationChangeRules(Model):
    """Who may propose and who must approve each kind of change in an operation."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "operation", "rules")

    operation = models.OneToOneField("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    rules = models.JSONField(_("rules"), default=dict)  # {kind: {"approvals": 0 | 1, "own": bool, …}}


class Presence(Model):
    """Who has a record open just now. Unlogged: it means nothing after a minute."""

    privacy: ClassVar = classed(INTERNAL, "record", "scope_id", "viewer", "label", "editing", "seen_at")

    record = models.UUIDField()
    scope_id = models.IntegerField()
    viewer = models.UUIDField()
    label = models.CharField(max_length=200)
    editing = models.CharField(max_length=80, blank=True, default="")
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "viewer"], name="registry_presence_once"),)
