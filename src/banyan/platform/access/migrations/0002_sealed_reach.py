"""How the database knows who is looking: sealed settings, checked by functions that only the owner can change."""

from django.db import migrations

from banyan.platform.access.migrating import RestrictTable

FUNCTIONS = r"""
-- The actor if the settings of this transaction carry a valid seal, else NULL. The settings alone prove nothing: any SQL
-- can set them; only the application knows the key. See rules.seal for the other half.
CREATE FUNCTION access_actor() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public
AS $body$
DECLARE
    actor text := current_setting('banyan.actor', true);
    seal text := current_setting('banyan.seal', true);
    expires text := split_part(seal, '.', 1);
    pads record;
BEGIN
    -- Called by every policy of every query, so it counts microseconds: a regular expression here doubled its cost.
    IF actor IS NULL OR actor = '' OR seal IS NULL
        OR expires = '' OR length(expires) > 12 OR translate(expires, '0123456789', '') <> ''
    THEN
        RETURN NULL;
    END IF;
    -- now() is the start of the transaction: a long one is not cut off, a copied seal soon opens nothing.
    IF expires::bigint < extract(epoch FROM now()) THEN
        RETURN NULL;
    END IF;
    SELECT inner_pad, outer_pad INTO pads FROM public.access_sealkey;
    IF encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(
        expires || '|' || actor || '|' || coalesce(current_setting('banyan.reach', true), ''), 'UTF8'
    ))), 'hex') = split_part(seal, '.', 2) THEN
        RETURN actor;
    END IF;
    RETURN NULL;
END
$body$;
COMMENT ON FUNCTION access_actor() IS 'Verified actor of this transaction, NULL when unsealed';

-- Scopes within reach under a permission, as ranges: "{[3,3],[17,40]}"; "{(,)}" is everything, "{}" nothing; never NULL.
-- Scopes of an area's parts are mostly neighbours, so a whole country is a few ranges, and one look at them is a binary
-- search; an array of its 430 scopes, walked for each row, made counts five times slower.
CREATE FUNCTION access_reach(permission text) RETURNS int4multirange
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public
AS $body$
DECLARE
    reach text := current_setting('banyan.reach', true);
BEGIN
    IF reach IS NULL OR reach = '' OR public.access_actor() IS NULL THEN
        RETURN '{}';
    END IF;
    IF reach = '*=(,)' THEN
        RETURN '{(,)}';
    END IF;
    RETURN ('{' || split_part(split_part(';' || reach || ';', ';' || permission || '=', 2), ';', 1) || '}')::int4multirange;
END
$body$;
COMMENT ON FUNCTION access_reach(text) IS 'Scope ids within the sealed reach under a permission, as ranges';

-- The same as a list; {0} means everything.
CREATE FUNCTION access_scopes(permission text) RETURNS integer[]
LANGUAGE sql STABLE PARALLEL SAFE
AS $body$
    SELECT CASE WHEN r.reach = '{(,)}'::int4multirange THEN '{0}'::integer[] ELSE ARRAY(
        SELECT scope FROM unnest(r.reach) AS part, generate_series(lower(part), upper(part) - 1) AS scope
    ) END
    FROM (SELECT access_reach(permission) AS reach) r
$body$;
COMMENT ON FUNCTION access_scopes(text) IS 'Scope ids within the sealed reach under a permission; {0} = everything';

-- Whether a permission is held anywhere.
CREATE FUNCTION access_may(permission text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
AS $body$ SELECT NOT isempty(access_reach(permission)) $body$;
COMMENT ON FUNCTION access_may(text) IS 'Whether the sealed reach under a permission holds anything';

CREATE FUNCTION access_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
AS $body$
BEGIN
    UPDATE public.access_accessversion SET number = number + 1;
    RETURN NULL;
END
$body$;

INSERT INTO access_accessversion (id, number) VALUES (1, 1);

CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON access_grant
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON access_breakglass
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON access_area
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON access_scope
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON access_operation
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
-- Not on other columns: signing in writes last_login and must not empty every cache.
CREATE TRIGGER access_changed AFTER UPDATE OF is_active, name, language ON access_account
    FOR EACH STATEMENT EXECUTE FUNCTION access_changed();
"""

DROP = """
DROP TRIGGER access_changed ON access_account;
DROP TRIGGER access_changed ON access_operation;
DROP TRIGGER access_changed ON access_scope;
DROP TRIGGER access_changed ON access_area;
DROP TRIGGER access_changed ON access_breakglass;
DROP TRIGGER access_changed ON access_grant;
DROP FUNCTION access_changed();
DROP FUNCTION access_may(text);
DROP FUNCTION access_scopes(text);
DROP FUNCTION access_reach(text);
DROP FUNCTION access_actor();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_accounts_and_grants")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        # Smuggled SQL must not widen anybody's reach: grants change only in the hands of those who may give them.
        RestrictTable("access_grant", change="access.change_grant"),
    ]
