"""Requests to change the register, the operation's rules about them, drafts not yet sent, and who is at a record just now."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL, PERSONAL, SENSITIVE, Household, Person
from banyan.people.registry.states import ChangeState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class ChangeRequest(Model):
    """A proposal to change a person or a household: what is asked for, why, on what evidence, and what became of it.

    `asked` is what was asked for, as the rules read it; `minted` the ids that new rows get; `basis` the versions of the
    records when it was proposed ({"person:<id>": version}); `moved` the places where the register has moved away since.
    Whoever shaped it (`makers`) does not decide on it.
    """

    tracked = True
    history_parent = "person"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "reference", "kind", "state", "needs_approval", "proposed_by", "makers",
        "proposed_by_label", "proposed_at", "decided_by", "decided_by_label", "decided_at", "applied_at", "batch",
        "submission", "basis", "minted", "moved",
    ) | classed(PERSONAL, "person", "household", "reason", "decision_reason") | classed(SENSITIVE, "asked", "evidence")  # fmt: skip

    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"), db_constraint=False
    )
    scope_id = models.IntegerField(_("scope"))
    reference = models.CharField(_("reference"), max_length=24, db_collation="C", unique=True)
    kind = models.CharField(_("kind of change"), max_length=24, db_collation="C")
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="changes", db_constraint=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="changes", db_constraint=False
    )
    state = models.CharField(
        _("state"), max_length=12, default=ChangeState.PROPOSED, choices=ChangeState.choices, db_collation="C"
    )
    needs_approval = models.BooleanField(_("needs approval"), default=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    asked = models.JSONField(_("what is asked for"), default=dict)
    minted = models.JSONField(_("ids of new rows"), default=list)
    evidence = models.JSONField(_("evidence"), default=list)
    basis = models.JSONField(_("records as they were"), default=dict)
    moved = models.JSONField(_("what has moved since"), default=list)
    proposed_by = models.UUIDField(_("proposed by"), null=True)
    proposed_by_label = models.CharField(max_length=200, blank=True, default="")
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    makers = models.JSONField(_("who shaped it"), default=list)
    decided_by = models.UUIDField(_("decided by"), null=True)
    decided_by_label = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True, default="")
    applied_at = models.DateTimeField(_("written to the register"), null=True)
    batch = models.UUIDField(_("batch"), null=True, blank=True)
    submission = models.UUIDField(_("submission"), null=True, blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(household__isnull=False),
                name="registry_change_about_somebody",
            ),
            # Whatever the application may get wrong: nobody decides on what they asked for themselves.
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | models.Q(needs_approval=False)
                | models.Q(state=ChangeState.WITHDRAWN)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="registry_change_two_people",
            ),
        )
        indexes = (
            models.Index(fields=["proposed_at", "id"], name="registry_change_newest"),
            models.Index(
                fields=["scope_id", "proposed_at"],
                condition=models.Q(state__in=[ChangeState.PROPOSED, ChangeState.STALE]),
                name="registry_change_open",
            ),
            models.Index(
                fields=["submission"], condition=~models.Q(submission=None), name="registry_change_submission"
            ),
        )

    def __str__(self) -> str:
        return self.reference


class ChangeLine(Model):
    """One value that a request changes, as it was and as it would be, with the record it belongs to.

    Its scope is that of the record: who sees a request need not see every household that it touches.
    """

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "request", "scope_id", "position", "kind", "table", "row", "field", "topic") | classed(
        SENSITIVE, "before", "after", "person", "household"
    )  # fmt: skip

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="lines")
    scope_id = models.IntegerField(_("scope"))
    position = models.IntegerField(default=0)
    kind = models.CharField(max_length=8, db_collation="C")  # change, add, remove
    table = models.CharField(max_length=12, db_collation="C")  # household, person, membership, document …
    row = models.UUIDField()
    field = models.CharField(max_length=40, db_collation="C")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # What the row belongs to: no foreign key, since it may not be there yet.
    person = models.UUIDField(null=True)
    household = models.UUIDField(null=True)
    topic = models.CharField(max_length=60, db_collation="C")

    class Meta:
        verbose_name = _("value of a change request")
        verbose_name_plural = _("values of change requests")
        indexes = (
            models.Index(fields=["person", "topic"], name="registry_line_person"),
            models.Index(fields=["household", "topic"], name="registry_line_household"),
        )


class OperationChangeRules(Model):
    """Who may propose and who must approve one kind of change in an operation; without a row the kind's own rule holds.

    Empty lists of roles mean: whoever holds the permission.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "kind", "proposers", "needs_approval", "approvers", "needs_evidence", "changed_by_label",
        "changed_at",
    )  # fmt: skip

    operation = models.ForeignKey("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    kind = models.CharField(_("kind of change"), max_length=24, db_collation="C")
    proposers = models.JSONField(_("roles that may propose"), default=list, blank=True)
    needs_approval = models.BooleanField(_("needs approval"), default=True)
    approvers = models.JSONField(_("roles that may approve"), default=list, blank=True)
    needs_evidence = models.BooleanField(_("needs evidence"), default=False)
    changed_by_label = models.CharField(max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("rule about changes")
        verbose_name_plural = _("rules about changes")
        constraints = (models.UniqueConstraint(fields=["operation", "kind"], name="registry_change_rule_once"),)


class ChangeDraft(Model):
    """A form that somebody is filling in: kept while they type, so that nothing is lost with the session or the light."""

    privacy: ClassVar = classed(INTERNAL, "scope_id", "kind", "record", "viewer", "saved_at") | classed(
        SENSITIVE, "typed"
    )

    record = models.UUIDField()
    scope_id = models.IntegerField()
    viewer = models.UUIDField()
    kind = models.CharField(max_length=24, db_collation="C")
    typed = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["viewer", "record", "kind"], name="registry_draft_once"),)


class Presence(Model):
    """Who has a record open just now. Unlogged: it means nothing after a minute."""

    privacy: ClassVar = classed(INTERNAL, "record", "scope_id", "viewer", "label", "editing", "since", "seen_at")

    record = models.UUIDField()
    scope_id = models.IntegerField()
    viewer = models.UUIDField()
    label = models.CharField(max_length=200)
    editing = models.CharField(max_length=80, blank=True, default="")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["record", "viewer"], name="registry_presence_once"),)
