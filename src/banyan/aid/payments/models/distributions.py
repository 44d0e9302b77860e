"""Distributions: where and on which day goods are handed out, to whom, what was handed out, and the stock of each site."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.models.plans import Line, Plan
from banyan.aid.payments.rules.handing import ALTERNATE, COLLECTOR, PROXY
from banyan.aid.payments.states import DistributionState
from banyan.platform.kernel.fields import amount_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
OPERATION = "access.Operation"


class StockBook(models.TextChoices):
    """Where goods are, in the books of a site."""

    SUPPLY = "supply", _("came from outside")
    STOCK = "stock", _("lies at the site")
    HANDED = "handed", _("handed out")
    LOST = "lost", _("lost or spoilt")


class Collector(models.TextChoices):
    """Who took the goods."""

    COLLECTOR = COLLECTOR, _("the collector written down")
    ALTERNATE = ALTERNATE, _("the alternate")
    PROXY = PROXY, _("somebody they sent")


def quantity_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """Column of a quantity of goods, as exact as the amounts of lines."""
    return amount_field(**options)


class Site(Model):
    """Where goods lie and are handed out. `place` gives the area whose people may see it; without one, the whole operation."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "code", "name", "place", "made_by", "made_by_label", "made_at", "closed_at"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    code = models.CharField(_("code"), max_length=30, db_collation="C")
    name = models.CharField(_("name"), max_length=120)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="+", db_constraint=False)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = (models.UniqueConstraint(fields=["operation", "code"], name="payments_site_code"),)

    def __str__(self) -> str:
        return self.name


