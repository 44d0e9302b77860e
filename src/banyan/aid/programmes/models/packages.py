"""What is given: packages by version, the items in them, and prices by place that formulas use."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.programmes.models.programmes import INTERNAL, OPERATION, Programme, own_scope
from banyan.aid.programmes.states import PackageState
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.money import Rounding
from banyan.platform.kernel.privacy import classed


class Kind(models.TextChoices):
    """In which way a package helps."""

    CASH = "cash", _("cash")
    VOUCHER = "voucher", _("voucher")
    IN_KIND = "in_kind", _("in kind")
    SERVICE = "service", _("service")


class RoundingName(models.TextChoices):
    """How amounts are rounded, by name, as kernel.money rounds."""

    HALF_UP = Rounding.HALF_UP.value, _("half up")
    HALF_EVEN = Rounding.HALF_EVEN.value, _("half to the even neighbour")
    DOWN = Rounding.DOWN.value, _("down: never gives more")
    UP = Rounding.UP.value, _("up: never gives less")


class Package(Model):
    """One version of what a household or person is given in a cycle. Approved versions never change.

    formula: the amount in the rule language, for cash and vouchers; in kind each item has its own. `step` is the smallest unit
    paid out (None: that of the currency), `cap` the most that anybody gets.
    """

    tracked = True
    history_parent = "programme"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "programme", "code", "name", "kind", "currency", "formula", "rounding", "step",
        "cap", "version", "note", "state", "made_by", "made_by_label", "made_at", "approved_by", "approved_by_label",
        "approved_at",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="packages")
    code = models.CharField(_("code"), max_length=40, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CASH, db_collation="C")
    currency = currency_field(verbose_name=_("currency"))
    formula = models.TextField(_("formula"), blank=True, default="")
    rounding = models.CharField(
        _("rounding"), max_length=20, choices=RoundingName.choices, default=RoundingName.HALF_UP, db_collation="C"
    )
    step = amount_field(verbose_name=_("smallest unit"), null=True, blank=True)
    cap = amount_field(verbose_name=_("at most"), null=True, blank=True)
    version = models.IntegerField(_("version"), default=1)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=8, choices=PackageState.choices, default=PackageState.DRAFT, db_collation="C"
    )
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("written"), auto_now_add=True)
    approved_by = models.UUIDField(null=True)
    approved_by_label = models.CharField(max_length=200, blank=True, default="")
    approved_at = models.DateTimeField(_("approved"), null=True)

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = (
            models.UniqueConstraint(fields=["programme", "code", "version"], name="programmes_package_version_once"),
            models.UniqueConstraint(
                fields=["programme", "code"], condition=models.Q(state=PackageState.APPROVED),
                name="programmes_package_one_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("made_by")),
                name="programmes_package_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PackageState.APPROVED) | models.Q(approved_by__isnull=False, made_by__isnull=False),
                name="programmes_package_approved",
            ),
            models.CheckConstraint(condition=models.Q(step=None) | models.Q(step__gt=0), name="programmes_package_step"),
            models.CheckConstraint(condition=models.Q(cap=None) | models.Q(cap__gt=0), name="programmes_package_cap"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_money(self) -> bool:
        """Whether it is an amount that is given, and no things."""
        return self.kind in (Kind.CASH, Kind.VOUCHER)


class PackageItem(Model):
    """One thing in a package in kind: how many of it, by a formula in the rule language."""

    tracked = True
    history_parent = "package"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "package", "code", "name", "unit", "formula", "position"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    package = models.ForeignKey(Package, models.PROTECT, related_name="items")
    code = models.CharField(_("item"), max_length=40, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    formula = models.TextField(_("formula"))
    position = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("item of a package")
        verbose_name_plural = _("items of packages")
        constraints = (models.UniqueConstraint(fields=["package", "code"], name="programmes_packageitem_code_once"),)

    def __str__(self) -> str:
        return self.name


class PriceList(Model):
    """What something costs, by place: a food basket, a day's labour. Formulas ask for it as extras.price_<code>."""

    tracked = True
    privacy: ClassVar = classed(INTERNAL, "operation", "scope_id", "code", "name", "currency")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", verbose_name=_("operation"))
    scope_id = own_scope()
    code = models.CharField(_("code"), max_length=30, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    currency = currency_field(verbose_name=_("currency"))

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = (models.UniqueConstraint(fields=["operation", "code"], name="programmes_pricelist_code_once"),)

    def __str__(self) -> str:
        return self.name


class Price(Model):
    """What it costs in a place, and in all places in it that have no price of their own, from a day on."""

    tracked = True
    history_parent = "price_list"
    privacy: ClassVar = classed(INTERNAL, "operation", "scope_id", "price_list", "place", "amount", "from_on")

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False)
    scope_id = own_scope()
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="prices")
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="+", verbose_name=_("place"))
    amount = amount_field(verbose_name=_("amount"))
    from_on = models.DateField(_("from"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = (
            models.UniqueConstraint(fields=["price_list", "place", "from_on"], name="programmes_price_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="programmes_price_amount"),
        )


class PriceAt(Model):
    """The price that holds in every place, written out from `Price`: one look by list, place and day.

    Made again by set whenever a price of the list changes; `until_on` is the first day on which it holds no more.
    """

    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "price_list", "place", "amount", "from_on", "until_on"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scope_id = own_scope()
    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount = amount_field()
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("price in a place")
        verbose_name_plural = _("prices in places")
        constraints = (
            models.UniqueConstraint(fields=["place", "price_list", "from_on"], name="programmes_priceat_once"),
        )
