"""Turns uploaded files into tables of text, whatever their name says: XLSX, XLS, ODS, CSV in any encoding, GeoJSON.

Nothing is interpreted here: every cell is text, every row keeps the number a spreadsheet shows for it.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import fastexcel
import orjson
import polars as pl

from banyan.platform.kernel import uploads
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.places.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.reference.places.rules import headers
from banyan.reference.places.rules.headers import Shape

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 400_000_000
MOST_ROWS = 500_000
MOST_COLUMNS = 300
SAMPLE_ROWS = 25
ROW = "row"  # the number a spreadsheet shows for the row
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*><f[ >/]')


@dataclass(frozen=True)
class Table:
    """A table of a file. `frame` has the column "row" and text columns "0", "1", … as wide as `headers`.

    `geometries` holds one GeoJSON geometry for each row of a map file. `notes` are warnings about the table as a whole.
    """

    file: str
    sheet: str
    headers: tuple[str, ...]
    frame: pl.DataFrame
    shape: Shape
    geometries: tuple[dict[str, Any] | None, ...] | None = None
    notes: tuple[Problem, ...] = field(default=())

    @property
    def label(self) -> str:
        """How reports name the table."""
        return f"{self.file}: {self.sheet}" if self.sheet else self.file


def read_tables(name: str, content: bytes) -> list[Table]:
    """Every table of a file that is not empty. Raises Problem when the file cannot be read at all."""
    if not content.strip():
        raise Problem("places.file_empty", file=name)
    if len(content) > LARGEST_FILE:
        raise Problem("places.file_too_large", file=name, limit=f"{LARGEST_FILE // 1_000_000} MB")
    if content[:2] == b"\x1f\x8b":
        return read_tables(name.removesuffix(".gz"), _ungzipped(name, content))
    if content.startswith((_ZIP, _OLE)):
        found = list(_workbook(name, content))
    else:
        text, notes = _decoded(name, content)
        found = list(_geojson(name, text)) if text.lstrip()[:1] == "{" else [_csv(name, text, notes)]
    tables = [table for table in found if table.frame.height]
    if not tables:
        raise Problem("places.file_empty", file=name)
    return tables


def _ungzipped(name: str, content: bytes) -> bytes:
    import gzip  # noqa: PLC0415 — few files come packed

    with gzip.open(io.BytesIO(content)) as stream:
        try:
            plain = stream.read(LARGEST_FILE + 1)
        except (OSError, EOFError) as error:
            raise Problem("places.file_broken", file=name, reason=str(error)) from error
    if len(plain) > LARGEST_FILE:
        raise Problem("places.file_unpacks_too_large", file=name, limit=f"{LARGEST_FILE // 1_000_000} MB")
    return plain


def _decoded(name: str, content: bytes) -> tuple[str, list[Problem]]:
    try:
        text, guessed = uploads.decoded(content)
    except uploads.Unreadable as error:
        is_text = b"\x00" not in content or content.startswith(uploads.UTF16_MARKS)
        raise Problem("places.file_encoding" if is_text else "places.file_unknown", file=name) from error
    return text, [Problem("places.encoding_guessed", value=guessed, at=Location(sheet=name))] if guessed else []


def _csv(name: str, text: str, notes: list[Problem]) -> Table:
    head = text[:20_000]
    delimiter = max(",;\t|", key=head.count)
    try:
        frame = pl.read_csv(text.encode(), has_header=False, infer_schema=False, separator=delimiter)
    except pl.exceptions.PolarsError:
        # Rows of unequal length, stray quotation marks: the forgiving reader of the standard library.
        csv.field_size_limit(1_000_000)
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        except csv.Error as error:
            raise Problem("places.file_broken", file=name, reason=str(error)) from error
        width = max((len(row) for row in rows), default=0)
        if width > MOST_COLUMNS:
            raise Problem("places.file_unknown", file=name) from None
        padded = [row + [""] * (width - len(row)) for row in rows]
        frame = pl.DataFrame(padded, schema=[str(i) for i in range(width)], orient="row") if width else pl.DataFrame()
    return _table(name, "", frame, notes)


def _workbook(name: str, content: bytes) -> Iterator[Table]:
    formulas: dict[int, list[str]] = {}
    if content.startswith(_ZIP):
        formulas = _inspected(name, content)
    elif b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in content:
        raise Problem("places.file_protected", file=name)
    try:
        book = fastexcel.read_excel(content)
    except Exception as error:
        protected = "password" in str(error).lower()
        if protected:
            raise Problem("places.file_protected", file=name) from error
        raise Problem("places.file_broken", file=name, reason=str(error).splitlines()[0]) from error
    for position, sheet in enumerate(book.sheet_names):
        try:
            loaded = book.load_sheet(sheet, header_row=None, dtypes="string", skip_whitespace_tail_rows=True)
            frame = loaded.to_polars()
        except Exception as error:
            raise Problem("places.file_broken", file=name, reason=str(error).splitlines()[0]) from error
        notes = []
        at = Location(sheet=f"{name}: {sheet}")
        if getattr(loaded, "visible", "visible") != "visible":
            notes.append(Problem("places.hidden_sheet", value=sheet, at=at))
        if formulas.get(position):
            cells = formulas[position]
            notes.append(Problem("places.formula_cells", count=len(cells), value=cells[0], at=at))
        if frame.width:
            yield _table(name, sheet, frame, notes)


def _inspected(name: str, content: bytes) -> dict[int, list[str]]:
    """Looks into the archive before a reader unpacks it; returns the cells with formulas of each sheet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED or len(parts) > 5_000:
            raise Problem("places.file_unpacks_too_large", file=name, limit=f"{LARGEST_UNPACKED // 1_000_000} MB")
        sheets = [part for part in parts if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", part.filename)]
        sheets.sort(key=lambda part: int(re.findall(r"[0-9]+", part.filename)[-1]))
        return {
            position: [cell.decode() for cell in _FORMULA.findall(archive.read(part))]
            for position, part in enumerate(sheets)
        }
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Problem("places.file_broken", file=name, reason=str(error)) from error
    except Exception as error:
        if isinstance(error, Problem):
            raise
        raise Problem("places.file_broken", file=name, reason=str(error)) from error


def _geojson(name: str, text: str) -> Iterator[Table]:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Problem("places.file_broken", file=name, reason=str(error)) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise Problem("places.file_unknown", file=name)
    features = [feature for feature in features if isinstance(feature, dict)]
    properties = [item.get("properties") or {} for item in features]
    names = list(dict.fromkeys(key for item in properties for key in item))[:MOST_COLUMNS]
    columns: dict[str, Any] = {
        str(index): [None if item.get(key) is None else str(item[key]) for item in properties]
        for index, key in enumerate(names)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    frame = frame.with_row_index(ROW, offset=1) if columns else pl.DataFrame({ROW: []})
    shape = headers.recognise(names, [[value or "" for value in row[1:]] for row in frame.head(SAMPLE_ROWS).rows()])
    yield Table(name, "", tuple(names), frame, shape, tuple(feature.get("geometry") for feature in features))


def _table(name: str, sheet: str, frame: pl.DataFrame, notes: list[Problem]) -> Table:
    if frame.height > MOST_ROWS:
        raise Problem("places.too_many_rows", limit=MOST_ROWS, at=Location(sheet=sheet or name))
    if frame.width > MOST_COLUMNS:
        frame = frame.select(frame.columns[:MOST_COLUMNS])
    frame.columns = [str(index) for index in range(frame.width)]
    frame = frame.with_row_index(ROW, offset=1)
    first = [[value or "" for value in row[1:]] for row in frame.head(SAMPLE_ROWS).rows()]
    found = headers.header_row(first)
    top = 0 if found is None else found
    names = tuple(cell.strip() for cell in first[top]) if first else ()
    body = frame.slice(top + 1)
    cells = [pl.col(column) for column in body.columns if column != ROW]
    if cells:
        # Blank rows between data are skipped, not taken as the end; rows of HXL tags describe columns, not places.
        blank = pl.all_horizontal(cell.is_null() | (cell.str.strip_chars() == "") for cell in cells)
        tags = pl.any_horizontal(
            cell.str.starts_with("#").fill_null(value=False) for cell in cells
        ) & pl.all_horizontal(
            cell.is_null() | (cell == "") | cell.str.contains(r"^#[a-z][a-z0-9_]*(\+[a-z0-9_]+)*$") for cell in cells
        )
        body = body.filter(~(blank | tags))
    shape = headers.recognise(names, [[value or "" for value in row[1:]] for row in body.head(SAMPLE_ROWS).rows()])
    if found is None:
        shape = replace(shape, form="other", own="")
    return Table(name, sheet, names, body, shape, None, tuple(notes))
