"""Tables as text: CSV and its relatives, with whatever delimiter and encoding."""

import csv
import io
import re
from collections import Counter

import polars as pl
from django.utils.translation import gettext_lazy as _

from banyan.people.collection.rules.shapes import Table
from banyan.people.collection.sources.sheets import ROW, table_of
from banyan.people.collection.sources.workbooks import MOST_COLUMNS
from banyan.platform.kernel.uploads import Unreadable

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200
_SAMPLE_TEXT = 200_000
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def detect_delimiter(text: str) -> str:
    """The character that parts the cells: the one that cuts most lines into the same, greater number of cells.

    A text of one column gives ",".
    """
    declared = _DECLARED.match(text)
    if declared:
        return declared[1]
    best, best_score = ",", (0.0, 0.0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _lines(text, delimiter) if row)
        widths.pop(1, None)
        if not widths:
            continue
        lines = sum(1 for row in _lines(text, delimiter) if row)
        width, count = max(widths.items(), key=lambda entry: (entry[1], entry[0]))
        score = (round(count / lines, 1), count / lines * width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_delimited(text: str, name: str = "") -> tuple[Table | None, str]:
    """The table of a text and its delimiter; None when there are no rows. Raises Unreadable for a broken one."""
    delimiter = detect_delimiter(text)
    declared = _DECLARED.match(text)
    frame = _frame(text[declared.end() :] if declared else text, delimiter)
    if frame.width > MOST_COLUMNS:
        raise Unreadable(_("it has more columns than a table of people can have"))
    cells = [pl.col(column) for column in frame.columns]
    # Python's reader gives "" where the fast one gives null, and cells of blanks say nothing.
    frame = frame.with_columns(pl.when(cell.str.contains(r"\S")).then(cell).name.keep() for cell in cells)
    frame = frame.with_row_index(ROW, offset=2 if declared else 1)
    return (table_of(name, frame) if frame.width > 1 else None), delimiter


def _lines(text: str, delimiter: str) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text[:_SAMPLE_TEXT]), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _SAMPLE_LINES:
                break
    except csv.Error:
        pass
    return rows


def _frame(text: str, delimiter: str) -> pl.DataFrame:
    mark = re.escape(delimiter)
    stray = '"' in text and (text.count('"') % 2 or re.search(rf'[^{mark}\n\r"]"[^{mark}\n\r"]', text))
    if not stray and "\n\n" not in text and "\r\n\r\n" not in text and text.strip():
        try:
            return pl.read_csv(text.encode(), has_header=False, infer_schema=False, separator=delimiter)
        except (pl.exceptions.PolarsError, ValueError, TypeError):
            pass  # rows of unequal length: the forgiving reader takes them
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unreadable(str(error)) from None
    width = max(map(len, rows), default=0)
    if width > MOST_COLUMNS:
        raise Unreadable(_("it has more columns than a table of people can have"))
    padded = [row + [""] * (width - len(row)) for row in rows]
    return pl.DataFrame(padded, schema=[(f"x{index}", pl.String) for index in range(width)], orient="row")
