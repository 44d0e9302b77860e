"""The chained log of reads: one function writes it, one verifies it; nobody else touches it. And the shared cache."""

from django.db import migrations

from banyan.platform.access.migrating import RestrictTable

LOG = r"""
-- Content of an entry as one text, for hashing; json keeps texts unambiguous.
CREATE FUNCTION access_read_content(e access_readentry) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public
AS $body$
    SELECT convert_to(json_build_array(
        e.lane, e.sequence, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor, e.kind, e.subject,
        array_to_string(e.ids, ','), e.count, e.query_hash, e.purpose
    )::text, 'UTF8')
$body$;

CREATE FUNCTION access_log_read(
    kind text, subject text, ids uuid[], counted integer, query_hash text, purpose text
) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public
AS $body$
DECLARE
    who text := public.access_actor();
    chain public.access_readchain;
    entry public.access_readentry;
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'a read without a sealed viewer cannot be logged' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- A free lane, so that readers do not wait for each other's transactions; the lock lasts until commit.
    SELECT * INTO chain FROM public.access_readchain ORDER BY lane FOR UPDATE SKIP LOCKED LIMIT 1;
    IF NOT FOUND THEN
        SELECT * INTO chain FROM public.access_readchain
        WHERE lane = pg_backend_pid() % (SELECT count(*) FROM public.access_readchain) FOR UPDATE;
    END IF;
    entry.id := public.banyan_new_id();
    entry.lane := chain.lane;
    entry.sequence := chain.sequence + 1;
    entry.at := clock_timestamp();
    entry.actor := who;
    entry.kind := kind;
    entry.subject := subject;
    entry.ids := coalesce(ids, '{}');
    entry.count := counted;
    entry.query_hash := query_hash;
    entry.purpose := purpose;
    entry.hash := sha256(chain.hash || public.access_read_content(entry));
    INSERT INTO public.access_readentry SELECT (entry).*;
    UPDATE public.access_readchain SET sequence = entry.sequence, hash = entry.hash WHERE lane = chain.lane;
    RETURN entry.id;
END
$body$;
COMMENT ON FUNCTION access_log_read(text, text, uuid[], integer, text, text) IS 'Appends to the log of reads';

-- Faults of the chains: changed or missing entries, a cut tail. No rows = intact.
CREATE FUNCTION access_verify_reads() RETURNS TABLE (lane smallint, sequence bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $body$
    WITH linked AS (
        SELECT e.lane, e.sequence, e.hash,
            lag(e.hash, 1, sha256(convert_to('lane ' || e.lane, 'UTF8'))) OVER w AS before_hash,
            lag(e.sequence, 1, 0::bigint) OVER w AS before_sequence,
            public.access_read_content(e) AS content
        FROM public.access_readentry e
        WINDOW w AS (PARTITION BY e.lane ORDER BY e.sequence)
    )
    SELECT l.lane, l.sequence,
        CASE WHEN l.sequence <> l.before_sequence + 1 THEN 'missing before' ELSE 'changed' END
    FROM linked l
    WHERE l.sequence <> l.before_sequence + 1 OR l.hash <> sha256(l.before_hash || l.content)
    UNION ALL
    SELECT c.lane, c.sequence, 'end cut off'
    FROM public.access_readchain c
    LEFT JOIN LATERAL (
        SELECT e.sequence, e.hash FROM public.access_readentry e
        WHERE e.lane = c.lane ORDER BY e.sequence DESC LIMIT 1
    ) last ON true
    WHERE (coalesce(last.sequence, 0), coalesce(last.hash, sha256(convert_to('lane ' || c.lane, 'UTF8'))))
        IS DISTINCT FROM (c.sequence, c.hash)
    ORDER BY 1, 2
$body$;
COMMENT ON FUNCTION access_verify_reads() IS 'Faults in the chained log of reads; none when intact';

-- The ends of the chains, to be kept outside of this database: whoever holds them can prove a later rewriting.
CREATE FUNCTION access_read_heads() RETURNS TABLE (lane smallint, sequence bigint, hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $body$
    SELECT c.lane, c.sequence, encode(c.hash, 'hex') FROM public.access_readchain c ORDER BY c.lane
$body$;

INSERT INTO access_readchain (lane, sequence, hash)
SELECT lane, 0, sha256(convert_to('lane ' || lane, 'UTF8')) FROM generate_series(0, 15) AS lane;

-- Django's database cache: rate limits must be shared by all processes.
CREATE TABLE access_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX access_cache_expires ON access_cache (expires);
"""

DROP = """
DROP TABLE access_cache;
DROP FUNCTION access_read_heads();
DROP FUNCTION access_verify_reads();
DROP FUNCTION access_log_read(text, text, uuid[], integer, text, text);
DROP FUNCTION access_read_content(access_readentry);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_sealed_reach")]

    operations = [
        migrations.RunSQL(LOG, DROP),
        # The owner's functions append to the chain and verify it; nothing needs to change or delete an entry.
        RestrictTable("access_readentry", view="access.view_read_log", owner=("SELECT", "INSERT")),
    ]
