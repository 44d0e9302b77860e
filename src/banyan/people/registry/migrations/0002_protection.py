"""Row-level security on people, households and what belongs to them; nothing of it is ever deleted."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows, RestrictTable

REGISTER = {"view": "registry.view_person", "change": "registry.change_person"}
CHANGES = {"view": "registry.view_person", "change": "registry.propose_change"}
# Corrections end a row or mark it; only keys of names come and go.
NEVER_DELETED = ("household", "person", "membership", "document", "phone", "need", "notice", "changerequest")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        *(
            ProtectRows(f"registry_{table}", **REGISTER)
            for table in ("household", "person", "membership", "document", "phone", "need", "notice", "namekey")
        ),
        ProtectRows("registry_changerequest", **CHANGES),
        ProtectRows("registry_changeline", **CHANGES),
        ProtectRows("registry_presence", view="registry.view_person", change="registry.view_person"),
        # Not about people: everybody may know who decides.
        RestrictTable("registry_operationchangerules", change="registry.change_rules"),
        *(
            migrations.RunSQL(
                f"DROP POLICY registry_{table}_delete ON registry_{table}",
                # ProtectRows in reverse drops the policy by its name.
                f"CREATE POLICY registry_{table}_delete ON registry_{table} FOR DELETE USING (false)",
            )
            for table in NEVER_DELETED
        ),
        # A mark of the last minute: a crash may lose it.
        migrations.RunSQL("ALTER TABLE registry_presence SET UNLOGGED", "ALTER TABLE registry_presence SET LOGGED"),
    ]
