"""Where a household came from, by name, to count by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_spellings"),
    ]

    operations = [
        migrations.AddField(
            model_name="household",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="source"),
        ),
    ]
