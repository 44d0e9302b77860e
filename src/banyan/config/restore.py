"""`./banyan restore FILE`: check a whole backup, rebuild it beside what is there, count, and only then put it in place.

Nothing an installation holds is touched before the new database is complete. The exchange itself is a list of small
steps written down first (`restore.json`), so that one interrupted in the middle is finished by the next start.
What was there before stays, renamed, until somebody removes it.
"""

import argparse
import contextlib
import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banyan.config import archive, external, installation, opening
from banyan.config.backup import KEPT_FILES, asked_key, count_rows, program_environment
from banyan.config.reporting import Report, Step
from banyan.config.trouble import Trouble

STAGING = "banyan_restoring"
JOURNAL = "restore.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `restore`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--key", type=Path, metavar="FILE", help="file with the age identity instead of a passphrase")
    parser.add_argument(
        "--check", action="store_true", help="only check that the backup is whole and opens; change nothing"
    )
    parser.add_argument(
        "--replace", action="store_true", help="also when this installation holds data: the old is kept, renamed"
    )


def run(options: argparse.Namespace) -> int:
    """Restore. Raises Trouble, with the installation as it was, when anything does not fit."""
    report = Report()
    if external.is_wanted():
        raise Trouble(
            "Restoring works with the embedded server.",
            "Unset DATABASE_URL. For a server of your own: restore here, then move with pg_dump and pg_restore.",
        )
    if not options.file.is_file():
        raise Trouble(f"There is no file {options.file}.")
    key = asked_key(options.key, twice=False)
    with report.step("Checking the backup") as step:
        manifest = _check(options.file, key, step)
    report.say(f"  made {manifest['made']}, {len(manifest['rows'])} tables, {sum(manifest['rows'].values()):,} rows")
    if options.check:
        return 0
    _refuse_unknown(manifest)
    with opening.opened("restore", sole=True):
        _require_room(manifest)
        holds = _holds_data()
        if holds and not options.replace:
            raise Trouble(
                f"{installation.data_folder()} already holds an installation ({holds}).",
                "To put the backup in its place, keeping the old one renamed: --replace. Or name another folder in BANYAN_HOME.",
            )
        with report.step("Restoring") as step, _foreign_roles(manifest["roles"]):
            _restore(options.file, key, step)
        with report.step("Counting rows"):
            _compare(manifest)
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d_%H%M%S")
        kept = [name for name in KEPT_FILES if f"kept/{name}" in manifest["parts"]]
        _write_journal({"stamp": stamp, "database": opening.DATABASE, "kept": kept, "held": bool(holds)})
        finish()
    report.say(
        "Restored. ./banyan up starts it."
        + (f" What was there before is kept as banyan_before_{stamp}." if holds else "")
    )
    return 0


def _check(file: Path, key: archive.Key, step: Step) -> dict[str, Any]:
    done = 0

    def count(_name: str, blocks: Iterator[bytes]) -> None:
        nonlocal done
        for block in blocks:
            done += len(block)
            step.text(f"{done / 1e6:,.0f} MB")

    with open(file, "rb") as source:
        return archive.read(source, key, count)


def _refuse_unknown(manifest: dict[str, Any]) -> None:
    """A backup of a newer program would lose what this one does not know."""
    package = Path(__file__).resolve().parents[1]
    known = {f"{path.parts[-3]}.{path.stem}" for path in package.rglob("migrations/*.py")}
    rooms = {name.partition(".")[0] for name in known}
    unknown = [name for name in manifest["migrations"] if name.partition(".")[0] in rooms and name not in known]
    if unknown:
        raise Trouble(
            f"This backup was made by a newer Banyan: this one does not know {', '.join(unknown[:3])}.",
            "Bring the program up to date, then restore. Nothing was changed.",
        )


def _require_room(manifest: dict[str, Any]) -> None:
    # A custom dump is compressed about 4 to 1, and indexes come on top.
    needed = 6 * sum(part["bytes"] for part in manifest["parts"].values())
    free = shutil.disk_usage(installation.data_folder()).free
    if free < needed:
        raise Trouble(
            f"Restoring may need {needed / 1e9:,.1f} GB; {free / 1e9:,.1f} GB are free.",
            "Make room first. Nothing was changed.",
        )


def _holds_data() -> str:
    """What this installation holds, in words; "" when it is empty."""
    import psycopg

    with psycopg.connect(opening.superuser_address()) as connection:
        row = connection.execute("SELECT to_regclass('access_account')").fetchone()
        if row is None or row[0] is None:
            return ""
        found = connection.execute("SELECT count(*) FROM access_account").fetchone()
        return f"{found[0]} accounts" if found and found[0] else ""


