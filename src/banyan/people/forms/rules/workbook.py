"""A workbook as a form sees it: sheets of text with the rows and columns a spreadsheet shows, and the columns' meaning.

Nothing is interpreted or repaired: every cell is text as a person would read it, every place can be named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pyxform import aliases, constants
from pyxform.parsing.sheet_headers import process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.survey import Survey

from banyan.platform.kernel.uploads import letter_of

# What XLSForm calls its sheets; a workbook of one sheet is a survey whatever the sheet is called.
SURVEY, CHOICES, SETTINGS, EXTERNAL = "survey", "choices", "settings", "external_choices"
FORM_SHEETS = frozenset(constants.SUPPORTED_SHEET_NAMES)
# The converter stops reading after so many empty columns or rows; so do we, to see what it sees.
EMPTY_COLUMNS, EMPTY_ROWS = 20, 60
_SPACES = re.compile(r"( )+")
_ALIASES = {SURVEY: aliases.survey_header, CHOICES: aliases.list_header, EXTERNAL: aliases.list_header,
            SETTINGS: aliases.settings_header}  # fmt: skip
_KNOWN = {
    SURVEY: frozenset(MultipleChoiceQuestion.get_slot_names()),
    CHOICES: frozenset(Option.get_slot_names()),
    EXTERNAL: frozenset(Option.get_slot_names()),
    SETTINGS: frozenset(Survey.get_slot_names()),
}
# The converter's words for a column, to ours.
_ROLES = {
    ("bind", "relevant"): "relevant",
    ("bind", "required"): "required",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "constraint"): "constraint",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "calculate"): "calculation",
    ("bind", "readonly"): "read_only",
    ("control", "appearance"): "appearance",
    ("control", "jr:count"): "repeat_count",
    ("media", "image"): "image",
    ("media", "big-image"): "big_image",
    ("media", "audio"): "audio",
    ("media", "video"): "video",
    ("instance", "hxl"): "hxl",
}
TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "required_message", "constraint_message", "image", "big_image", "audio", "video"}
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: rows of text from row 1 on; rows may have different lengths."""

    name: str
    rows: tuple[tuple[str, ...], ...] = ()
    hidden: bool = False

    def text(self, row: int, position: int) -> str:
        """The text of a cell (row from 1, column from 0), "" beyond the end."""
        if not 0 < row <= len(self.rows):
            return ""
        cells = self.rows[row - 1]
        return cells[position] if position < len(cells) else ""


@dataclass(frozen=True)
class Column:
    """A column with a header: `role` is its meaning ("label", "relevant" …), `language` what follows "::".

    `tokens` is how the converter reads the header. A column it would refuse or pass over has the header as its role.
    """

    position: int
    header: str
    role: str
    language: str = ""
    tokens: tuple[str, ...] = ()
    known: bool = True

    @property
    def letter(self) -> str:
        """As the spreadsheet shows it."""
        return letter_of(self.position)


@dataclass(frozen=True)
class Row:
    """A filled row: its number as the spreadsheet shows it, and its texts by column."""

    number: int
    cells: dict[int, str]
    table: "Table" = field(repr=False)

    def text(self, role: str) -> str:
        """The text under the last column of that role (as the converter takes it), "" when empty."""
        found = ""
        for column in self.table.of(role):
            found = self.cells.get(column.position, "") or found
        return found

    def texts(self, role: str) -> dict[str, str]:
        """Texts by language ("" for a column that names none)."""
        texts: dict[str, str] = {}
        for column in self.table.of(role):
            if text := self.cells.get(column.position, ""):
                texts[column.language or self.table.default_language] = text
        return texts

    def column(self, role: str) -> Column | None:
        """The column that holds the role's text in this row; else the first of that role."""
        columns = self.table.of(role)
        return next(
            (column for column in reversed(columns) if self.cells.get(column.position)), next(iter(columns), None)
        )


