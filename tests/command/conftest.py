"""An installation of its own for the tests of the command line: started, killed, backed up, restored for real."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
LOGIN = "/accounts/login/"
SECONDS = 180  # loaded machines are slow; nothing here measures speed


class Installation:
    """A data folder with the command line at work in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BANYAN_", "DJANGO_", "DATABASE_"))
        }
        self.environment = {
            **kept,
            "BANYAN_HOME": str(home),
            "BANYAN_KEEP_FRONTEND": "1",
            "PYTHONPATH": str(ROOT / "src"),
            "BANYAN_ADMIN_EMAIL": "first@example.org",
            "BANYAN_ADMIN_PASSWORD": "a long enough passphrase",
            "BANYAN_PASSPHRASE": "four words without relation",
        }

    def command(self, *arguments: str, **environment: str) -> list[str]:
        """The command line as the launcher calls it."""
        return [sys.executable, "-m", "banyan.config.command", *arguments]

    def run(self, *arguments: str, expect: int = 0, user: int | None = None, **environment: str) -> str:
        """Run a command to its end; its words. Fails when it ends otherwise than expected."""
        done = subprocess.run(
            self.command(*arguments), env={**self.environment, **environment}, cwd=ROOT, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, user=user, group=user, extra_groups=[] if user else None,
        )  # fmt: skip
        words = done.stdout + done.stderr
        assert done.returncode == expect, words
        return words

    def value(self, query: str) -> str:
        """One value from the database, through Django as the application role."""
        code = (
            f"from django.db import connection as c; k = c.cursor(); k.execute({query!r}); print('=>', k.fetchone()[0])"
        )
        found = re.search(r"=> (.*)", self.run("manage", "shell", "--no-imports", "-c", code))
        assert found
        return found[1]

    @contextlib.contextmanager
    def up(self, *arguments: str) -> Iterator["Running"]:
        """`up`, answering; stopped when the block is left, unless it was killed in it."""
        with open(self.home.parent / "up.log", "w+") as log:
            port = free_port()
            process = subprocess.Popen(
                self.command("up", "--port", str(port), *arguments), env=self.environment, cwd=ROOT,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
            running = Running(process, port, Path(log.name))
            try:
                running.wait()
                yield running
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                process.wait(60)


class Running:
    """A running `up`."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    @property
    def words(self) -> str:
        """What it said so far."""
        return self.log.read_text()

    def answers(self) -> bool:
        """Whether the login page is there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", LOGIN)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def wait(self) -> None:
        """Until it has said that it is ready, and answers."""
        deadline = time.monotonic() + SECONDS
        while not ("Stop it with" in self.words and self.answers()):
            assert self.process.poll() is None, self.words
            assert time.monotonic() < deadline, self.words
            time.sleep(0.2)

    def wait_for(self, words: str) -> None:
        """Until it has said these words, and answers."""
        deadline = time.monotonic() + SECONDS
        while not (words in self.words and self.answers()):
            assert time.monotonic() < deadline, self.words
            time.sleep(0.2)

    def tree(self) -> list[psutil.Process]:
        """Its children and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """Its direct child whose command line holds all these words; waits for one that is just being started again."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for one in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error):  # just ended, not yet collected
                    if all(word in " ".join(one.cmdline()) for word in words):
                        return one
            time.sleep(0.2)
        raise AssertionError(f"no child {words}: {self.words}")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An empty data folder, with a space in its path."""
    return Installation(tmp_path_factory.mktemp("one place") / "home")


@pytest.fixture
def fresh(tmp_path: Path) -> Installation:
    """An empty data folder for one test."""
    return Installation(tmp_path / "home")


def lock_of(home: Path) -> dict[str, object]:
    """What the lock file says."""
    return dict(json.loads((home / "lock").read_text()))
