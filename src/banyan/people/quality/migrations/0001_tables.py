"""Definitions, findings, scores over time and decisions of people."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_log_of_reads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Moved",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("record_id", models.UUIDField()),
                ("cause", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Definition",
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
                ("key", models.CharField(db_collation="C", max_length=40, verbose_name="key")),
                ("version", models.SmallIntegerField(verbose_name="version")),
                ("subject", models.CharField(db_collation="C", max_length=40, verbose_name="subject")),
                ("eligible", models.TextField(blank=True, default="", verbose_name="whom it is about")),
                ("failed", models.TextField(blank=True, default="", verbose_name="what is wrong")),
                ("score", models.CharField(default="share", max_length=12, verbose_name="way to score")),
                ("gate", models.BooleanField(default=False, verbose_name="asked before a document is issued")),
                ("protects", models.BooleanField(default=False, verbose_name="findings are sensitive")),
                ("mandatory", models.BooleanField(default=False, verbose_name="made from mandatory fields")),
                ("bit", models.SmallIntegerField()),
                ("state", models.CharField(db_collation="C", default="live", max_length=8, verbose_name="state")),
                ("since", models.DateField(verbose_name="computed since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="computed until")),
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
                "verbose_name": "definition of a check",
                "verbose_name_plural": "definitions of checks",
            },
        ),
        migrations.CreateModel(
            name="Baseline",
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
                ("since", models.DateField()),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.operation"
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="quality.definition"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exercise",
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
                ("label", models.CharField(max_length=120, verbose_name="name")),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("checks", models.JSONField(default=list, verbose_name="checks")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "verification exercise",
                "verbose_name_plural": "verification exercises",
            },
        ),
        migrations.CreateModel(
            name="ExerciseRecord",
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
                ("record_id", models.UUIDField()),
                ("position", models.IntegerField()),
                ("assignee", models.UUIDField(blank=True, null=True)),
                ("assignee_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "outcome",
                    models.CharField(blank=True, db_collation="C", default="", max_length=12, verbose_name="outcome"),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("checked_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="records", to="quality.exercise"
                    ),
                ),
            ],
            options={
                "verbose_name": "record of an exercise",
                "verbose_name_plural": "records of exercises",
            },
        ),
        migrations.CreateModel(
            name="Issue",
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
                ("record_id", models.UUIDField()),
                ("check_key", models.CharField(db_collation="C", max_length=40)),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("scope_id", models.IntegerField()),
                ("first_seen", models.DateField()),
                ("last_seen", models.DateField()),
                ("resolved_on", models.DateField(null=True)),
                ("resolved_by", models.CharField(blank=True, default="", max_length=200)),
                ("reopened", models.SmallIntegerField(default=0)),
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
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
            },
        ),
        migrations.CreateModel(
            name="Override",
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
                ("record_id", models.UUIDField()),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("scope_id", models.IntegerField()),
                ("checks", models.JSONField(default=list, verbose_name="checks")),
                ("state", models.CharField(db_collation="C", default="asked", max_length=9, verbose_name="state")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_by_label", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("days", models.SmallIntegerField(default=7, verbose_name="days")),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=300, verbose_name="answer")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "opened gate",
                "verbose_name_plural": "opened gates",
            },
        ),
        migrations.CreateModel(
            name="OwnCheck",
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
                ("key", models.CharField(db_collation="C", max_length=40, unique=True, verbose_name="key")),
                ("subject", models.CharField(db_collation="C", max_length=40, verbose_name="subject")),
                ("dimension", models.CharField(db_collation="C", max_length=12, verbose_name="dimension")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
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
                "verbose_name": "own check",
                "verbose_name_plural": "own checks",
            },
        ),
        migrations.CreateModel(
            name="OwnCheckVersion",
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
                ("number", models.SmallIntegerField(verbose_name="version")),
                ("state", models.CharField(db_collation="C", default="draft", max_length=8, verbose_name="state")),
                ("label", models.CharField(max_length=120, verbose_name="name")),
                ("about", models.TextField(blank=True, default="", verbose_name="what it says and how to mend it")),
                ("eligible", models.TextField(blank=True, default="", verbose_name="whom it is about")),
                ("failed", models.TextField(verbose_name="what is wrong")),
                ("target", models.DecimalField(decimal_places=2, default=95, max_digits=5, verbose_name="target")),
                ("weight", models.DecimalField(decimal_places=2, default=1, max_digits=6, verbose_name="weight")),
                ("gate", models.BooleanField(default=False, verbose_name="asked before a document is issued")),
                ("protects", models.BooleanField(default=False, verbose_name="findings are sensitive")),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="what changed")),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("tested_failed", models.IntegerField(blank=True, null=True)),
                ("tested_eligible", models.IntegerField(blank=True, null=True)),
                ("live_by", models.UUIDField(null=True)),
                ("live_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("live_at", models.DateTimeField(blank=True, null=True)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "own",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="quality.owncheck"
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an own check",
                "verbose_name_plural": "versions of own checks",
            },
        ),
        migrations.CreateModel(
            name="Pass",
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
                ("kind", models.CharField(db_collation="C", max_length=8)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("seconds", models.FloatField()),
                ("checked", models.IntegerField()),
                ("moved", models.IntegerField()),
                ("opened", models.IntegerField()),
                ("resolved", models.IntegerField()),
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
                "verbose_name": "run of the checks",
                "verbose_name_plural": "runs of the checks",
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("scope_id", models.IntegerField()),
                ("breakdown", models.CharField(db_collation="C", max_length=12)),
                ("value", models.TextField(db_collation="C", default="")),
                ("check_key", models.CharField(db_collation="C", max_length=40)),
                ("version", models.SmallIntegerField()),
                ("eligible", models.IntegerField()),
                ("failed", models.IntegerField()),
                ("unknown", models.IntegerField(default=0)),
                ("waived", models.IntegerField(default=0)),
                ("target", models.DecimalField(decimal_places=2, max_digits=5)),
                ("weight", models.DecimalField(decimal_places=2, max_digits=6)),
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
                "verbose_name": "score of a day",
                "verbose_name_plural": "scores of days",
            },
        ),
        migrations.CreateModel(
            name="State",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("scope_id", models.IntegerField()),
                ("place", models.UUIDField(null=True)),
                ("site", models.TextField(db_collation="C", default="")),
                ("interviewer", models.TextField(db_collation="C", default="")),
                ("source", models.TextField(db_collation="C", default="")),
                ("eligible", models.BigIntegerField(default=0)),
                ("failed", models.BigIntegerField(default=0)),
                ("unknown", models.BigIntegerField(default=0)),
                ("waived", models.BigIntegerField(default=0)),
                ("since", models.DateField()),
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
                "verbose_name": "standing of a record",
                "verbose_name_plural": "standings of records",
            },
        ),
        migrations.CreateModel(
            name="Target",
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
                ("check_key", models.CharField(db_collation="C", max_length=40, verbose_name="check")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("target", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="target")),
                ("weight", models.DecimalField(decimal_places=2, max_digits=6, verbose_name="weight")),
                ("set_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("set_at", models.DateTimeField(auto_now=True)),
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
                "verbose_name": "target",
                "verbose_name_plural": "targets",
            },
        ),
        migrations.CreateModel(
            name="Waiver",
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
                ("record_id", models.UUIDField()),
                ("check_key", models.CharField(db_collation="C", max_length=40)),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("scope_id", models.IntegerField()),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("given_by", models.UUIDField(null=True)),
                ("given_by_label", models.CharField(max_length=200)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
                ("expires_on", models.DateField(verbose_name="until")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("ended_by_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "waiver",
                "verbose_name_plural": "waivers",
            },
        ),
        migrations.CreateModel(
            name="AgeCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("scope_id", models.IntegerField()),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("breakdown", models.CharField(db_collation="C", max_length=12)),
                ("value", models.TextField(db_collation="C", default="")),
                ("ages", models.JSONField()),
                ("known", models.IntegerField()),
                ("first_of_january", models.IntegerField()),
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
                "verbose_name": "ages of a day",
                "verbose_name_plural": "ages of days",
                "indexes": [models.Index(fields=["operation", "breakdown", "day"], name="quality_ages_day")],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                ("record_id", models.UUIDField()),
                ("check_key", models.CharField(db_collation="C", max_length=40)),
                ("subject", models.CharField(db_collation="C", max_length=40)),
                ("scope_id", models.IntegerField()),
                ("assignee", models.UUIDField(verbose_name="assigned to")),
                ("assignee_label", models.CharField(max_length=200)),
                ("assigned_by", models.UUIDField(null=True)),
                ("assigned_by_label", models.CharField(max_length=200)),
                ("assigned_at", models.DateTimeField(auto_now=True)),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                (
                    "operation",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "indexes": [models.Index(fields=["assignee"], name="quality_assignment_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("record_id", "check_key"), name="quality_assignment_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckSetting",
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
                ("check_key", models.CharField(db_collation="C", max_length=40, verbose_name="check")),
                ("enabled", models.BooleanField(default=True, verbose_name="asked")),
                ("params", models.JSONField(blank=True, default=dict, verbose_name="parameters")),
                ("fields", models.JSONField(blank=True, default=list, verbose_name="mandatory fields")),
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
                "verbose_name": "setting of a check",
                "verbose_name_plural": "settings of checks",
                "constraints": [
                    models.UniqueConstraint(fields=("operation", "check_key"), name="quality_setting_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.UniqueConstraint(fields=("key", "version"), name="quality_definition_once"),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.CheckConstraint(
                condition=models.Q(("bit__gte", 0), ("bit__lte", 61)), name="quality_definition_fits"
            ),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["live", "overlap", "retired"])), name="quality_definition_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.UniqueConstraint(fields=("operation", "definition"), name="quality_baseline_once"),
        ),
        migrations.AddIndex(
            model_name="exercise",
            index=models.Index(fields=["operation", "made_at"], name="quality_exercise_latest"),
        ),
        migrations.AddConstraint(
            model_name="exerciserecord",
            constraint=models.UniqueConstraint(fields=("exercise", "record_id"), name="quality_exerciserecord_once"),
        ),
        migrations.AddIndex(
            model_name="issue",
            index=models.Index(fields=["operation", "check_key", "resolved_on"], name="quality_issue_mended"),
        ),
        migrations.AddConstraint(
            model_name="issue",
            constraint=models.UniqueConstraint(fields=("record_id", "check_key"), name="quality_issue_once"),
        ),
        migrations.AddIndex(
            model_name="override",
            index=models.Index(fields=["record_id", "state"], name="quality_override_of"),
        ),
        migrations.AddIndex(
            model_name="override",
            index=models.Index(
                condition=models.Q(("state", "asked")), fields=["operation", "asked_at"], name="quality_override_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="owncheckversion",
            constraint=models.UniqueConstraint(fields=("own", "number"), name="quality_ownversion_once"),
        ),
        migrations.AddIndex(
            model_name="pass",
            index=models.Index(fields=["operation", "at"], name="quality_pass_latest"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("operation", "breakdown", "day", "check_key", "version", "scope_id", "value"),
                name="quality_snapshot_once",
            ),
        ),
        migrations.AddIndex(
            model_name="state",
            index=models.Index(fields=["operation", "subject", "scope_id", "id"], name="quality_state_list"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("operation", "check_key", "valid_from"), name="quality_target_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__gt", 0), ("target__lte", 100), ("weight__gt", 0)),
                name="quality_target_possible",
            ),
        ),
        migrations.AddIndex(
            model_name="waiver",
            index=models.Index(
                condition=models.Q(("ended_on", None)), fields=["expires_on"], name="quality_waiver_expiring"
            ),
        ),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)),
                fields=("record_id", "check_key"),
                name="quality_waiver_one_open",
            ),
        ),
    ]
