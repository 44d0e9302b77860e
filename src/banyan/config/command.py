"""The command line: what `./banyan …` can do. Each command is loaded only when it is called, so that all start at once."""

import argparse
import errno
import os
import sys
from collections.abc import Callable
from importlib import import_module

from banyan.config.trouble import Trouble

# Name, one line of help, the module that does it (its add_arguments and run).
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("start Banyan: database, web server, worker", "banyan.config.up"),
    "demo": ("run the main job on demo data, without web server, and say what it did", "banyan.config.demo"),
    "test": ("run the tests (further arguments go to pytest)", "banyan.config.testing"),
    "lint": ("check style, types, layers, migrations and the guards of the house", "banyan.config.linting"),
    "bench": ("list the benchmarks, or run some", "banyan.config.benching"),
    "manage": (
        "run a Django command, as the application role or, for migrations, as the owner",
        "banyan.config.managing",
    ),
    "backup": ("write everything, encrypted, into one file", "banyan.config.backup"),
    "restore": ("bring back what a backup holds", "banyan.config.restore"),
    "doctor": ("check this installation and say how to mend it", "banyan.config.doctor"),
    "docs": ("write the reference pages of the documentation from the code", "banyan.config.documenting"),
    "pictures": ("take the documentation's screenshots", "banyan.config.pictures"),
    "translations": ("bring the message catalogues to the messages of the code", "banyan.config.translating"),
    "lock": ("pin the newest versions that pyproject.toml allows", "banyan.config.locking"),
}
# Their arguments belong to another program.
PASSING_ON = {"test", "lint", "manage"}


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, with every command's options."""
    top = argparse.ArgumentParser(
        prog="./banyan", description="Open information management for humanitarian and social-protection work."
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for name, (help_text, module) in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text, add_help=name not in PASSING_ON)
        if name in PASSING_ON or name not in sys.argv[1:2]:
            continue
        import_module(module).add_arguments(sub)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns the exit status: 0 done, 1 did not work, 2 asked for wrongly, 130 interrupted."""
    given = sys.argv[1:] if arguments is None else arguments
    os.umask(0o077)  # whatever an installation writes is its owner's alone
    try:
        if given and given[0] in PASSING_ON:
            run: Callable[[list[str]], int] = import_module(COMMANDS[given[0]][1]).run
            return run(given[1:])
        options = parser().parse_args(given)
        if options.command is None:
            parser().print_help()
            return 0
        return int(import_module(COMMANDS[options.command][1]).run(options))
    except Trouble as trouble:
        print(f"\n{trouble.what}", file=sys.stderr)
        if trouble.mend:
            print(trouble.mend, file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"\nThe disk is full{f': {error.filename}' if error.filename else ''}.", file=sys.stderr)
        print("Make room and start again; nothing committed is lost.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
