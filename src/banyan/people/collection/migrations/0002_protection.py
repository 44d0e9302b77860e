"""Row-level security: what is on its way in is seen and changed only within the areas of the viewer's grants."""

from django.db import migrations

from banyan.platform.access.migrating import ProtectRows, RestrictTable

BATCHES = {"view": "collection.view_batch", "change": "collection.submit_batch"}
MAY_SUBMIT = "(SELECT access_may('collection.submit_batch'))"


class Migration(migrations.Migration):
    dependencies = [("collection", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        ProtectRows("collection_batch", **BATCHES),
        ProtectRows("collection_rawfile", **BATCHES),
        ProtectRows("collection_submission", **BATCHES),
        ProtectRows("collection_stagedrow", **BATCHES),
        ProtectRows("collection_finding", **BATCHES),
        ProtectRows("collection_correction", **BATCHES),
        # Rules and mappings say nothing about people; queries narrow them to the viewer's operations.
        RestrictTable("collection_operationrules", change="collection.change_rules"),
        RestrictTable("collection_source", change="collection.change_source"),
        migrations.RunSQL(
            # Whoever confirms the columns of a file makes its source remember them.
            f"""
            CREATE POLICY collection_source_remember ON collection_source FOR INSERT WITH CHECK ({MAY_SUBMIT});
            CREATE POLICY collection_source_renew ON collection_source FOR UPDATE USING ({MAY_SUBMIT}) WITH CHECK ({MAY_SUBMIT});
            DROP POLICY collection_source_delete ON collection_source;
            DROP POLICY collection_batch_delete ON collection_batch;
            DROP POLICY collection_rawfile_delete ON collection_rawfile;
            DROP POLICY collection_correction_delete ON collection_correction;
            """,
            migrations.RunSQL.noop,
        ),
        # Rows of thirty values stay below the size at which PostgreSQL would compress them; trying costs time.
        migrations.RunSQL(
            """
            ALTER TABLE collection_stagedrow ALTER COLUMN "values" SET STORAGE EXTERNAL,
                ALTER COLUMN raw SET STORAGE EXTERNAL, ALTER COLUMN extras SET STORAGE EXTERNAL;
            """,
            migrations.RunSQL.noop,
        ),
    ]
