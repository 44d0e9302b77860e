"""Workbooks: XLSX and XLS by calamine, as text of every cell, column by column.

Before a reader unpacks an XLSX it is looked into: a few kilobytes can claim billions of cells. The same look finds
hidden formulas and cells that show an error, which the reader gives as empty.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field

import fastexcel
import polars as pl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from banyan.people.collection.rules.shapes import Table
from banyan.people.collection.sources.sheets import ROW, table_of
from banyan.platform.kernel.problems import Location, Problem
from banyan.platform.kernel.uploads import ARCHIVE, Unreadable, check_archive

MOST_ROWS = 1_000_000
MOST_COLUMNS = 2_000
MOST_CELLS = 25_000_000  # a dense grid of them fits into the memory of a worker
_MOST_ERRORS = 10_000
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ORDER = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_BOOK = re.compile(rb'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]+)"')
_TARGET = re.compile(rb"<Relationship [^>]*>")
# Beyond column AZ or row 299,999, or written in a way of its own: worth looking at every cell.
_FAR = re.compile(rb'<c(?:[\t\r\n>]| (?!r=")| r="(?:[A-Z]{3}|[B-Z][A-Z]|[A-Z]{1,2}(?:[0-9]{7}|[3-9][0-9]{5})"))')
_PREFIX = b":c"
_PREFIXED = tuple(_PREFIX + end for end in (b" ", b"\t", b"\n", b"\r", b">"))
_CELL = re.compile(rb"<(?:[\w.-]+:)?c(\s[^>]*)>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})([0-9]+)["']""")
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*><f[ >/]')
_ERROR = re.compile(rb'<c r="([A-Z]+)([0-9]+)"[^>]*? t="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL)


@dataclass
class _Look:
    """What was seen in the XML of one sheet: empty columns before the first, formulas, cells with errors."""

    offset: int = 0
    formulas: int = 0
    formula: str = ""
    errors: list[tuple[int, int, str]] = field(default_factory=list)  # (column, row from 1, text)


def read_workbook(content: bytes) -> tuple[list[Table], list[Problem]]:
    """Every sheet that holds data, and what was doubtful. Raises Unreadable for what cannot be opened at all."""
    archived = content.startswith(ARCHIVE)
    if not archived and _ENCRYPTED in content:
        raise Unreadable(_("it is protected by a password; remove the password and upload it again"))
    if archived:
        check_archive(content)
    try:
        looks = _looked_into(content) if archived else {}
        book = fastexcel.read_excel(content)
        names = book.sheet_names
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(_reason(error)) from None
    except fastexcel.FastExcelError as error:
        raise Unreadable(_reason(error)) from None
    tables, notes = [], []
    for position, name in enumerate(names):
        look = looks.get(position) or (_Look() if archived else _Look(offset=_offset_of(content, name)))
        try:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
            frame = sheet.to_polars()
        except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
            raise Unreadable(_reason(error)) from None
        if frame.width > MOST_COLUMNS or frame.height > MOST_ROWS:
            raise Unreadable(
                format_lazy(
                    _("the sheet “{sheet}” has more rows or columns than a workbook of people can have"), sheet=name
                )
            )
        table = table_of(name, _as_read(frame, look), look.offset) if frame.width else None
        if table is None:
            notes.append(Problem("collection.sheet_without_data", value=name, at=Location(sheet=name)))
            continue
        tables.append(table)
        notes += _notes(name, look, hidden=sheet.visible != "visible")
    return tables, notes


def _notes(name: str, look: _Look, *, hidden: bool) -> list[Problem]:
    at = Location(sheet=name)
    notes = []
    if hidden:
        notes.append(Problem("collection.hidden_sheet", value=name, at=at))
    if look.formulas:
        notes.append(Problem("collection.formula_cells", count=look.formulas, value=look.formula, at=at))
    if look.errors:
        _column, row, text = look.errors[0]
        place = Location(sheet=name, row=row)
        notes.append(Problem("collection.error_cells", count=len(look.errors), value=text, at=place))
    return notes


def _as_read(frame: pl.DataFrame, look: _Look) -> pl.DataFrame:
    """Cells as a person reads them: days without midnight, times without a day, booleans in capitals, empty as null."""
    columns = [f"x{index}" for index in range(frame.width)]
    frame.columns = columns
    seen = frame.select(
        *[pl.col(column).str.ends_with(" 00:00:00").any().alias(f"day {column}") for column in columns],
        *[pl.col(column).str.starts_with("1899-12-3").any().alias(f"time {column}") for column in columns],
        *[pl.col(column).is_in(["true", "false"]).any().alias(f"bool {column}") for column in columns],
        *[pl.col(column).str.contains(r"^\s*$").any().alias(f"blank {column}") for column in columns],
    ).row(0, named=True)
    cells = []
    for column in columns:
        cell = pl.col(column)
        if seen[f"time {column}"]:
            cell = cell.str.replace(r"^1899-12-3[01] ([0-9]{2}:[0-9]{2}:[0-9]{2})$", "$1")
        if seen[f"day {column}"]:
            cell = cell.str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$", "$1")
        if seen[f"bool {column}"]:
            cell = cell.replace({"true": "TRUE", "false": "FALSE"})
        if seen[f"blank {column}"]:
            cell = pl.when(cell.str.contains(r"\S")).then(cell).alias(column)
        cells.append(cell)
    frame = frame.with_columns(cells).with_row_index(ROW, offset=1)
    for number, row, text in look.errors:
        index = number - look.offset
        if 0 <= index < len(columns) and row <= frame.height:
            frame[row - 1, columns[index]] = text
    return frame


def _offset_of(content: bytes, name: str) -> int:
    """Empty columns before the first one of an old workbook's sheet; readers leave them out."""
    try:
        start = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).start
    except (CalamineError, OSError, ValueError):
        return 0
    return start[1] if start else 0


