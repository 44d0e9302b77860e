"""Child processes that end with their parent, are restarted when they die, and are ended cleanly."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from banyan.config.unprivileged import die_with_parent

UNPRIVILEGED = Path(__file__).with_name("unprivileged.py")
SECONDS_TO_END = 15
QUICK_DEATHS = 5  # so many within a minute and a child is given up


def end_with_parent() -> None:
    """Called inside a child's own children (web workers): end when the one above is killed."""
    if os.environ.get("BANYAN_SUPERVISED"):
        die_with_parent(0, signal.SIGKILL)


class Child:
    """A supervised process in a process group of its own; its words go to a log file."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.command = command
        self.environment = {**environment, "BANYAN_SUPERVISED": "1"}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._deaths: deque[float] = deque(maxlen=QUICK_DEATHS)
        self._start_after = 0.0

    def start(self) -> None:
        """Start it. Call from the main thread: the kernel ends the child with the thread that started it."""
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))
        # SIGKILL from the kernel when this process is killed: nobody is left to end the child otherwise, nor to insist when
        # a politer signal comes before the child listens. Jobs resume, and requests were lost with this process.
        entering = [sys.executable, "-I", "-S", str(UNPRIVILEGED), "same", str(os.getpid()), str(int(signal.SIGKILL))]
        with open(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as log:
            self.process = subprocess.Popen(
                [*entering, *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def watch(self) -> str:
        """Start it again if it died, ever later if it keeps dying. Returns what happened, "" if nothing did."""
        if self.process is None:
            if time.monotonic() >= self._start_after:
                self.start()
                return f"The {self.name} was started again."
            return ""
        if self.process.poll() is None:
            return ""
        self._deaths.append(time.monotonic())
        recent = sum(1 for death in self._deaths if time.monotonic() - death < 60)
        code = self.process.returncode
        self.kill_group()
        self.process = None
        self._start_after = time.monotonic() + min(30.0, 0.5 * 2 ** (recent - 1))
        end = f"by signal {-code}" if code < 0 else f"with status {code}"
        return f"The {self.name} ended {end}; starting it again. Its log: {self.log}"

    def is_failing(self) -> bool:
        """Whether it has died so often within a minute that starting it again is no use."""
        return len(self._deaths) == QUICK_DEATHS and time.monotonic() - self._deaths[0] < 60

    def ask_to_end(self) -> None:
        """SIGTERM to the process, which ends its own children."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()

    def wait(self, seconds: float = SECONDS_TO_END) -> None:
        """Wait until it has ended; kill what has not."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self.kill_group()
        self.process.wait(5)

    def kill_group(self) -> None:
        """End whatever is left of the child and its children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self, characters: int = 1500) -> str:
        """The end of its log."""
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace")[-characters:].strip()
        return ""
