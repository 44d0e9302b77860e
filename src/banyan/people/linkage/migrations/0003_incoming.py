"""What a batch looks like before it is accepted."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows

# Read wherever the batch is read, and written by comparisons.
INCOMING = {"view": "collection.view_batch", "change": "linkage.run_matching"}


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("collection", "0003_fetched"),
        ("linkage", "0002_screening"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
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
                ("asked", models.IntegerField(default=0)),
                ("people", models.IntegerField(default=0, verbose_name="people")),
                ("crowded", models.IntegerField(default=0)),
                ("left_out", models.BigIntegerField(default=0)),
                ("model", models.IntegerField(null=True)),
                ("job", models.UUIDField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="collection.batch",
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
                "verbose_name": "comparison of a batch",
                "verbose_name_plural": "comparisons of batches",
            },
        ),
        migrations.CreateModel(
            name="Incoming",
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
                ("submission", models.UUIDField()),
                ("row", models.UUIDField()),
                ("other_row", models.UUIDField(null=True)),
                ("other_submission", models.UUIDField(null=True)),
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
                ("exact_document", models.BooleanField(default=False, verbose_name="the same document")),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="collection.batch",
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
                "verbose_name": "somebody who looks known",
                "verbose_name_plural": "people who look known",
                "indexes": [models.Index(fields=["submission"], name="linkage_incoming_submission")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other_row", None), ("other_submission", None), ("person__isnull", False)),
                            models.Q(
                                ("other_row__isnull", False), ("other_submission__isnull", False), ("person", None)
                            ),
                            _connector="OR",
                        ),
                        name="linkage_incoming_one_other",
                    )
                ],
            },
        ),
        *(ProtectRows(f"linkage_{table}", **INCOMING) for table in ("arrival", "incoming")),
    ]
