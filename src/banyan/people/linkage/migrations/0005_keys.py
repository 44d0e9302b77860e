"""Keys without an index by person: whose keys they are stands in what is packed of each person."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("linkage", "0004_samples")]

    operations = [
        migrations.AlterField(
            model_name="key",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.person",
            ),
        ),
    ]
