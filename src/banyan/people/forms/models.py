"""Tables of forms: a form of an operation, its versions, what their questions feed, and what an operation may ask."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.forms.states import VersionState
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL = Privacy.INTERNAL


class Form(Model):
    """A form of an operation, over all its versions. The code names it for ever within the operation."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "code", "title", "purpose", "current_version", "is_active", "created_at"
    )

    operation = models.ForeignKey("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    code = models.CharField(_("code"), max_length=100, db_collation="C")
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("what it is for"), blank=True, default="")
    current_version = models.ForeignKey(
        "forms.FormVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("version to fill"), db_index=False
    )  # fmt: skip
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["operation", "code"], name="forms_form_code_once"),)


class FormVersion(Model):
    """One upload of a form: the workbook as it came, what was mended, and what it was converted to.

    `file` names the original in the vault and never changes; `mended_file` the workbook with the accepted mends.
    `xform` is empty and `schema` may be partial while errors stand in `findings`.
    """

    tracked = True
    history_parent = "form"
    history_ignores = ("xform", "schema", "itemsets", "findings", "offers", "advice")
    privacy: ClassVar = classed(INTERNAL,
        "form", "number", "state", "file_name", "file", "size", "digest", "mended_file", "xform", "itemsets", "schema", "languages",
        "counts", "mends", "findings", "offers", "advice", "job", "made_by", "made_at", "published_at",
    )  # fmt: skip

    form = models.ForeignKey(Form, models.PROTECT, related_name="+", verbose_name=_("form"), db_index=False)
    number = models.IntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, default=VersionState.DRAFT.value)
    file_name = models.CharField(_("file"), max_length=255)
    file = models.CharField(_("file in the vault"), max_length=120)
    size = models.IntegerField(_("size in bytes"), default=0)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    mended_file = models.CharField(_("mended file in the vault"), max_length=120, blank=True, default="")
    xform = models.TextField("XForm", blank=True, default="")
    # CSV of choices kept outside of the XForm (select_one_external), as ODK Collect expects it
    itemsets = models.TextField(_("external choices"), blank=True, default="")
    schema = models.JSONField(default=dict)
    # [language as the sheet writes it, …]; "" where a form names none
    languages = models.JSONField(_("languages"), default=list)
    # {questions, choices, repeats, errors, warnings, advice}
    counts = models.JSONField(default=dict)
    # accepted mends: [{code, sheet, row, column, old, new}, …]
    mends = models.JSONField(default=list)
    # rules.findings.Finding as plain data, in the order of the sheets
    findings = models.JSONField(default=list)
    # mends that may be accepted: [{key, code, sheet, row, stopgap, count, changes: [{sheet, row, letter, old, new}, …]}, …]
    offers = models.JSONField(default=list)
    # good practice beyond what makes a form fail (xlsform-lint, pyxform's own warnings)
    advice = models.JSONField(default=list)
    job = models.UUIDField(null=True)
    made_by = models.CharField(_("uploaded by"), max_length=200)
    made_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["form", "number"], name="forms_formversion_number_once"),
            # The same file again is the same version.
            models.UniqueConstraint(fields=["form", "digest"], name="forms_formversion_file_once"),
        )

    def __str__(self) -> str:
        return str(self.number)


class FormBinding(Model):
    """What a question of a version feeds: a field of the register, or a further attribute under its own key."""

    tracked = True
    history_parent = "version"
    privacy: ClassVar = classed(INTERNAL, "version", "question_path", "field", "extra_key", "subject", "is_confirmed")

    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="+", db_index=False)
    question_path = models.CharField(_("question"), max_length=1000)
    field = models.CharField(_("field of the register"), max_length=100, blank=True, default="")
    extra_key = models.CharField(_("further attribute"), max_length=200, blank=True, default="")
    subject = models.CharField(_("about"), max_length=10, blank=True, default="")
    is_confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "question_path"], name="forms_formbinding_question_once"),
        )


class CollectionPolicy(Model):
    """What kinds of data an operation does not collect (`declarations.KINDS_OF_DATA`), and why."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "operation", "forbidden", "note", "changed_by", "changed_at")

    operation = models.OneToOneField("access.Operation", models.PROTECT, related_name="+", verbose_name=_("operation"))
    forbidden = models.JSONField(_("not collected"), default=list)
    note = models.TextField(_("reason"), blank=True, default="")
    changed_by = models.CharField(_("changed by"), max_length=200)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
