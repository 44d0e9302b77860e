"""The test harness itself: roles, isolation of tests that commit."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, connection, transaction


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


def leave(key: str) -> dict[str, str]:
    """Something in the database and in memory."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (%s, 'y', now())", [key])
    return {"key": key}


@pytest.fixture(scope="module")
def committed(kept: Callable[..., dict[str, str]]) -> dict[str, str]:
    return kept(leave, "committed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_kept_is_there_for_each_committing_test_as_it_was_made(committed: dict[str, str], turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, session_data FROM django_session")
        assert cursor.fetchall() == [(committed["key"], "y")]
        cursor.execute("UPDATE django_session SET session_data = 'changed'")
        cursor.execute("INSERT INTO django_session VALUES ('own', 'y', now())")


@pytest.fixture(scope="module")
def left(once: Callable[..., dict[str, str]]) -> dict[str, str]:
    return once(leave, "shared")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_made_once_is_there_for_each_as_it_was_made(left: dict[str, str], turn: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session WHERE session_key = %s", [left["key"]])
        assert cursor.fetchall() == [("y",)]
        cursor.execute("UPDATE django_session SET session_data = 'changed'")
        with transaction.atomic(durable=True):  # what must be outermost may be, as in any test
            cursor.execute("INSERT INTO django_session VALUES ('own', 'y', now())")
