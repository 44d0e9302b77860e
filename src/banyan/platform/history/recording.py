"""Facts into the log, in the transaction that made them true."""

import orjson
from django.db import connection

from banyan.platform.kernel.facts import Fact


def record_fact(fact: Fact, *, by: object) -> int:
    """Write the fact; return its number. Who, why and when come from the sealed session, not from the caller."""
    payload = orjson.dumps(fact.payload(), option=orjson.OPT_SORT_KEYS).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT history_tell(%s, %s::jsonb)", [fact.fact_name(), payload])
        (number,) = cursor.fetchone()
    return int(number)
