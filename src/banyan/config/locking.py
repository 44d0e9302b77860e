"""`./banyan lock`: pin versions, with hashes, of what pyproject.toml asks for; and Node.js for machines without it."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from banyan.config import bootstrap
from banyan.config.installation import ROOT
from banyan.config.trouble import Trouble

COMMON = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--python-version", "3.11", "-q"]
SYSTEMS = ("android", "darwin", "freebsd", "linux", "openharmony", "win32")
PROCESSORS = ("arm64", "arm", "ia32", "ppc64", "riscv64", "s390x", "x64", "wasm32")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `lock`."""
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where they are allowed")


def run(options: argparse.Namespace) -> int:
    """Write requirements.lock, spark.lock and frontend/node.lock, and complete the front end's lock."""
    for source, target in (
        (["pyproject.toml", "--group", "dev"], "requirements.lock"),
        (["spark.in", "--constraints", "requirements.lock"], "spark.lock"),
        (["frontend/node.in"], "frontend/node.lock"),
    ):
        command = [sys.executable, "-I", "-m", "uv", "pip", "compile", *source, *COMMON, "-o", target]
        command += ["--custom-compile-command", "./banyan lock", *(["--upgrade"] if options.upgrade else [])]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **bootstrap.environment()}, stderr=subprocess.PIPE, text=True
        )
        if done.returncode != 0:
            raise Trouble(f"{target} could not be written:\n{done.stderr.strip()[-2000:]}", "Is there a network?")
    complete(ROOT / "frontend" / "package-lock.json")
    print("requirements.lock, spark.lock and frontend/node.lock are written; the next ./banyan installs them.")
    return 0


def complete(file: Path) -> list[str]:
    """Add what a partial package mirror left out of an npm lock: optional packages of other systems.

    `npm ci` refuses a lock in which they are missing, although it never fetches them here. Returns the names added.
    """
    lock = json.loads(file.read_text())
    packages: dict[str, dict[str, Any]] = lock["packages"]
    added = []
    for facts in list(packages.values()):
        for name, version in facts.get("optionalDependencies", {}).items():
            key = f"node_modules/{name}"
            if key in packages:
                continue
            words = name.rpartition("/")[2].split("-")
            entry: dict[str, Any] = {"version": version, "cpu": [word for word in words if word in PROCESSORS]}
            entry |= {"dev": True} if facts.get("dev") else {}
            entry |= {"license": facts.get("license", "MIT"), "optional": True}
            if systems := [word for word in words if word in SYSTEMS]:
                entry["os"] = systems
            packages[key] = entry
            added.append(name)
    if added:
        lock["packages"] = {"": packages.pop(""), **dict(sorted(packages.items()))}
        file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
    return added
