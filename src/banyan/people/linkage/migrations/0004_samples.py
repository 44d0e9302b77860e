"""Samples for judging the quality of linkage."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0003_incoming")]

    operations = []
