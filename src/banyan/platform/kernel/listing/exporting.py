"""Lists as files: CSV and XLSX that open well in a spreadsheet and cannot run anything there."""

import csv
import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.platform.kernel.listing.declarations import Column, plain

# A spreadsheet runs text that begins like this as a formula (OWASP: CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel's own limits: rows of a sheet, characters of a cell.
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
# Past this an export moves from memory to disk.
SPOOL_BYTES = 4_000_000


def defuse(text: str) -> str:
    """The text, with an apostrophe in front when a spreadsheet would run it as a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def exported(columns: Sequence[Column]) -> list[Column]:
    """The columns of an export: all of them."""
    return list(columns)


def _text(value: Any) -> str:
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(" ", "seconds")
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    return defuse(str(value))


def as_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> IO[bytes]:
    """The rows as UTF-8 CSV (with a byte-order mark, which Excel needs), positioned at the start."""
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 — handed to the response, which closes it
    spool.write("\ufeff".encode())
    text = io.TextIOWrapper(spool, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    chosen = exported(columns)
    writer.writerow([defuse(str(column.label)) for column in chosen])
    writer.writerows([_text(column.value(row)) for column in chosen] for row in rows)
    text.detach()
    spool.seek(0)
    return spool


def as_xlsx(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], *, title: str) -> IO[bytes]:
    """The rows as a workbook of one sheet (further sheets past Excel's limit), positioned at the start.

    Text is always written as text, so nothing can become a formula; numbers and dates keep their type.
    """
    spool = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 — handed to the response, which closes it
    book = xlsxwriter.Workbook(spool.name, {"constant_memory": True, "remove_timezone": True})
    heading = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    chosen = exported(columns)
    name = "".join(character for character in title if character not in "[]:*?/\\'")[:25] or "Sheet"
    sheet = None
    line = SHEET_ROWS
    sheets = 0
    for row in _after_heading(rows):
        if line >= SHEET_ROWS:
            sheets += 1
            sheet = book.add_worksheet(name if sheets == 1 else f"{name} {sheets}")
            sheet.freeze_panes(1, 0)
            for position, column in enumerate(chosen):
                sheet.write_string(0, position, str(column.label), heading)
                sheet.set_column(position, position, 18)
            line = 1
        if row is None or sheet is None:
            continue
        for position, column in enumerate(chosen):
            _write(sheet, line, position, plain(column.value(row)), formats)
        line += 1
    book.close()
    spool.seek(0)
    return spool


def _after_heading(rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any] | None]:
    yield None
    yield from rows


def _write(sheet: Any, line: int, position: int, value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, position, value)
    elif isinstance(value, int | float | Decimal):
        if -(10**15) < value < 10**15:
            sheet.write_number(line, position, value)
        else:  # Excel keeps fifteen digits; an identifier must not lose its last ones
            sheet.write_string(line, position, str(value))
    elif isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        sheet.write_datetime(line, position, local, formats["datetime"])
    elif isinstance(value, date):
        sheet.write_datetime(line, position, value, formats["date"])
    else:
        sheet.write_string(line, position, str(value)[:CELL_CHARACTERS])
