"""Make the Python environment in .venv: run by the launcher with any Python from 3.11, standard library only.

uv comes through pip into .venv itself; the packages are the ones of requirements.lock, checked by hash. All caches
stay inside .venv, so that nothing outside the project's folder changes.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
EXTRAS = {"spark": ROOT / "spark.lock"}  # asked for by BANYAN_EXTRAS, names with commas
PHASES = VENV / "phases.json"  # seconds of each phase, read by `bench first_start`


def environment() -> dict[str, str]:
    """Environment for pip, uv and npm: quiet, caches inside .venv unless the person says otherwise."""
    caches = VENV / "caches"
    return {
        "PIP_CACHE_DIR": str(caches / "pip"),
        "UV_CACHE_DIR": str(caches / "uv"),
        "npm_config_cache": str(caches / "npm"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_PROGRESS": "0" if sys.stderr.isatty() else "1",
        **os.environ,
    }


def run(phase: str, command: list[str], *, shown: str = "", mend: str = "", network: bool = False) -> None:
    """Run one phase; say what is done, keep its words to itself unless it fails, note its seconds."""
    if shown:
        print(shown, file=sys.stderr, flush=True)
    start = time.monotonic()
    result = subprocess.run(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    if result.returncode != 0:
        print(result.stdout[-4000:], file=sys.stderr)
        print(f"That failed: {' '.join(command[:4])} …\n{mend}".rstrip(), file=sys.stderr)
        sys.exit(1)
    note(phase, time.monotonic() - start, network)


def note(phase: str, seconds: float, network: bool) -> None:
    """Remember how long a phase took and whether it waits for the network."""
    phases = json.loads(PHASES.read_text()) if PHASES.exists() else {}
    phases[phase] = {"seconds": round(seconds, 2), "network": network}
    PHASES.write_text(json.dumps(phases))


def pinned(package: str) -> str:
    """The lines of the lock that pin one package, with its hashes."""
    found = re.search(rf"^{re.escape(package)}==.*(?:\n[ \t]+.*)*", LOCK.read_text(), re.MULTILINE)
    if found is None:
        sys.exit(f"requirements.lock does not pin {package}: run ./banyan lock")
    return found[0]


def locks(extras: str) -> list[Path]:
    """The lock files to install from: the one of Banyan, and of each extra that is asked for."""
    asked = [name for name in extras.replace(",", " ").split() if name]
    if unknown := [name for name in asked if name not in EXTRAS]:
        sys.exit(f"BANYAN_EXTRAS names {', '.join(unknown)}; there is {', '.join(EXTRAS)}.")
    return [LOCK, *(EXTRAS[name] for name in dict.fromkeys(asked))]


def make_environment() -> None:
    """.venv with pip, if it is not there or its Python has gone."""
    if (VENV / "bin" / "python").exists() and subprocess.run(
        [VENV / "bin" / "python", "-c", "import pip"], capture_output=True
    ).returncode == 0:
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit("This Python comes without venv. On Debian and Ubuntu: apt install python3-venv")
    shutil.rmtree(VENV / "lib", ignore_errors=True)
    version = ".".join(map(str, sys.version_info[:3]))
    run("venv", [sys.executable, "-m", "venv", "--clear", str(VENV)], shown=f"Making .venv with Python {version}")


def main(wanted: str) -> None:
    """Bring .venv to what the lock says. `wanted` is what the launcher compares at every later start."""
    offline = "Is there a network? A proxy is named by https_proxy, a package index by PIP_INDEX_URL and UV_INDEX_URL."
    with open(ROOT / ".setup-lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another ./banyan is installing packages; waiting for it.", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = VENV / "stamp"
        if stamp.exists() and stamp.read_text().strip() == wanted and (VENV / "bin" / "python").exists():
            return
        make_environment()
        python = str(VENV / "bin" / "python")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write(pinned("uv") + "\n")
            file.flush()
            run(
                "uv",
                [python, "-I", "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", file.name],
                mend=offline,
                network=True,
            )
        files = locks(os.environ.get("BANYAN_EXTRAS", ""))
        count = sum(len(re.findall(r"^\S+==", file.read_text(), re.MULTILINE)) for file in files)
        run(
            "packages",
            [python, "-I", "-m", "uv", "pip", "sync", "--require-hashes", "--python", python, *map(str, files)],
            shown=f"Installing {count} packages into .venv",
            mend=offline,
            network=True,
        )
        # The project itself: its source folder on the path. Building a wheel would fetch a build tool for nothing.
        for folder in VENV.glob("lib/python*/site-packages"):
            (folder / "banyan.pth").write_text(f"{ROOT / 'src'}\n")
        stamp.write_text(wanted + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
