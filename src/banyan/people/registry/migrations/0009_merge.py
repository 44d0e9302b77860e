"""Registrations that lead to another one: who merged them, and everything it takes to take them apart again."""

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_log_of_reads"),
        ("places", "0002_protection"),
        ("registry", "0008_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
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
                ("reason", models.TextField(verbose_name="reason")),
                ("what", models.JSONField(default=dict, verbose_name="what was changed")),
                ("asked_by", models.UUIDField(verbose_name="asked for by")),
                ("asked_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("confirmed_by", models.UUIDField(verbose_name="confirmed by")),
                ("confirmed_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("merged_on", models.DateField(verbose_name="merged on")),
                ("merged_at", models.DateTimeField(auto_now_add=True, verbose_name="merged")),
                ("undone_by", models.UUIDField(null=True, verbose_name="undone by")),
                ("undone_by_label", models.CharField(blank=True, default="", max_length=200)),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
                ("undo_reason", models.TextField(blank=True, default="", verbose_name="reason of undoing it")),
                ("kept", models.JSONField(default=list, verbose_name="what stayed with the survivor")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="aliases",
                to="registry.person",
                verbose_name="merged into",
            ),
        ),
        migrations.AlterField(
            model_name="suspectedpair",
            name="resolution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not decided"),
                    ("same", "the same person"),
                    ("different", "two different people"),
                    ("folded", "noted about another registration of the same person"),
                ],
                default="",
                max_length=10,
                verbose_name="decision",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("merged_into", None), _negated=True),
                fields=["merged_into"],
                name="registry_person_merged",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("status", "withdrawn"), _connector="OR"),
                name="registry_person_merged_away",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="merged",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="registration merged into it",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="operation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="access.operation",
                verbose_name="operation",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="survivor",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
                verbose_name="registration that stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("asked_by", models.F("confirmed_by")), _negated=True),
                name="registry_merge_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("survivor", models.F("merged")), _negated=True), name="registry_merge_of_two"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at", None), ("undone_by", None)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="registry_merge_undone_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("merged",), name="registry_merge_standing_once"
            ),
        ),
        ProtectRows("registry_merge", view="registry.view_person", change="registry.merge_person"),
        # A merge is undone, never deleted.
        migrations.RunSQL(
            "DROP POLICY registry_merge_delete ON registry_merge",
            "CREATE POLICY registry_merge_delete ON registry_merge FOR DELETE USING (false)",
        ),
    ]
