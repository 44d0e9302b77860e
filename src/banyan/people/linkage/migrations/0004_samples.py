"""Samples for judging the quality of linkage: who sees a pair reaches both its records; no label is ever taken back."""

import django.db.models.deletion
from django.db import migrations, models

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
from banyan.platform.access.migrating import ProtectRows

PROTECTED = ("sampleitem", "samplelabel")
CASES = {"view": "linkage.view_case", "change": "linkage.decide_case"}
# Beside what ProtectRows asks of scope_id: the second record is within reach as well.
_SECOND = (
    "CREATE POLICY linkage_{0}_second ON linkage_{0} AS RESTRICTIVE USING"
    " (CASE WHEN coalesce(second_scope_id, 0) <@ (SELECT access_reach('linkage.view_case')) THEN true ELSE false END)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("linkage", "0003_incoming"),
        ("registry", "0008_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
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
                ("label", models.CharField(max_length=120, verbose_name="name")),
                ("model_version", models.IntegerField(default=0, verbose_name="version of the model")),
                ("seed", models.BigIntegerField(verbose_name="seed")),
                ("wanted", models.IntegerField(verbose_name="pairs wanted")),
                ("review", models.FloatField()),
                ("probable", models.FloatField()),
                ("strata", models.JSONField(default=list)),
                ("beneath", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("drawn_at", models.DateTimeField(null=True, verbose_name="drawn")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("closed_by_label", models.CharField(blank=True, default="", max_length=200)),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "sample of pairs",
                "verbose_name_plural": "samples of pairs",
            },
        ),
        migrations.CreateModel(
            name="SampleItem",
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
                ("position", models.IntegerField()),
                ("scope_id", models.IntegerField()),
                ("second_scope_id", models.IntegerField()),
                ("stratum", models.SmallIntegerField()),
                ("weight", models.FloatField()),
                ("probability", models.FloatField()),
                ("groups", models.JSONField(default=dict)),
                (
                    "verdict",
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
                    ),
                ),
                ("judged_at", models.DateTimeField(null=True)),
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
                    "sample",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="linkage.sample",
                    ),
                ),
                (
                    "second",
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
                "verbose_name": "pair of a sample",
                "verbose_name_plural": "pairs of samples",
            },
        ),
        migrations.CreateModel(
            name="SampleLabel",
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
                ("turn", models.SmallIntegerField()),
                ("given_by", models.UUIDField()),
                ("given_by_label", models.CharField(max_length=200)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("", "not decided"),
                            ("same", "the same person"),
                            ("different", "different people"),
                            ("unsure", "cannot be said yet"),
                        ],
                        db_collation="C",
                        max_length=9,
                        verbose_name="verdict",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="note")),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="linkage.sampleitem",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="linkage.sample"
                    ),
                ),
            ],
            options={
                "verbose_name": "label of a pair",
                "verbose_name_plural": "labels of pairs",
            },
        ),
        migrations.CreateModel(
            name="ModelComparison",
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
                ("former_version", models.IntegerField()),
                ("latter_version", models.IntegerField()),
                ("people", models.IntegerField(default=0)),
                ("moved", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "former",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.linkagemodel",
                    ),
                ),
                (
                    "latter",
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.operation",
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison of models",
                "verbose_name_plural": "comparisons of models",
                "indexes": [models.Index(fields=["operation", "-made_at"], name="linkage_modelcompare_latest")],
            },
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["operation", "-made_at"], name="linkage_sample_latest"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(fields=("sample", "position"), name="linkage_sampleitem_place"),
        ),
        migrations.AddConstraint(
            model_name="samplelabel",
            constraint=models.UniqueConstraint(fields=("item", "turn"), name="linkage_samplelabel_turn"),
        ),
        migrations.AddConstraint(
            model_name="samplelabel",
            constraint=models.UniqueConstraint(fields=("item", "given_by"), name="linkage_samplelabel_once"),
        ),
        migrations.AddConstraint(
            model_name="samplelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("turn__in", (1, 2, 3))), name="linkage_samplelabel_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplelabel",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ("same", "different", "unsure"))), name="linkage_samplelabel_said"
            ),
        ),
        *(ProtectRows(f"linkage_{table}", **CASES) for table in PROTECTED),
        *(
            migrations.RunSQL(_SECOND.format(table), f"DROP POLICY linkage_{table}_second ON linkage_{table}")
            for table in PROTECTED
        ),
        *(
            migrations.RunSQL(
                f"DROP POLICY linkage_{table}_delete ON linkage_{table}",
                # ProtectRows in reverse drops the policy by its name.
                f"CREATE POLICY linkage_{table}_delete ON linkage_{table} FOR DELETE USING (false)",
            )
            for table in PROTECTED
        ),
    ]
