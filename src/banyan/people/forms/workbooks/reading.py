"""Reads the workbook of a form from bytes, whatever the name of the file says: XLSX, XLS, ODS, or CSV text."""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from banyan.people.forms.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.forms.rules.workbook import FORM_SHEETS, SURVEY, Sheet, Workbook
from banyan.platform.kernel import uploads
from banyan.platform.kernel.problems import Problem

LARGEST_FILE = 20_000_000
MOST_CELLS = 2_000_000
# Readers lay out the whole rectangle from the first to the last filled cell: two cells at far corners would fill the memory.
LARGEST_RECTANGLE = 20_000_000
_OLD = tuple(bytes([9, version]) for version in (0, 2, 4))  # the record every file of Excel 2 to 4 begins with
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*?(?<!/)>")


def read_workbook(name: str, content: bytes) -> Workbook:
    """The workbook in `content`; `name` is only for messages. Raises Problem forms.file_… for what cannot be read."""
    shown = name[:120]
    if not content.strip():
        raise Problem("forms.file_empty", file=shown)
    if len(content) > LARGEST_FILE:
        raise Problem("forms.file_too_large", file=shown, limit=LARGEST_FILE // 1_000_000)
    if content.startswith(_OLD):
        raise Problem("forms.file_too_old", file=shown)
    if content.startswith((uploads.ARCHIVE, uploads.COMPOUND)):
        book = _spreadsheet(shown, content)
    else:
        book = _text(shown, content)
    if not any(any(cells) for sheet in book.sheets for cells in sheet.rows):
        raise Problem("forms.file_empty", file=shown)
    return book


def _spreadsheet(name: str, content: bytes) -> Workbook:
    archive = content.startswith(uploads.ARCHIVE)
    if not archive and _ENCRYPTED in content:
        raise Problem("forms.file_protected", file=name)
    try:
        uploads.check_archive(content)
        if archive:
            _check_corners(name, content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except uploads.Unreadable as error:
        raise Problem("forms.file_broken", file=name, reason=error.reason) from error
    except PasswordError as error:
        raise Problem("forms.file_protected", file=name) from error
    except (
        CalamineError,
        zipfile.BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        if "password" in str(error).lower():
            raise Problem("forms.file_protected", file=name) from error
        raise Problem("forms.file_broken", file=name, reason=_first_line(error)) from error
    kind = ("ods" if b"opendocument" in content[:200] else "xlsx") if archive else "xls"
    sheets = []
    left = MOST_CELLS
    for known in book.sheets_metadata:
        if known.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = book.get_sheet_by_name(known.name)
            if sheet.total_height * sheet.total_width > LARGEST_RECTANGLE:
                raise Problem("forms.file_too_many_cells", file=name, limit=MOST_CELLS)
            rows, left = _cells(_from_first_cell(sheet), left)
        except (CalamineError, ValueError, OSError) as error:
            raise Problem("forms.file_broken", file=name, reason=_first_line(error)) from error
        if left < 0:
            raise Problem("forms.file_too_many_cells", file=name, limit=MOST_CELLS)
        sheets.append(Sheet(known.name, rows, hidden=known.visible != SheetVisibleEnum.Visible))
    return Workbook(kind, tuple(sheets))


def _from_first_cell(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """All rows from column A on: the reader begins with the first column that holds anything."""
    _above, before = sheet.start or (0, 0)
    for row in sheet.iter_rows():
        yield [""] * before + row


def _check_corners(name: str, content: bytes) -> None:
    """Look where the outermost filled cells of each sheet lie before a reader lays out the rectangle between them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                continue
            last_row = last_column = 0
            for match in _CELL.finditer(archive.read(part)):
                last_column = max(last_column, _number(match[1]))
                last_row = max(last_row, int(match[2]))
            if last_row * last_column > LARGEST_RECTANGLE:
                raise Problem("forms.file_too_many_cells", file=name, limit=MOST_CELLS)


def _number(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = number * 26 + each - 64
    return number


def _cells(rows: Iterable[list[Any]], left: int) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Rows as text without empty cells at their ends or empty rows at the end; and how many cells may still come."""
    kept: list[tuple[str, ...]] = []
    for row in rows:
        texts = [as_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        left -= len(texts)
        if left < 0:
            break
        kept.append(tuple(texts))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept), left


def as_text(value: Any) -> str:
    """A cell's value as a person would read it, exactly as the converter writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = datetime.datetime.combine(value, datetime.time())
    return str(value).replace("\xa0", " ").strip()


def _text(name: str, content: bytes) -> Workbook:
    """CSV: either one sheet, the survey; or sheets below each other, each named in the first column (as pyxform writes it)."""
    try:
        text, _guessed = uploads.decoded(content)
    except uploads.Unreadable as error:
        raise Problem("forms.file_unknown", file=name, reason=error.reason) from error
    if text.lstrip()[:1] in ("<", "{"):
        raise Problem("forms.file_unknown", file=name, reason=_("it is a web page or data, not a table"))
    head = text[:20_000]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(1_000_000)
    try:
        rows = [
            [as_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise Problem("forms.file_broken", file=name, reason=str(error)) from error
    if sum(map(len, rows)) > MOST_CELLS:
        raise Problem("forms.file_too_many_cells", file=name, limit=MOST_CELLS)
    named = [number for number, row in enumerate(rows) if row and row[0].lower() in FORM_SHEETS and not any(row[1:])]
    if not named:
        sheet = Sheet(SURVEY, _cells(rows, MOST_CELLS)[0])
        header = {cell.lower() for cell in next((row for row in rows if any(row)), [])}
        if not header & {"type", "name", "label", "command", "caption"}:
            raise Problem(
                "forms.file_unknown", file=name, reason=_("its table has no columns called type, name or label")
            )
        return Workbook("csv", (sheet,))
    sheets = []
    for start, end in zip(named, [*named[1:], len(rows)], strict=True):
        body = [row[1:] for row in rows[start + 1 : end]]
        sheets.append(Sheet(rows[start][0], _cells(body, MOST_CELLS)[0]))
    return Workbook("csv", tuple(sheets))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
