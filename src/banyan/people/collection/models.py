"""Tables of collection: sources, batches with their files, staged submissions, what was found and corrected in them.

Staging is apart from the register: nothing here is a registered person. Raw files are never changed.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.states import BatchState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE, SECRET = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE, Privacy.SECRET


class SourceKind(models.TextChoices):
    """How submissions come."""

    FILE = "file", _("files")
    KOBO = "kobo", _("KoBo: fetched")
    HOOK = "hook", _("KoBo: sent as they come")
    BROWSER = "browser", _("filled in the browser")


class Decision(models.TextChoices):
    """What people decided about a submission."""

    PENDING = "pending", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Outcome(models.TextChoices):
    """What accepting a submission would do, compared with what was accepted before."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REPEATED = "repeated", _("twice in this batch")


class Severity(models.TextChoices):
    """How much a finding weighs."""

    ERROR = "error", _("error")
    WARNING = "warning", _("warning")
    QUARANTINE = "quarantine", _("not kept")


class OperationRules(Model):
    """What an operation asks of reviews."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "operation", "separate_duties", "warnings_block", "changed_by", "changed_at")

    operation = models.OneToOneField("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    separate_duties = models.BooleanField(_("who submitted may not accept"), default=True)
    warnings_block = models.BooleanField(_("warnings must be settled before accepting"), default=False)
    changed_by = models.CharField(_("changed by"), max_length=200, blank=True, default="")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)


class Source(Model):
    """Where submissions of one kind come from, and which column feeds which field there.

    `signature` is a digest of the headers the mapping was confirmed for; files with the same one need no confirmation.
    `working_scope` is the scope in which batches are made that no person uploads (fetched, sent).
    """

    tracked = True
    history_ignores = ("last_pulled_at",)
    privacy: ClassVar = classed(
        INTERNAL, "operation", "form", "name", "kind", "mapping", "signature", "working_scope", "server_url", "asset_uid",
        "last_pulled_at", "fetches_hourly", "is_active", "made_by", "made_at",
    ) | classed(SECRET, "token_locked", "hook_secret_locked")  # fmt: skip

    operation = models.ForeignKey("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    form = models.ForeignKey(
        "forms.Form", models.PROTECT, null=True, related_name="+", verbose_name=_("form"), db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind.choices, default=SourceKind.FILE)
    mapping = models.JSONField(_("mapping"), default=dict)
    signature = models.CharField(max_length=64, blank=True, default="", db_collation="C")
    working_scope = models.IntegerField(_("area of its batches"), null=True)
    server_url = models.CharField(_("server"), max_length=300, blank=True, default="")
    asset_uid = models.CharField(_("project on the server"), max_length=100, blank=True, default="")
    token_locked = models.TextField(blank=True, default="")
    hook_secret_locked = models.TextField(blank=True, default="")
    last_pulled_at = models.DateTimeField(_("last fetched"), null=True)
    fetches_hourly = models.BooleanField(_("fetch every hour"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    made_by = models.CharField(_("added by"), max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["operation", "name"], name="collection_source_name_once"),)
        indexes = (models.Index(fields=["operation", "signature"], name="collection_source_signature"),)

    def __str__(self) -> str:
        return self.name


class Batch(Model):
    """Submissions that came together, on their way to the register.

    `version` counts every change of the batch or its submissions: a decision names the version it was taken on.
    `files_read` is how many of its files are staged already (a batch of the day grows). `columns` says which fields
    its rows hold, from which columns: {"household": [field, …], "person": […], "cells": {field: [sheet, letter]}}.
    """

    tracked = True
    history_ignores = ("version", "counts", "detected", "job", "columns", "notes", "files_read")
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "source", "form_version", "name", "kind", "state", "version", "submitted_by",
        "submitted_label", "submitted_at", "collects_on", "counts", "mapping", "detected", "columns", "notes", "files_read",
        "decided_by", "decided_label", "decided_at", "reason", "job", "finished_at", "purged_at", "purged_by",
    )  # fmt: skip

    operation = models.ForeignKey("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    scope_id = models.IntegerField(_("area"))
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, related_name="+", verbose_name=_("source"), db_index=False
    )
    form_version = models.ForeignKey(
        "forms.FormVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("form"), db_index=False
    )
    name = models.CharField(_("name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=12, blank=True, default="")
    state = models.CharField(_("state"), max_length=10, default=BatchState.RECEIVED.value)
    version = models.IntegerField(default=1)
    submitted_by = models.UUIDField(null=True)
    submitted_label = models.CharField(_("submitted by"), max_length=200)
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)
    collects_on = models.DateField(_("batch of the day"), null=True)
    counts = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    detected = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    # what the reader found doubtful: [{"code", "parameters", "at"}, …]
    notes = models.JSONField(default=list)
    files_read = models.IntegerField(default=0)
    decided_by = models.UUIDField(null=True)
    decided_label = models.CharField(_("decided by"), max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    job = models.UUIDField(null=True)
    finished_at = models.DateTimeField(_("registered"), null=True)
    purged_at = models.DateTimeField(_("files destroyed"), null=True)
    purged_by = models.CharField(_("files destroyed by"), max_length=200, blank=True, default="")

    class Meta:
        indexes = (models.Index(fields=["operation", "-submitted_at", "-id"], name="collection_batch_latest"),)


class RawFile(Model):
    """A file as it came: kept in the vault, never changed. `is_media`: an attachment that submissions mention by name."""

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "batch", "operation", "scope_id", "position", "size", "digest", "file", "is_media", "received_by",
        "received_at",
    ) | classed(PERSONAL, "name")  # fmt: skip

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False)
    operation = models.ForeignKey("access.Operation", models.PROTECT, related_name="+", db_index=False)
    scope_id = models.IntegerField()
    position = models.IntegerField()
    name = models.CharField(_("file"), max_length=255)
    size = models.BigIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, db_collation="C")
    file = models.CharField(_("file in the vault"), max_length=120)
    is_media = models.BooleanField(default=False)
    received_by = models.CharField(_("uploaded by"), max_length=200)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "position"], name="collection_rawfile_position_once"),)
        indexes = (models.Index(fields=["operation", "digest"], name="collection_rawfile_digest"),)


class Submission(Model):
    """A household as one form or row group brought it. `key` names it over all batches of the operation.

    `digest` is over its clean content, so the same submission sent again is recognised as unchanged; `earlier` is the
    accepted submission with the same key that it would change.
    """

    tracked = True
    history_parent = "batch"
    history_ignores = ("errors", "warnings", "settled", "registered_at")
    privacy: ClassVar = classed(
        INTERNAL, "batch", "operation", "scope_id", "ordinal", "file_position", "uid", "digest", "decision", "outcome",
        "earlier", "errors", "warnings", "settled", "people", "submitted_at", "registered_at", "decided_by", "decided_label",
        "decided_at", "reason",
    ) | classed(PERSONAL, "key", "number", "label")  # fmt: skip

    # No foreign keys are checked row by row from here on: submissions and rows are written by sets, by this room
    # alone, in the transaction that wrote what they refer to, and no policy lets anybody delete a batch.
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    operation = models.ForeignKey(
        "access.Operation", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    scope_id = models.IntegerField()
    ordinal = models.IntegerField(_("number in the batch"))
    file_position = models.IntegerField(default=0)
    uid = models.CharField(_("id of the submission"), max_length=200, blank=True, default="", db_collation="C")
    key = models.CharField(max_length=300, db_collation="C")
    number = models.CharField(_("number given by the submitter"), max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64, db_collation="C")
    label = models.CharField(_("name of the head"), max_length=300, blank=True, default="")
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, default=Decision.PENDING)
    outcome = models.CharField(_("compared with before"), max_length=10, choices=Outcome.choices, default=Outcome.NEW)
    earlier = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("accepted before"),
        db_index=False,
        db_constraint=False,
    )
    errors = models.IntegerField(_("errors"), default=0)
    warnings = models.IntegerField(_("warnings"), default=0)
    # warnings somebody has looked at
    settled = models.IntegerField(_("settled"), default=0)
    people = models.IntegerField(_("people"), default=0)
    submitted_at = models.CharField(_("sent"), max_length=40, blank=True, default="")
    registered_at = models.DateTimeField(_("registered"), null=True)
    decided_by = models.UUIDField(null=True)
    decided_label = models.CharField(_("decided by"), max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason"), blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["batch", "ordinal"], name="collection_submission_ordinal_once"),
            # Two batches with the same submission: one of them registers it, whatever happens at the same time.
            models.UniqueConstraint(
                fields=["operation", "key"],
                condition=models.Q(decision="accepted", outcome="new"),
                name="collection_submission_registered_once",
            ),
        )
        indexes = (models.Index(fields=["operation", "key"], name="collection_submission_key"),)


class StagedRow(Model):
    """A household or person of a submission: clean values by field, the raw text where it differs, further attributes."""

    privacy: ClassVar = classed(
        INTERNAL, "submission", "batch", "scope_id", "subject", "ordinal", "sheet", "row"
    ) | classed(SENSITIVE, "values", "raw", "extras")  # fmt: skip

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", db_constraint=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scope_id = models.IntegerField()
    subject = models.CharField(_("about"), max_length=10)
    ordinal = models.IntegerField(_("number in the batch"))
    sheet = models.CharField(_("sheet"), max_length=200, blank=True, default="")
    row = models.IntegerField(_("row"), null=True)
    values = models.JSONField(_("values"), default=dict)
    raw = models.JSONField(_("as it came"), default=dict)
    extras = models.JSONField(_("further attributes"), default=dict)


class Finding(Model):
    """One thing found in a submission. Of what is forbidden (severity "quarantine") only the place is noted."""

    privacy: ClassVar = classed(
        INTERNAL, "batch", "submission", "staged_row", "scope_id", "severity", "code", "field", "sheet", "row", "letter",
        "settled", "settled_by", "settled_at",
    ) | classed(SENSITIVE, "raw", "proposed", "parameters")  # fmt: skip

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", db_constraint=False)
    staged_row = models.ForeignKey(StagedRow, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scope_id = models.IntegerField()
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    code = models.CharField(max_length=80, db_collation="C")
    field = models.CharField(_("field"), max_length=200, blank=True, default="")
    sheet = models.CharField(_("sheet"), max_length=200, blank=True, default="")
    row = models.IntegerField(_("row"), null=True)
    letter = models.CharField(_("column"), max_length=10, blank=True, default="")
    raw = models.TextField(_("value"), blank=True, default="")
    proposed = models.TextField(_("proposed"), blank=True, default="")
    parameters = models.JSONField(default=dict)
    settled = models.CharField(_("settled"), max_length=10, blank=True, default="")
    settled_by = models.CharField(_("settled by"), max_length=200, blank=True, default="")
    settled_at = models.DateTimeField(_("settled at"), null=True)

    class Meta:
        indexes = (models.Index(fields=["batch", "severity", "code"], name="collection_finding_problem"),)


class Correction(Model):
    """A value somebody corrected in review: old, new, why, who, when. Only ever added."""

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "batch", "submission", "staged_row", "scope_id", "field", "by", "by_label", "at"
    ) | classed(SENSITIVE, "old", "new", "reason")  # fmt: skip

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", db_constraint=False)
    staged_row = models.ForeignKey(StagedRow, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scope_id = models.IntegerField()
    field = models.CharField(_("field"), max_length=200)
    old = models.TextField(_("before"), blank=True, default="")
    new = models.TextField(_("after"), blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    by = models.UUIDField(null=True)
    by_label = models.CharField(_("corrected by"), max_length=200)
    at = models.DateTimeField(_("corrected"), auto_now_add=True)


class FetchedSubmission(Model):
    """What was fetched of a submission on a server: by its number there, which stays when somebody edits it.

    `uid` is the id it had first (an edit gives it another one), `digest` over what it said last; `gone_at` is when it was
    first missing there.
    """

    privacy: ClassVar = classed(INTERNAL, "source", "remote_id", "uid", "digest", "fetched_at", "gone_at")

    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    remote_id = models.BigIntegerField(_("number on the server"))
    uid = models.CharField(_("id of the submission"), max_length=200, blank=True, default="", db_collation="C")
    digest = models.CharField(max_length=64, db_collation="C")
    fetched_at = models.DateTimeField(_("fetched"), auto_now=True)
    gone_at = models.DateTimeField(_("no longer on the server"), null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "remote_id"], name="collection_fetchedsubmission_once"),
        )
