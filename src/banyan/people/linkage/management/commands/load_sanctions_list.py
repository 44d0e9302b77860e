"""`manage load_sanctions_list FILE`: put a downloaded list to use, for installations that do it by a script of their own."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from banyan.people.linkage import actions
from banyan.platform.access.viewers import system_viewer
from banyan.platform.kernel.problems import Problem


class Command(BaseCommand):
    """Exit code 1 when the list is refused; nothing is fetched from the network."""

    help = "Load a sanctions list from a file (UN, EU or OFAC as XML, or a workbook) and compare the register with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and whether it may hold far fewer people than the one before."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--even-if-shrunk", action="store_true", help="the file is whole, although many entries are gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line with what was read, and one for each doubtful value."""
        file: Path = options["file"]
        viewer = system_viewer("lists")
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        try:
            version = actions.load_list(content, file.name, by=viewer, even_if_shrunk=options["even_if_shrunk"])
        except Problem as problem:
            raise CommandError("\n".join(each.as_text() for each in problem.errors or [problem])) from None
        self.stdout.write(
            f"{version.source} {version.made}: {version.entries} people, {version.joined} new, {version.changed} changed,"
            f" {version.left} gone, {version.noted} doubtful. The register is compared in the background."
        )
