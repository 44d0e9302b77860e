"""Row-level security: a saved criterion is seen and written by those of its operation; one of all operations is seen by all.

A criterion holds nothing about people, so it carries no scope of an area: whoever works in any part of an operation sees its
criteria. One that belongs to all operations is written only by who reaches everything.
"""

# ruff: noqa: S608 — the names come from this migration, never from users

from django.db import migrations

from banyan.platform.access.migrating import RestrictTable

CRITERIA = {"view": "criteria.view_criterion", "change": "criteria.change_criterion"}


def _within(permission):
    return f"operation_id IN (SELECT s.operation_id FROM access_scope s WHERE s.id <@ (SELECT access_reach('{permission}')))"


SEE = f"(SELECT access_may('{CRITERIA['view']}')) AND (operation_id IS NULL OR {_within(CRITERIA['view'])})"
WRITE = f"({_within(CRITERIA['change'])} OR (operation_id IS NULL AND (SELECT access_scopes('{CRITERIA['change']}')) = '{{0}}'))"


class Migration(migrations.Migration):
    dependencies = [("criteria", "0001_tables"), ("access", "0002_sealed_reach")]

    operations = [
        RestrictTable("criteria_criterion", **CRITERIA),
        RestrictTable("criteria_criterionversion", **CRITERIA),
        migrations.RunSQL(
            f"""
            ALTER POLICY criteria_criterion_see ON criteria_criterion USING ({SEE});
            ALTER POLICY criteria_criterion_insert ON criteria_criterion WITH CHECK ({WRITE});
            ALTER POLICY criteria_criterion_update ON criteria_criterion USING ({WRITE}) WITH CHECK ({WRITE});
            ALTER POLICY criteria_criterionversion_see ON criteria_criterionversion
                USING (criterion_id IN (SELECT c.id FROM criteria_criterion c));
            ALTER POLICY criteria_criterionversion_insert ON criteria_criterionversion
                WITH CHECK (criterion_id IN (SELECT c.id FROM criteria_criterion c WHERE {WRITE}));
            -- What selected somebody can always be read again: criteria are retired, versions stay as they were written.
            DROP POLICY criteria_criterion_delete ON criteria_criterion;
            DROP POLICY criteria_criterionversion_update ON criteria_criterionversion;
            DROP POLICY criteria_criterionversion_delete ON criteria_criterionversion;
            """,
            migrations.RunSQL.noop,
        ),
    ]
