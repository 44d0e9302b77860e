"""The settings sheet: name, id, default language."""

from collections.abc import Iterator

from pyxform.parsing.expression import is_xml_tag

from banyan.people.forms.rules.checking.naming import tidy
from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.workbook import CHOICES, SETTINGS, SURVEY, Workbook


def check_settings(book: Workbook) -> Iterator[Finding]:
    """A root name that is no XML name, no form id, a default language no column is written in."""
    table = book.table(SETTINGS)
    row = next(iter(table.rows), None) if table else None
    if table is None or row is None:
        yield Finding("settings_empty", WARNING, table.sheet.name if table else SETTINGS)
        return
    name = row.text("name")
    if name and not is_xml_tag(name):
        column = row.column("name")
        assert column is not None  # it holds the text
        yield Finding(
            "name_malformed", ERROR, table.sheet.name, row.number, column.letter, column.header, name, {"value": name},
            "set_cell", {"new": tidy(name)},
        )  # fmt: skip
    if not row.text("id_string"):
        yield Finding("settings_no_id", WARNING, table.sheet.name, row.number)
    default = row.text("default_language")
    languages = {
        column.language
        for key in (SURVEY, CHOICES)
        if (sheet := book.table(key))
        for column in sheet.of("label")
        if column.language
    }
    if default and languages and default not in languages:
        column = row.column("default_language")
        assert column is not None  # it holds the text
        close = [
            each
            for each in languages
            if _flat(each).startswith(_flat(default)) or _flat(default).startswith(_flat(each))
        ]
        yield Finding(
            "default_language_unknown", WARNING, table.sheet.name, row.number, column.letter, column.header, default,
            {"value": default, "languages": ", ".join(sorted(languages))},
            "set_cell" if len(close) == 1 else "", {"new": close[0]} if len(close) == 1 else {},
        )  # fmt: skip


def _flat(language: str) -> str:
    return "".join(each for each in language.lower() if each.isalnum())
