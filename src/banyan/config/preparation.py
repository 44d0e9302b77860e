"""Bring an open database and the static files to what the program needs; quick when nothing changed."""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from banyan.config import installation, opening
from banyan.config.reporting import Report
from banyan.config.trouble import Trouble

PACKAGE = Path(__file__).resolve().parents[1]


def program_hash() -> str:
    """Changes with every source file that migrations, or what runs after them, may read."""
    digest = hashlib.sha256(sys.version.encode() + (installation.ROOT / "requirements.lock").read_bytes())
    digest.update(
        installation.application_role().encode() + hashlib.sha256(installation.secret("seal").encode()).digest()
    )
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".sql", ".json", ".csv", ".po"} and "tests" not in path.parts:
            digest.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Marks:
    """What this database has gone through, kept in the database itself, so that a restored one tells the truth."""

    def __init__(self) -> None:
        import psycopg

        self._connection: Any = psycopg.connect(os.environ["BANYAN_DATABASE_OWNER"], autocommit=True)
        # A schema of its own, in which the application role has no rights.
        self._connection.execute("SET client_min_messages = warning")
        self._connection.execute("CREATE SCHEMA IF NOT EXISTS installation")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS installation.mark (name text PRIMARY KEY, value text NOT NULL)"
        )

    def get(self, name: str) -> str:
        """The mark's value, or ""."""
        row = self._connection.execute("SELECT value FROM installation.mark WHERE name = %s", [name]).fetchone()
        return str(row[0]) if row else ""

    def set(self, name: str, value: str) -> None:
        """Set a mark."""
        self._connection.execute(
            "INSERT INTO installation.mark VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> "Marks":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def prepare(report: Report) -> bool:
    """Compile catalogues and migrate, only if something changed. True if anything was done."""
    wanted = program_hash()
    with Marks() as marks:
        if marks.get("program") == wanted:
            return False
        compile_catalogues()
        with report.step("Bringing the database up to date"):
            done = opening.django("migrate", "--verbosity=1", "--no-color", "--skip-checks")
            if done.returncode != 0:
                raise Trouble(
                    f"The database could not be brought up to date:\n{(done.stdout + done.stderr)[-3000:].strip()}",
                    "Nothing was lost: each migration is undone when it fails. ./banyan doctor looks further.",
                )
        marks.set("program", wanted)
    return True


def compile_catalogues() -> None:
    """Make .mo files from .po files."""
    from banyan.config import translations

    translations.compile_catalogues()
