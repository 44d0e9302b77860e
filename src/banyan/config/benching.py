"""`./banyan bench [NAME …]`: the benchmarks in bench/, one file per figure, each printing one JSON line.

A bench file has `main() -> dict` with at least `figure` and `unit`; further `ratio` (to `against`, measured in the
same run), `goal`, `conditions`. Its docstring's first line is what the list shows. With `DATABASE = True` it runs with
Django set up, as the application role, on a migrated throwaway server.
"""

import argparse
import ast
import contextlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from banyan.config.installation import ROOT
from banyan.config.trouble import Trouble

FOLDER = ROOT / "bench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `bench`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="which to run (none: list them)")


def run(options: argparse.Namespace) -> int:
    """List the benches, or run some, each in a process of its own."""
    known = names()
    if not options.names:
        width = max(map(len, known), default=0)
        for name, line in known.items():
            print(f"{name:<{width}}  {line}")
        return 0
    if unknown := [name for name in options.names if name not in known]:
        raise Trouble(f"There is no bench {', '.join(unknown)}.", f"There are: {', '.join(known)}")
    failed = 0
    for name in options.names:
        done = subprocess.run(
            [sys.executable, "-m", "banyan.config.benching", name],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        failed += done.returncode != 0
    return int(failed > 0)


def names() -> dict[str, str]:
    """Names of the benches with the first line of their docstring."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").split("\n")[0]
    return found


@contextlib.contextmanager
def throwaway_database(*settings: str) -> Iterator[dict[str, str]]:
    """A migrated throwaway server with Django set up on it as the application role; yields its addresses by role.

    settings: name=value for the server. Durability is on, as in a real installation, unless they say otherwise.
    """
    from banyan.config.server import throwaway

    durable = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as home, throwaway(*durable, *settings) as addresses:
        os.environ["BANYAN_HOME"] = home
        os.environ.update({f"BANYAN_DATABASE_{role.upper()}": addresses[role] for role in ("owner", "app")})
        os.environ["DJANGO_SETTINGS_MODULE"] = "banyan.config.settings"
        os.environ["BANYAN_DATABASE_ROLE"] = "owner"
        progress("migrating")
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"], check=True, cwd=ROOT
        )
        os.environ["BANYAN_DATABASE_ROLE"] = "app"
        import django

        django.setup()
        try:
            yield addresses
        finally:
            from django.db import connections

            for connection in connections.all():
                connection.close()
                getattr(connection, "close_pool", lambda: None)()


def progress(words: str) -> None:
    """Say on standard error what is being measured."""
    print(f"  {words}", file=sys.stderr, flush=True)


def conditions() -> dict[str, Any]:
    """What the figure depends on: cores, memory, load, versions."""
    import psutil

    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load_at_start": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _run_one(name: str) -> int:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", FOLDER / f"{name}.py")
    if spec is None or spec.loader is None:
        raise Trouble(f"{FOLDER / name}.py cannot be loaded.")
    sys.path.insert(0, str(FOLDER))
    before = conditions()
    module = importlib.util.module_from_spec(spec)
    progress(f"bench {name}")
    if "\nDATABASE = True" in Path(str(spec.origin)).read_text():
        with throwaway_database():
            spec.loader.exec_module(module)
            result = module.main()
    else:
        spec.loader.exec_module(module)
        result = module.main()
    own = result.pop("conditions", {})
    line = {"bench": name, **result, "conditions": {**before, **own}}
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(_run_one(sys.argv[1]))
