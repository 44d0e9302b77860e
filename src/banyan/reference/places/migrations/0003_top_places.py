"""The first page of the list of places."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_protection")]

    operations = [
        migrations.AddIndex(
            model_name="place",
            index=models.Index(condition=models.Q(("level__lte", 1)), fields=["name", "id"], name="places_place_top"),
        ),
    ]
