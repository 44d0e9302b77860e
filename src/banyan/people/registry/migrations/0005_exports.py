"""Files in which people left the register."""

from django.db import migrations, models

import banyan.platform.kernel.ids
import banyan.platform.kernel.models
from banyan.platform.access.migrating import RestrictTable


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_changes")]

    operations = [
        migrations.CreateModel(
            name="Export",
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
                ("account", models.UUIDField(null=True, verbose_name="asked by")),
                ("label", models.CharField(max_length=200, verbose_name="name")),
                ("subject", models.CharField(max_length=12, verbose_name="about")),
                ("filters", models.JSONField(default=dict, verbose_name="filters")),
                ("file_format", models.CharField(max_length=4, verbose_name="format")),
                ("use", models.CharField(max_length=12, verbose_name="use")),
                ("with_sensitive", models.BooleanField(default=False, verbose_name="with sensitive values")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("rows", models.IntegerField(default=0, verbose_name="rows")),
                ("left_out", models.IntegerField(default=0, verbose_name="left out because they did not agree")),
                ("file", models.CharField(blank=True, default="", max_length=120, verbose_name="file in the vault")),
                ("size", models.IntegerField(default=0, verbose_name="size in bytes")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked for")),
                ("expires_at", models.DateTimeField(verbose_name="kept until")),
                ("job", models.UUIDField(null=True)),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [models.Index(fields=["account", "asked_at"], name="registry_export_of")],
            },
        ),
        RestrictTable("registry_export", view="registry.export_person", change="registry.export_person"),
    ]
