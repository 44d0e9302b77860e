"""What writes history: functions of the owner, which nobody else may call."""

from django.db import migrations

# Trigger functions call it after writing their events, so that statements that touch no row leave no change.
CLOSE_CHANGE = """
CREATE FUNCTION history_close_change(change bigint, tracked smallint, kind text, touched bigint, because text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp
AS $body$
BEGIN
    INSERT INTO history_change
        (id, table_id, kind, rows, at, actor, action, cause, purpose, transaction, database_user)
    VALUES (
        change, tracked, kind, touched, clock_timestamp(),
        coalesce(access_actor(), CASE WHEN because IS NULL THEN 'unknown' ELSE 'system:migration' END),
        coalesce(because, current_setting('banyan.action', true), ''),
        coalesce(current_setting('banyan.cause', true), ''),
        coalesce(current_setting('banyan.purpose', true), ''),
        pg_current_xact_id()::text::bigint,
        session_user
    );
END
$body$;
REVOKE ALL ON FUNCTION history_close_change(bigint, smallint, text, bigint, text) FROM PUBLIC;
"""

# The one way by which the application role adds to history itself: it names the fact, the session says the rest.
TELL = """
CREATE FUNCTION history_tell(fact text, content jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $body$
DECLARE
    number bigint;
BEGIN
    INSERT INTO history_fact (name, payload, at, actor, action, cause, transaction)
    VALUES (
        fact, content, clock_timestamp(),
        coalesce(access_actor(), 'unknown'),
        coalesce(current_setting('banyan.action', true), ''),
        coalesce(current_setting('banyan.cause', true), ''),
        pg_current_xact_id()::text::bigint
    )
    RETURNING id INTO number;
    RETURN number;
END
$body$;
"""

# Even the owner changes the past only by first switching this off, knowingly.
APPEND_ONLY = """
CREATE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql
AS $body$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$body$;
REVOKE ALL ON FUNCTION history_append_only() FROM PUBLIC;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_change
    FOR EACH STATEMENT EXECUTE FUNCTION history_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_event
    FOR EACH STATEMENT EXECUTE FUNCTION history_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history_fact
    FOR EACH STATEMENT EXECUTE FUNCTION history_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_tables")]

    operations = [
        migrations.RunSQL(CLOSE_CHANGE, "DROP FUNCTION history_close_change(bigint, smallint, text, bigint, text);"),
        migrations.RunSQL(TELL, "DROP FUNCTION history_tell(text, jsonb);"),
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION history_append_only() CASCADE;"),
    ]
