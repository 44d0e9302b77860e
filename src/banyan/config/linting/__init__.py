"""``./banyan lint``: every check of the house, all of them even when one fails, one summary, and how to mend.

Two checks run at a time, the slowest first. ``run`` is the only door; the modules beside it hold one check each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from banyan.config.installation import ROOT
from banyan.config.linting import layers, locked, migrations, prose

PYTHON = [sys.executable, "-m"]


@dataclass(frozen=True)
class Check:
    """One check: a command that fails by its exit code, or a function that returns findings."""

    name: str
    mend: str
    command: Sequence[str] = ()
    function: Callable[[Path], list[str]] | None = None
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a check found: whether it passed, its words, its seconds."""

    check: Check
    passed: bool
    words: str
    seconds: float


def checks(root: Path, scratch: Path) -> list[Check]:
    """All checks, slowest first. ``scratch`` is a folder for generated configuration."""
    contracts = scratch / "importlinter.toml"
    return [
        Check("types", "annotate or correct what mypy names; a cast needs a reason", [*PYTHON, "mypy"]),
        Check(
            "architecture",
            "each finding says its place; docs/how-to/lint.md explains every guard",
            [*PYTHON, "pytest", "tests/architecture", "-q", "-n0", "--no-header"],
        ),
        Check(
            "missing migrations",
            "./banyan manage makemigrations ROOM --name what_it_does",
            [*PYTHON, "django", "makemigrations", "--check", "--dry-run", "--skip-checks"],
            environment={
                "DJANGO_SETTINGS_MODULE": "banyan.config.settings",
                "BANYAN_DATABASE_ROLE": "owner",
                # Models are compared with migration files; nothing is asked of a database, and nobody listens here.
                "BANYAN_DATABASE_OWNER": "postgresql://nobody@127.0.0.1:9/none",
            },
        ),
        Check(
            "layers",
            "call downwards, or announce a fact; declare a new room or module in pyproject.toml",
            ["lint-imports", "--config", str(contracts), "--no-cache"],
        ),
        Check(
            "templates",
            "djlint names rule and line; ignored rules and why: pyproject.toml",
            ["djlint", "--lint", "--quiet", "src"],
        ),
        Check("style", ".venv/bin/ruff check --fix", [*PYTHON, "ruff", "check", "--output-format=concise", "."]),
        Check(
            "format", ".venv/bin/ruff format", [*PYTHON, "ruff", "format", "--check", "--output-format=concise", "."]
        ),
        Check(
            "migration names",
            "give it a name that says what it does; renumber on top of the last one",
            function=migrations.findings,
        ),
        Check("lock file", "./banyan lock", function=locked.findings),
        Check("prose", "say it without the place or the name", function=prose.findings),
    ]


def perform(check: Check, root: Path, environment: dict[str, str]) -> Outcome:
    """Run one check in ``root`` and time it."""
    began = time.monotonic()
    if check.function:
        found = check.function(root)
        return Outcome(check, not found, "\n".join(found), time.monotonic() - began)
    command = list(check.command)
    program = Path(sys.executable).parent / command[0]  # console scripts live beside the interpreter, not on PATH
    if program.exists():
        command[0] = str(program)
    done = subprocess.run(
        command, cwd=root, env=environment | check.environment, capture_output=True, text=True, check=False
    )
    return Outcome(check, done.returncode == 0, (done.stdout + done.stderr).strip(), time.monotonic() - began)


def run(args: Sequence[str]) -> int:
    """Run the checks named in ``args`` (all when none is named); return the exit code, 0 when every one passed."""
    parser = argparse.ArgumentParser(
        prog="banyan lint", description="Check style, types, layers, migrations, templates, lock file and architecture."
    )
    parser.add_argument("names", nargs="*", metavar="CHECK", help="only these checks, e.g. types layers")
    parser.add_argument("--list", action="store_true", help="list the checks and stop")
    options = parser.parse_args(list(args))
    with tempfile.TemporaryDirectory(prefix="banyan-lint-") as folder:
        scratch = Path(folder)
        known = checks(ROOT, scratch)
        unknown = set(options.names) - {check.name for check in known}
        if options.list or unknown:
            for check in known:
                print(check.name)
            if unknown:
                print(f"No such check: {', '.join(sorted(unknown))}.", file=sys.stderr)
            return 2 if unknown else 0
        chosen = [check for check in known if not options.names or check.name in options.names]
        layers.write_contracts(ROOT, scratch / "importlinter.toml")
        # Secrets that settings make on the way are thrown away with the folder. The tests of `architecture` choose their
        # own settings and refuse any from outside.
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "BANYAN_HOME": folder, "NO_COLOR": "1"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        environment.pop("DATABASE_URL", None)
        return report(_perform_all(chosen, ROOT, environment))


def _perform_all(chosen: list[Check], root: Path, environment: dict[str, str]) -> list[Outcome]:
    def one(check: Check) -> Outcome:
        outcome = perform(check, root, environment)
        print(f"  {'ok  ' if outcome.passed else 'FAIL'} {check.name:<20} {outcome.seconds:5.1f} s", flush=True)
        return outcome

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(one, chosen))


def report(outcomes: list[Outcome]) -> int:
    """Print what failed and how to mend it; return the exit code."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"\n── {outcome.check.name} " + "─" * (70 - len(outcome.check.name)))
        print(outcome.words)
        print(f"→ To mend: {outcome.check.mend}")
    print()
    if failed:
        print(f"{len(failed)} of {len(outcomes)} checks failed: {', '.join(outcome.check.name for outcome in failed)}")
        return 1
    print(f"All {len(outcomes)} checks passed.")
    return 0
