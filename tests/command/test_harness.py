"""The test harness itself: roles, isolation of tests that commit."""

import pytest
from django.db import ProgrammingError, connection


@pytest.mark.django_db
def test_tests_hold_only_the_application_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("banyan_app", False, False)
        with pytest.raises(ProgrammingError):
            cursor.execute("CREATE TABLE intruder (id int)")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_committing_test_leaves_is_gone_in_the_next(turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO django_session VALUES ('x', 'y', now())")