@dataclass(frozen=True)
class Table:
    """A sheet read as XLSForm reads it: the first row names the columns, every other filled row is an entry."""

    key: str
    sheet: Sheet
    columns: tuple[Column, ...]
    default_language: str = ""
    # Headers that stand twice, letter for letter: (position, header).
    repeated: tuple[tuple[int, str], ...] = ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Filled rows below the header, up to a gap of more than 60 empty ones."""
        found: list[Row] = []
        last = 1
        positions = [column.position for column in self.columns]
        for number, cells in enumerate(self.sheet.rows[1:], 2):
            texts = {place: cells[place] for place in positions if place < len(cells) and cells[place]}
            if texts:
                found.append(Row(number, texts, self))
                last = number
            elif number - last > EMPTY_ROWS:
                break
        return tuple(found)

    @cached_property
    def first_beyond(self) -> int:
        """The number of the first filled row after such a gap, which no converter reads; 0 when there is none."""
        end = self.rows[-1].number if self.rows else 1
        for number, cells in enumerate(self.sheet.rows[end:], end + 1):
            if any(cells):
                return number
        return 0

    @cached_property
    def _by_role(self) -> dict[str, tuple[Column, ...]]:
        roles: dict[str, list[Column]] = {}
        for column in self.columns:
            roles.setdefault(column.role, []).append(column)
        return {role: tuple(columns) for role, columns in roles.items()}

    def of(self, role: str) -> tuple[Column, ...]:
        """The columns of a role, from left to right."""
        return self._by_role.get(role, ())

    def has(self, role: str) -> bool:
        """Whether there is a column of that role."""
        return role in self._by_role

    def languages(self, role: str = "label") -> tuple[str, ...]:
        """The languages of a role's columns, in their order."""
        return tuple(dict.fromkeys(column.language or self.default_language for column in self.of(role)))


@dataclass(frozen=True)
class Workbook:
    """A workbook as uploaded: what kind of file it really is, and its sheets in their order."""

    kind: str
    sheets: tuple[Sheet, ...]

    @cached_property
    def default_language(self) -> str:
        """What the settings say texts without a language are written in."""
        sheet = self._sheet(SETTINGS)
        if sheet is None:
            return ""
        row = next(iter(_table(SETTINGS, sheet, "").rows), None)
        return row.text("default_language") if row else ""

    def table(self, key: str) -> Table | None:
        """The sheet of that purpose, read as a table; None when the workbook has none."""
        return self._tables.get(key)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        found = {}
        for key in sorted(FORM_SHEETS):
            sheet = self._sheet(key)
            if sheet is not None:
                found[key] = _table(key, sheet, self.default_language)
        return found

    def _sheet(self, key: str) -> Sheet | None:
        named = next((sheet for sheet in self.sheets if sheet.name.lower() == key), None)
        if named is None and key == SURVEY and len(self.sheets) == 1 and self.sheets[0].name.lower() not in FORM_SHEETS:
            return self.sheets[0]
        return named

    def settings(self) -> dict[str, str]:
        """The first row of the settings, by role; empty without a settings sheet."""
        table = self.table(SETTINGS)
        row = next(iter(table.rows), None) if table else None
        return (
            {column.role: row.cells[column.position] for column in row.table.columns if column.position in row.cells}
            if row
            else {}
        )

    def filled(self) -> Iterator[tuple[Sheet, int, int, str]]:
        """Every filled cell: sheet, row from 1, column from 0, text."""
        for sheet in self.sheets:
            for number, cells in enumerate(sheet.rows, 1):
                for position, text in enumerate(cells):
                    if text:
                        yield sheet, number, position, text


def _table(key: str, sheet: Sheet, default_language: str) -> Table:
    columns: list[Column] = []
    repeated: list[tuple[int, str]] = []
    seen: set[str] = set()
    gap = 0
    headers: list[tuple[int, str]] = []
    for position, raw in enumerate(sheet.rows[0] if sheet.rows else ()):
        header = _SPACES.sub(" ", raw.strip())
        if not header:
            gap += 1
            if gap > EMPTY_COLUMNS:
                break
            continue
        gap = 0
        if header in seen:
            repeated.append((position, header))
            continue
        seen.add(header)
        headers.append((position, header))
    double = any("::" in header for _position, header in headers)
    for position, header in headers:
        columns.append(_column(key, position, header, double=double))
    return Table(key, sheet, tuple(columns), default_language, tuple(repeated))


def _column(key: str, position: int, header: str, *, double: bool) -> Column:
    if key not in _KNOWN:
        return Column(position, header, header, "", (header,))
    _new, tokens = process_header(header, double, _ALIASES[key], _KNOWN[key])
    role, rest = _ROLES.get(tokens[:2], ""), tokens[2:]
    if not role:
        role, rest = tokens[0], tokens[1:]
    if role == "list name":
        role = "list_name"
    known = (
        role in _KNOWN[key] or role in TRANSLATED or tokens[:2] in _ROLES or role in ("list_name", "hxl", "disabled")
    )
    language = rest[-1] if rest and role in TRANSLATED else ""
    return Column(position, header, role.lower() if role.lower() == "hxl" else role, language, tokens, known)
