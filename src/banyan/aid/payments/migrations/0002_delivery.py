"""Providers, accounts of people, files that go out, and what comes back."""

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.contrib.postgres.fields
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


PROVIDERS = {"view": "payments.view_provider", "change": "payments.manage_provider"}
ACCOUNTS = {"view": "payments.view_account", "change": "payments.change_account"}
FILES = {"view": "payments.view_plan", "change": "payments.make_file"}
# A statement says nothing about anybody; its rows do. Whoever reconciles writes both.
STATEMENTS = {"view": "payments.view_plan", "change": "payments.reconcile"}
ROWS = {"view": "payments.view_line", "change": "payments.reconcile"}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("parties", "0002_protected_contacts"),
        ("payments", "0001_tables"),
        ("registry", "0009_merge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Provider",
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
                    "mechanisms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("cash", "cash over the counter"),
                                ("mobile_money", "mobile money"),
                                ("bank", "bank account"),
                                ("card", "card"),
                                ("voucher", "voucher"),
                            ],
                            db_collation="C",
                            max_length=12,
                        ),
                        size=None,
                        verbose_name="ways of paying",
                    ),
                ),
                (
                    "currencies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(db_collation="C", max_length=3),
                        size=None,
                        verbose_name="currencies",
                    ),
                ),
                (
                    "fee_fixed",
                    models.DecimalField(
                        decimal_places=4, default=Decimal("0"), max_digits=19, verbose_name="fee for a transfer"
                    ),
                ),
                (
                    "fee_percent",
                    models.DecimalField(
                        decimal_places=4, default=Decimal("0"), max_digits=7, verbose_name="fee in per cent"
                    ),
                ),
                (
                    "least",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="smallest transfer"
                    ),
                ),
                (
                    "most",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=19, null=True, verbose_name="largest transfer"
                    ),
                ),
                (
                    "debtor_name",
                    models.CharField(blank=True, default="", max_length=140, verbose_name="account is in the name of"),
                ),
                ("debtor_account", models.TextField(blank=True, default="")),
                (
                    "debtor_hint",
                    models.CharField(blank=True, default="", max_length=12, verbose_name="account that is debited"),
                ),
                (
                    "debtor_agent",
                    models.CharField(
                        blank=True, db_collation="C", default="", max_length=11, verbose_name="BIC of its bank"
                    ),
                ),
                (
                    "recipient",
                    models.CharField(
                        blank=True, db_collation="C", default="", max_length=120, verbose_name="public key for files"
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="not used since")),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="parties.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "provider",
                "verbose_name_plural": "providers",
            },
        ),
        migrations.CreateModel(
            name="StatementFile",
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
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("checksum", models.CharField(db_collation="C", max_length=64, verbose_name="checksum")),
                ("size", models.IntegerField(verbose_name="size")),
                ("kept", models.CharField(max_length=80)),
                ("kind", models.CharField(db_collation="C", max_length=8, verbose_name="kind")),
                ("headers", models.JSONField(default=list)),
                ("mapping", models.JSONField(null=True)),
                ("whole", models.JSONField(default=list)),
                ("rows", models.IntegerField(default=0, verbose_name="rows")),
                ("counts", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("received_by", models.UUIDField(null=True)),
                (
                    "received_by_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="received from"),
                ),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="received")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="reconciled")),
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
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of a provider",
                "verbose_name_plural": "statements of providers",
            },
        ),
        migrations.CreateModel(
            name="StatementRow",
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
                ("no", models.IntegerField(verbose_name="row")),
                ("line_key", models.UUIDField(null=True)),
                ("account_hash", models.BigIntegerField(null=True)),
                (
                    "holder",
                    models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="name"),
                ),
                ("amount", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="amount")),
                (
                    "currency",
                    models.CharField(
                        blank=True, db_collation="C", db_default="", default="", max_length=3, verbose_name="currency"
                    ),
                ),
                ("on_day", models.DateField(null=True, verbose_name="day")),
                (
                    "outcome",
                    models.CharField(
                        blank=True, db_collation="C", db_default="", default="", max_length=9, verbose_name="said"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=140, verbose_name="reference of the provider"
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, db_default="", default="", max_length=140, verbose_name="reason"),
                ),
                ("message", models.CharField(blank=True, db_default="", default="", max_length=140)),
                ("key", models.CharField(db_collation="C", max_length=64)),
                ("cumulative", models.BooleanField(db_default=False, default=False)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("matched", "paid in full"),
                            ("partial", "paid in part"),
                            ("over", "paid too much"),
                            ("late", "paid late"),
                            ("returned", "came back"),
                            ("failed", "failed"),
                            ("unclaimed", "unclaimed"),
                            ("duplicate", "reported before"),
                            ("noted", "nothing final yet"),
                            ("unknown", "not ours"),
                            ("doubtful", "waits for a person"),
                        ],
                        db_collation="C",
                        db_default="",
                        default="",
                        max_length=9,
                        verbose_name="came to",
                    ),
                ),
                ("why", models.CharField(blank=True, db_collation="C", db_default="", default="", max_length=9)),
                ("counted", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="recorded")),
                ("excess", models.DecimalField(decimal_places=4, max_digits=19, null=True, verbose_name="too much")),
                ("decided_by", models.UUIDField(null=True)),
                (
                    "decided_by_label",
                    models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="decided by"),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="note")),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.statementfile",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
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
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a statement",
                "verbose_name_plural": "rows of statements",
            },
        ),
        migrations.CreateModel(
            name="Template",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("columns", models.JSONField(verbose_name="columns")),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                "verbose_name": "template",
                "verbose_name_plural": "templates",
            },
        ),
        migrations.AddField(
            model_name="provider",
            name="template",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.template",
                verbose_name="template",
            ),
        ),
        migrations.CreateModel(
            name="Account",
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
                    "mechanism",
                    models.CharField(
                        choices=[
                            ("cash", "cash over the counter"),
                            ("mobile_money", "mobile money"),
                            ("bank", "bank account"),
                            ("card", "card"),
                            ("voucher", "voucher"),
                        ],
                        db_collation="C",
                        max_length=12,
                        verbose_name="way of paying",
                    ),
                ),
                ("number", models.TextField()),
                ("hash", models.BigIntegerField()),
                ("hint", models.CharField(blank=True, default="", max_length=12, verbose_name="number")),
                ("holder", models.CharField(blank=True, default="", max_length=140, verbose_name="in the name of")),
                ("since", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("set_by", models.UUIDField(null=True)),
                ("set_by_label", models.CharField(blank=True, default="", max_length=200)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "account of a person",
                "verbose_name_plural": "accounts of people",
                "indexes": [models.Index(fields=["hash"], name="payments_account_hash")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person", "mechanism"),
                        name="payments_account_in_use",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentFile",
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
                    "format",
                    models.CharField(
                        choices=[
                            ("xlsx", "workbook by the provider's template"),
                            ("csv", "CSV by the provider's template"),
                            ("pain001", "ISO 20022 pain.001.001.09"),
                            ("govstack_json", "Payment Hub batch, JSON"),
                            ("govstack_csv", "Payment Hub batch, CSV"),
                        ],
                        db_collation="C",
                        max_length=13,
                        verbose_name="format",
                    ),
                ),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="file")),
                ("checksum", models.CharField(db_collation="C", max_length=64, verbose_name="checksum")),
                ("rows", models.IntegerField(verbose_name="transfers")),
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
                ("size", models.IntegerField(verbose_name="size")),
                ("kept", models.CharField(max_length=80)),
                ("encrypted", models.BooleanField(verbose_name="encrypted for the provider")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200, verbose_name="made by")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
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
                        related_name="+",
                        to="payments.plan",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "payment file",
                "verbose_name_plural": "payment files",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "format", "digest"), name="payments_file_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Layout",
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
                ("fingerprint", models.CharField(db_collation="C", max_length=64)),
                ("mapping", models.JSONField()),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.provider",
                    ),
                ),
            ],
            options={
                "verbose_name": "layout of a provider's files",
                "verbose_name_plural": "layouts of providers' files",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "fingerprint"), name="payments_layout_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="statementfile",
            index=models.Index(fields=["operation", "-received_at"], name="payments_statement_latest"),
        ),
        migrations.AddConstraint(
            model_name="statementfile",
            constraint=models.UniqueConstraint(fields=("provider", "checksum"), name="payments_statementfile_once"),
        ),
        migrations.AddIndex(
            model_name="statementrow",
            index=models.Index(fields=["file", "verdict", "no"], name="payments_statementrow_list"),
        ),
        migrations.AddIndex(
            model_name="statementrow",
            index=models.Index(
                condition=models.Q(("verdict", "doubtful")),
                fields=["operation", "file", "no"],
                name="payments_statementrow_doubt",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementrow",
            constraint=models.UniqueConstraint(fields=("file", "no"), name="payments_statementrow_place"),
        ),
        migrations.AddConstraint(
            model_name="statementrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict__in", ["", "duplicate"]), _negated=True),
                fields=("provider", "key"),
                name="payments_statementrow_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verdict__in",
                        [
                            "",
                            "matched",
                            "partial",
                            "over",
                            "late",
                            "returned",
                            "failed",
                            "unclaimed",
                            "duplicate",
                            "noted",
                            "unknown",
                            "doubtful",
                        ],
                    )
                ),
                name="payments_statementrow_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(fields=("operation", "name"), name="payments_template_name"),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.UniqueConstraint(fields=("operation", "code"), name="payments_provider_code"),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_fixed__gte", 0), ("fee_percent__gte", 0), ("fee_percent__lte", 100)),
                name="payments_provider_fees",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("least", None), ("most", None), ("least__lte", models.F("most")), _connector="OR"),
                name="payments_provider_limits",
            ),
        ),
        *(ProtectRows(f"payments_{table}", **PROVIDERS) for table in ("provider", "template")),
        ProtectRows("payments_account", **ACCOUNTS),
        ProtectRows("payments_paymentfile", **FILES),
        *(ProtectRows(f"payments_{table}", **STATEMENTS) for table in ("statementfile", "layout")),
        ProtectRows("payments_statementrow", **ROWS),
    ]
