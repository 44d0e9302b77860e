"""Every change of a person or a household counts its version up, whoever writes it and however."""

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
    ]
