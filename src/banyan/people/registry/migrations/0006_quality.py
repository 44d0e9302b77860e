"""What judging the quality of a registration needs: when it was written down and verified, marks, suspected duplicates."""

import banyan.platform.kernel.fields
import banyan.platform.kernel.ids
import banyan.platform.kernel.models
import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_exports"), ("access", "0003_log_of_reads")]

    operations = [
        migrations.AddField(
            model_name="household",
            name="located",
            field=models.BooleanField(blank=True, null=True, verbose_name="position lies in the place"),
        ),
        migrations.AddField(
            model_name="membership",
            name="said",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=60, verbose_name="relationship in their own words"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="biometric_status",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="biometrics"),
        ),
        migrations.AddField(
            model_name="person",
            name="born_in_asylum",
            field=models.BooleanField(db_default=False, default=False, verbose_name="born after the family arrived"),
        ),
        migrations.AddField(
            model_name="person",
            name="entered_on",
            field=models.DateField(blank=True, null=True, verbose_name="written down on"),
        ),
        migrations.AddField(
            model_name="person",
            name="needs_screened_on",
            field=models.DateField(blank=True, null=True, verbose_name="asked about specific needs on"),
        ),
        migrations.AddField(
            model_name="person",
            name="odd_codes",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="values that are in no list"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="photo_taken_on",
            field=models.DateField(blank=True, null=True, verbose_name="photo taken on"),
        ),
        migrations.AddField(
            model_name="person",
            name="status_decided_on",
            field=banyan.platform.kernel.fields.PartialDateField(
                blank=True, null=True, verbose_name="legal status decided on"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="verified_on",
            field=models.DateField(blank=True, null=True, verbose_name="verified on"),
        ),
        migrations.CreateModel(
            name="SuspectedPair",
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
                ("since", models.DateField(verbose_name="noticed on")),
                ("reason", models.CharField(blank=True, default="", max_length=300, verbose_name="why")),
                ("noted_by", models.UUIDField(null=True)),
                ("noted_by_label", models.CharField(blank=True, default="", max_length=200, verbose_name="noticed by")),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not decided"),
                            ("same", "the same person"),
                            ("different", "two different people"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                ("resolved_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                ("resolved_by", models.UUIDField(null=True)),
                (
                    "resolved_by_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="decided by"),
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
                    "second",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspected duplicate",
                "verbose_name_plural": "suspected duplicates",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolution", "")),
                        fields=("first", "second"),
                        name="registry_suspectedpair_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="registry_suspectedpair_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_on", None)),
                            models.Q(models.Q(("resolution", ""), _negated=True), ("resolved_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="registry_suspectedpair_decided",
                    ),
                ],
            },
        ),
        ProtectRows("registry_suspectedpair", view="registry.view_person", change="registry.propose_change"),
        # A pair is decided on, never deleted.
        migrations.RunSQL(
            "DROP POLICY registry_suspectedpair_delete ON registry_suspectedpair",
            "CREATE POLICY registry_suspectedpair_delete ON registry_suspectedpair FOR DELETE USING (false)",
        ),
    ]
