"""SQL functions that every table may use: ids made by the database, bounds of partial dates."""

from django.db import migrations

# Before PostgreSQL 18: the milliseconds are laid over a random version 4, and two bits make it version 7.
COMPOSED = """
    select encode(
        set_bit(
            set_bit(
                overlay(
                    uuid_send(gen_random_uuid())
                    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                    from 1 for 6
                ),
                52, 1
            ),
            53, 1
        ),
        'hex'
    )::uuid
"""

NEW_ID = f"""
do $migration$
begin
    if to_regprocedure('pg_catalog.uuidv7()') is not null then
        create function banyan_new_id() returns uuid language sql volatile parallel safe
        as $body$ select uuidv7() $body$;
    else
        create function banyan_new_id() returns uuid language sql volatile parallel safe
        as $body${COMPOSED}$body$;
    end if;
end
$migration$;
comment on function banyan_new_id() is 'A new UUID version 7';
"""

# Text as PartialDate writes it: YYYY, YYYY-MM or YYYY-MM-DD, with ~ behind when estimated. make_date refuses days
# that no calendar has. No function calls another: constraints are checked with an empty search path on restore.
BOUNDS = r"""
create function partial_date_earliest(value text) returns date
language sql immutable strict parallel safe
as $body$
    select case when value ~ '^\d{4}(-\d{2}(-\d{2})?)?~?$' then make_date(
        substr(value, 1, 4)::int,
        coalesce(substring(value from '^\d{4}-(\d{2})'), '1')::int,
        coalesce(substring(value from '^\d{4}-\d{2}-(\d{2})'), '1')::int
    ) end
$body$;
comment on function partial_date_earliest(text) is 'First day that a partial date can mean';

create function partial_date_latest(value text) returns date
language sql immutable strict parallel safe
as $body$
    select case
        when value ~ '^\d{4}-\d{2}-\d{2}~?$' then
            make_date(substr(value, 1, 4)::int, substr(value, 6, 2)::int, substr(value, 9, 2)::int)
        when value ~ '^\d{4}-\d{2}~?$' then
            (make_date(substr(value, 1, 4)::int, substr(value, 6, 2)::int, 1) + interval '1 month - 1 day')::date
        when value ~ '^\d{4}~?$' then make_date(substr(value, 1, 4)::int, 12, 31)
    end
$body$;
comment on function partial_date_latest(text) is 'Last day that a partial date can mean';

create function partial_date_valid(value text) returns boolean
language plpgsql immutable strict parallel safe
as $body$
begin
    if value !~ '^\d{4}(-\d{2}(-\d{2})?)?~?$' then
        return false;
    end if;
    perform make_date(
        substr(value, 1, 4)::int,
        coalesce(substring(value from '^\d{4}-(\d{2})'), '1')::int,
        coalesce(substring(value from '^\d{4}-\d{2}-(\d{2})'), '1')::int
    );
    return true;
exception when datetime_field_overflow then
    return false;
end
$body$;
comment on function partial_date_valid(text) is 'Whether the text is a partial date of the calendar';
"""


class Migration(migrations.Migration):
    """The kernel has no tables, only functions; every other room's first migration depends on this one."""

    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.RunSQL(NEW_ID, "drop function banyan_new_id();"),
        migrations.RunSQL(
            BOUNDS,
            "drop function partial_date_valid(text);"
            "drop function partial_date_latest(text);"
            "drop function partial_date_earliest(text);",
        ),
    ]
