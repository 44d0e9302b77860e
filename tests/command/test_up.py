"""`up`: starts, survives the death of any of its processes, loses nothing committed, ends cleanly."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from tests.command.conftest import Installation, Running

MARK = "SELECT count(*) FROM django_session"


def write(installation: Installation, key: str) -> None:
    """Commit a row as the application role."""
    code = (
        "from django.contrib.sessions.models import Session; from django.utils import timezone;"
        f" Session.objects.create(session_key={key!r}, session_data='x', expire_date=timezone.now())"
    )
    installation.run("manage", "shell", "--no-imports", "-c", code)


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Which of these still live after half a minute."""
    return [one for one in psutil.wait_procs(processes, 30)[1] if one.status() != psutil.STATUS_ZOMBIE]


def test_up_from_nothing_to_the_last_kill(installation: Installation) -> None:
    """One installation through its life: the steps build on each other, and each start costs seconds."""
    with installation.up("--empty") as running:
        check_privacy(installation)
        check_second_up(installation, running)
        write(installation, "committed-1")
        check_deaths(running)
        assert installation.value(MARK) == "1"
        everything = running.tree()
        # The whole machine "loses power": every process at once.
        for process in [psutil.Process(running.process.pid), *everything]:
            with contextlib.suppress(psutil.NoSuchProcess):  # its parent's death took it along
                process.kill()
        running.process.wait(30)
    with installation.up("--empty") as running:
        assert installation.value(MARK) == "1"
        write(installation, "committed-2")
        everything = running.tree()
        running.process.kill()  # the supervisor alone: nobody may be left behind
        running.process.wait(30)
        assert gone(everything) == []
    with installation.up("--empty") as running:
        assert installation.value(MARK) == "2"
        everything = running.tree()
        assert len(everything) >= 8  # server with its helpers, web server with two workers, worker
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(60) == 0
        assert gone(everything) == []
        assert "Stopped." in running.words
    assert not (installation.home / "pg" / "data" / "postmaster.pid").exists()
    assert "already holds" not in installation.run("doctor", "--json", expect=0)


def check_privacy(installation: Installation) -> None:
    """Nobody else can look in, and there is no way in without a password or by TCP."""
    for path in [installation.home, *installation.home.rglob("*")]:
        if not path.is_symlink():
            assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path
    data = installation.home / "pg" / "data"
    rules = [line for line in (data / "pg_hba.conf").read_text().splitlines() if line and not line.startswith("#")]
    assert rules == ["local all all scram-sha-256"]
    server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
    assert [one for one in server.net_connections("inet") if one.status == psutil.CONN_LISTEN] == []
    for password in ("", "postgres"):
        import psycopg

        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(
                host=str(installation.home / "pg" / "socket"), user="postgres", dbname="banyan", password=password
            )


def check_second_up(installation: Installation, running: Running) -> None:
    """The second `up` in a folder explains; other commands use the running server."""
    words = installation.run("up", "--empty", expect=1)
    assert f"process {running.process.pid}" in words
    assert f":{running.port}/" in words
    assert installation.value("SELECT current_user") == "banyan_app"


def check_deaths(running: Running) -> None:
    """Each child may be killed, and is started again."""
    running.child("postgres", "-D").kill()
    running.wait_for("The database server ended")
    running.child("granian").kill()
    running.wait_for("The web server was started again")
    running.child("django", "work").kill()
    running.wait_for("The worker was started again")
    worker = running.child("granian").children()[-1]
    worker.kill()  # a worker process of the web server: granian starts another
    time.sleep(0.5)
    running.wait_for("The worker was started again")


def test_a_taken_port_is_named_and_the_next_one_used(fresh: Installation) -> None:
    from banyan.config import ports

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        assert not ports.is_free("127.0.0.1", port)
        assert str(os.getpid()) in ports.occupant(port)
        other = ports.next_free("127.0.0.1", port)
        assert port < other <= port + 50


def test_a_host_that_is_not_ours_is_refused(fresh: Installation) -> None:
    from banyan.config import ports
    from banyan.config.trouble import Trouble

    for host in ("192.0.2.1", "no such host"):
        with pytest.raises(Trouble, match="not an address of this machine"):
            ports.is_free(host, 8000)


def test_an_empty_installation_without_terminal_says_what_to_set(fresh: Installation) -> None:
    words = fresh.run("up", "--empty", expect=1, BANYAN_ADMIN_EMAIL="", BANYAN_ADMIN_PASSWORD="")
    assert "BANYAN_ADMIN_EMAIL" in words
    words = fresh.run("up", "--empty", expect=1, BANYAN_ADMIN_PASSWORD="short")
    assert "12 characters" in words
    words = fresh.run("up", "--empty", expect=1, BANYAN_ADMIN_EMAIL="nobody")
    assert "not an e-mail address" in words


ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@ROOT_ONLY
def test_an_ordinary_user_can_run_it(fresh: Installation) -> None:
    """Inside a user namespace root is nobody special: no privilege is left, yet its files stay its own."""
    from banyan.config import server

    if server.identity() != "namespace":
        pytest.skip("this machine does not allow user namespaces")
    inside = [sys.executable, "-I", "-S", str(server.UNPRIVILEGED), "namespace", "0", "0"]
    done = subprocess.run(
        [*inside, *fresh.command("manage", "showmigrations", "kernel")],
        check=False, env=fresh.environment, cwd=server.UNPRIVILEGED.parents[3], capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "kernel" in done.stdout


@ROOT_ONLY
def test_root_without_user_namespaces(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where namespaces are forbidden the server runs as a user that exists nowhere else; root still uses it."""
    with tempfile.TemporaryDirectory(prefix="banyan-root-") as folder:
        os.chmod(folder, 0o711)
        here = Installation(Path(folder) / "home")
        here.environment["BANYAN_NO_NAMESPACE"] = "1"
        assert "kernel" in here.run("manage", "showmigrations", "kernel")
        assert (here.home / "pg" / "data").stat().st_uid > 1_000_000_000
        os.chmod(folder, 0o700)
        words = here.run("manage", "showmigrations", "kernel", expect=1)
        assert "BANYAN_HOME" in words