class StockLevel(Model):
    """What lies at a site, by item and unit. Only the trigger of StockEntry writes it, and never below nothing."""

    database_rights = "read"
    privacy: ClassVar = classed(INTERNAL, "site", "item", "unit", "quantity")

    site = models.ForeignKey(Site, models.PROTECT, related_name="levels", db_index=False)
    item = models.CharField(_("item"), max_length=64, db_collation="C")
    unit = models.CharField(_("unit"), max_length=40, db_collation="C")
    quantity = quantity_field(default=0)

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        constraints = (
            models.UniqueConstraint(fields=["site", "item", "unit"], name="payments_stocklevel_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="payments_stocklevel_not_below"),
        )


class Distribution(Model):
    """One day of handing out from a plan at a site."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "plan", "site", "day", "state", "note", "lines", "households", "made_by",
        "made_by_label", "made_at", "opened_at", "closed_at", "closed_by_label",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="distributions")
    site = models.ForeignKey(Site, models.PROTECT, related_name="distributions")
    day = models.DateField(_("day"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=DistributionState.choices,
        default=DistributionState.PLANNED,
        db_collation="C",
    )
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    lines = models.IntegerField(_("lines"), default=0)
    households = models.IntegerField(_("households"), default=0)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("distribution")
        verbose_name_plural = _("distributions")
        indexes = (models.Index(fields=["operation", "-day", "id"], name="payments_distribution_latest"),)


class DistributionLine(Model):
    """A line of the plan on the list of a day. released_at: it was not handed out whole and may stand on another list."""

    privacy: ClassVar = classed(
        INTERNAL, "distribution", "position", "scope_id", "item", "unit", "released_at"
    ) | classed(PERSONAL, "line", "household", "granted", "handed")  # fmt: skip

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="listed", db_index=False)
    line = models.ForeignKey(Line, models.PROTECT, related_name="+", db_index=False)
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    # Of the household on the list of the day: several items of one household share it.
    position = models.IntegerField(_("number"))
    item = models.CharField(_("item"), max_length=64, db_collation="C")
    unit = models.CharField(_("unit"), max_length=40, db_collation="C")
    granted = quantity_field()
    handed = quantity_field(default=0)  # at any distribution, as the line stood, and what was handed out here since
    released_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("line of a distribution")
        verbose_name_plural = _("lines of distributions")
        indexes = (models.Index(fields=["distribution", "position"], name="payments_distline_order"),)
        constraints = (
            # A line stands on one list at a time.
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(released_at=None), name="payments_distline_once"
            ),
            models.UniqueConstraint(fields=["distribution", "line"], name="payments_distline_listed"),
            models.CheckConstraint(
                condition=models.Q(handed__gte=0) & models.Q(handed__lte=models.F("granted")),
                name="payments_distline_no_more",
            ),
        )


class Handout(Model):
    """What one household was handed at once: by whom, to whom, with which proof. Handed back, it stays and says so."""

    tracked = True
    history_parent = "distribution"
    privacy: ClassVar = classed(
        INTERNAL, "distribution", "scope_id", "key", "handed_by", "handed_by_label", "handed_at", "back_at", "back_by_label"
    ) | classed(PERSONAL, "household", "who", "collector", "name", "back_reason") | classed(SENSITIVE, "signature", "photo")  # fmt: skip

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="handouts")
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="+", db_constraint=False)
    scope_id = models.IntegerField()
    # Made by the page before it is sent: sent twice, it is handed out once.
    key = models.UUIDField(unique=True)
    who = models.CharField(_("who came"), max_length=9, choices=Collector.choices, db_collation="C")
    collector = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    signature = models.CharField(max_length=80, blank=True, default="", db_collation="C")  # in the vault
    photo = models.CharField(max_length=80, blank=True, default="", db_collation="C")  # in the vault
    handed_by = models.UUIDField()
    handed_by_label = models.CharField(max_length=200)
    handed_at = models.DateTimeField(_("handed out"), auto_now_add=True)
    back_at = models.DateTimeField(_("handed back"), null=True)
    back_by_label = models.CharField(max_length=200, blank=True, default="")
    back_reason = models.CharField(_("reason"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("handing out")
        verbose_name_plural = _("handings out")
        constraints = (
            # Whatever the application may get wrong: somebody who was sent is named and leaves a proof.
            models.CheckConstraint(
                condition=~models.Q(who=PROXY) | (~models.Q(name="") & (~models.Q(signature="") | ~models.Q(photo=""))),
                name="payments_handout_proxy",
            ),
        )


class HandoutItem(Model):
    """How much of one line was handed out."""

    database_rights = "append"
    privacy: ClassVar = classed(INTERNAL, "handout", "scope_id") | classed(PERSONAL, "line", "quantity")

    handout = models.ForeignKey(Handout, models.PROTECT, related_name="items", db_index=False)
    line = models.ForeignKey(Line, models.PROTECT, related_name="+")
    scope_id = models.IntegerField()
    quantity = quantity_field()

    class Meta:
        verbose_name = _("quantity handed out")
        verbose_name_plural = _("quantities handed out")
        constraints = (
            models.UniqueConstraint(fields=["handout", "line"], name="payments_handoutitem_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="payments_handoutitem_something"),
        )


class StockEntry(Model):
    """One side of a movement of goods. The entries of a movement add up to nothing for each item; none is ever changed."""

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL, "movement", "key", "site", "item", "unit", "account", "quantity", "handout", "note", "made_by",
        "made_by_label", "made_at",
    )  # fmt: skip

    movement = models.UUIDField()
    # The same movement sent twice meets itself here.
    key = models.CharField(max_length=120, db_collation="C", unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="entries", db_index=False)
    item = models.CharField(_("item"), max_length=64, db_collation="C")
    unit = models.CharField(_("unit"), max_length=40, db_collation="C")
    account = models.CharField(_("account"), max_length=6, choices=StockBook.choices, db_collation="C")
    quantity = quantity_field()
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock entry")
        verbose_name_plural = _("stock entries")
        indexes = (
            models.Index(fields=["movement"], name="payments_stockentry_movement"),
            models.Index(fields=["site", "-made_at", "id"], name="payments_stockentry_latest"),
        )
