"""What is compared, models, runs, pairs, cases and decisions; who does not reach every record of a case sees nothing of it."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


CASES = {"view": "linkage.view_case", "change": "linkage.decide_case"}
# Features are read wherever people are read, and written by comparisons.
FEATURES = {"view": "registry.view_person", "change": "linkage.run_matching"}


def _within(column, permission):
    """As ProtectRows says it of scope_id; the sealed reach is computed once for a statement."""
    return f"CASE WHEN coalesce({column}, 0) <@ (SELECT access_reach('{permission}')) THEN true ELSE false END"


def _pair(permission):
    return f"({_within('scope_id', permission)}) AND ({_within('second_scope_id', permission)})"


def _all(permission):
    """Every scope of the list is within reach."""
    return f"NOT EXISTS (SELECT FROM unnest(scope_ids) AS each (scope) WHERE NOT {_within('each.scope', permission)})"


def _member(permission):
    """The member's own scope, and the case itself (whose policy looks at every scope_id of it)."""
    seen = "EXISTS (SELECT FROM linkage_case AS c WHERE c.id = case_id)"
    return f"({_within('scope_id', permission)}) AND {seen}"


def _policies(table, condition, kinds):
    """The policies of ProtectRows replaced by others with the same names."""
    view, change = condition(CASES["view"]), condition(CASES["change"])
    rules = {
        "see": f"FOR SELECT USING ({view})",
        "insert": f"FOR INSERT WITH CHECK ({change})",
        "update": f"FOR UPDATE USING ({change}) WITH CHECK ({change})",
        "delete": f"FOR DELETE USING ({change})",
    }
    drop = "".join(f"DROP POLICY {table}_{kind} ON {table};" for kind in rules)
    make = "".join(f"CREATE POLICY {table}_{kind} ON {table} {rules[kind]};" for kind in kinds)
    # ProtectRows in reverse drops the four policies by their names.
    again = "".join(
        f"CREATE POLICY {table}_{kind} ON {table} FOR {kind.upper()} USING (false);"
        for kind in rules
        if kind not in kinds
    )
    return migrations.RunSQL(drop + make, again or migrations.RunSQL.noop)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0003_log_of_reads"),
        ("registry", "0008_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
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
                ("across", models.BooleanField(default=False, verbose_name="across operations")),
                ("scope_id", models.IntegerField(null=True)),
                ("scope_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("reference", models.CharField(db_collation="C", max_length=24, unique=True, verbose_name="reference")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("proposed", "waits for a second person"),
                            ("merged", "merged"),
                            ("separate", "different people"),
                            ("shelved", "put aside"),
                            ("undone", "merge undone"),
                            ("lapsed", "settled by itself"),
                        ],
                        db_collation="C",
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("size", models.SmallIntegerField(verbose_name="records")),
                ("split", models.BooleanField(default=False, verbose_name="part of a larger group")),
                (
                    "zone",
                    models.CharField(
                        choices=[("unlikely", "unlikely"), ("possible", "possible"), ("probable", "probable")],
                        db_collation="C",
                        max_length=8,
                        verbose_name="zone",
                    ),
                ),
                ("weight", models.FloatField(default=0, verbose_name="match weight")),
                ("probability", models.FloatField(default=0, verbose_name="probability")),
                ("exact_document", models.BooleanField(default=False, verbose_name="the same document")),
                ("noted", models.BooleanField(default=False, verbose_name="noted by somebody")),
                ("priority", models.IntegerField(default=0)),
                ("due_on", models.DateField(null=True, verbose_name="due on")),
                ("assignee", models.UUIDField(null=True, verbose_name="assigned to")),
                ("assignee_label", models.CharField(blank=True, default="", max_length=200)),
                ("opened_at", models.DateTimeField(auto_now_add=True, verbose_name="opened")),
                ("proposed_by", models.UUIDField(null=True)),
                ("proposed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.UUIDField(null=True)),
                ("confirmed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("shelved_until", models.DateField(null=True, verbose_name="put aside until")),
                ("version", models.IntegerField(default=1)),
                (
                    "joined_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.case",
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
            ],
            options={
                "verbose_name": "case of suspected duplicates",
                "verbose_name_plural": "cases of suspected duplicates",
            },
        ),
        migrations.CreateModel(
            name="CaseMember",
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
                ("left_on", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="linkage.case"
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "record of a case",
                "verbose_name_plural": "records of a case",
            },
        ),
        migrations.CreateModel(
            name="CaseTargets",
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
                ("probable_days", models.SmallIntegerField(default=3, verbose_name="days for probable pairs")),
                ("possible_days", models.SmallIntegerField(default=14, verbose_name="days for possible pairs")),
                ("confirm_days", models.SmallIntegerField(default=2, verbose_name="days for the second person")),
                (
                    "shelf_days",
                    models.SmallIntegerField(default=30, verbose_name="days that unsure cases are put aside"),
                ),
                ("changed_by_label", models.CharField(blank=True, default="", max_length=200)),
                (
                    "operation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.operation"
                    ),
                ),
            ],
            options={
                "verbose_name": "service targets of duplicates",
                "verbose_name_plural": "service targets of duplicates",
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("scope_id", models.IntegerField(null=True)),
                ("scope_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("verb", models.CharField(db_collation="C", max_length=8, verbose_name="step")),
                ("by", models.UUIDField(null=True)),
                ("by_label", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("until", models.DateField(null=True)),
                ("partition", models.JSONField(default=list)),
                ("verdicts", models.JSONField(default=dict)),
                ("merges", models.JSONField(default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="linkage.case"
                    ),
                ),
                (
                    "confirms",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="linkage.decision"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about suspected duplicates",
                "verbose_name_plural": "decisions about suspected duplicates",
            },
        ),
        migrations.CreateModel(
            name="Feature",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.person",
                    ),
                ),
                ("scope_id", models.IntegerField()),
                ("household", models.UUIDField(null=True)),
                ("packed", models.TextField(db_collation="C")),
                ("maker", models.SmallIntegerField(default=1)),
                ("stamp", models.BigIntegerField()),
                ("digest", models.BigIntegerField()),
                ("compared", models.BigIntegerField(null=True)),
                ("refreshed_at", models.DateTimeField(auto_now=True)),
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
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "scope_id", "person", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("scope_id", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LinkageModel",
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
                ("version", models.IntegerField(unique=True, verbose_name="version")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                ("settings", models.JSONField(default=dict, verbose_name="settings")),
                ("report", models.JSONField(default=dict, verbose_name="training report")),
                ("review", models.FloatField(verbose_name="threshold of review")),
                ("probable", models.FloatField(verbose_name="threshold of probable pairs")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("trained", "trained"),
                            ("approved", "approved"),
                            ("live", "live"),
                            ("retired", "retired"),
                        ],
                        db_collation="C",
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("based_on", models.IntegerField(null=True)),
                ("trained_by", models.UUIDField(null=True)),
                ("trained_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("trained_at", models.DateTimeField(null=True)),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("approved_at", models.DateTimeField(null=True)),
                ("live_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("retired_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("origin", models.CharField(db_collation="C", default="trained", max_length=12, verbose_name="origin")),
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
                "verbose_name": "model of matching",
                "verbose_name_plural": "models of matching",
            },
        ),
        migrations.CreateModel(
            name="Run",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("intake", "after registering"),
                            ("night", "every night"),
                            ("demand", "on demand"),
                            ("across", "across operations"),
                        ],
                        db_collation="C",
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("batch", models.UUIDField(null=True, verbose_name="batch")),
                ("whole", models.BooleanField(default=False, verbose_name="everybody")),
                ("job", models.UUIDField(null=True)),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("started_at", models.DateTimeField(auto_now_add=True, verbose_name="started")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
                ("drift", models.JSONField(default=dict, verbose_name="drift")),
                (
                    "model",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.linkagemodel",
                    ),
                ),
                (
                    "operation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.operation"
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison",
                "verbose_name_plural": "comparisons",
            },
        ),
        migrations.CreateModel(
            name="Pair",
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
                ("second_scope_id", models.IntegerField()),
                ("weight", models.FloatField(verbose_name="match weight")),
                ("probability", models.FloatField(verbose_name="probability")),
                (
                    "zone",
                    models.CharField(
                        choices=[("unlikely", "unlikely"), ("possible", "possible"), ("probable", "probable")],
                        db_collation="C",
                        max_length=8,
                        verbose_name="zone",
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "brought",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), default=list, size=None
                    ),
                ),
                ("found_on", models.DateField(verbose_name="found on")),
                ("digest_first", models.BigIntegerField()),
                ("digest_second", models.BigIntegerField()),
                ("exact_document", models.BooleanField(default=False, verbose_name="the same document")),
                ("noted", models.BooleanField(default=False, verbose_name="noted by somebody")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not decided"),
                            ("same", "the same person"),
                            ("different", "different people"),
                            ("unsure", "cannot be said yet"),
                        ],
                        db_collation="C",
                        default="",
                        max_length=9,
                        verbose_name="decision",
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("look_again_on", models.DateField(null=True)),
                ("reopened", models.SmallIntegerField(default=0)),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="pairs", to="linkage.case"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.linkagemodel",
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
                    "other_operation",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspected duplicate",
                "verbose_name_plural": "suspected duplicates",
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["-priority", "id"], name="linkage_case_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["operation", "state", "-priority", "id"], name="linkage_case_list"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["assignee", "state"], name="linkage_case_of"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="linkage_case_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["merged", "undone"]), _negated=True),
                    models.Q(("confirmed_by__isnull", False), ("proposed_by__isnull", False)),
                    _connector="OR",
                ),
                name="linkage_case_merged_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="casemember",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="linkage_casemember_once"),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=models.Index(fields=["operation", "person"], name="linkage_feature_operation"),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=models.Index(
                condition=models.Q(
                    ("compared", None), models.Q(("compared", models.F("digest")), _negated=True), _connector="OR"
                ),
                fields=["operation"],
                name="linkage_feature_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkagemodel",
            constraint=models.CheckConstraint(
                condition=models.Q(("review__lte", models.F("probable"))), name="linkage_model_thresholds"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkagemodel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    ("trained_by", None),
                    models.Q(("approved_by", models.F("trained_by")), _negated=True),
                    _connector="OR",
                ),
                name="linkage_model_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="linkagemodel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "live")),
                fields=("operation",),
                name="linkage_model_one_live",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["operation", "-started_at"], name="linkage_run_latest"),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(
                condition=models.Q(("case", None), ("decision", "")), fields=["operation"], name="linkage_pair_loose"
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="linkage_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="linkage_pair_of_two"
            ),
        ),
        *(ProtectRows(f"linkage_{table}", **FEATURES) for table in ("feature", "key")),
        *(ProtectRows(f"linkage_{table}", **CASES) for table in ("pair", "case", "casemember", "decision")),
        _policies("linkage_pair", _pair, ("see", "insert", "update", "delete")),
        _policies("linkage_case", _all, ("see", "insert", "update")),
        _policies("linkage_casemember", _member, ("see", "insert", "update")),
        _policies("linkage_decision", _all, ("see", "insert")),
    ]
