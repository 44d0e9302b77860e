"""Statements over whole sets that were written in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_NAMES = ("enable_nestloop", "work_mem")
_SET = "SELECT " + ", ".join(f"current_setting('{name}'), set_config('{name}', %s, true)" for name in _NAMES)
_BACK = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _NAMES)


@contextmanager
def as_sets() -> Iterator[None]:
    """Within the block the planner joins sets as sets; needs a transaction. Blocks may stand in each other.

    Of rows that were written a moment ago it has no statistics, expects a handful and would loop over all pairs; hashing is never worse
    than a few milliseconds here.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SET, ["off", "64MB"])
        loops, _off, memory, _more = cursor.fetchone()
        yield
        # After an error the transaction or savepoint is rolled back, and the settings with it.
        cursor.execute(_BACK, [loops, memory])
        # A session keeps the plans by which it looks up foreign keys. One made while a table was nearly empty reads all of
        # it, and would do so for each of the rows that are checked when this transaction ends.
        cursor.execute("DISCARD PLANS")
