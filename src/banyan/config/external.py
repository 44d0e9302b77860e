"""A PostgreSQL server of one's own, named by DATABASE_URL: checked before use, with what is missing said plainly.

The role in DATABASE_URL owns the tables. The application runs as another role, named by BANYAN_APP_DATABASE_URL or
made here (`banyan_app`), which must own nothing and may not bypass row-level security.
"""

import os
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from banyan.config import installation
from banyan.config.trouble import Trouble

OLDEST = 160000
APPLICATION_ROLE = "banyan_app"


def is_wanted() -> bool:
    """Whether DATABASE_URL names a server."""
    return bool(os.environ.get("DATABASE_URL"))


def addresses() -> tuple[str, str]:
    """Checked addresses of owner and application role. Raises Trouble with everything that is missing, at once."""
    owner = os.environ["DATABASE_URL"]
    given = os.environ.get("BANYAN_APP_DATABASE_URL", "")
    import psycopg
    from psycopg import sql

    with _connect(owner, "DATABASE_URL") as connection:
        version = connection.info.server_version
        if version < OLDEST:
            raise Trouble(
                f"The server in DATABASE_URL is PostgreSQL {version // 10000}.{version % 10000}; Banyan needs 16 or newer.",
                "Bring it up to date, or unset DATABASE_URL to use the server that comes with Banyan.",
            )
        missing = _missing(connection)
        app = given
        if not given:
            app = _with_login(owner, APPLICATION_ROLE, installation.secret("database_app"))
            may_create = _value(
                connection, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            )
            exists = _value(connection, "SELECT count(*) FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE)
            if not exists and not may_create:
                missing.append(
                    f"Role {_value(connection, 'SELECT current_user')} may not create the application role. As a superuser:\n"
                    f"    CREATE ROLE {APPLICATION_ROLE} LOGIN PASSWORD '…';\n"
                    f"then set BANYAN_APP_DATABASE_URL to the address with that role and password; or: ALTER ROLE … CREATEROLE."
                )
        if missing:
            raise Trouble("The server in DATABASE_URL cannot be used yet:", "\n".join(f"- {item}" for item in missing))
        if not given:
            if not exists:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                        sql.Identifier(APPLICATION_ROLE), sql.Literal(installation.secret("database_app"))
                    )
                )
            elif may_create and not _answers(app):
                try:
                    connection.execute(
                        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                            sql.Identifier(APPLICATION_ROLE), sql.Literal(installation.secret("database_app"))
                        )
                    )
                except psycopg.errors.InsufficientPrivilege as error:
                    raise Trouble(
                        f"Role {APPLICATION_ROLE} exists already, and its password is not ours to set.",
                        "Set BANYAN_APP_DATABASE_URL to the address with that role and its password.",
                    ) from error
    _check_application(app, owner)
    return owner, app


def _missing(connection: Any) -> list[str]:
    """What the owner's role and the database lack."""
    missing = []
    user, database = connection.execute("SELECT quote_ident(current_user), quote_ident(current_database())").fetchone()
    if not _value(connection, "SELECT has_schema_privilege('public', 'CREATE')"):
        missing.append(f"{user} may not create tables. As a superuser: GRANT CREATE, USAGE ON SCHEMA public TO {user};")
    if not _value(connection, "SELECT has_database_privilege(current_database(), 'CREATE')"):
        missing.append(f"{user} may not create schemas. As a superuser: GRANT CREATE ON DATABASE {database} TO {user};")
    encoding = _value(
        connection, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
    )
    if encoding != "UTF8":
        missing.append(
            f"The database is encoded as {encoding}. Make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0;"
        )
    if _value(connection, "SELECT pg_is_in_recovery()"):
        missing.append("It is a read-only replica. Name the primary server.")
    return missing


def _check_application(app: str, owner: str) -> None:
    """The application role must be held by row-level security."""
    with _connect(
        app, "BANYAN_APP_DATABASE_URL" if os.environ.get("BANYAN_APP_DATABASE_URL") else "DATABASE_URL"
    ) as connection:
        name, strong, owns = connection.execute(
            "SELECT quote_ident(rolname), rolsuper OR rolbypassrls,"
            " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relnamespace = 'public'::regnamespace)"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if strong:
        raise Trouble(
            f"The application role {name} may bypass row-level security, which protects people's data.",
            f"As a superuser: ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS; or name another role in BANYAN_APP_DATABASE_URL.",
        )
    if owns or urlsplit(app).username == urlsplit(owner).username:
        raise Trouble(
            f"The application role {name} owns tables; it must own nothing.",
            "Name another role in BANYAN_APP_DATABASE_URL.",
        )


def _connect(address: str, variable: str) -> Any:
    import psycopg

    try:
        # Told to speak UTF-8, or a server without an encoding answers in bytes.
        return psycopg.connect(address, autocommit=True, connect_timeout=10, client_encoding="UTF8")
    except psycopg.Error as error:
        raise Trouble(
            f"The server in {variable} cannot be reached: {str(error).strip()}",
            "Check host, port, name and password: postgresql://user:password@host:5432/database",
        ) from error


def _answers(address: str) -> bool:
    import psycopg

    try:
        psycopg.connect(address, connect_timeout=10).close()
    except psycopg.Error:
        return False
    return True


def _value(connection: Any, query: str, *parameters: Any) -> Any:
    return connection.execute(query, parameters or None).fetchone()[0]


def _with_login(address: str, user: str, password: str) -> str:
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{host}"))
