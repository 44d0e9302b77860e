"""Requests to change the register, rules about them, drafts and presence, under row-level security."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows, RestrictTable

CHANGES = {"view": "registry.view_person", "change": "registry.propose_change"}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("registry", "0003_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeDraft",
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
                ("record", models.UUIDField()),
                ("scope_id", models.IntegerField()),
                ("viewer", models.UUIDField()),
                ("kind", models.CharField(db_collation="C", max_length=24)),
                ("typed", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("viewer", "record", "kind"), name="registry_draft_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeRequest",
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
                ("scope_id", models.IntegerField(verbose_name="scope")),
                ("reference", models.CharField(db_collation="C", max_length=24, unique=True, verbose_name="reference")),
                ("kind", models.CharField(db_collation="C", max_length=24, verbose_name="kind of change")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("approved", "approved"),
                            ("applied", "done"),
                            ("stale", "overtaken"),
                            ("rejected", "rejected"),
                            ("withdrawn", "taken back"),
                        ],
                        db_collation="C",
                        default="proposed",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("needs_approval", models.BooleanField(default=True, verbose_name="needs approval")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("asked", models.JSONField(default=dict, verbose_name="what is asked for")),
                ("minted", models.JSONField(default=list, verbose_name="ids of new rows")),
                ("evidence", models.JSONField(default=list, verbose_name="evidence")),
                ("basis", models.JSONField(default=dict, verbose_name="records as they were")),
                ("moved", models.JSONField(default=list, verbose_name="what has moved since")),
                ("proposed_by", models.UUIDField(null=True, verbose_name="proposed by")),
                ("proposed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed")),
                ("makers", models.JSONField(default=list, verbose_name="who shaped it")),
                ("decided_by", models.UUIDField(null=True, verbose_name="decided by")),
                ("decided_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("decision_reason", models.TextField(blank=True, default="", verbose_name="reason of the decision")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="written to the register")),
                ("batch", models.UUIDField(blank=True, null=True, verbose_name="batch")),
                ("submission", models.UUIDField(blank=True, null=True, verbose_name="submission")),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="registry.household",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                        verbose_name="operation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "change request",
                "verbose_name_plural": "change requests",
            },
        ),
        migrations.CreateModel(
            name="ChangeLine",
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
                ("scope_id", models.IntegerField(verbose_name="scope")),
                ("position", models.IntegerField(default=0)),
                ("kind", models.CharField(db_collation="C", max_length=8)),
                ("table", models.CharField(db_collation="C", max_length=12)),
                ("row", models.UUIDField()),
                ("field", models.CharField(db_collation="C", max_length=40)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("household", models.UUIDField(null=True)),
                ("topic", models.CharField(db_collation="C", max_length=60)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="registry.changerequest"
                    ),
                ),
            ],
            options={
                "verbose_name": "value of a change request",
                "verbose_name_plural": "values of change requests",
            },
        ),
        migrations.CreateModel(
            name="OperationChangeRules",
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
                ("kind", models.CharField(db_collation="C", max_length=24, verbose_name="kind of change")),
                ("proposers", models.JSONField(blank=True, default=list, verbose_name="roles that may propose")),
                ("needs_approval", models.BooleanField(default=True, verbose_name="needs approval")),
                ("approvers", models.JSONField(blank=True, default=list, verbose_name="roles that may approve")),
                ("needs_evidence", models.BooleanField(default=False, verbose_name="needs evidence")),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                "verbose_name": "rule about changes",
                "verbose_name_plural": "rules about changes",
            },
        ),
        migrations.CreateModel(
            name="Presence",
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
                ("record", models.UUIDField()),
                ("scope_id", models.IntegerField()),
                ("viewer", models.UUIDField()),
                ("label", models.CharField(max_length=200)),
                ("editing", models.CharField(blank=True, default="", max_length=80)),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("record", "viewer"), name="registry_presence_once")],
            },
        ),
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(fields=["proposed_at", "id"], name="registry_change_newest"),
        ),
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(
                condition=models.Q(("state__in", ["proposed", "stale"])),
                fields=["scope_id", "proposed_at"],
                name="registry_change_open",
            ),
        ),
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(
                condition=models.Q(("submission", None), _negated=True),
                fields=["submission"],
                name="registry_change_submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("person__isnull", False), ("household__isnull", False), _connector="OR"),
                name="registry_change_about_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    ("needs_approval", False),
                    ("state", "withdrawn"),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="registry_change_two_people",
            ),
        ),
        migrations.AddIndex(
            model_name="changeline",
            index=models.Index(fields=["person", "topic"], name="registry_line_person"),
        ),
        migrations.AddIndex(
            model_name="changeline",
            index=models.Index(fields=["household", "topic"], name="registry_line_household"),
        ),
        migrations.AddConstraint(
            model_name="operationchangerules",
            constraint=models.UniqueConstraint(fields=("operation", "kind"), name="registry_change_rule_once"),
        ),
        ProtectRows("registry_changerequest", **CHANGES),
        ProtectRows("registry_changeline", **CHANGES),
        ProtectRows("registry_changedraft", view="registry.propose_change", change="registry.propose_change"),
        ProtectRows("registry_presence", view="registry.view_person", change="registry.view_person"),
        # Not about people: everybody may know who decides.
        RestrictTable("registry_operationchangerules", change="registry.change_rules"),
        # A request is taken back or rejected, never deleted.
        migrations.RunSQL(
            "DROP POLICY registry_changerequest_delete ON registry_changerequest",
            "CREATE POLICY registry_changerequest_delete ON registry_changerequest FOR DELETE USING (false)",
        ),
        # A mark of the last minute: a crash may lose it.
        migrations.RunSQL("ALTER TABLE registry_presence SET UNLOGGED", "ALTER TABLE registry_presence SET LOGGED"),
    ]
