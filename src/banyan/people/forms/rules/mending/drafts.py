"""A workbook while it is being mended: cells may change, and every change is written down."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from banyan.people.forms.rules.workbook import Workbook
from banyan.platform.kernel.uploads import letter_of


@dataclass(frozen=True)
class Change:
    """One cell before and after; `row` counts from 1, an empty letter means the name of the sheet."""

    sheet: str
    row: int
    letter: str
    old: str
    new: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for a jsonb column."""
        return asdict(self)


class Draft:
    """A workbook being mended: cells may change, and every change is written down."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._names = [sheet.name for sheet in book.sheets]
        self._rows = [[list(row) for row in sheet.rows] for sheet in book.sheets]
        self.changes: list[Change] = []

    def text(self, sheet: str, row: int, position: int) -> str:
        """The text of a cell as it stands now."""
        rows = self._rows[self._index(sheet)]
        return rows[row - 1][position] if 0 < row <= len(rows) and position < len(rows[row - 1]) else ""

    def width(self, sheet: str, row: int) -> int:
        """How many cells a row has."""
        rows = self._rows[self._index(sheet)]
        return len(rows[row - 1]) if 0 < row <= len(rows) else 0

    def height(self, sheet: str) -> int:
        """How many rows a sheet has."""
        return len(self._rows[self._index(sheet)])

    def set(self, sheet: str, row: int, position: int, new: str) -> None:
        """Write a cell; nothing happens when it says so already."""
        old = self.text(sheet, row, position)
        if old == new:
            return
        rows = self._rows[self._index(sheet)]
        while len(rows) < row:
            rows.append([])
        cells = rows[row - 1]
        cells.extend([""] * (position + 1 - len(cells)))
        cells[position] = new
        self.changes.append(Change(sheet, row, letter_of(position), old, new))

    def rename_sheet(self, sheet: str, new: str) -> None:
        """Give a sheet another name, unless another sheet has it."""
        if new.lower() not in {name.lower() for name in self._names} or sheet.lower() == new.lower():
            self._names[self._index(sheet)] = new
            self.changes.append(Change(sheet, 0, "", sheet, new))

    def undo_to(self, mark: int) -> None:
        """Take back every change after the first `mark` ones."""
        for change in reversed(self.changes[mark:]):
            if not change.letter:
                self._names[self._index(change.new)] = change.old
            else:
                self._rows[self._index(change.sheet)][change.row - 1][position_of(change.letter)] = change.old
        del self.changes[mark:]

    def book(self) -> Workbook:
        """The workbook as it stands now."""
        sheets = [
            replace(sheet, name=name, rows=_trimmed(rows))
            for sheet, name, rows in zip(self._book.sheets, self._names, self._rows, strict=True)
        ]
        return Workbook(self._book.kind, tuple(sheets))

    def _index(self, sheet: str) -> int:
        return self._names.index(sheet)


def _trimmed(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows without empty cells at their ends and without empty rows at the end, as a workbook is read."""
    kept = []
    for row in rows:
        end = len(row)
        while end and not row[end - 1]:
            end -= 1
        kept.append(tuple(row[:end]))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def position_of(letter: str) -> int:
    """The position, from 0, of a column by its letter: A → 0."""
    number = 0
    for each in letter:
        number = number * 26 + ord(each) - 64
    return number - 1
