"""Operations, areas and scopes: the two ways in which rows are fenced, and the one number a row carries for both."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy


class Operation(Model):
    """A country operation: the widest fence around registered people."""

    privacy: ClassVar[dict[str, Privacy]] = {
        "code": Privacy.PUBLIC,
        "name": Privacy.PUBLIC,
        "country": Privacy.PUBLIC,
        "is_active": Privacy.PUBLIC,
    }
    tracked = True

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country (ISO 3166-1 alpha-3)"), max_length=3)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")

    def __str__(self) -> str:
        return self.name


class Area(Model):
    """A place as access sees it: a mirror of the places room, kept here because access sits below it.

    lineage holds the ids from the root down to the area itself: "within A" is one indexed containment.
    """

    privacy: ClassVar[dict[str, Privacy]] = {
        "key": Privacy.PUBLIC,
        "label": Privacy.PUBLIC,
        "parent": Privacy.PUBLIC,
        "country": Privacy.PUBLIC,
        "lineage": Privacy.PUBLIC,
    }

    id = models.AutoField(primary_key=True)
    key = models.CharField(_("code"), max_length=40, unique=True)
    label = models.CharField(_("name"), max_length=300)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("within")
    )
    country = models.CharField(_("country (ISO 3166-1 alpha-3)"), max_length=3)
    lineage = ArrayField(models.IntegerField(), default=list, verbose_name=_("lineage"))

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        indexes = [
            GinIndex(fields=["lineage"], name="access_area_by_lineage"),
            models.Index(fields=["country", "label"], name="access_area_by_country"),
        ]

    def __str__(self) -> str:
        return self.label


class Scope(Model):
    """An operation and an area together, as one small number that rows carry and policies compare.

    Reference data belongs to no operation: its scopes have none. 0 is never an id: it means "everything".
    """

    privacy: ClassVar[dict[str, Privacy]] = {"operation": Privacy.PUBLIC, "area": Privacy.PUBLIC}

    id = models.AutoField(primary_key=True)
    operation = models.ForeignKey(Operation, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        constraints = [
            models.UniqueConstraint(fields=["operation", "area"], name="access_scope_once", nulls_distinct=False),
        ]
