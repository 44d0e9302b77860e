"""The submitter's own workbook, back with what was found: bad cells coloured, each with a note, a summary first.

Every value is written as text: whatever a cell begins with, no spreadsheet takes it for a formula. Values of forbidden
kinds do not travel back; their cells are empty and say why.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import IO, Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from banyan.people.collection.rules.shapes import Table

# Excel slows down with more notes on a sheet; every further finding stands in the list.
MOST_NOTES = 4_000
MOST_LISTED = 1_000_000
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
COLOURS = {"error": "#F8C9C4", "warning": "#FCE8B2", "quarantine": "#D9D9D9"}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RANK = {"quarantine": 0, "error": 1, "warning": 2}
# XML 1.0 has no place for these.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding at its cell: sheet and row as read, spreadsheet letter ("" = the row as a whole), what is wrong, mend."""

    sheet: str
    row: int
    letter: str
    severity: str
    code: str
    field: str
    value: str
    told: str
    mend: str


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed texts of the workbook in the reader's language."""

    summary: str = "Summary"
    findings: str = "Findings"
    title: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    severities: Mapping[str, str] = field(
        default_factory=lambda: {"error": "error", "warning": "warning", "quarantine": "not stored"}
    )
    heads: tuple[str, ...] = ("Weight", "Problem", "Cells", "How to mend it", "First")
    list_heads: tuple[str, ...] = (
        "Weight",
        "Sheet",
        "Row",
        "Column",
        "Field",
        "Value",
        "What is wrong",
        "How to mend it",
    )
    nothing: str = "Nothing was found."
    shortened: str = "Only the first {count} are listed."


def safe(text: Any) -> str:
    """A text as a cell can hold it."""
    return _UNPRINTABLE.sub("\ufffd", "" if text is None else str(text))[:CELL_CHARACTERS]


def sheet_names(names: Sequence[str], reserved: Sequence[str]) -> list[str]:
    """Names that Excel takes: 31 characters, some signs never, none twice in any case."""
    taken = {name.casefold() for name in reserved} | {"history"}
    found = []
    for position, name in enumerate(names, 1):
        plain = _FORBIDDEN.sub("_", name).strip("' ")[:31] or f"Sheet {position}"
        unique, number = plain, 2
        while unique.casefold() in taken:
            unique = f"{plain[: 30 - len(str(number))]} {number}"
            number += 1
        taken.add(unique.casefold())
        found.append(unique)
    return found


def workbook(
    stream: IO[bytes], tables: Sequence[Table], marks: Sequence[Mark], headings: Mapping[str, tuple[str, str]], words: Words,
    *, rows_are_lines: bool, feeding: Mapping[tuple[str, str], Sequence[str]] | None = None,
) -> None:  # fmt: skip
    """Write the workbook as XLSX into a stream.

    headings: code → (what it says in general, how to mend it). rows_are_lines: the rows of the tables are lines of sheets
    and stay where they were; else (submissions in JSON or XML) they are written one below the other. feeding: for columns
    (sheet, letter) that are not stored, the letters of all columns that fed the same field: they are emptied too.
    """
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = _Formats(book)
    names = sheet_names(
        [table.name or f"Table {number}" for number, table in enumerate(tables, 1)], (words.summary, words.findings)
    )
    places = [_places(table, rows_are_lines=rows_are_lines) for table in tables]
    cells = _by_cell(marks, tables, feeding or {})
    summary = book.add_worksheet(safe(words.summary)[:31])
    sheets = [book.add_worksheet(name) for name in names]
    listed = book.add_worksheet(safe(words.findings)[:31])
    first: dict[str, str] = {}
    for number, (table, sheet) in enumerate(zip(tables, sheets, strict=True)):
        _write_table(sheet, table, places[number], cells.get(number, {}), formats)
        for (row, letter), found in cells.get(number, {}).items():
            for mark in found:
                if mark.code not in first and row in places[number]:
                    cell = xl_rowcol_to_cell(places[number][row], _columns(table).get(letter, 0))
                    first[mark.code] = f"internal:'{names[number]}'!{cell}"
    _write_summary(summary, marks, headings, words, first, formats)
    _write_list(listed, marks, words, formats)
    book.close()


