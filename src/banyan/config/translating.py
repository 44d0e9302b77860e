"""`./banyan translations`: bring the message catalogues to the messages of the code."""

import argparse

from django.conf import settings

from banyan.config import translations


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `translations`."""
    parser.add_argument("--check", action="store_true", help="only count what lacks a translation")


def run(options: argparse.Namespace) -> int:
    """Update the catalogues, or only count. Exit status 1 when something lacks a translation."""
    if not settings.configured:
        settings.configure()
    if options.check:
        missing = {language: len(translations.untranslated(language)) for language in translations.LANGUAGES}
    else:
        missing = translations.update()
    for language, count in missing.items():
        print(f"{language}: {count} messages lack a translation")
    return int(any(missing.values()))