def _restore(file: Path, key: archive.Key, step: Step) -> None:
    """Database into a new one beside the old, files and secrets into folders beside theirs."""
    import psycopg
    from psycopg import sql

    home = installation.data_folder()
    with psycopg.connect(opening.superuser_address("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(STAGING)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER banyan_owner TEMPLATE template0").format(sql.Identifier(STAGING))
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(STAGING)))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO banyan_app").format(sql.Identifier(STAGING)))
    staged = home / "restoring"
    shutil.rmtree(staged, ignore_errors=True)
    (staged / "files").mkdir(parents=True, mode=0o700)

    def take(name: str, blocks: Iterator[bytes]) -> None:
        step.text(name)
        if name == "database":
            _load(blocks)
            return
        # Names come from a file that may have been made by somebody else: they must stay inside.
        path = (staged / name).resolve()
        if not path.is_relative_to(staged) or (
            name not in {"secrets.json", *(f"kept/{kept}" for kept in KEPT_FILES)} and not name.startswith("files/")
        ):
            raise Trouble(f"The backup holds a part that does not belong in one: {name!r}.", "Nothing was changed.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            for block in blocks:
                target.write(block)

    with open(file, "rb") as source:
        archive.read(source, key, take)


@contextlib.contextmanager
def _foreign_roles(names: list[str]) -> Iterator[None]:
    """Roles that a backup from a server of one's own speaks of, there while it is restored; what they own is handed over."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(opening.superuser_address("postgres"), autocommit=True) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        foreign = [name for name in names if name not in known]
        for name in foreign:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
        try:
            yield
        finally:
            for name in foreign:
                role = sql.Identifier(name)
                with (
                    contextlib.suppress(psycopg.OperationalError),  # the staging database may not have come to be
                    psycopg.connect(opening.superuser_address(STAGING), autocommit=True) as staged,
                ):
                    staged.execute(sql.SQL("REASSIGN OWNED BY {} TO banyan_owner").format(role))
                    staged.execute(sql.SQL("DROP OWNED BY {}").format(role))
                connection.execute(sql.SQL("DROP ROLE {}").format(role))


def _load(blocks: Iterator[bytes]) -> None:
    from banyan.config.server import binaries

    command = [str(binaries() / "pg_restore"), "--dbname", STAGING, "--exit-on-error", "--no-password"]
    environment = program_environment(opening.superuser_address(STAGING))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None  # noqa: S101 — for the type checker
        assert process.stderr is not None  # noqa: S101 — for the type checker
        with contextlib.suppress(BrokenPipeError):
            for block in blocks:
                process.stdin.write(block)
            process.stdin.close()
        words = process.stderr.read().decode(errors="replace")
    if process.returncode != 0:
        raise Trouble(f"The database could not be rebuilt: {words.strip()[-1500:]}", "The installation is as it was.")


def _compare(manifest: dict[str, Any]) -> None:
    import psycopg

    with psycopg.connect(opening.superuser_address(STAGING)) as connection:
        found = count_rows(connection)
    different = [
        f"{table}: {manifest['rows'].get(table, 0):,} in the backup, {found.get(table, 0):,} restored"
        for table in sorted({*found, *manifest["rows"]})
        if found.get(table) != manifest["rows"].get(table)
    ]
    if different:
        raise Trouble(
            "The restored rows are not the ones that were backed up:\n" + "\n".join(different[:20]),
            "The installation is as it was.",
        )


def _write_journal(facts: dict[str, Any]) -> None:
    path = installation.data_folder() / JOURNAL
    unfinished = path.with_suffix(".new")
    with open(unfinished, "w") as file:
        json.dump(facts, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def is_unfinished() -> bool:
    """Whether an exchange was interrupted."""
    return (installation.data_folder() / JOURNAL).exists()


def finish() -> None:
    """Put what was restored in place of what was there; each step may already have been done. Needs the running server."""
    import psycopg
    from psycopg import sql

    home = installation.data_folder()
    facts = json.loads((home / JOURNAL).read_text())
    old, staged = f"{facts['database']}_before_{facts['stamp']}", home / "restoring"
    with psycopg.connect(opening.superuser_address("postgres"), autocommit=True) as connection:
        names = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for source, target in ((facts["database"], old), (STAGING, facts["database"])):
            if STAGING in names and source in names and target not in names:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [source]
                )
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(source), sql.Identifier(target))
                )
                names = (names - {source}) | {target}
    before = home / f"before_{facts['stamp']}"
    before.mkdir(exist_ok=True, mode=0o700)
    if (staged / "files").is_dir():
        if (home / "files").exists() and not (before / "files").exists():
            (home / "files").rename(before / "files")
        (staged / "files").rename(home / "files")
    for name in KEPT_FILES:
        restored = staged / "kept" / name
        if restored.exists() or name not in facts["kept"]:
            with contextlib.suppress(FileNotFoundError):
                (home / name).rename(before / name)
        if restored.exists():
            restored.rename(home / name)
    if (staged / "secrets.json").exists():
        _exchange_secrets(json.loads((staged / "secrets.json").read_text()), before)
    shutil.rmtree(staged, ignore_errors=True)
    if not facts["held"]:  # there was nothing worth keeping
        with psycopg.connect(opening.superuser_address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
        shutil.rmtree(before, ignore_errors=True)
    (home / JOURNAL).unlink()


def _exchange_secrets(wanted: dict[str, str], before: Path) -> None:
    folder = installation.data_folder() / "secrets"
    (before / "secrets").mkdir(exist_ok=True, mode=0o700)
    for name, value in wanted.items():
        target = folder / Path(name).name
        if target.exists() and target.read_text().strip() != value and not (before / "secrets" / target.name).exists():
            shutil.copy2(target, before / "secrets" / target.name)
        unfinished = folder / f".{target.name}.restoring"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
