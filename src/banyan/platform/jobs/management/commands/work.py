"""`manage work`: the worker process."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from banyan.platform.jobs import worker


class Command(BaseCommand):
    """Run background jobs until told to stop."""

    help = "Run background jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=2, help="jobs at the same time")
        parser.add_argument("--until-idle", action="store_true", help="stop when no job is waiting")
        parser.add_argument(
            "--lost-after", type=float, default=worker.SECONDS_UNTIL_LOST, help="seconds without a sign"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker.step_back()
        over = worker.run(
            concurrency=options["concurrency"], until_idle=options["until_idle"], lost_after=options["lost_after"],
            grown=worker.GROWN,
        )  # fmt: skip
        if over:
            # The same process, so that whoever watches it sees nothing: only what it took is given back.
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 — as it was started
