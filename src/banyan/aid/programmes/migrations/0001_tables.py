"""Programmes, what is given, and who is in them; closed by row-level security."""

# ruff: noqa: S608 — the names come from this migration, never from users

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

# Of programmes themselves, and of who is in them.
DESIGN = {"view": "programmes.view_programme", "change": "programmes.change_programme"}
PEOPLE = {"view": "programmes.view_enrolment", "change": "programmes.change_enrolment"}


def _design(table):
    """What holds nothing about people is seen from every part of its operation, and changed by who reaches where it works."""
    reach = f"(SELECT access_reach('{DESIGN['view']}'))"
    see = f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ {reach}) OR coalesce(scope_id, 0) <@ {reach}"
    return (
        ProtectRows(f"programmes_{table}", **DESIGN),
        migrations.RunSQL(
            f"ALTER POLICY programmes_{table}_see ON programmes_{table} USING ({see})", migrations.RunSQL.noop
        ),
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_log_of_reads"),
        ("parties", "0002_protected_contacts"),
        ("places", "0002_protection"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceList",
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
                ("code", models.CharField(db_collation="C", max_length=30, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "price list",
                "verbose_name_plural": "price lists",
            },
        ),
        migrations.CreateModel(
            name="PriceAt",
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
                ("amount", models.DecimalField(decimal_places=4, max_digits=19)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
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
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.pricelist",
                    ),
                ),
            ],
            options={
                "verbose_name": "price in a place",
                "verbose_name_plural": "prices in places",
            },
        ),
        migrations.CreateModel(
            name="Price",
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
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, verbose_name="amount")),
                ("from_on", models.DateField(verbose_name="from")),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="programmes.pricelist"
                    ),
                ),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
            },
        ),
        migrations.CreateModel(
            name="Programme",
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
                ("code", models.CharField(db_collation="C", max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("goal", models.TextField(blank=True, default="", verbose_name="goal")),
                ("sector", models.CharField(blank=True, default="", max_length=64, verbose_name="sector")),
                ("purpose", models.CharField(db_collation="C", max_length=64, verbose_name="purpose")),
                (
                    "for_whom",
                    models.CharField(
                        choices=[("household", "households"), ("person", "people")],
                        db_collation="C",
                        default="household",
                        max_length=10,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="ends on")),
                (
                    "restriction",
                    models.CharField(
                        choices=[
                            ("public", "public"),
                            ("partners", "partners"),
                            ("internal", "internal"),
                            ("restricted", "restricted"),
                        ],
                        db_collation="C",
                        default="internal",
                        max_length=10,
                        verbose_name="restriction",
                    ),
                ),
                (
                    "overlap",
                    models.CharField(
                        choices=[
                            ("forbid", "left out, and listed"),
                            ("warn", "enrolled, and listed"),
                            ("allow", "enrolled"),
                        ],
                        db_collation="C",
                        default="forbid",
                        max_length=6,
                        verbose_name="when enrolled elsewhere",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("active", "active"),
                            ("suspended", "suspended"),
                            ("closed", "closed"),
                        ],
                        db_collation="C",
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "state_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="reason of the state"),
                ),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                ("version", models.IntegerField(default=1)),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
            },
        ),
        migrations.CreateModel(
            name="Package",
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
                ("code", models.CharField(db_collation="C", max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
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
                        default="cash",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        db_collation="C",
                        max_length=3,
                        validators=[banyan.platform.kernel.fields.known_currency],
                        verbose_name="currency",
                    ),
                ),
                ("formula", models.TextField(blank=True, default="", verbose_name="formula")),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("ROUND_HALF_UP", "half up"),
                            ("ROUND_HALF_EVEN", "half to the even neighbour"),
                            ("ROUND_DOWN", "down: never gives more"),
                            ("ROUND_UP", "up: never gives less"),
                        ],
                        db_collation="C",
                        default="ROUND_HALF_UP",
                        max_length=20,
                        verbose_name="rounding",
                    ),
                ),
                (
                    "step",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="smallest unit"
                    ),
                ),
                (
                    "cap",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="at most"),
                ),
                ("version", models.IntegerField(default=1, verbose_name="version")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("approved", "approved"), ("retired", "retired")],
                        db_collation="C",
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packages", to="programmes.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "package",
                "verbose_name_plural": "packages",
            },
        ),
        migrations.CreateModel(
            name="Overlap",
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
                ("other_enrolment", models.UUIDField()),
                (
                    "ruling",
                    models.CharField(
                        choices=[
                            ("forbid", "left out, and listed"),
                            ("warn", "enrolled, and listed"),
                            ("allow", "enrolled"),
                        ],
                        db_collation="C",
                        max_length=6,
                        verbose_name="ruling",
                    ),
                ),
                ("targeting_run", models.UUIDField(null=True)),
                (
                    "found_at",
                    models.DateTimeField(
                        auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name="found"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
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
            ],
            options={
                "verbose_name": "overlap of programmes",
                "verbose_name_plural": "overlaps of programmes",
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "on the waiting list"),
                            ("enrolled", "enrolled"),
                            ("suspended", "suspended"),
                            ("graduated", "graduated"),
                            ("exited", "left"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(null=True, verbose_name="until")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("closed", "registration ended"),
                            ("merged", "merged into somebody who is enrolled"),
                        ],
                        db_collation="C",
                        db_default="",
                        default="",
                        max_length=6,
                    ),
                ),
                ("score", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="score")),
                ("targeting_run", models.UUIDField(null=True)),
                ("overlap", models.BooleanField(default=False, verbose_name="enrolled elsewhere too")),
                ("by", models.UUIDField(null=True)),
                ("by_label", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField(auto_now=True)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
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
            ],
            options={
                "verbose_name": "enrolment",
                "verbose_name_plural": "enrolments",
            },
        ),
        migrations.CreateModel(
            name="Cycle",
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
                ("number", models.SmallIntegerField(verbose_name="number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("starts_on", models.DateField(verbose_name="starts on")),
                ("ends_on", models.DateField(verbose_name="ends on")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("open", "open"), ("closed", "closed")],
                        db_collation="C",
                        default="draft",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cycles", to="programmes.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "cycle",
                "verbose_name_plural": "cycles",
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
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
                ("code", models.CharField(db_collation="C", max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
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
                (
                    "donor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="donor",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
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
                        related_name="budget_lines",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget line",
                "verbose_name_plural": "budget lines",
            },
        ),
        migrations.CreateModel(
            name="Appeal",
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
                ("targeting_run", models.UUIDField(null=True)),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("upheld", "upheld"), ("refused", "refused")],
                        db_collation="C",
                        default="open",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="noted")),
                ("decision", models.TextField(blank=True, default="", verbose_name="decision")),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
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
                    "enrolment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.enrolment",
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
            ],
            options={
                "verbose_name": "appeal",
                "verbose_name_plural": "appeals",
            },
        ),
        migrations.CreateModel(
            name="Quota",
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
                ("number", models.IntegerField(verbose_name="number")),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quotas", to="programmes.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "quota",
                "verbose_name_plural": "quotas",
            },
        ),
        migrations.CreateModel(
            name="PackageItem",
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
                ("code", models.CharField(db_collation="C", max_length=40, verbose_name="item")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("unit", models.CharField(max_length=40, verbose_name="unit")),
                ("formula", models.TextField(verbose_name="formula")),
                ("position", models.SmallIntegerField(default=0)),
                (
                    "operation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="programmes.package"
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a package",
                "verbose_name_plural": "items of packages",
                "constraints": [
                    models.UniqueConstraint(fields=("package", "code"), name="programmes_packageitem_code_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="pricelist",
            constraint=models.UniqueConstraint(fields=("operation", "code"), name="programmes_pricelist_code_once"),
        ),
        migrations.AddConstraint(
            model_name="priceat",
            constraint=models.UniqueConstraint(
                fields=("place", "price_list", "from_on"), name="programmes_priceat_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.UniqueConstraint(fields=("price_list", "place", "from_on"), name="programmes_price_once"),
        ),
        migrations.AddConstraint(
            model_name="price",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="programmes_price_amount"),
        ),
        migrations.AddIndex(
            model_name="programme",
            index=models.Index(fields=["operation", "purpose"], name="programmes_programme_purpose"),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.UniqueConstraint(fields=("operation", "code"), name="programmes_programme_code_once"),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="programmes_programme_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="programmes_programme_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="programme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["active", "suspended"]), _negated=True),
                    models.Q(("approved_by__isnull", False), ("made_by__isnull", False)),
                    _connector="OR",
                ),
                name="programmes_programme_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.UniqueConstraint(
                fields=("programme", "code", "version"), name="programmes_package_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("programme", "code"),
                name="programmes_package_one_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="programmes_package_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("approved_by__isnull", False), ("made_by__isnull", False)),
                    _connector="OR",
                ),
                name="programmes_package_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(("step", None), ("step__gt", 0), _connector="OR"), name="programmes_package_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="package",
            constraint=models.CheckConstraint(
                condition=models.Q(("cap", None), ("cap__gt", 0), _connector="OR"), name="programmes_package_cap"
            ),
        ),
        migrations.AddIndex(
            model_name="overlap",
            index=models.Index(fields=["programme", "id"], name="programmes_overlap_list"),
        ),
        migrations.AddIndex(
            model_name="overlap",
            index=models.Index(fields=["household"], name="programmes_overlap_household"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["programme", "state", "id"], name="programmes_enrolment_list"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["household"], name="programmes_enrolment_household"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("person", None), _negated=True),
                fields=["person"],
                name="programmes_enrolment_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person", None), ("state__in", ("waiting", "enrolled", "suspended"))),
                fields=("household", "programme"),
                name="programmes_enrolment_household_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("person__isnull", False), ("state__in", ("waiting", "enrolled", "suspended"))),
                fields=("person", "programme"),
                name="programmes_enrolment_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("household__isnull", False), ("person__isnull", False), _connector="OR"),
                name="programmes_enrolment_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("waiting", "enrolled", "suspended")), ("until", None)),
                    models.Q(
                        models.Q(("state__in", ("waiting", "enrolled", "suspended")), _negated=True),
                        ("until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programmes_enrolment_until",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause", ""), ("state", "suspended"), _connector="OR"),
                name="programmes_enrolment_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.UniqueConstraint(fields=("programme", "number"), name="programmes_cycle_number_once"),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="programmes_cycle_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.UniqueConstraint(fields=("programme", "code"), name="programmes_budgetline_code_once"),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="programmes_budgetline_amount"
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(fields=["programme", "state", "id"], name="programmes_appeal_list"),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("programme", "household", "person"),
                name="programmes_appeal_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None), models.Q(("decided_by", models.F("asked_by")), _negated=True), _connector="OR"
                ),
                name="programmes_appeal_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="programmes_appeal_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.UniqueConstraint(fields=("programme", "place"), name="programmes_quota_place_once"),
        ),
        migrations.AddConstraint(
            model_name="quota",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 0)), name="programmes_quota_number"),
        ),
        *(
            operation
            for table in (
                "programme",
                "budgetline",
                "cycle",
                "quota",
                "package",
                "packageitem",
                "pricelist",
                "price",
                "priceat",
            )
            for operation in _design(table)
        ),
        *(ProtectRows(f"programmes_{table}", **PEOPLE) for table in ("enrolment", "overlap", "appeal")),
    ]
