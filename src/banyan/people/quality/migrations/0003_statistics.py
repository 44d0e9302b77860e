"""The planner's statistics made anew before a pass over everything: after a large import they may be those of an empty table.

Only an owner may ANALYZE, and passes run as the application; the function does that for them and nothing else.
"""

from django.db import migrations

_LEARN = """
CREATE FUNCTION quality_learn(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY tables LOOP
        EXECUTE format('ANALYZE %I', one);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_protection")]

    operations = [migrations.RunSQL(_LEARN, "DROP FUNCTION quality_learn(text[])")]
