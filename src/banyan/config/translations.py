"""Message catalogues without system gettext: extract from Python and templates, update, check and compile with Babel.

The catalogues are `src/banyan/locale/<language>/LC_MESSAGES/django.po`; compiled files are made at start, never committed.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
LANGUAGES = ("fr", "es", "ar", "my")
# gettext's calls, in Django's names and in the short names this project imports them by.
CALLS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _python_of(file: Path) -> str:
    """The text to read messages from: a template is first turned into Python-like text by Django itself."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    # Django blanks out all but the calls, each on one line; indentation would only mislead the reader of Python.
    return "\n".join(line.strip() for line in templatize(text).splitlines())


def _messages(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    """Messages of one file as (line, message or (singular, plural), context)."""
    stream = io.BytesIO(_python_of(file).encode())
    for line, call, found, _comments in extract_python(stream, dict.fromkeys(CALLS), [], {"encoding": "utf-8"}):
        parts = [part for part in (found if isinstance(found, (tuple, list)) else (found,)) if isinstance(part, str)]
        if not parts or not parts[0]:
            continue
        context = parts.pop(0) if call and "pgettext" in call else None
        if not parts:
            continue
        yield line, (parts[0], parts[1]) if call and str(call).startswith("n") and len(parts) > 1 else parts[0], context


def sources() -> list[Path]:
    """Every file whose messages are shown to people: the package's modules and templates, tests left out."""
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]
    return sorted(file for file in files if "tests" not in file.parts and "migrations" not in file.parts)


def extract() -> Catalog:
    """All messages of the project, with where each stands."""
    catalogue = Catalog(project="Banyan", charset="utf-8", fuzzy=False)
    for file in sources():
        if file.suffix == ".txt" and "templates" not in file.parts:
            continue
        place = file.relative_to(PACKAGE).as_posix()
        for _line, message, context in _messages(file):
            catalogue.add(message, locations=[(place, 0)], context=context)
    return catalogue


def catalogue_file(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """A language's catalogue; empty when there is none yet."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, project="Banyan", charset="utf-8", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def write(language: str, catalogue: Catalog) -> None:
    """Write a catalogue sorted and without dates, so that differences show only what changed."""
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(
        buffer, catalogue, sort_output=True, omit_header=False, include_lineno=False, width=120, ignore_obsolete=True
    )
    text = buffer.getvalue().decode()
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator).*\n', "", text, flags=re.MULTILINE
    )
    file.write_text(text, encoding="utf-8")


def update() -> dict[str, int]:
    """Bring every language's catalogue to the messages of the sources; returns how many still lack a translation."""
    template = extract()
    missing = {}
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template, no_fuzzy_matching=True)
        write(language, catalogue)
        missing[language] = len(untranslated(language, template))
    return missing


def untranslated(language: str, template: Catalog | None = None) -> list[str]:
    """Messages of the sources that the language does not have, or has with other placeholders than the source."""
    catalogue = read(language)
    wrong = []
    for message in template or extract():
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        strings = _strings(known.string) if known else []
        if not strings or not all(strings):
            wrong.append(f"{_strings(message.id)[0]}")
            continue
        wanted = {mark for text in _strings(message.id) for mark in PLACEHOLDER.findall(text)}
        given = {mark for text in strings for mark in PLACEHOLDER.findall(text)}
        # A singular form may leave the number out ("one place"), so only the union has to agree.
        if given - wanted or (wanted - given):
            wrong.append(f"{_strings(message.id)[0]} (placeholders differ: {sorted(wanted ^ given)})")
    return wrong


def _strings(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def compile_catalogues() -> int:
    """Compile every catalogue whose compiled file is missing or older; returns how many were compiled."""
    compiled = 0
    for file in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = file.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= file.stat().st_mtime:
            continue
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=file.parent.parent.name)
        part = target.with_suffix(f".part{os.getpid()}")  # two commands may begin at once
        with part.open("wb") as out:
            write_mo(out, catalogue)
        part.replace(target)
        compiled += 1
    return compiled
