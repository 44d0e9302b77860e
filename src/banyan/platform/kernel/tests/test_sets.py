"""Blocks in which the planner joins sets as sets stand in each other, and leave it as it was."""

import pytest
from django.db import connection, transaction

from banyan.platform.kernel.sets import as_sets


def planner() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('work_mem')")
        found: tuple[str, str] = cursor.fetchone()
        return found


@pytest.mark.django_db
def test_the_inner_block_does_not_end_the_outer_one() -> None:
    before = planner()
    assert before[0] == "on"
    with as_sets():
        with as_sets():
            assert planner() == ("off", "64MB")
        assert planner() == ("off", "64MB")
    assert planner() == before


@pytest.mark.django_db
def test_after_an_error_the_savepoint_takes_the_settings_back() -> None:
    before = planner()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), as_sets():
        raise ZeroDivisionError
    assert planner() == before
