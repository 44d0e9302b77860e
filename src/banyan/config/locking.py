"""`./banyan lock`: pin versions, with hashes, of what pyproject.toml asks for; and Node.js for machines without it."""

import argparse
import os
import subprocess
import sys

from banyan.config import bootstrap
from banyan.config.installation import ROOT
from banyan.config.trouble import Trouble

COMMON = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--python-version", "3.11", "-q"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `lock`."""
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where they are allowed")


def run(options: argparse.Namespace) -> int:
    """Write requirements.lock and frontend/node.lock."""
    for source, target in ((["pyproject.toml", "--group", "dev"], "requirements.lock"), (["frontend/node.in"], "frontend/node.lock")):
        command = [sys.executable, "-I", "-m", "uv", "pip", "compile", *source, *COMMON, "-o", target]
        command += ["--custom-compile-command", "./banyan lock", *(["--upgrade"] if options.upgrade else [])]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **bootstrap.environment()}, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Trouble(f"{target} could not be written:\n{done.stderr.strip()[-2000:]}", "Is there a network?")
    print("requirements.lock and frontend/node.lock are written; the next ./banyan installs them.")
    return 0
