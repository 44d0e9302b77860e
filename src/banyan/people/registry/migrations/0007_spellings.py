"""Words that names are made of, by their shortenings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_quality"),
    ]

    operations = [
        migrations.CreateModel(
            name="Spelling",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "short", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("short", models.BigIntegerField()),
                ("key", models.TextField(db_collation="C")),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