class _Formats:
    """The few looks of cells."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.text = book.add_format({"num_format": "@"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.link = book.add_format({"font_color": "#0B5394", "underline": 1, "valign": "top"})
        self.marked = {
            name: book.add_format({"num_format": "@", "bg_color": colour}) for name, colour in COLOURS.items()
        }


def _places(table: Table, *, rows_are_lines: bool) -> dict[int, int]:
    """Row as read → line of the sheet, counted from 0."""
    rows = table.frame["row"].to_list()
    if (
        rows_are_lines
        and rows == sorted(set(rows))
        and (not rows or rows[0] >= 2)
        and (not rows or rows[-1] <= SHEET_ROWS)
    ):
        return {row: row - 1 for row in rows}
    return {row: number for number, row in enumerate(dict.fromkeys(rows), 1)}


Cells = dict[tuple[int, str], list[Mark]]


def _by_cell(
    marks: Sequence[Mark], tables: Sequence[Table], feeding: Mapping[tuple[str, str], Sequence[str]]
) -> dict[int, Cells]:
    by_name = {table.name: number for number, table in enumerate(tables)}
    found: dict[int, Cells] = {}
    for mark in marks:
        number = by_name.get(mark.sheet)
        if number is None:
            continue
        letters = {mark.letter}
        if mark.severity == "quarantine":
            letters.update(feeding.get((mark.sheet, mark.letter), ()))
        for letter in sorted(letters):
            found.setdefault(number, {}).setdefault((mark.row, letter), []).append(mark)
    return found


def _columns(table: Table) -> dict[str, int]:
    """Spreadsheet letter → where the column stands."""
    return {header.letter: column for header, column in zip(table.headers, _offsets(table), strict=True)}


def _offsets(table: Table) -> list[int]:
    """Where each column stands: where its letter says when letters rise, else side by side."""
    letters = [_index(header.letter) for header in table.headers]
    rising = all(left < right for left, right in pairwise(letters))
    return letters if rising and all(index >= 0 for index in letters) else list(range(len(letters)))


def _index(letter: str) -> int:
    total = 0
    for character in letter:
        total = total * 26 + ord(character) - 64
    return total - 1


def _write_table(sheet: Any, table: Table, places: dict[int, int], cells: Cells, formats: _Formats) -> None:
    offsets = _offsets(table)
    for header, column in zip(table.headers, offsets, strict=True):
        sheet.write_string(0, column, safe(header.name or header.label), formats.head)
    first_line = min(places.values(), default=1)
    if first_line > 1 and any(header.label for header in table.headers):
        for header, column in zip(table.headers, offsets, strict=True):
            sheet.write_string(1, column, safe(header.label), formats.wrapped)
    sheet.freeze_panes(min(first_line, 2), 0)
    letters = _columns(table)
    marked: dict[tuple[int, int], list[Mark]] = {}
    for (row, letter), found in cells.items():
        # What is said of a whole row stands at its first cell, beside what is said of that cell itself.
        if row in places:
            marked.setdefault((places[row], letters.get(letter, offsets[0])), []).extend(found)
    wanted = [f"c{header.position}" for header in table.headers]
    frame = table.frame.select(
        "row", *(name if name in table.frame.columns else pl.lit(None, pl.String).alias(name) for name in wanted)
    )
    notes = 0
    for row, *values in frame.iter_rows():
        line = places[row]
        for column, value in zip(offsets, values, strict=True):
            found = marked.get((line, column), [])
            if not found:
                if value is not None:
                    sheet.write_string(line, column, safe(value), formats.text)
                continue
            worst = min(found, key=lambda mark: _RANK[mark.severity])
            shown = "" if worst.severity == "quarantine" else safe(value)
            if shown:
                sheet.write_string(line, column, shown, formats.marked[worst.severity])
            else:
                sheet.write_blank(line, column, None, formats.marked[worst.severity])
            if notes < MOST_NOTES:
                notes += 1
                sheet.write_comment(line, column, _note(found), {"x_scale": 2, "y_scale": 1 + 0.4 * len(found)})


def _note(found: Sequence[Mark]) -> str:
    return safe("\n".join(f"{mark.told} {mark.mend}".strip() for mark in found))[:2_000]


def _write_summary(
    sheet: Any, marks: Sequence[Mark], headings: Mapping[str, tuple[str, str]], words: Words, first: Mapping[str, str],
    formats: _Formats,
) -> None:  # fmt: skip
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 10)
    sheet.set_column(3, 3, 60)
    sheet.set_column(4, 4, 22)
    sheet.write_string(0, 0, safe(words.title), formats.title)
    line = 2
    for label, value in words.lines:
        sheet.write_string(line, 0, safe(label))
        sheet.write_string(line, 1, safe(value))
        line += 1
    line += 1
    counts: dict[tuple[str, str], int] = {}
    for mark in marks:
        counts[mark.severity, mark.code] = counts.get((mark.severity, mark.code), 0) + 1
    if not counts:
        sheet.write_string(line, 0, safe(words.nothing))
        return
    for column, head in enumerate(words.heads):
        sheet.write_string(line, column, safe(head), formats.head)
    for (severity, code), count in sorted(counts.items(), key=lambda entry: (_RANK[entry[0][0]], -entry[1])):
        line += 1
        told, mend = headings.get(code, (code, ""))
        sheet.write_string(line, 0, safe(words.severities[severity]), formats.marked[severity])
        sheet.write_string(line, 1, safe(told), formats.wrapped)
        sheet.write_number(line, 2, count)
        sheet.write_string(line, 3, safe(mend), formats.wrapped)
        if code in first:
            target = first[code]
            sheet.write_url(line, 4, target, formats.link, string=safe(target.removeprefix("internal:")))


def _write_list(sheet: Any, marks: Sequence[Mark], words: Words, formats: _Formats) -> None:
    for column, (head, width) in enumerate(zip(words.list_heads, (12, 18, 8, 8, 24, 24, 60, 60), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, safe(head), formats.head)
    sheet.freeze_panes(1, 0)
    for line, mark in enumerate(marks[:MOST_LISTED], 1):
        texts = (
            words.severities[mark.severity],
            mark.sheet,
            "",
            mark.letter,
            mark.field,
            mark.value,
            mark.told,
            mark.mend,
        )
        for column, text in enumerate(texts):
            if column == 2:
                sheet.write_number(line, column, mark.row)
            elif text:
                sheet.write_string(line, column, safe(text))
    if len(marks) > MOST_LISTED:
        sheet.write_string(MOST_LISTED + 1, 0, safe(words.shortened.format(count=MOST_LISTED)))
    sheet.autofilter(0, 0, max(1, min(len(marks), MOST_LISTED)), len(words.list_heads) - 1)
