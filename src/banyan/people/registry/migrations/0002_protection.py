"""Row-level security on people, households and what belongs to them; nothing of it is ever deleted."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows

REGISTER = {"view": "registry.view_person", "change": "registry.change_person"}
# Corrections end a row or mark it; only keys of names and telephones come and go.
NEVER_DELETED = ("household", "person", "membership", "document", "need", "notice")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        *(
            ProtectRows(f"registry_{table}", **REGISTER)
            for table in ("household", "person", "membership", "document", "phone", "need", "notice", "namekey")
        ),
        *(
            migrations.RunSQL(
                f"DROP POLICY registry_{table}_delete ON registry_{table}",
                # ProtectRows in reverse drops the policy by its name.
                f"CREATE POLICY registry_{table}_delete ON registry_{table} FOR DELETE USING (false)",
            )
            for table in NEVER_DELETED
        ),
    ]
