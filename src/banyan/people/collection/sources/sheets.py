"""Finds the table in a sheet: which row names the columns, which rows explain them, where the data begin.

A sheet is given as rows of text. Above the names there may be titles and merged headings; beneath them a row of labels
(as HOPE's templates have), a row of HXL tags, or both. Rows keep the number a spreadsheet shows for them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from banyan.people.collection.rules.recognition.lexicon import known_words
from banyan.people.collection.rules.recognition.wording import normal
from banyan.people.collection.rules.shapes import Header, Table
from banyan.platform.kernel.uploads import letter_of

ROW = "row"
SAMPLED = 40  # rows that are looked at to find the names
_DEEPEST_NAMES = 20  # the names stand in one of the first rows, or nowhere
_TAG = re.compile(r"#[a-zA-Z][a-zA-Z0-9_]*(\s*\+\s*[a-zA-Z][a-zA-Z0-9_]*)*")
_VALUE = re.compile(r"[+-]?[0-9][0-9 .,:/()+-]*(?:[T ][0-9:.]+)?|true|false|yes|no|n/a", re.IGNORECASE)
_TYPED = re.compile(
    r"\s-\s(string|text|integer|decimal|date|bool|image|id|yes/no|calculated|geo ?point|geo location|number|phone|"
    r"select[ _](one|many|multiple)|list[ _]of[ _]ids|signature|method)\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"[^\s]+")
_HELP_TITLES = re.compile(r"exported from numbers|^import your contacts|will be added soon", re.IGNORECASE)
_HELP_NAMES = {
    frozenset({"numbers sheet name", "numbers table name", "excel worksheet name"}),
    frozenset({"column name", "comments notes"}),
    frozenset({"field name", "label", "value to be used in template"}),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a sheet, as indexes into the sampled rows: names, labels, tags, headings; -1 = nowhere."""

    names: int
    labels: int = -1
    tags: int = -1
    heading: int = -1

    @property
    def last(self) -> int:
        """Index of the last row that is no data; -1 when all are."""
        return max(self.names, self.labels, self.tags)


