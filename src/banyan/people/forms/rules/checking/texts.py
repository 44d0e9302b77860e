"""What people read: labels, their translations, letters in a legacy encoding, signs that XML cannot carry."""

import re
from collections.abc import Iterator

from banyan.people.forms.rules.checking.questions import finding
from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.outline import Entry, Outline
from banyan.people.forms.rules.schema import COMPUTED_TYPES, METADATA_TYPES
from banyan.people.forms.rules.workbook import (
    CHOICES,
    FORM_SHEETS,
    SURVEY,
    TRANSLATED,
    Column,
    Table,
    Workbook,
)
from banyan.platform.kernel.names import Encoding, detect_column
from banyan.platform.kernel.uploads import letter_of

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WRITTEN = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
_SHOWN = ("label", "hint", "image", "big_image", "audio", "video")
_UNSHOWN = METADATA_TYPES | COMPUTED_TYPES | {"xml-external", "csv-external", "osm", "background-geopoint"}


def check_texts(book: Workbook, outline: Outline) -> Iterator[Finding]:
    """Labels and their translations, Zawgyi, control characters."""
    yield from _control(book)
    for entry in outline.entries:
        row = entry.row
        if (
            entry.kind.closes
            or entry.kind.opens in ("group", "loop")
            or entry.kind.word in _UNSHOWN
            or not entry.kind.known
        ):
            continue
        if not any(row.texts(role) for role in _SHOWN):
            yield _unlabelled(entry)
    for key in (SURVEY, CHOICES):
        if table := book.table(key):
            yield from _translations(table)
            yield from _zawgyi(table)
    yield from _languages(book)


def _unlabelled(entry: Entry) -> Finding:
    """The converter refuses what is shown without a text, unless it is computed or triggered, or opens a repeat."""
    row = entry.row
    params = {"name": entry.name or "–"}
    if entry.kind.opens or row.text("calculation") or row.text("trigger"):
        return finding(row, "label", "label_missing", WARNING, params=params)
    words = entry.name.replace("_", " ").strip().capitalize() if entry.name else entry.type
    return finding(row, "label", "label_missing", params=params, mend="set_label", mend_params={"new": words})


def _control(book: Workbook) -> Iterator[Finding]:
    for sheet, row, position, text in book.filled():
        if CONTROL.search(text) and sheet.name.lower() in FORM_SHEETS:
            yield Finding(
                "control_character", ERROR, sheet.name, row, letter_of(position), sheet.text(1, position), CONTROL.sub("�", text), {},
                "set_cell", {"new": CONTROL.sub(" ", text).strip()},
            )  # fmt: skip


def _translations(table: Table) -> Iterator[Finding]:
    for role in _WRITTEN:
        columns = table.of(role)
        if len(columns) < 2:
            continue
        for column in columns:
            empty = [
                row.number
                for row in table.rows
                if not row.cells.get(column.position) and any(row.cells.get(other.position) for other in columns)
            ]
            if empty:
                params = {
                    "language": column.language or "–",
                    "count": len(empty),
                    "first": empty[0],
                    "header": column.header,
                }
                yield Finding(
                    "translation_incomplete",
                    WARNING,
                    table.sheet.name,
                    empty[0],
                    column.letter,
                    column.header,
                    params=params,
                )


def _zawgyi(table: Table) -> Iterator[Finding]:
    for column in table.columns:
        if column.role not in TRANSLATED or column.role in ("image", "audio", "video", "big_image"):
            continue
        cells = [(row.number, row.cells.get(column.position, "")) for row in table.rows]
        detected = detect_column([text for _row, text in cells])
        if detected.encoding not in (Encoding.ZAWGYI, Encoding.MIXED):
            continue
        rows = _rows_in_zawgyi(cells, detected.encoding == Encoding.MIXED, detected.deviating)
        yield Finding(
            "zawgyi", WARNING, table.sheet.name, rows[0], column.letter, column.header,
            params={"header": column.header, "count": len(rows)}, mend="to_unicode", mend_params={"rows": rows},
        )  # fmt: skip


def _rows_in_zawgyi(cells: list[tuple[int, str]], mixed: bool, deviating: tuple[int, ...]) -> list[int]:
    """Rows to convert: all Burmese ones of a Zawgyi column but those surely in Unicode; only the sure ones of a mixed one."""
    burmese = [
        (place, row)
        for place, (row, text) in enumerate(cells)
        if any("\u1000" <= letter <= "\u109f" for letter in text)
    ]
    return [row for place, row in burmese if (place in deviating) == mixed]


def _languages(book: Workbook) -> Iterator[Finding]:
    survey, choices = book.table(SURVEY), book.table(CHOICES)
    if survey is None or choices is None or not choices.rows:
        return
    for one, other in ((survey, choices), (choices, survey)):
        if not one.of("label") or not other.of("label"):
            continue
        known = {column.language for column in other.of("label")}
        for column in one.of("label"):
            if column.language and column.language not in known:
                yield from _absent(other, column)


def _absent(table: Table, column: Column) -> Iterator[Finding]:
    flat = _flat(column.language)
    like = [each for each in table.of("label") if _flat(each.language) == flat and each.language]
    if like and table.key == SURVEY:
        return  # told once, where it is mended: at the choices
    params = {"language": column.language, "sheet": table.sheet.name, "likely": like[0].header if like else "–"}
    if len(like) == 1:
        new = f"label::{column.language}"
        yield Finding(
            "language_spelling", WARNING, table.sheet.name, 1, like[0].letter, like[0].header, like[0].header, params,
            "set_cell", {"new": new},
        )  # fmt: skip
        return
    yield Finding("language_absent", WARNING, table.sheet.name, 1, params=params)


def _flat(language: str) -> str:
    return "".join(each for each in language.lower() if each.isalnum())
