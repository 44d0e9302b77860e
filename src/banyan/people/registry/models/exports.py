"""Files in which people left the register: who asked for what, why, and where the file lies until it is destroyed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.people.registry.models.people import INTERNAL
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import classed


class Export(Model):
    """One export. The file lies in the vault for a few days; the entry stays."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "account", "label", "subject", "filters", "file_format", "use", "with_sensitive", "reason", "rows",
        "left_out", "file", "size", "asked_at", "expires_at", "job",
    )  # fmt: skip

    account = models.UUIDField(_("asked by"), null=True)
    label = models.CharField(_("name"), max_length=200)
    subject = models.CharField(_("about"), max_length=12)  # people, households
    filters = models.JSONField(_("filters"), default=dict)  # {name: [values]}: never a value that names a person
    file_format = models.CharField(_("format"), max_length=4)  # xlsx, csv
    use = models.CharField(_("use"), max_length=12)  # work, sharing
    with_sensitive = models.BooleanField(_("with sensitive values"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    rows = models.IntegerField(_("rows"), default=0)
    left_out = models.IntegerField(_("left out because they did not agree"), default=0)
    file = models.CharField(_("file in the vault"), max_length=120, blank=True, default="")
    size = models.IntegerField(_("size in bytes"), default=0)
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    expires_at = models.DateTimeField(_("kept until"))
    job = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = (models.Index(fields=["account", "asked_at"], name="registry_export_of"),)
