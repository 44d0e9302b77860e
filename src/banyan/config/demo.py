"""`./banyan demo`, and the first data of an installation: the demo, or a first administrator.

Django and the rooms run in a process of their own (`demonstration`), so that the supervisor stays small.
"""

import argparse
import contextlib
import getpass
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banyan.config import external, installation, opening, preparation
from banyan.config.reporting import Report
from banyan.config.trouble import Trouble

SIZES = ("small", "medium", "large")
# The mark of a database whose first start has begun to load the demo; "kind" is marked when it is whole.
BEGUN = "demo begun"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `demo`."""
    parser.add_argument("--size", choices=SIZES, default="small", help="how much data (default small)")
    parser.add_argument("--json", action="store_true", help="print the result as one line of JSON")
    parser.add_argument(
        "--here", action="store_true", help="in this installation's database instead of a throwaway one"
    )


def run(options: argparse.Namespace) -> int:
    """Run the demo through the real paths and print what it did."""
    report = Report(quiet=options.json and not sys.stderr.isatty())
    with _database(here=options.here):
        preparation.prepare(report)
        result = load(report, size=options.size)
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result)
    return 0


@contextlib.contextmanager
def _database(*, here: bool) -> Iterator[None]:
    """A throwaway server and data folder, or this installation's own."""
    if here:
        with opening.opened("demo"):
            yield
        return
    import tempfile

    from banyan.config.server import throwaway

    with tempfile.TemporaryDirectory(prefix="banyan-demo-") as folder, throwaway() as addresses:
        os.environ["BANYAN_HOME"] = folder
        os.environ.update({f"BANYAN_DATABASE_{role.upper()}": addresses[role] for role in ("owner", "app")})
        yield


def _print(result: dict[str, Any]) -> None:
    for room in result["rooms"]:
        counts = ", ".join(f"{count:,} {name}" for name, count in room["counts"].items())
        print(f"{room['room']:<12} {room['seconds']:>7.1f} s  {counts}")
    print(f"{'together':<12} {result['seconds']:>7.1f} s")


def load(report: Report, *, size: str = "first") -> dict[str, Any]:
    """Load the demo in a process of its own; its progress shows on this terminal. Returns rooms, counts, seconds.

    size: "first" is what a first start shows: every place, and a small register so that nobody waits long.
    """
    report.say("Loading the demo")
    return _demonstrate("load", size, *(["--quiet"] if report.quiet else []))


def clear_half_loaded(report: Report) -> None:
    """Empty what a first start left that was interrupted while it loaded the demo: nobody has signed in to it yet.

    Raises Trouble for a server of one's own, whose database is not ours to drop.
    """
    with preparation.Marks() as marks:
        if marks.get("kind") or not marks.get(BEGUN):
            return
    if external.is_wanted():
        raise Trouble(
            "The first start was interrupted while it loaded the demo: half of it is in the database of DATABASE_URL.",
            "Drop that database, create it again, empty, and start again.",
        )
    report.say("The first start was interrupted while it loaded the demo. It begins anew.")
    opening.start_over()
    shutil.rmtree(installation.data_folder() / "files", ignore_errors=True)


def ask_administrator() -> tuple[str, str]:
    """E-mail address and password of the first administrator, from the environment or by asking.

    Raises Trouble when neither is possible or the answers do not fit.
    """
    mail = os.environ.get("BANYAN_ADMIN_EMAIL", "")
    password = os.environ.get("BANYAN_ADMIN_PASSWORD", "")
    if not (mail and password):
        if not sys.stdin.isatty():
            raise Trouble(
                "An empty installation needs a first administrator, and there is no terminal to ask.",
                "Set BANYAN_ADMIN_EMAIL and BANYAN_ADMIN_PASSWORD, then start again.",
            )
        print("\nThe first administrator of this installation", file=sys.stderr)
        mail = mail or input("E-mail address: ").strip()
        password = password or getpass.getpass("Password (at least 12 characters): ")
        if password != (os.environ.get("BANYAN_ADMIN_PASSWORD") or getpass.getpass("Password again: ")):
            raise Trouble("The two passwords differ.", "Start again; nothing was written.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", mail):
        raise Trouble(f"{mail!r} is not an e-mail address.", "Start again; nothing was written.")
    if len(password) < 12:
        raise Trouble(
            "The password is shorter than 12 characters.", "A few words that do not belong together make a good one."
        )
    return mail, password


def make_administrator(mail: str, password: str, report: Report) -> None:
    """The first administrator of an empty installation."""
    with report.step("Making the first administrator"):
        _demonstrate("administrator", mail, password_to_give=password)


def _demonstrate(*arguments: str, password_to_give: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "banyan.config.demonstration", *arguments],
        env={**opening.environment(), "BANYAN_ADMIN_PASSWORD": password_to_give},
        stdout=subprocess.PIPE,
        text=True,
        cwd=installation.ROOT,
    )
    if done.returncode != 0:
        raise Trouble(
            "That did not work; the reason stands above.",
            "Mend it and start again.",
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def accounts_file() -> Path:
    """Where the demo accounts' passwords are kept, readable by the owner of the installation only."""
    return installation.data_folder() / "demo-accounts.json"


def keep_account(mail: str, role: str, where: str) -> str:
    """The password of a demo account: made once for each installation, kept in the data folder (0600), returned."""
    path = accounts_file()
    known = json.loads(path.read_text()) if path.exists() else {}
    if mail not in known:
        known[mail] = {"role": role, "where": where, "password": secrets.token_urlsafe(9)}
        unfinished = path.with_suffix(".new")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file, indent=1)
        unfinished.replace(path)
    return str(known[mail]["password"])


def accounts_to_show() -> list[str]:
    """Lines for the greeting: who can sign in to the demo."""
    path = accounts_file()
    if not path.exists():
        return []
    known = json.loads(path.read_text())
    width = max(map(len, known), default=0)
    lines = [
        f"{mail:<{width}}  {facts['password']}  {facts['role']}{', ' + facts['where'] if facts['where'] else ''}"
        for mail, facts in known.items()
    ]
    return ["Demo accounts (e-mail, password, role):", *lines]
