"""The log of reads: hash-chained and append-only. The application writes it only through access_log_read()."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy


class ReadEntry(Model):
    """Who opened, listed or exported which personal records, when and for what purpose.

    Entries form a few parallel chains (lanes), so that readers do not wait for each other: each entry's hash covers
    its content and the hash of the entry before it in its lane.
    """

    privacy: ClassVar[dict[str, Privacy]] = {
        "lane": Privacy.INTERNAL,
        "sequence": Privacy.INTERNAL,
        "at": Privacy.INTERNAL,
        "actor": Privacy.INTERNAL,
        "kind": Privacy.INTERNAL,
        "subject": Privacy.INTERNAL,
        "ids": Privacy.PERSONAL,
        "count": Privacy.INTERNAL,
        "query_hash": Privacy.INTERNAL,
        "purpose": Privacy.INTERNAL,
        "hash": Privacy.INTERNAL,
    }
    database_rights = "read"

    lane = models.SmallIntegerField(_("chain"))
    sequence = models.BigIntegerField(_("number"))
    at = models.DateTimeField(_("time"))
    actor = models.TextField(_("who"))
    kind = models.CharField(_("what"), max_length=20)
    subject = models.CharField(_("of which kind"), max_length=100)
    ids = ArrayField(models.UUIDField(), verbose_name=_("records"))
    count = models.IntegerField(_("how many"))
    query_hash = models.TextField(_("query"))
    purpose = models.TextField(_("purpose"))
    hash = models.BinaryField(_("hash"))

    class Meta:
        verbose_name = _("read")
        verbose_name_plural = _("log of reads")
        constraints = [models.UniqueConstraint(fields=["lane", "sequence"], name="access_readentry_chain")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_readentry_latest"),
            models.Index(fields=["actor", "-at"], name="access_readentry_by_actor"),
            models.Index(fields=["subject", "-at"], name="access_readentry_by_subject"),
        ]


class ReadChain(Model):
    """The last link of each lane; the row's lock is what keeps a lane one chain."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "lane": Privacy.INTERNAL,
        "sequence": Privacy.INTERNAL,
        "hash": Privacy.INTERNAL,
    }
    database_rights = "none"

    lane = models.SmallIntegerField(unique=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.BinaryField()

    class Meta:
        verbose_name = _("chain of reads")
        verbose_name_plural = _("chains of reads")
