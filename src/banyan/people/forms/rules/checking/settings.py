"""The settings sheet: name, id, default language."""

from collections.abc import Iterator

from pyxform.parsing.expression import is_xml_tag

from banyan.people.forms.rules.checking.naming import tidy
from banyan.people.forms.rules.checking.questions import finding
from banyan.people.forms.rules.findings import WARNING, Finding
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
        params = {"value": name}
        yield finding(row, "name", "name_malformed", params=params, mend="set_cell", mend_params={"new": tidy(name)})
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
        close = [
            each
            for each in languages
            if _flat(each).startswith(_flat(default)) or _flat(default).startswith(_flat(each))
        ]
        yield finding(
            row, "default_language", "default_language_unknown", WARNING,
            params={"value": default, "languages": ", ".join(sorted(languages))},
            mend="set_cell" if len(close) == 1 else "", mend_params={"new": close[0]} if len(close) == 1 else {},
        )  # fmt: skip


def _flat(language: str) -> str:
    return "".join(each for each in language.lower() if each.isalnum())
