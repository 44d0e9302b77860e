"""`./banyan docs`: write the reference pages from the code."""

import argparse
import os

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `docs`."""
    parser.add_argument("--check", action="store_true", help="only say which pages lag behind the code")


def run(options: argparse.Namespace) -> int:
    """Write the pages, or say which are stale (exit status 1 then)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    django.setup()
    from banyan.config import reference

    names = reference.stale() if options.check else reference.write()
    for name in names:
        print(f"docs/reference/{name} {'lags behind the code' if options.check else 'written'}")
    return int(bool(names) and options.check)
