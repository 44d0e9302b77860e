"""Accounts, areas, scopes, grants, tokens, the tables of the log of reads."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("kernel", "0001_sql_functions")]

    operations = [
        migrations.CreateModel(
            name="AccessVersion",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
            options={
                "verbose_name": "version of access",
                "verbose_name_plural": "version of access",
            },
        ),
        migrations.CreateModel(
            name="Operation",
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
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("country", models.CharField(max_length=3, verbose_name="country (ISO 3166-1 alpha-3)")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "operation",
                "verbose_name_plural": "operations",
            },
        ),
        migrations.CreateModel(
            name="ProtectedTable",
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
                ("table", models.CharField(max_length=63, unique=True)),
                ("view_permission", models.CharField(max_length=100)),
                ("change_permission", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name": "protected table",
                "verbose_name_plural": "protected tables",
            },
        ),
        migrations.CreateModel(
            name="ReadChain",
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
                ("lane", models.SmallIntegerField(unique=True)),
                ("sequence", models.BigIntegerField(default=0)),
                ("hash", models.BinaryField()),
            ],
            options={
                "verbose_name": "chain of reads",
                "verbose_name_plural": "chains of reads",
            },
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("inner_pad", models.BinaryField()),
                ("outer_pad", models.BinaryField()),
            ],
            options={
                "verbose_name": "seal key",
                "verbose_name_plural": "seal keys",
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
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
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                (
                    "joined_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="joined"),
                ),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="closed")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "indexes": [models.Index(fields=["name", "id"], name="access_account_by_name")],
                "constraints": [
                    models.UniqueConstraint(fields=("email",), name="access_account_email_once"),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="access_account_email_small_letters",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountInvitation",
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
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=300, verbose_name="name")),
                ("country", models.CharField(max_length=3, verbose_name="country (ISO 3166-1 alpha-3)")),
                (
                    "lineage",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None, verbose_name="lineage"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.area",
                        verbose_name="within",
                    ),
                ),
            ],
            options={
                "verbose_name": "area",
                "verbose_name_plural": "areas",
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
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
                (
                    "subject_kind",
                    models.CharField(default="access.area", max_length=60, verbose_name="kind of subject"),
                ),
                ("subject_id", models.UUIDField(blank=True, null=True, verbose_name="subject")),
                ("subject_label", models.CharField(max_length=300, verbose_name="subject")),
                ("reason", models.TextField(verbose_name="reason")),
                ("begins_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("reviewed_at", models.DateTimeField(null=True, verbose_name="reviewed")),
                ("justified", models.BooleanField(null=True, verbose_name="was justified")),
                ("review", models.TextField(blank=True, default="", verbose_name="review")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "emergency access",
                "verbose_name_plural": "emergency access",
            },
        ),
        migrations.CreateModel(
            name="Grant",
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
                ("role", models.CharField(max_length=60, verbose_name="role")),
                ("organisation_id", models.UUIDField(blank=True, null=True, verbose_name="organisation")),
                (
                    "clearance",
                    models.SmallIntegerField(
                        choices=[(0, "public"), (1, "internal"), (2, "personal"), (3, "sensitive")],
                        default=1,
                        verbose_name="clearance",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="first day")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="reason")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="given by",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                        verbose_name="operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "grant",
                "verbose_name_plural": "grants",
            },
        ),
        migrations.CreateModel(
            name="ReadEntry",
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
                ("lane", models.SmallIntegerField(verbose_name="chain")),
                ("sequence", models.BigIntegerField(verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor", models.TextField(verbose_name="who")),
                ("kind", models.CharField(max_length=20, verbose_name="what")),
                ("subject", models.CharField(max_length=100, verbose_name="of which kind")),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None, verbose_name="records"
                    ),
                ),
                ("count", models.IntegerField(verbose_name="how many")),
                ("query_hash", models.TextField(verbose_name="query")),
                ("purpose", models.TextField(verbose_name="purpose")),
                ("hash", models.BinaryField(verbose_name="hash")),
            ],
            options={
                "verbose_name": "read",
                "verbose_name_plural": "log of reads",
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="access_readentry_latest"),
                    models.Index(fields=["actor", "-at"], name="access_readentry_by_actor"),
                    models.Index(fields=["subject", "-at"], name="access_readentry_by_subject"),
                ],
                "constraints": [models.UniqueConstraint(fields=("lane", "sequence"), name="access_readentry_chain")],
            },
        ),
        migrations.CreateModel(
            name="Scope",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.area",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "scope",
                "verbose_name_plural": "scopes",
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
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
                ("label", models.CharField(max_length=120, verbose_name="what it is for")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("start", models.CharField(max_length=12, verbose_name="begins with")),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), size=None, verbose_name="permissions"
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "access token",
                "verbose_name_plural": "access tokens",
                "indexes": [models.Index(fields=["account", "-made_at"], name="access_token_by_account")],
            },
        ),
        migrations.AddIndex(
            model_name="area",
            index=django.contrib.postgres.indexes.GinIndex(fields=["lineage"], name="access_area_by_lineage"),
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(fields=["country", "label"], name="access_area_by_country"),
        ),
        migrations.AddIndex(
            model_name="breakglass",
            index=models.Index(fields=["account", "ends_at"], name="access_breakglass_by_account"),
        ),
        migrations.AddIndex(
            model_name="breakglass",
            index=models.Index(
                condition=models.Q(("reviewed_at", None)), fields=["begins_at"], name="access_breakglass_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="access_breakglass_ends_after_begin"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["account"], name="access_grant_standing"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["role"], name="access_grant_by_role"),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(fields=["-given_at", "-id"], name="access_grant_latest"),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("account", "role", "operation", "area", "organisation_id"),
                name="access_grant_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="access_grant_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="scope",
            constraint=models.UniqueConstraint(
                fields=("operation", "area"), name="access_scope_once", nulls_distinct=False
            ),
        ),
    ]