def is_help(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a sheet are instructions, a list of choices or a summary by a program: no data."""
    for row in rows[:8]:
        filled = [cell for cell in row if cell]
        if len(filled) == 1 and _HELP_TITLES.search(filled[0]):
            return True
        if frozenset(normal(cell) for cell in filled) in _HELP_NAMES:
            return True
    return False


def find_layout(rows: Sequence[Sequence[str]]) -> Layout:
    """The layout of a sheet from its first rows (blank rows included, cells "" when empty)."""
    filled = [index for index, row in enumerate(rows) if any(row)]
    tags = next((index for index in filled[:_DEEPEST_NAMES] if _is_tags(rows[index])), -1)
    if tags >= 0:
        above = [index for index in filled if index < tags]
        if not above:
            return Layout(names=tags, tags=tags)
        names = above[-1]
        labels = -1
        if len(above) > 1 and _explains(rows[above[-2]], rows[names]):
            names, labels = _names_and_labels(rows, above[-2], names)
            above = above[:-1]
        return Layout(names, labels, tags, above[-2] if len(above) > 1 and labels < 0 else -1)
    names = _names_row(rows, filled)
    if names < 0:
        return Layout(names=-1)
    after = [index for index in filled if index > names]
    labels = -1
    if after and _explains(rows[names], rows[after[0]]):
        names, labels = _names_and_labels(rows, names, after[0])
    above = [index for index in filled if index < min(names, labels if labels >= 0 else names)]
    heading = above[-1] if above and sum(map(bool, rows[above[-1]])) > 1 else -1
    return Layout(names, labels, -1, heading)


def table_of(name: str, frame: pl.DataFrame, offset: int = 0) -> Table | None:
    """The table in a sheet; None when it holds no data rows or only help.

    `frame` has "row" (number in the sheet) and text columns in order; `offset` is how many columns stand empty before
    the first of them.
    """
    columns = [column for column in frame.columns if column != ROW]
    sample = [
        [cell.strip() if cell else "" for cell in row[1:]] for row in frame.head(SAMPLED).select(ROW, *columns).rows()
    ]
    if not columns or is_help(sample):
        return None
    layout = find_layout(sample)
    body = frame.slice(layout.last + 1)
    cells = [pl.col(column) for column in columns]
    body = body.filter(~pl.all_horizontal(cell.is_null() for cell in cells))
    if not body.height:
        return None
    headers = _headers(sample, layout, len(columns))
    # Columns without a name and without a value are the sheet's margin.
    empty = {
        column
        for column, count in zip(columns, body.select(cells).null_count().row(0), strict=True)
        if count == body.height
    }
    kept = [index for index, column in enumerate(columns) if headers[index].name or column not in empty]
    moved = [
        Header(
            position,
            letter_of(index + offset),
            headers[index].name,
            headers[index].label,
            headers[index].path,
            headers[index].hxl,
        )
        for position, index in enumerate(kept)
    ]
    out = body.select(
        pl.col(ROW).cast(pl.Int32),
        *[pl.col(columns[index]).alias(f"c{position}") for position, index in enumerate(kept)],
    )
    return Table(name, tuple(moved), out)


def _headers(sample: list[list[str]], layout: Layout, width: int) -> list[Header]:
    def cell(row: int, column: int) -> str:
        return sample[row][column] if 0 <= row < len(sample) else ""

    headings = _filled_right(sample[layout.heading]) if layout.heading >= 0 else [""] * width
    headers = []
    for column in range(width):
        name = cell(layout.names, column)
        hxl = re.sub(r"\s", "", cell(layout.tags, column)) if _TAG.fullmatch(cell(layout.tags, column)) else ""
        if layout.names == layout.tags:
            name = hxl
        label = cell(layout.labels, column)
        headers.append(
            Header(
                column, letter_of(column), name.lstrip("*").strip() or headings[column] * bool(not name),
                label or headings[column], name if "/" in name else "", hxl,
            )
        )  # fmt: skip
    return headers


def _filled_right(row: Sequence[str]) -> list[str]:
    """Merged headings stand in their first cell only: carried on to the right."""
    filled, last = [], ""
    for cell in row:
        last = cell or last
        filled.append(last)
    return filled


def _is_tags(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(_TAG.fullmatch(cell) for cell in filled)


def _names_row(rows: Sequence[Sequence[str]], filled: Sequence[int]) -> int:
    """The row that names the columns: wide, made of words, not of values. -1 when every row reads like data."""
    widths = [sum(map(bool, rows[index])) for index in filled]
    widest = max(widths, default=0)
    if not widest:
        return -1
    best, most = -1, 1
    first = -1
    for index, width in zip(filled[:_DEEPEST_NAMES], widths, strict=False):
        cells = [cell for cell in rows[index] if cell]
        values = sum(bool(_VALUE.fullmatch(cell)) or len(cell) > 250 for cell in cells)
        if width < widest * 0.5 or values > len(cells) * 0.2:
            continue
        if first < 0:
            first = index
        known = sum(normal(cell) in known_words() for cell in cells)
        if known > most:
            best, most = index, known
    return best if best >= 0 else first


def _explains(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether two neighbouring rows both name the columns, one for machines and one for people."""
    pairs = [(one, other) for one, other in zip(above, below, strict=False) if one and other]
    if len(pairs) < 2 or len(pairs) < sum(map(bool, above)) * 0.4:
        return False
    if sum(bool(_TYPED.search(other)) for _one, other in pairs) >= len(pairs) * 0.4:
        return True
    if any(_VALUE.fullmatch(other) for _one, other in pairs) or any(_VALUE.fullmatch(one) for one, _ in pairs):
        return False
    if len({other for _, other in pairs}) < len(pairs) * 0.8:
        return False
    words = [(set(normal(one).split()), set(normal(other).split())) for one, other in pairs]
    shared = sum(one <= other or other <= one for one, other in words)
    return shared >= len(pairs) * 0.6 and (_machine(above) != _machine(below))


def _machine(row: Sequence[str]) -> bool:
    """Whether most cells are names without a space."""
    filled = [cell for cell in row if cell]
    return sum(bool(_MACHINE.fullmatch(cell)) for cell in filled) >= len(filled) * 0.9


def _names_and_labels(rows: Sequence[Sequence[str]], upper: int, lower: int) -> tuple[int, int]:
    return (lower, upper) if _machine(rows[lower]) and not _machine(rows[upper]) else (upper, lower)
