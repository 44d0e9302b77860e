"""Payment plans, their lines, and the steps that people took."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.aid.payments.states import IN_FLIGHT, Duty, LineState, PlanState
from banyan.platform.kernel.fields import amount_field, currency_field
from banyan.platform.kernel.models import Model
from banyan.platform.kernel.privacy import Privacy, classed

INTERNAL, PERSONAL, SENSITIVE = Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE
OPERATION = "access.Operation"


class Kind(models.TextChoices):
    """In which way a plan helps: that of the package whose entitlements it pays."""

    CASH = "cash", _("cash")
    VOUCHER = "voucher", _("voucher")
    IN_KIND = "in_kind", _("in kind")
    SERVICE = "service", _("service")


# These are counted in money and stand in the ledger; the others are counted in units of their item.
MONEY = (Kind.CASH, Kind.VOUCHER)


class Basis(models.TextChoices):
    """What a plan pays."""

    REGULAR = "regular", _("entitlements")
    FOLLOW_UP = "follow_up", _("what did not arrive")
    TOP_UP = "top_up", _("what an amendment added")


def total_field(**options: Any) -> "models.DecimalField[Any, Any]":
    """Column of a total; nothing to begin with."""
    return amount_field(**{"default": Decimal(0), "db_default": Decimal(0), **options})


class Plan(Model):
    """Who is paid what of one set of entitlements, by whom, and who agreed to it. It holds nothing about people.

    lines and the amounts are totals of its lines without those held and cancelled: the database refuses any other. `scope_id` is
    where it was made: every step asks for reach over all of it. `digest` is that of its lines when they were locked.
    """

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "reference", "name", "programme", "cycle", "run", "kind", "basis", "follow_up_of",
        "currency", "base_currency", "rate", "rate_on", "provider", "provider_label", "mechanism", "pay_from", "pay_until",
        "state", "lines", "held", "amount", "delivered_amount", "returned_amount", "lost_amount", "excess_amount", "round",
        "digest", "approvals_needed", "authorisations_needed", "made_by", "made_by_label", "made_at", "generated_at", "cursor",
        "job", "version",
    )  # fmt: skip

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    reference = models.CharField(_("reference"), max_length=24, db_collation="C", unique=True)
    name = models.CharField(_("name"), max_length=200)
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", verbose_name=_("programme"))
    cycle = models.ForeignKey("programmes.Cycle", models.PROTECT, related_name="+", verbose_name=_("cycle"))
    run = models.UUIDField(_("entitlements"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, db_collation="C")
    basis = models.CharField(_("pays"), max_length=9, choices=Basis.choices, default=Basis.REGULAR, db_collation="C")
    follow_up_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # Empty for what is not counted in money.
    currency = currency_field(verbose_name=_("currency"), blank=True, default="")
    base_currency = currency_field(blank=True, default="")
    # How much of the base currency one of the plan's is worth, on which day.
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    rate_on = models.DateField(_("day of the rate"), null=True, blank=True)
    provider = models.UUIDField(_("provider"), null=True)
    provider_label = models.CharField(max_length=200, blank=True, default="")
    mechanism = models.CharField(_("mechanism"), max_length=40, blank=True, default="", db_collation="C")
    pay_from = models.DateField(_("paid from"))
    pay_until = models.DateField(_("paid until"))
    state = models.CharField(
        _("state"), max_length=11, choices=PlanState.choices, default=PlanState.DRAFT, db_collation="C"
    )
    lines = models.IntegerField(_("lines"), default=0)
    held = models.IntegerField(_("held"), default=0)
    amount = total_field(verbose_name=_("amount"))
    delivered_amount = total_field(verbose_name=_("delivered"))
    returned_amount = total_field(verbose_name=_("returned"))
    lost_amount = total_field(verbose_name=_("lost"))
    excess_amount = total_field(verbose_name=_("paid too much"))
    # Counts up whenever what was approved is void; steps of former rounds say what was, and count for nothing.
    round = models.SmallIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True, default="", db_collation="C")
    approvals_needed = models.SmallIntegerField(_("approvals needed"), default=1)
    authorisations_needed = models.SmallIntegerField(_("authorisations needed"), default=1)
    made_by = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    generated_at = models.DateTimeField(_("lines made"), null=True)
    # The last entitlement of which a line was made: where making lines goes on.
    cursor = models.UUIDField(null=True)
    job = models.UUIDField(null=True)
    # Counts up with every step: who acts says which version they looked at.
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("payment plan")
        verbose_name_plural = _("payment plans")
        constraints = (
            models.CheckConstraint(condition=models.Q(pay_until__gte=models.F("pay_from")), name="payments_plan_days"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="payments_plan_rate"),
            models.CheckConstraint(
                condition=models.Q(approvals_needed__gte=1, authorisations_needed__gte=1),
                name="payments_plan_approvals",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=MONEY, currency__gt="")
                | (~models.Q(kind__in=MONEY) & models.Q(currency="")),
                name="payments_plan_currency",
            ),
        )
        indexes = (
            models.Index(fields=["operation", "-made_at"], name="payments_plan_latest"),
            models.Index(fields=["run"], name="payments_plan_run"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def is_money(self) -> bool:
        """Whether its lines are amounts of money; else they are quantities of an item."""
        return self.kind in MONEY


class PlanBudget(Model):
    """Which budget lines pay for a plan, in their order: each but the last up to its ceiling.

    A line is paid by one budget line, so `amount`, the total of its lines, may lie a little below the ceiling.
    """

    tracked = True
    history_parent = "plan"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "plan", "position", "budget_line", "ceiling", "amount", "rate"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="budgets", db_index=False)
    position = models.SmallIntegerField()
    budget_line = models.ForeignKey("programmes.BudgetLine", models.PROTECT, related_name="+")
    ceiling = amount_field(verbose_name=_("at most"), null=True)
    amount = total_field(verbose_name=_("amount"))
    # How much of the budget line's currency one of the plan's is worth.
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10, default=Decimal(1))

    class Meta:
        verbose_name = _("budget of a plan")
        verbose_name_plural = _("budgets of plans")
        constraints = (
            models.UniqueConstraint(fields=["plan", "position"], name="payments_planbudget_place"),
            models.UniqueConstraint(fields=["plan", "budget_line"], name="payments_planbudget_once"),
        )


class Line(Model):
    """What one household or person is to get by a plan, and what became of it.

    `amount` is money in the plan's currency, or a quantity of `item` where the plan is in kind; `due` is the whole entitlement.
    `origin` is the entitlement before any amendment: of one origin only one line is on its way, and all together never pay more than
    is due. What was delivered is gross: what came back stands in `returned_amount`.
    """

    tracked = True
    history_parent = "plan"
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "plan", "no", "key", "origin", "budget_line", "state", "settled_on", "outcomes",
    ) | classed(
        PERSONAL, "entitlement", "household", "person", "place", "collector", "alternate", "size", "amount", "due", "item",
        "unit", "delivered_amount", "returned_amount", "lost_amount", "excess_amount", "back_amount", "account", "follow_up_of",
    )  # fmt: skip

    # Operations, places, people and households are never deleted, and the rows come by set from those that were read.
    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", db_index=False)
    no = models.IntegerField(_("number"))
    # The same for the same plan and entitlement however often it is made: providers know the line by it.
    key = models.UUIDField(unique=True)
    entitlement = models.UUIDField()
    origin = models.UUIDField()
    household = models.ForeignKey("registry.Household", models.PROTECT, related_name="+", db_constraint=False)
    person = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    # Who comes for it, and who may come instead; null where the register names nobody.
    collector = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    alternate = models.ForeignKey(
        "registry.Person", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    size = models.SmallIntegerField(_("people"), null=True)
    amount = amount_field(verbose_name=_("amount"))
    due = amount_field(verbose_name=_("due"))
    item = models.CharField(_("item"), max_length=64, blank=True, default="", db_default="", db_collation="C")
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="", db_default="")
    budget_line = models.UUIDField(null=True)
    account = models.UUIDField(null=True)
    state = models.CharField(
        _("state"), max_length=9, choices=LineState.choices, default=LineState.PENDING, db_default="pending",
        db_collation="C",
    )  # fmt: skip
    delivered_amount = total_field(verbose_name=_("delivered"))
    returned_amount = total_field(verbose_name=_("returned"))
    lost_amount = total_field(verbose_name=_("lost"))
    excess_amount = total_field(verbose_name=_("paid too much"))
    # What of it came back, or failed and so is on its way back: the part of the line in the account "returned".
    back_amount = total_field(verbose_name=_("on its way back"))
    # How many outcomes are recorded of it, and the day of the last one that settled it.
    outcomes = models.SmallIntegerField(default=0, db_default=0)
    settled_on = models.DateField(_("settled on"), null=True)
    follow_up_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("line of a plan")
        verbose_name_plural = _("lines of plans")
        constraints = (
            models.UniqueConstraint(fields=["plan", "no"], name="payments_line_number"),
            models.UniqueConstraint(
                fields=["origin"], condition=models.Q(state__in=IN_FLIGHT), name="payments_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, due__gte=models.F("amount")), name="payments_line_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    delivered_amount__gte=0, returned_amount__gte=0, lost_amount__gte=0, excess_amount__gte=0
                ),
                name="payments_line_outcomes",
            ),
        )
        indexes = (
            models.Index(fields=["origin"], name="payments_line_origin"),
            models.Index(fields=["plan", "state"], name="payments_line_state"),
        )


class PlanStep(Model):
    """One step of a plan: who, when, why, and of which lines. Never changed afterwards.

    Whoever has one duty in a plan has no other in it: the database refuses the row, whoever writes it.
    """

    database_rights = "append"
    privacy: ClassVar = classed(
        INTERNAL,
        "operation",
        "scope_id",
        "plan",
        "round",
        "verb",
        "duty",
        "actor",
        "actor_label",
        "at",
        "note",
        "digest",
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="steps")
    round = models.SmallIntegerField()
    verb = models.CharField(_("step"), max_length=10, db_collation="C")
    duty = models.CharField(_("part"), max_length=9, choices=Duty.choices, blank=True, default="", db_collation="C")
    actor = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(_("note"), blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="", db_collation="C")

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = (
            # Two words of one person are one: of N approvals each is another person's.
            models.UniqueConstraint(
                fields=["plan", "round", "duty", "actor"],
                condition=models.Q(duty__in=[Duty.APPROVE, Duty.AUTHORISE, Duty.RELEASE]),
                name="payments_planstep_one_word",
            ),
        )


class ApprovalBand(Model):
    """How many people approve and authorise plans from an amount on, in the base currency of the operation."""

    tracked = True
    privacy: ClassVar = classed(
        INTERNAL, "operation", "scope_id", "currency", "from_amount", "approvals", "authorisations", "changed_by_label"
    )

    operation = models.ForeignKey(OPERATION, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    scope_id = models.IntegerField()
    currency = currency_field(verbose_name=_("currency"))
    from_amount = amount_field(verbose_name=_("from"))
    approvals = models.SmallIntegerField(_("approvals"))
    authorisations = models.SmallIntegerField(_("authorisations"))
    changed_by_label = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("band of approval")
        verbose_name_plural = _("bands of approval")
        constraints = (
            models.UniqueConstraint(fields=["operation", "from_amount"], name="payments_approvalband_from"),
            models.CheckConstraint(
                condition=models.Q(from_amount__gte=0, approvals__gte=1, authorisations__gte=1),
                name="payments_approvalband_numbers",
            ),
        )
