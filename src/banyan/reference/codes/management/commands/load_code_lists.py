"""./banyan manage load_code_lists: load the shipped lists, or the data files named."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from banyan.platform.access.viewers import system_viewer, viewing
from banyan.platform.kernel.problems import Problem
from banyan.reference.codes import actions, rules


class Command(BaseCommand):
    """Load code lists from data files."""

    help = "Load the code lists that come with Banyan, or the JSON data files named. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files are optional."""
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """All files or none: they are loaded in one transaction."""
        by = system_viewer("command")
        try:
            with viewing(by, cause="command:load_code_lists"):
                if files:
                    versions = [self._load(by, file) for file in files]
                else:
                    versions = actions.load_shipped_lists(by=by)
        except Problem as problem:
            raise CommandError(problem.as_text()) from None
        self.stdout.write(f"{len(versions)} lists are in force.")

    def _load(self, by: Any, file: Path) -> Any:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from None
        return actions.load_list(by=by, file=rules.read_file(data), source=file.name)
