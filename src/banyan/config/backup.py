"""`./banyan backup FILE`: database, files and the secrets needed to read them, in one encrypted file."""

import argparse
import contextlib
import datetime
import errno
import getpass
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banyan.config import external, installation, opening
from banyan.config.archive import Key, Writer, blocks_of, write
from banyan.config.reporting import Report, Step
from banyan.config.trouble import Trouble

SHORTEST = 12
# Secrets of this machine's database server: another installation has its own.
LOCAL_SECRETS = {"postgres", "database_owner", "database_app"}
KEPT_FILES = ("demo-accounts.json",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `backup`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where to write it")
    parser.add_argument("--key", type=Path, metavar="FILE", help="file with age keys instead of a passphrase")


def run(options: argparse.Namespace) -> int:
    """Write a backup. Raises Trouble, and leaves no half file, when it cannot."""
    report = Report()
    file: Path = options.file
    if file.exists():
        raise Trouble(f"{file} is already there.", "Name another file: a backup is never overwritten.")
    if not file.absolute().parent.is_dir():
        raise Trouble(f"The folder {file.absolute().parent} is not there.", "Make it first.")
    key = asked_key(options.key, twice=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    start = time.monotonic()
    try:
        manifest: dict[str, Any] = {}
        with (
            opening.opened("backup"),
            report.step("Writing the backup") as step,
            open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target,
        ):
            write(target, key, lambda writer: manifest.update(_fill(writer, step)))
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(file)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Trouble(
                f"The disk of {file.absolute().parent} is full.", "Make room, or name a file on another disk."
            ) from error
        raise Trouble(f"{file} cannot be written: {error.strerror}.", "Choose another place.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    rows = sum(manifest["rows"].values())
    report.say(
        f"{file}: {file.stat().st_size / 1e6:,.1f} MB, {len(manifest['rows'])} tables, {rows:,} rows, {time.monotonic() - start:.0f} s"
    )
    report.say(
        "Keep it and its passphrase or key in different places. Try it out now and then: ./banyan restore --check FILE"
    )
    return 0


def asked_key(file: Path | None, *, twice: bool) -> Key:
    """The key: from a file, from BANYAN_PASSPHRASE, or by asking (twice for a new one)."""
    if file is not None:
        return Key(file=file)
    passphrase = os.environ.get("BANYAN_PASSPHRASE", "")
    if not passphrase:
        if not sys.stdin.isatty():
            raise Trouble(
                "There is no terminal to ask for a passphrase.", "Set BANYAN_PASSPHRASE, or name a key file with --key."
            )
        passphrase = getpass.getpass("Passphrase of the backup: ")
        if twice and passphrase != getpass.getpass("Again: "):
            raise Trouble("The two passphrases differ.", "Nothing was written; try again.")
    if twice and len(passphrase) < SHORTEST:
        raise Trouble(
            f"The passphrase is shorter than {SHORTEST} characters.",
            "Four or five words that do not belong together are good.",
        )
    return Key(passphrase=passphrase)


def source_address() -> str:
    """Address of a role that sees every row in spite of row-level security. Raises Trouble if none is known."""
    if not external.is_wanted():
        return opening.superuser_address()
    import psycopg

    address = os.environ.get("BANYAN_BACKUP_DATABASE_URL", "")
    with contextlib.suppress(psycopg.Error), psycopg.connect(address or os.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if row and row[0]:
            return address or os.environ["DATABASE_URL"]
    raise Trouble(
        "With DATABASE_URL, a backup needs a role that sees all rows in spite of row-level security.",
        "As a superuser: CREATE ROLE banyan_backup LOGIN BYPASSRLS PASSWORD '…'; GRANT pg_read_all_data TO banyan_backup;\n"
        "then set BANYAN_BACKUP_DATABASE_URL to the address with that role.",
    )


def program_environment(address: str) -> dict[str, str]:
    """Environment for pg_dump and pg_restore: the password never stands in a command line, which others can read."""
    from psycopg.conninfo import conninfo_to_dict

    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
    }
    facts = conninfo_to_dict(address)
    return {**os.environ, **{names[name]: str(value) for name, value in facts.items() if name in names and value}}


def _fill(writer: Writer, step: Step) -> dict[str, Any]:
    """Write all parts; returns the manifest."""
    import psycopg

    address = source_address()
    with psycopg.connect(address) as connection:
        # Counts and dump see the same moment, whatever is written meanwhile.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None  # noqa: S101 — for the type checker
        rows = count_rows(connection)
        migrations = [
            ".".join(found) for found in connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
        ]
        writer.add("database", _counted(_dump(address, str(row[0])), step))
        server_version = connection.info.server_version
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'django_migrations'").fetchone()
    writer.add("secrets.json", [json.dumps(_secrets()).encode()])
    for name in KEPT_FILES:
        with contextlib.suppress(FileNotFoundError):
            writer.add(f"kept/{name}", [(installation.data_folder() / name).read_bytes()])
    files = installation.data_folder() / "files"
    for path in sorted(files.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with contextlib.suppress(FileNotFoundError), open(path, "rb") as stream:
                writer.add(f"files/{path.relative_to(files).as_posix()}", blocks_of(stream))
    manifest = {
        "made": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "server": server_version,
        "roles": [str(owner[0]) if owner else "banyan_owner", installation.application_role()],
        "migrations": migrations,
        "rows": rows,
    }
    writer.close(manifest)
    return manifest


def count_rows(connection: Any) -> dict[str, int]:
    """Rows of every table that holds data, by schema and name."""
    from psycopg import sql

    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    return {
        f"{schema}.{table}": connection.execute(
            sql.SQL("SELECT count(*) FROM ONLY {}").format(sql.Identifier(schema, table))
        ).fetchone()[0]
        for schema, table in tables
    }


def _dump(address: str, snapshot: str) -> Iterator[bytes]:
    """pg_dump's custom format, block by block."""
    from banyan.config.server import binaries

    command = [
        str(binaries() / "pg_dump"),
        "--format=custom",
        "--compress=gzip:3",
        f"--snapshot={snapshot}",
        "--no-password",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program_environment(address)
    ) as process:
        assert process.stdout is not None  # noqa: S101 — for the type checker
        assert process.stderr is not None  # noqa: S101 — for the type checker
        try:
            yield from blocks_of(process.stdout)
        except BaseException:
            process.kill()
            raise
        words = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        raise Trouble(f"The database could not be read: {words.strip()[-1500:]}", "./banyan doctor looks further.")


def _counted(blocks: Iterator[bytes], step: Step) -> Iterator[bytes]:
    done = 0
    for block in blocks:
        done += len(block)
        step.text(f"{done / 1e6:,.0f} MB")
        yield block


def _secrets() -> dict[str, str]:
    folder = installation.data_folder() / "secrets"
    names = {path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")} | {
        "django",
        "seal",
    }
    return {name: installation.secret(name) for name in sorted(names - LOCAL_SECRETS)}
