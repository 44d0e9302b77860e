"""Every change of a person or a household counts its version up, whoever writes it and however; keys carry what narrows."""

from django.db import migrations

_FUNCTION = """
CREATE FUNCTION registry_count_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
"""
_TRIGGER = """
CREATE TRIGGER registry_{table}_version BEFORE UPDATE ON registry_{table} FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION registry_count_version();
"""
TABLES = ("person", "household")
# With what a question may know beside the name: answered from the index alone.
_COVERED = """
ALTER TABLE registry_namekey DROP CONSTRAINT registry_namekey_pkey,
    ADD CONSTRAINT registry_namekey_pkey PRIMARY KEY (key, scope_id, person_id) INCLUDE (born, sex)
"""
_BARE = """
ALTER TABLE registry_namekey DROP CONSTRAINT registry_namekey_pkey,
    ADD CONSTRAINT registry_namekey_pkey PRIMARY KEY (key, scope_id, person_id)
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_protection")]

    operations = [
        migrations.RunSQL(_FUNCTION, "DROP FUNCTION registry_count_version()"),
        *(
            migrations.RunSQL(
                _TRIGGER.format(table=table), f"DROP TRIGGER registry_{table}_version ON registry_{table}"
            )
            for table in TABLES
        ),
        migrations.RunSQL(_COVERED, _BARE),
    ]
