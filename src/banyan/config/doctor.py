"""`./banyan doctor`: look at everything an installation stands on, say what is wrong and how to mend it.

Exit status 0: all well (warnings allowed); 1: something is broken.
"""

import argparse
import contextlib
import datetime
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from banyan.config import frontend, installation, opening, preparation
from banyan.config.installation import ROOT
from banyan.config.trouble import Trouble

GOOD, WARNING, BROKEN = "good", "warning", "broken"
LEAST_FREE = 2_000_000_000
LEAST_MEMORY = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, what was found, how to mend it."""

    name: str
    state: str
    found: str
    mend: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `doctor`."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(options: argparse.Namespace) -> int:
    """Print findings; 1 if something is broken."""
    findings = []
    for finding in examine():
        findings.append(finding)
        if not options.json:
            sign = {GOOD: "✓", WARNING: "!", BROKEN: "✗"}[finding.state]
            print(f"{sign} {finding.name}: {finding.found}", flush=True)
            if finding.mend:
                print("".join(f"    {line}\n" for line in finding.mend.splitlines()), end="", flush=True)
    broken = sum(finding.state == BROKEN for finding in findings)
    if options.json:
        print(json.dumps({"broken": broken, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        print(f"\n{'All well.' if not broken else f'{broken} broken.'}")
    return int(broken > 0)


def examine() -> Iterator[Finding]:
    """All findings, the ones that need no database first."""
    for check in (python, packages, front_end, memory, disk, data_folder, clock):
        yield from _guarded(check)
    running = opening.is_held()
    try:
        with opening.opened("doctor"):
            yield Finding("database", GOOD, "answers" if running else "starts and answers")
            for check in (roles, row_security, migrations, history, program):
                yield from _guarded(check)
            if opening.holder().get("command") == "up" and running:
                yield from _guarded(web_server)
                yield from _guarded(worker)
            else:
                yield Finding("web server", GOOD, "not started (./banyan up starts it)")
    except Trouble as trouble:
        yield Finding("database", BROKEN, trouble.what, trouble.mend)


def _guarded(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 — a check that fails is a finding, and the others still count
        yield Finding(
            check.__name__.replace("_", " "),
            BROKEN,
            f"could not be checked: {error}",
            "See the reason above; the rest was checked.",
        )


def python() -> Iterator[Finding]:
    """The interpreter."""
    inside = Path(sys.prefix).resolve() == (ROOT / ".venv").resolve()
    version = sys.version.split()[0]
    if inside:
        yield Finding("Python", GOOD, f"{version} in .venv")
    else:
        yield Finding(
            "Python", WARNING, f"{version} in {sys.prefix}, not this project's .venv", "Start through ./banyan."
        )


def packages() -> Iterator[Finding]:
    """What is installed against the lock file."""
    from banyan.config.linting import locked

    wrong = locked.findings(ROOT)
    if wrong:
        yield Finding(
            "packages",
            BROKEN,
            "; ".join(wrong[:3]),
            "Remove .venv/stamp, then run ./banyan: it installs what the lock says.",
        )
    else:
        yield Finding("packages", GOOD, "as requirements.lock says")


def front_end() -> Iterator[Finding]:
    """The built front end against its sources."""
    if not frontend.DIST.is_dir():
        yield Finding("front end", BROKEN, "not built", "./banyan up builds it (needs the network once).")
    elif not frontend.is_built():
        yield Finding("front end", WARNING, "its sources changed since it was built", "./banyan up builds it again.")
    else:
        yield Finding("front end", GOOD, "built from the present sources")


def memory() -> Iterator[Finding]:
    """Memory left for queries and imports."""
    free = psutil.virtual_memory().available
    state = GOOD if free >= LEAST_MEMORY else WARNING
    yield Finding(
        "memory",
        state,
        f"{free / 1e9:.1f} GB available",
        "" if state == GOOD else "Close other programs, or use a larger machine.",
    )


def disk() -> Iterator[Finding]:
    """Room for the database to grow, and for the next backup."""
    folder = installation.data_folder()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    state = GOOD if free >= LEAST_FREE else BROKEN
    mend = (
        ""
        if state == GOOD
        else f"Make room on the disk of {folder}: a full disk stops the database (nothing committed is lost)."
    )
    yield Finding("disk", state, f"{free / 1e9:.1f} GB free", mend)


def data_folder() -> Iterator[Finding]:
    """Modes of the data folder: only its owner may look in."""
    folder = installation.data_folder()
    if not folder.exists():
        yield Finding("data folder", GOOD, f"{folder} is not there yet (./banyan up makes it)")
        return
    private = [folder / name for name in ("secrets", "pg", "logs", "files", "demo-accounts.json")]
    private += list((folder / "secrets").glob("*")) if (folder / "secrets").is_dir() else []
    open_ones = [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        names = " ".join(f"'{path}'" for path in open_ones[:8])
        yield Finding(
            "data folder", BROKEN, f"others may read {len(open_ones)} private files or folders", f"chmod -R go= {names}"
        )
    elif folder.stat().st_uid != os.geteuid():
        yield Finding("data folder", BROKEN, f"{folder} belongs to another user", f"chown -R {os.geteuid()} '{folder}'")
    else:
        yield Finding("data folder", GOOD, f"{folder}, its owner's alone")


def clock() -> Iterator[Finding]:
    """The clock: one-time passwords and the order of history depend on it."""
    newest = max(path.stat().st_mtime for path in (ROOT / "src").rglob("*.py"))
    now = datetime.datetime.now(datetime.UTC)
    if now.timestamp() < newest - 86400:
        yield Finding(
            "clock",
            BROKEN,
            f"{now:%Y-%m-%d %H:%M} UTC lies before the newest source file",
            "Set the clock: timedatectl set-ntp true",
        )
    else:
        yield Finding("clock", GOOD, f"{now:%Y-%m-%d %H:%M} UTC")


def roles() -> Iterator[Finding]:
    """The application role must be held by row-level security."""
    with _connect("app") as connection:
        name, strong = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        ).fetchone()[0]
        member = connection.execute(
            "SELECT string_agg(rolname, ', ') FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"
        ).fetchone()[0]
    if strong:
        yield Finding(
            "roles",
            BROKEN,
            f"{name} has more rights than it may",
            f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;",
        )
    elif owned:
        yield Finding(
            "roles", BROKEN, f"{name} owns {owned} tables or indexes", f"REASSIGN OWNED BY {name} TO banyan_owner;"
        )
    elif member:
        yield Finding("roles", BROKEN, f"{name} is a member of {member}", f"REVOKE {member} FROM {name};")
    else:
        yield Finding("roles", GOOD, f"{name} owns nothing and cannot bypass row-level security")


def row_security() -> Iterator[Finding]:
    """Every table with policies must heed them."""
    with _connect("owner") as connection:
        bare = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT relname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
                " WHERE NOT relrowsecurity ORDER BY 1"
            )
        ]
        on, unforced = connection.execute(
            "SELECT count(*), coalesce(array_agg(relname::text ORDER BY relname) FILTER (WHERE NOT relforcerowsecurity), '{}')"
            " FROM pg_class WHERE relrowsecurity"
        ).fetchone()
    if bare:
        yield Finding(
            "row-level security",
            BROKEN,
            f"switched off on {', '.join(bare)}",
            "./banyan manage migrate; if it stays, report it as a fault.",
        )
    elif unforced:
        yield Finding(
            "row-level security",
            BROKEN,
            f"not forced on the owner of {', '.join(unforced)}",
            "\n".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" for table in unforced),
        )
    elif not on:
        yield Finding("row-level security", BROKEN, "on no table", "./banyan up prepares the database.")
    else:
        yield Finding("row-level security", GOOD, f"on {on} tables, forced on their owners too")


def migrations() -> Iterator[Finding]:
    """Migrations not run yet."""
    done = opening.django("migrate", "--check", "--skip-checks")
    if done.returncode:
        yield Finding(
            "migrations", WARNING, "the database is older than the program", "./banyan up brings it up to date."
        )
    else:
        yield Finding("migrations", GOOD, "all run")


def history() -> Iterator[Finding]:
    """Triggers that write history."""
    words = "from banyan.platform.history.installing import missing_triggers as m; import json; print(json.dumps(m()))"
    done = opening.django("shell", "--no-imports", "-c", words)
    if done.returncode:
        yield Finding(
            "history", BROKEN, f"could not be checked: {done.stderr.strip()[-300:]}", "./banyan manage migrate"
        )
    elif missing := json.loads(done.stdout.splitlines()[-1]):
        yield Finding(
            "history",
            BROKEN,
            f"nobody writes down changes of: {', '.join(missing[:8])}",
            "./banyan manage migrate installs the triggers.",
        )
    else:
        yield Finding("history", GOOD, "every table that keeps one has its triggers")


def program() -> Iterator[Finding]:
    """Whether this database was prepared by this version of the program."""
    with preparation.Marks() as marks:
        kind = marks.get("kind") or "not set up yet"
        same = marks.get("program") == preparation.program_hash()
    yield Finding(
        "installation",
        GOOD if same else WARNING,
        kind,
        "" if same else "The program changed; ./banyan up prepares the database for it.",
    )


def web_server() -> Iterator[Finding]:
    """The login page."""
    from urllib.parse import urlsplit

    from banyan.config.up import answers

    address = opening.holder()["address"]
    parts = urlsplit(address)
    if answers(parts.hostname or "localhost", parts.port or 80):
        yield Finding("web server", GOOD, address)
    else:
        log = installation.data_folder() / "logs" / "web.log"
        yield Finding("web server", BROKEN, f"no login page at {address}", f"Its log: {log}")


def worker() -> Iterator[Finding]:
    """Background work: does a worker give signs of life."""
    with _connect("owner") as connection, contextlib.suppress(Exception):
        age = connection.execute(
            "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
        ).fetchone()[0]
        if age is not None and age < 60:
            yield Finding("worker", GOOD, f"last sign of life {age:.0f} s ago")
            return
    yield Finding(
        "worker",
        BROKEN,
        "no sign of life for a minute",
        f"Its log: {installation.data_folder() / 'logs' / 'worker.log'}",
    )


def _connect(role: str) -> Any:
    import psycopg

    return psycopg.connect(os.environ[f"BANYAN_DATABASE_{role.upper()}"], autocommit=True)
