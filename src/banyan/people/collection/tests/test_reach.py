"""Placeholder until the slice stands."""

from typing import Any

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tables_are_there(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM collection_submission")
        assert cursor.fetchone() == (0,)
        cursor.execute("CREATE TEMP TABLE x (a int) ON COMMIT DROP")
