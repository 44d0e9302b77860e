"""`./banyan test`: the whole test suite on both cores, against an embedded server of its own."""

import os
import shutil
import subprocess
import sys

from banyan.config import bootstrap, frontend, preparation
from banyan.config.installation import ROOT
from banyan.config.reporting import Report

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def run(arguments: list[str]) -> int:
    """Run pytest with further arguments; returns its exit status."""
    report = Report()
    frontend.build(report)
    preparation.compile_catalogues()
    environment = {
        **os.environ,
        **{name: value for name, value in bootstrap.environment().items() if name.startswith("UV_")},
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    if browser := next((path for name in CHROMIUM if (path := shutil.which(name))), ""):
        environment.setdefault("BANYAN_CHROMIUM", browser)
    else:
        report.say(
            "No Chromium on this machine: the browser journeys are skipped (in CI they fail). Debian: apt install chromium"
        )
    given = any(argument.startswith(("-n", "--numprocesses")) or argument == "-x" for argument in arguments)
    workers = [] if given else ["-n", str(min(4, os.cpu_count() or 1))]
    return subprocess.run([sys.executable, "-m", "pytest", *workers, *arguments], cwd=ROOT, env=environment).returncode
