"""Contacts are seen and changed within one's scopes only."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_organisations"), ("access", "0003_log_of_reads")]
    operations = [
        ProtectRows("parties_contact", view="parties.view_contact", change="parties.change_contact"),
        # The scope of reference data that lies in no area: contacts of a head office have it.
        migrations.RunSQL(
            "INSERT INTO access_scope (operation_id, area_id) VALUES (NULL, NULL) ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
