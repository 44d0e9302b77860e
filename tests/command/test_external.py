"""DATABASE_URL: a server of one's own is checked before use, and what is missing is said."""

import os
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from banyan.config import external
from banyan.config.trouble import Trouble

OWNER, APP, DATABASE = "outside_owner", "outside_app", "outside"


def address(superuser: str, user: str, password: str = "secret", database: str = DATABASE) -> str:
    parts = urlsplit(superuser)
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@", path=f"/{database}"))


@pytest.fixture
def execute(superuser_address: str) -> Iterator[Callable[..., None]]:
    """Runs statements as the superuser; the database and roles of these tests are there, and gone afterwards."""

    def run(*statements: str, database: str = DATABASE) -> None:
        with psycopg.connect(address_of(superuser_address, database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def clean() -> None:
        run(
            f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)",
            f"DROP ROLE IF EXISTS {OWNER}",
            f"DROP ROLE IF EXISTS {APP}",
            database="postgres",
        )

    clean()
    run(
        f"CREATE ROLE {OWNER} LOGIN PASSWORD 'secret'", f"CREATE DATABASE {DATABASE} OWNER {OWNER}", database="postgres"
    )
    yield run
    clean()


def address_of(superuser: str, database: str) -> str:
    return urlunsplit(urlsplit(superuser)._replace(path=f"/{database}"))


@pytest.fixture
def owned(execute: Callable[..., None], superuser_address: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """DATABASE_URL names the owner; the application role is one of these tests' own."""
    monkeypatch.setattr(external, "APPLICATION_ROLE", APP)
    monkeypatch.setenv("DATABASE_URL", address(superuser_address, OWNER))
    monkeypatch.delenv("BANYAN_APP_DATABASE_URL", raising=False)
    return execute


def test_an_owner_who_may_create_roles_gets_an_application_role(owned: Callable[..., None]) -> None:
    owned(f"ALTER ROLE {OWNER} CREATEROLE")
    for _turn in (1, 2):  # made, then found
        owner, app = external.addresses()
        with psycopg.connect(app) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (APP,)
        assert owner == os.environ["DATABASE_URL"]


def test_what_is_missing_is_said_at_once(owned: Callable[..., None]) -> None:
    owned(f"ALTER DATABASE {DATABASE} OWNER TO postgres", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(Trouble) as raised:
        external.addresses()
    for words in (
        "GRANT CREATE, USAGE ON SCHEMA public TO outside_owner",
        "GRANT CREATE ON DATABASE outside",
        "CREATE ROLE outside_app",
    ):
        assert words in raised.value.mend


def test_an_older_server_is_named(owned: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external, "OLDEST", 990000)
    with pytest.raises(Trouble, match=r"PostgreSQL 18\.\d+; Banyan needs 16"):
        external.addresses()


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_an_application_role_that_may_bypass_protection_is_refused(
    owned: Callable[..., None], superuser_address: str, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    owned(f"CREATE ROLE {APP} LOGIN PASSWORD 'secret' {right}")
    monkeypatch.setenv("BANYAN_APP_DATABASE_URL", address(superuser_address, APP))
    with pytest.raises(Trouble, match="may bypass row-level security"):
        external.addresses()


def test_an_application_role_that_owns_tables_is_refused(
    owned: Callable[..., None], superuser_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANYAN_APP_DATABASE_URL", address(superuser_address, OWNER))
    with pytest.raises(Trouble, match="must own nothing"):
        external.addresses()


def test_an_application_role_of_somebody_else_is_not_touched(owned: Callable[..., None]) -> None:
    owned(f"ALTER ROLE {OWNER} CREATEROLE", f"CREATE ROLE {APP} LOGIN PASSWORD 'theirs'")
    with pytest.raises(Trouble, match="not ours to set"):
        external.addresses()


def test_a_wrong_password_is_said_without_showing_it(
    owned: Callable[..., None], superuser_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address(superuser_address, OWNER, "wrong-password"))
    with pytest.raises(Trouble, match="cannot be reached") as raised:
        external.addresses()
    assert "wrong-password" not in str(raised.value)


def test_another_encoding_is_named(owned: Callable[..., None]) -> None:
    owned(
        f"DROP DATABASE {DATABASE}",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0",
        database="postgres",
    )
    with pytest.raises(Trouble, match="encoded as SQL_ASCII"):
        external.addresses()
