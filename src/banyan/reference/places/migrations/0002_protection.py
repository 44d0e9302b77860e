"""Row-level security on places and what hangs on them; import tables only for who imports; staging without a log."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows, RestrictTable

PLACES = {"view": "places.view_place", "change": "places.change_place"}
IMPORTS = {"view": "places.import_places", "change": "places.import_places"}


class Migration(migrations.Migration):
    dependencies = [("places", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        ProtectRows("places_place", **PLACES),
        ProtectRows("places_placename", **PLACES),
        ProtectRows("places_namekey", **PLACES),
        ProtectRows("places_boundary", **PLACES),
        ProtectRows("places_placeinrelease", **PLACES),
        RestrictTable("places_release", **PLACES),
        # A place or release is never deleted, by nobody: without a policy for it the database finds no row to delete.
        migrations.RunSQL(
            "DROP POLICY places_place_delete ON places_place; DROP POLICY places_release_delete ON places_release",
            migrations.RunSQL.noop,
        ),
        RestrictTable("places_importbatch", **IMPORTS),
        RestrictTable("places_importfile", **IMPORTS),
        RestrictTable("places_importfinding", **IMPORTS),
        ProtectRows("places_stagedplace", **IMPORTS),
        migrations.RunSQL(
            "ALTER TABLE places_importfile ALTER COLUMN content SET STORAGE EXTERNAL",  # it comes compressed
            "ALTER TABLE places_importfile ALTER COLUMN content SET STORAGE EXTENDED",
        ),
        # Staged rows can be made again from the files, so a crash may lose them.
        migrations.RunSQL("ALTER TABLE places_stagedplace SET UNLOGGED", "ALTER TABLE places_stagedplace SET LOGGED"),
    ]
