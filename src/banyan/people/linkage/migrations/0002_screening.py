"""Sanctions lists and hits."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_tables")]

    operations = []
