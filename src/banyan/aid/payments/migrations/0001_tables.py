"""Plans, lines, steps, ledger and holds; closed by row-level security, and by triggers against whoever writes past the actions."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

PLANS = {"view": "payments.view_plan", "change": "payments.move_plan"}
LINES = {"view": "payments.view_line", "change": "payments.move_plan"}
HOLDS = {"view": "payments.view_line", "change": "payments.hold_payment"}
BANDS = {"view": "payments.view_plan", "change": "payments.set_bands"}


def _open(table, rights):
    """What holds nothing about people is seen from every part of its operation, and changed by who reaches where it works."""
    reach = f"(SELECT access_reach('{rights['view']}'))"
    see = f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ {reach}) OR coalesce(scope_id, 0) <@ {reach}"
    return (
        ProtectRows(f"payments_{table}", **rights),
        migrations.RunSQL(
            f"ALTER POLICY payments_{table}_see ON payments_{table} USING ({see})", migrations.RunSQL.noop
        ),
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_log_of_reads"),
        ("places", "0002_protection"),
        ("programmes", "0001_tables"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("no", models.IntegerField(verbose_name="number")),
                ("key", models.UUIDField(unique=True)),
                ("entitlement", models.UUIDField()),
                ("origin", models.UUIDField()),
                ("size", models.SmallIntegerField(null=True, verbose_name="people")),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                ("due", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="due")),
                (
                    "item",
                    models.CharField(
                        blank=True, db_collation="C", db_default="", default="", max_length=64, verbose_name="item"
                    ),
                ),
                ("unit", models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="unit")),
                ("budget_line", models.UUIDField(null=True)),
                ("account", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "to be sent"),
                            ("held", "held"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("partial", "delivered in part"),
                            ("returned", "returned"),
                            ("failed", "failed"),
                            ("unclaimed", "unclaimed"),
                            ("lost", "lost"),
                            ("cancelled", "cancelled"),
                        ],
                        db_collation="C",
                        db_default="pending",
                        default="pending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "delivered_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="delivered",
                    ),
                ),
                (
                    "returned_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="returned",
                    ),
                ),
                (
                    "lost_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="lost",
                    ),
                ),
                (
                    "excess_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="paid too much",
                    ),
                ),
                ("outcomes", models.SmallIntegerField(db_default=0, default=0)),
                ("settled_on", models.DateField(null=True, verbose_name="settled on")),
                (
                    "alternate",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "collector",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a plan",
                "verbose_name_plural": "lines of plans",
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("reference", models.CharField(db_collation="C", max_length=24, unique=True, verbose_name="reference")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("run", models.UUIDField(verbose_name="entitlements")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("voucher", "voucher"),
                            ("in_kind", "in kind"),
                            ("service", "service"),
                        ],
                        db_collation="C",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("regular", "entitlements"),
                            ("follow_up", "what did not arrive"),
                            ("top_up", "what an amendment added"),
                        ],
                        db_collation="C",
                        default="regular",
                        max_length=9,
                        verbose_name="pays",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "base_currency",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(decimal_places=10, default=Decimal("1"), max_digits=20, verbose_name="rate"),
                ),
                ("rate_on", models.DateField(blank=True, null=True, verbose_name="day of the rate")),
                ("provider", models.UUIDField(null=True, verbose_name="provider")),
                ("provider_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "mechanism",
                    models.CharField(blank=True, db_collation="C", default="", max_length=40, verbose_name="mechanism"),
                ),
                ("pay_from", models.DateField(verbose_name="paid from")),
                ("pay_until", models.DateField(verbose_name="paid until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("locked", "entitlements locked"),
                            ("assigned", "provider assigned"),
                            ("in_approval", "in approval"),
                            ("approved", "approved"),
                            ("authorised", "authorised"),
                            ("released", "released"),
                            ("sent", "sent"),
                            ("reconciling", "reconciling"),
                            ("closed", "closed"),
                            ("aborted", "aborted"),
                        ],
                        db_collation="C",
                        default="draft",
                        max_length=11,
                        verbose_name="state",
                    ),
                ),
                ("lines", models.IntegerField(default=0, verbose_name="lines")),
                ("held", models.IntegerField(default=0, verbose_name="held")),
                (
                    "amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="amount",
                    ),
                ),
                (
                    "delivered_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="delivered",
                    ),
                ),
                (
                    "returned_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="returned",
                    ),
                ),
                (
                    "lost_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="lost",
                    ),
                ),
                (
                    "excess_amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="paid too much",
                    ),
                ),
                ("round", models.SmallIntegerField(default=1)),
                ("digest", models.CharField(blank=True, db_collation="C", default="", max_length=64)),
                ("approvals_needed", models.SmallIntegerField(default=1, verbose_name="approvals needed")),
                ("authorisations_needed", models.SmallIntegerField(default=1, verbose_name="authorisations needed")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("generated_at", models.DateTimeField(null=True, verbose_name="lines made")),
                ("job", models.UUIDField(null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.cycle",
                        verbose_name="cycle",
                    ),
                ),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.plan"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment plan",
                "verbose_name_plural": "payment plans",
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("delivered", "delivered"),
                            ("partial", "delivered in part"),
                            ("returned", "returned"),
                            ("failed", "failed"),
                            ("unclaimed", "unclaimed"),
                            ("lost", "lost"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="result",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="amount")),
                ("on_day", models.DateField(verbose_name="on")),
                (
                    "reference",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=140, verbose_name="reference of the provider"
                    ),
                ),
                ("key", models.CharField(db_collation="C", max_length=100, unique=True)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("by", models.UUIDField(null=True)),
                ("by_label", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome of a line",
                "verbose_name_plural": "outcomes of lines",
            },
        ),
        migrations.AddField(
            model_name="line",
            name="plan",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.plan"
            ),
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("transaction", models.UUIDField()),
                ("key", models.CharField(db_collation="C", max_length=120, unique=True)),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("budget", "budget"),
                            ("committed", "committed"),
                            ("released", "released"),
                            ("delivered", "delivered"),
                            ("returned", "returned"),
                            ("lost", "lost"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="account",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("actor", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "budget_line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.budgetline",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.line",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the ledger",
                "verbose_name_plural": "entries of the ledger",
            },
        ),
        migrations.CreateModel(
            name="PlanBudget",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("position", models.SmallIntegerField()),
                ("ceiling", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="at most")),
                (
                    "amount",
                    models.DecimalField(
                        db_default=Decimal("0"),
                        decimal_places=4,
                        default=Decimal("0"),
                        max_digits=19,
                        verbose_name="amount",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(decimal_places=10, default=Decimal("1"), max_digits=20, verbose_name="rate"),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.budgetline"
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="payments.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget of a plan",
                "verbose_name_plural": "budgets of plans",
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("round", models.SmallIntegerField()),
                ("verb", models.CharField(db_collation="C", max_length=10, verbose_name="step")),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prepare", "prepares"),
                            ("approve", "approves"),
                            ("authorise", "authorises"),
                            ("release", "releases"),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                        verbose_name="part",
                    ),
                ),
                ("actor", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                ("digest", models.CharField(blank=True, db_collation="C", default="", max_length=64)),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="payments.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a plan",
                "verbose_name_plural": "steps of plans",
            },
        ),
        migrations.CreateModel(
            name="ApprovalBand",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("from_amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="from")),
                ("approvals", models.SmallIntegerField(verbose_name="approvals")),
                ("authorisations", models.SmallIntegerField(verbose_name="authorisations")),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "band of approval",
                "verbose_name_plural": "bands of approval",
                "constraints": [
                    models.UniqueConstraint(fields=("operation", "from_amount"), name="payments_approvalband_from"),
                    models.CheckConstraint(
                        condition=models.Q(("approvals__gte", 1), ("authorisations__gte", 1), ("from_amount__gte", 0)),
                        name="payments_approvalband_numbers",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=banyan.platform.kernel.models.NewId(),
                        default=banyan.platform.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("made_by", models.UUIDField()),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("lifted_by", models.UUIDField(null=True)),
                ("lifted_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.household",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold",
                "verbose_name_plural": "holds",
                "indexes": [models.Index(fields=["operation", "-made_at"], name="payments_hold_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("from_on")), _connector="OR"),
                        name="payments_hold_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="payments_hold_reason"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["operation", "-made_at"], name="payments_plan_latest"),
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["run"], name="payments_plan_run"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("pay_until__gte", models.F("pay_from"))), name="payments_plan_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="payments_plan_rate"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("approvals_needed__gte", 1), ("authorisations_needed__gte", 1)),
                name="payments_plan_approvals",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("currency__gt", ""), ("kind__in", ("cash", "voucher"))),
                    models.Q(models.Q(("kind__in", ("cash", "voucher")), _negated=True), ("currency", "")),
                    _connector="OR",
                ),
                name="payments_plan_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    models.Q(("amount", None), ("result__in", ["failed", "unclaimed"])),
                    _connector="OR",
                ),
                name="payments_outcome_amount",
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["origin"], name="payments_line_origin"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["plan", "state"], name="payments_line_state"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("plan", "no"), name="payments_line_number"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("pending", "held", "sent"))),
                fields=("origin",),
                name="payments_line_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("due__gte", models.F("amount"))), name="payments_line_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delivered_amount__gte", 0),
                    ("excess_amount__gte", 0),
                    ("lost_amount__gte", 0),
                    ("returned_amount__gte", 0),
                ),
                name="payments_line_outcomes",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="payments_entry_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="planbudget",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="payments_planbudget_place"),
        ),
        migrations.AddConstraint(
            model_name="planbudget",
            constraint=models.UniqueConstraint(fields=("plan", "budget_line"), name="payments_planbudget_once"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("duty__in", ["approve", "authorise", "release"])),
                fields=("plan", "round", "duty", "actor"),
                name="payments_planstep_one_word",
            ),
        ),
        *(operation for table in ("plan", "planbudget", "planstep") for operation in _open(table, PLANS)),
        *_open("approvalband", BANDS),
        *(ProtectRows(f"payments_{table}", **LINES) for table in ("line", "entry", "outcome")),
        ProtectRows("payments_hold", **HOLDS),
    ]
