"""The tables themselves: what the database refuses whatever the application does."""

import pytest
from django.db import connection

from banyan.people.linkage.models import Case


@pytest.mark.django_db
def test_tables_stand() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM linkage_case")
        assert cursor.fetchone() == (0,)
    assert not Case.objects.exists()
