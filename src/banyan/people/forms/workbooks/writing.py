"""Writes a workbook as an XLSX file: every cell as text, changed ones coloured and explained."""

import io
import re
from collections.abc import Iterable, Mapping

import xlsxwriter

from banyan.people.forms.rules.mending import Change, position_of
from banyan.people.forms.rules.workbook import Workbook

_WIDEST = 60
_CHANGES = "_changes"  # the underscore tells the converter that it is no part of the form
_NOT_PAGE = re.compile(r"[\[\]:*?/\\]")
_NAME = 31  # letters a sheet's name may have
_CELL = 32_767  # letters a cell may have


def workbook_file(book: Workbook, changes: Iterable[Change] = (), headings: Mapping[str, str] | None = None) -> bytes:
    """The file. headings: titles of the columns of the list of changes (sheet, row, column, before, after, note)."""
    stream = io.BytesIO()
    # Text that looks like a formula, a number or an address stays text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    file = xlsxwriter.Workbook(stream, options)
    header, changed = file.add_format({"bold": True}), file.add_format({"bg_color": "#FFF2B3"})
    made: dict[tuple[str, int, int], Change] = {}
    for change in changes:
        if change.letter:
            place = (change.sheet, change.row, position_of(change.letter))
            made[place] = Change(
                change.sheet, change.row, change.letter, made[place].old if place in made else change.old, change.new
            )
    words = headings or {}
    # A list of earlier changes is written anew.
    sheets = [sheet for sheet in book.sheets if not made or sheet.name.lower() != _CHANGES]
    taken: set[str] = set()
    for sheet in sheets:
        page = file.add_worksheet(_page_name(sheet.name, taken))
        if sheet.hidden and any(not other.hidden for other in sheets):
            page.hide()
        page.freeze_panes(1, 0)
        widths: dict[int, int] = {}
        for number, cells in enumerate(sheet.rows, 1):
            for position, text in enumerate(cells):
                widths[position] = max(widths.get(position, 0), min(len(text), _WIDEST))
                written = made.get((sheet.name, number, position))
                style = changed if written else (header if number == 1 else None)
                if text:
                    page.write_string(number - 1, position, text[:_CELL], style)
                elif written:
                    page.write_blank(number - 1, position, None, style)
                if written:
                    page.write_comment(number - 1, position, f"{words.get('note', '')} {written.old}".strip()[:1000])
        for position, width in widths.items():
            page.set_column(position, position, max(8, width + 2))
    if made:
        _list(file, list(made.values()), words, header)
    if not sheets:
        file.add_worksheet("survey")
    first = next((number for number, sheet in enumerate(sheets) if not sheet.hidden), 0)
    file.worksheets()[first].activate()
    file.worksheets()[first].set_first_sheet()
    file.close()
    return stream.getvalue()


def _page_name(name: str, taken: set[str]) -> str:
    """The name as XLSX takes it: other kinds of workbook allow longer ones, and signs it does not."""
    plain = _NOT_PAGE.sub("_", name).strip("'")[:_NAME] or "sheet"
    number = 2
    kept = plain
    while kept.lower() in taken:
        kept = f"{plain[: _NAME - 3]}_{number}"
        number += 1
    taken.add(kept.lower())
    return kept


def _list(file: xlsxwriter.Workbook, changes: list[Change], words: Mapping[str, str], header: object) -> None:
    page = file.add_worksheet(_CHANGES)
    for position, title in enumerate(("sheet", "row", "column", "before", "after")):
        page.write_string(0, position, words.get(title, title), header)
    for number, change in enumerate(changes, 1):
        page.write_row(number, 0, [change.sheet, change.row, change.letter])
        page.write_string(number, 3, change.old[:_CELL])
        page.write_string(number, 4, change.new[:_CELL])
    page.set_column(3, 4, _WIDEST)
