"""What a batch looks like before it is accepted."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("linkage", "0002_screening")]

    operations = []