def _looked_into(content: bytes) -> dict[int, _Look]:
    """What the XML of each sheet, in the order of the workbook, tells before a reader builds a grid of it.

    Every part that holds cells is looked at, whatever it is called. Raises Unreadable when one claims more cells than
    memory should hold.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
    if any(part.flag_bits & 1 for part in parts.values()):
        raise Unreadable(_("it is protected by a password; remove the password and upload it again"))
    if "xl/workbook.bin" in parts:
        raise Unreadable(_("it is a binary workbook (XLSB); save it as XLSX and upload that"))
    seen = {}
    for name, part in parts.items():
        xml = archive.read(part)
        if b"sheetData" in xml:
            seen[name] = _look(xml)
    book, links = (archive.read(parts[name]) if name in parts else b"" for name in _ORDER)
    related = {}
    for relation in _TARGET.findall(links):
        known, leads = re.search(rb'Id="([^"]+)"', relation), re.search(rb'Target="([^"]+)"', relation)
        if known and leads:
            related[known[1]] = leads[1].decode(errors="replace")
    targets = [related.get(key, "") for _name, key in _BOOK.findall(book)]
    paths = [target.lstrip("/") if target.startswith("/") else f"xl/{target}" for target in targets]
    return {position: seen[path] for position, path in enumerate(paths) if path in seen}


def _look(xml: bytes) -> _Look:
    if _FAR.search(xml) or (_PREFIX in xml and any(mark in xml for mark in _PREFIXED)):
        wide = rows = 0
        for attributes in _CELL.findall(xml):
            found = _REFERENCE.search(attributes)
            # Formatted but empty cells make no grid.
            if found and not attributes.endswith(b"/"):
                wide, rows = max(wide, _number(found[1].upper())), max(rows, int(found[2]))
        if wide > MOST_COLUMNS or rows * wide > MOST_CELLS:
            raise Unreadable(_("it would unpack to more than this machine should hold"))
    look = _Look(offset=_first_column(xml))
    if b"<f" in xml:
        look.formulas = xml.count(b"<f>") + xml.count(b"<f ") + xml.count(b"<f/>")
        first = _FORMULA.search(xml)
        look.formula = first[1].decode() if first else ""
    if b' t="e"' in xml:
        for letters, row, text in _ERROR.findall(xml)[:_MOST_ERRORS]:
            look.errors.append((_number(letters) - 1, int(row), text.decode(errors="replace")))
    return look


def _first_column(xml: bytes) -> int:
    """Empty columns before the first that holds something (the reader leaves those out)."""
    for index in range(26):
        if re.search(rb'<c r="%c[0-9]+"(?: [^>]*[^/>])?>' % (65 + index), xml):
            return index
    return 0


def _number(letters: bytes) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _reason(error: Exception) -> str:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return first[:200]
