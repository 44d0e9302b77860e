"""A whole installation on trial: `./banyan up` in a folder of its own, for journeys, pictures and benches."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from banyan.config import installation, up

PATIENCE = 420  # seconds for the first start with the demo, on a busy machine


@dataclass(frozen=True)
class Trial:
    """A running installation: where it answers, where its data folder is, its demo accounts (password by e-mail)."""

    address: str
    home: Path
    passwords: dict[str, str]


@contextlib.contextmanager
def running(*, home: Path | None = None) -> Iterator[Trial]:
    """Start an installation with the demo, wait for the sign-in page, stop it at the end.

    home: data folder to use and keep; a temporary one when None. Raises RuntimeError with the output when it does not come up.
    """
    with contextlib.ExitStack() as stack:
        if home is None:
            home = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="banyan-trial-", ignore_cleanup_errors=True))
            )
        port = _free_port()
        log = home / "trial.log"
        # Of the caller's environment nothing about its own database may reach the installation on trial.
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BANYAN_", "DATABASE_", "DJANGO_"))
        }
        environment |= {"BANYAN_HOME": str(home), "PYTHONPATH": str(installation.ROOT / "src")}
        with log.open("wb") as out:
            child = subprocess.Popen(
                [sys.executable, "-m", "banyan.config.command", "up", "--port", str(port)],
                env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=installation.ROOT,
            )  # fmt: skip
        try:
            _wait(child, port, log)
            accounts = json.loads((home / "demo-accounts.json").read_text())
            yield Trial(f"http://localhost:{port}", home, {mail: found["password"] for mail, found in accounts.items()})
        finally:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(60)
            except subprocess.TimeoutExpired:
                child.kill()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(child: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not up.answers("127.0.0.1", port):
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the installation did not come up:\n{log.read_text()[-4000:]}")
        time.sleep(0.3)
