"""How many of the mandatory fields are filled in, day by day: under row-level security like the scores."""

import django.db.models.deletion
from django.db import migrations, models

from banyan.platform.access.migrating import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_statistics"), ("access", "0002_sealed_reach")]

    operations = [
        migrations.CreateModel(
            name="Filled",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("scope_id", models.IntegerField()),
                ("check_key", models.CharField(db_collation="C", max_length=40)),
                ("version", models.SmallIntegerField()),
                ("asked", models.BigIntegerField()),
                ("filled", models.BigIntegerField()),
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
                "verbose_name": "fields filled on a day",
                "verbose_name_plural": "fields filled on days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operation", "day", "check_key", "version", "scope_id"), name="quality_filled_once"
                    )
                ],
            },
        ),
        ProtectRows("quality_filled", view="quality.view_findings", change="quality.change_findings"),
    ]
