"""Row-level security of history: a row's past is seen by those who may see the row, and by those who may see all history.

Rows of tables without scopes are seen by whoever holds the table's permission anywhere.
"""

from django.db import migrations

OPEN_TABLES = """
-- The seal is checked by every call of access_scopes, so each permission is asked for once, not once per table.
CREATE FUNCTION history_open_tables() RETURNS smallint[]
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $body$
    WITH general AS MATERIALIZED (SELECT access_scopes('history.view_history') AS scopes),
    own AS MATERIALIZED (
        SELECT p.permission, access_scopes(p.permission) AS scopes
        FROM (SELECT DISTINCT permission FROM history_table) p
    )
    SELECT coalesce(array_agg(t.id), '{}')
    FROM history_table t JOIN own ON own.permission = t.permission, general
    WHERE 0 = ANY(own.scopes) OR 0 = ANY(general.scopes)
        OR NOT t.scoped AND cardinality(own.scopes) + cardinality(general.scopes) > 0
$body$;

CREATE FUNCTION history_open_scopes() RETURNS TABLE (table_id smallint, scope_id int)
LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $body$
    WITH general AS MATERIALIZED (SELECT access_scopes('history.view_history') AS scopes),
    own AS MATERIALIZED (
        SELECT p.permission, access_scopes(p.permission) AS scopes
        FROM (SELECT DISTINCT permission FROM history_table WHERE scoped) p
    )
    SELECT t.id, s
    FROM history_table t JOIN own ON own.permission = t.permission, general,
        unnest(own.scopes || general.scopes) AS s
    WHERE t.scoped
$body$;
"""

# Writing is done by trigger functions as the owner, whom FORCE ROW LEVEL SECURITY does not exempt.
POLICIES = """
ALTER TABLE history_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE history_event FORCE ROW LEVEL SECURITY;
CREATE POLICY history_event_owner ON history_event TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY history_event_see ON history_event FOR SELECT USING (
    table_id = ANY ((SELECT history_open_tables())::smallint[])
    OR (table_id, scope_id) IN (SELECT o.table_id, o.scope_id FROM history_open_scopes() o)
    OR (scope_before IS NOT NULL
        AND (table_id, scope_before) IN (SELECT o.table_id, o.scope_id FROM history_open_scopes() o))
);

ALTER TABLE history_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE history_change FORCE ROW LEVEL SECURITY;
CREATE POLICY history_change_owner ON history_change TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY history_change_see ON history_change FOR SELECT USING (
    table_id = ANY ((SELECT history_open_tables())::smallint[])
    OR table_id IN (SELECT o.table_id FROM history_open_scopes() o)
);

ALTER TABLE history_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE history_fact FORCE ROW LEVEL SECURITY;
CREATE POLICY history_fact_owner ON history_fact TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY history_fact_see ON history_fact FOR SELECT USING (
    0 = ANY ((SELECT access_scopes('history.view_history'))::int[])
);

INSERT INTO access_protectedtable ("table", view_permission, change_permission)
VALUES ('history_event', 'history.view_history', ''), ('history_change', 'history.view_history', ''),
    ('history_fact', 'history.view_history', '');
UPDATE access_accessversion SET number = number + 1;
"""

UNDO_POLICIES = """
DELETE FROM access_protectedtable WHERE "table" LIKE 'history%';
DROP POLICY history_fact_see ON history_fact;
DROP POLICY history_fact_owner ON history_fact;
ALTER TABLE history_fact NO FORCE ROW LEVEL SECURITY;
ALTER TABLE history_fact DISABLE ROW LEVEL SECURITY;
DROP POLICY history_change_see ON history_change;
DROP POLICY history_change_owner ON history_change;
ALTER TABLE history_change NO FORCE ROW LEVEL SECURITY;
ALTER TABLE history_change DISABLE ROW LEVEL SECURITY;
DROP POLICY history_event_see ON history_event;
DROP POLICY history_event_owner ON history_event;
ALTER TABLE history_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE history_event DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0002_functions"), ("access", "0002_sealed_reach")]

    operations = [
        migrations.RunSQL(OPEN_TABLES, "DROP FUNCTION history_open_scopes(); DROP FUNCTION history_open_tables();"),
        migrations.RunSQL(POLICIES, UNDO_POLICIES),
    ]
