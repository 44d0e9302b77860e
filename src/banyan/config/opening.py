"""The way to the database for every command: the embedded server, started if nobody runs it yet, or DATABASE_URL.

One process at a time holds the data folder's lock and with it the embedded server; other commands use that server.
A command that started the server stops it when the last of them is done.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from banyan.config import external, installation
from banyan.config.trouble import Trouble

DATABASE = "banyan"


@dataclass(frozen=True)
class Opened:
    """An open database: whether this process runs its server, and the server's process if it does."""

    embedded: bool
    started_here: bool = False
    process: "subprocess.Popen[bytes] | None" = None


def server() -> Any:
    """The embedded server of this installation."""
    from banyan.config.server import Server

    return Server(installation.data_folder() / "pg")


def superuser_address(database: str = DATABASE) -> str:
    """Address of the embedded server's superuser, whose password never enters the environment."""
    return str(server().address("postgres", installation.secret("postgres"), database))


def holder() -> dict[str, Any]:
    """Who holds the data folder: {"pid", "command", "address"}, empty if nobody ever did."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((installation.data_folder() / "lock").read_text() or "{}"))
    return {}


def is_held() -> bool:
    """Whether a running process holds the data folder."""
    try:
        with open(installation.data_folder() / "lock") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def tell(file: IO[str], **facts: Any) -> None:
    """Write into the lock file who holds it."""
    file.seek(0)
    file.truncate()
    file.write(json.dumps({"pid": os.getpid(), **facts}))
    file.flush()


def prepare_folder() -> Path:
    """Make the data folder, for nobody but its owner."""
    folder = installation.data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Trouble(
            f"The data folder {folder} cannot be made: {error.strerror}.", "Name another one in BANYAN_HOME."
        ) from error
    if folder.stat().st_uid != os.geteuid():
        raise Trouble(
            f"The data folder {folder} belongs to another user.",
            "Run ./banyan as the user it belongs to, or name another folder in BANYAN_HOME.",
        )
    if os.geteuid() == 0 and not external.is_wanted():
        from banyan.config.server import identity

        # The server's private user has to pass through; what lies in here is closed by itself.
        folder.chmod(0o711 if identity() == "private" else 0o700)
    else:
        folder.chmod(0o700)
    return folder


@contextlib.contextmanager
def opened(command: str, *, sole: bool = False, address: str = "") -> Iterator[Opened]:
    """Open the database and put its addresses into the environment.

    sole: this command must run the server itself (`up`, `restore`); raises Trouble when somebody else does.
    """
    folder = prepare_folder()
    if external.is_wanted() and not sole:  # that server has room for everybody
        _publish(*external.addresses())
        yield Opened(embedded=False)
        return
    with open(folder / "lock", "a+") as lock, open(folder / "users", "w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if sole:
                raise _occupied() from None
            _use_running()
            yield Opened(embedded=True)
            return
        tell(lock, command=command, address=address)
        if external.is_wanted():
            _publish(*external.addresses())
            yield Opened(embedded=False)
            tell(lock)
            return
        process = _start()
        try:
            yield Opened(embedded=True, started_here=True, process=process)
        finally:
            if not sole:  # others may still be using the server this command started
                fcntl.flock(users, fcntl.LOCK_EX)
            server().stop()
            tell(lock)


def _occupied() -> Trouble:
    known = holder()
    command, pid = known.get("command", "another command"), known.get("pid", "unknown")
    if known.get("address"):
        return Trouble(
            f"Banyan is already running in {installation.data_folder()}: process {pid}, at {known['address']}.",
            f"Open that address, or stop it first (Ctrl-C there, or: kill {pid}). Another installation needs another BANYAN_HOME.",
        )
    return Trouble(
        f"{installation.data_folder()} is in use by ./banyan {command}, process {pid}.",
        "Wait until it is done, then try again.",
    )


def _start() -> "subprocess.Popen[bytes]":
    from banyan.config.server import make_roles

    own = server()
    superuser = installation.secret("postgres")
    if not own.exists():
        own.create(superuser)
    process: subprocess.Popen[bytes] = own.start()
    from banyan.config import restore

    if restore.is_unfinished():  # interrupted between the old and the new: the new one is complete
        restore.finish()
    owner, app = installation.secret("database_owner"), installation.secret("database_app")
    make_roles(superuser_address("postgres"), database=DATABASE, owner_password=owner, app_password=app)
    _publish(own.address("banyan_owner", owner, DATABASE), own.address("banyan_app", app, DATABASE))
    return process


def start_over() -> None:
    """Drop the embedded server's database and make it anew, empty: everything in it is lost."""
    from banyan.config.server import drop_database, make_roles

    drop_database(superuser_address("postgres"), DATABASE)
    owner, app = installation.secret("database_owner"), installation.secret("database_app")
    make_roles(superuser_address("postgres"), database=DATABASE, owner_password=owner, app_password=app)


def _use_running() -> None:
    import psycopg

    owner, app = installation.secret("database_owner"), installation.secret("database_app")
    own = server()
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(own.address("banyan_app", app, DATABASE), connect_timeout=5).close()
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not is_held():
                raise Trouble(
                    f"The database server of this folder does not answer: {error}", "Try again, or run ./banyan doctor."
                ) from error
            time.sleep(0.2)
    _publish(own.address("banyan_owner", owner, DATABASE), own.address("banyan_app", app, DATABASE))


def _publish(owner: str, app: str) -> None:
    os.environ["BANYAN_DATABASE_OWNER"], os.environ["BANYAN_DATABASE_APP"] = owner, app


def environment(role: str = "app") -> dict[str, str]:
    """Environment for a child process in a database role."""
    return {
        **os.environ,
        "BANYAN_DATABASE_ROLE": role,
        "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(installation.ROOT / "src"), os.environ.get("PYTHONPATH", "")])),
    }


def django(*arguments: str, role: str = "owner") -> subprocess.CompletedProcess[str]:
    """Run a Django command in a process of its own, in a database role; its words are returned, not printed."""
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        env=environment(role),
        capture_output=True,
        text=True,
        cwd=installation.ROOT,
    )
