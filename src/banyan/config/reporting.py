"""What a command says while it works: bars and ticks on a terminal, plain lines elsewhere, to standard error."""

import contextlib
import sys
import time
from collections.abc import Iterator


class Step:
    """One named piece of work. Handed to whoever does the work, who may report how far it is."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.size = "small"  # of the demo, for rooms that load one
        self._said = time.monotonic()

    def report(self, done: int, total: int | None = None) -> None:
        """So many of so many done."""
        if sys.stderr.isatty():
            print(f"\r  {self.label}  {_bar(done, total)}\x1b[K", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._said > 5:
            self._said = time.monotonic()
            print(f"  {self.label}: {_count(done, total)}", file=sys.stderr, flush=True)

    def text(self, words: str) -> None:
        """What is being done now."""
        if sys.stderr.isatty():
            print(f"\r  {self.label}  {words}\x1b[K", end="", file=sys.stderr, flush=True)


class Report:
    """The steps of a command; `quiet` says nothing. `seconds` keeps how long each took."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Show a step while its block runs, then how long it took."""
        start = time.monotonic()
        terminal = sys.stderr.isatty() and not self.quiet
        if terminal:
            print(f"  {label} …", end="", file=sys.stderr, flush=True)
        step = Silent(label) if self.quiet else Step(label)
        try:
            yield step
        except BaseException:
            if terminal:
                print(f"\r✗ {label}\x1b[K", file=sys.stderr, flush=True)
            raise
        self.seconds[label] = round(time.monotonic() - start, 2)
        if not self.quiet:
            print(
                f"{chr(13) if terminal else ''}✓ {label}  {self.seconds[label]:.1f} s{chr(27) + '[K' if terminal else ''}",
                file=sys.stderr,
                flush=True,
            )

    def say(self, words: str) -> None:
        """A line of its own."""
        if not self.quiet:
            print(words, file=sys.stderr, flush=True)


class Silent(Step):
    """A step that says nothing."""

    def report(self, done: int, total: int | None = None) -> None:
        """Nothing."""

    def text(self, words: str) -> None:
        """Nothing."""


def _count(done: int, total: int | None) -> str:
    return f"{done:,} of {total:,} ({100 * done // max(total, 1)} %)" if total else f"{done:,}"


def _bar(done: int, total: int | None) -> str:
    if not total:
        return f"{done:,}"
    filled = min(24, 24 * done // total)
    return f"{'█' * filled}{'░' * (24 - filled)} {_count(done, total)}"
