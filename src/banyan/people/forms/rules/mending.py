"""Mends: changes of cells that are offered for well-understood faults, and applied only when a person accepts them.

Nothing is inserted or removed: a row or column that goes is emptied, what is new comes after the last row. So every
row keeps its number, and each change can be told as "sheet, row, column, before, after".
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from banyan.people.forms.rules.checking import check
from banyan.people.forms.rules.checking.naming import unused
from banyan.people.forms.rules.findings import Finding
from banyan.people.forms.rules.outline import Entry, Outline, Section, outline_of
from banyan.people.forms.rules.workbook import CHOICES, SURVEY, Workbook, letter_of
from banyan.platform.kernel.names import to_unicode

_LOGIC = (
    "relevant",
    "constraint",
    "calculation",
    "required",
    "choice_filter",
    "repeat_count",
    "default",
    "trigger",
    "read_only",
)
# Mends that make a form work without knowing what its author meant: offered apart, never taken for granted.
STOPGAPS = frozenset({"as_text", "clear_cell", "drop_reference", "add_end", "set_calculation"})


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


@dataclass(frozen=True)
class Offer:
    """A mend that may be accepted: the finding it belongs to, and what it would change."""

    finding: Finding
    changes: tuple[Change, ...]

    @property
    def key(self) -> str:
        """Names the offer among those of the same form."""
        return self.finding.key

    @property
    def is_stopgap(self) -> bool:
        """Whether it only makes the form work, instead of mending what its author meant."""
        return self.finding.mend in STOPGAPS


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


@dataclass(frozen=True)
class _Work:
    """What a mend may look at: the form as it was checked."""

    book: Workbook
    outline: Outline


def _set_cell(draft: Draft, finding: Finding, work: _Work) -> None:
    draft.set(finding.sheet, finding.row, position_of(finding.letter), str(finding.mend_params["new"]))


def _set_name(draft: Draft, finding: Finding, work: _Work) -> None:
    table = work.book.table(SURVEY)
    column = next(iter(table.of("name")), None) if table else None
    if column is not None:
        draft.set(finding.sheet, finding.row, column.position, str(finding.mend_params["new"]))


def _set_label(draft: Draft, finding: Finding, work: _Work) -> None:
    """A label where there is none, in every language the column of labels has one."""
    table = work.book.table(SURVEY)
    for column in table.of("label") if table else ():
        draft.set(finding.sheet, finding.row, column.position, str(finding.mend_params["new"]))
    if table is not None and not table.has("label"):
        _set_in_new_column(draft, finding, "label")


def _set_calculation(draft: Draft, finding: Finding, work: _Work) -> None:
    if finding.letter:
        _set_cell(draft, finding, work)
    else:
        _set_in_new_column(draft, finding, "calculation")


def _set_in_new_column(draft: Draft, finding: Finding, header: str) -> None:
    width = draft.width(finding.sheet, 1)
    position = next((each for each in range(width) if draft.text(finding.sheet, 1, each) == header), width)
    draft.set(finding.sheet, 1, position, header)
    draft.set(finding.sheet, finding.row, position, str(finding.mend_params["new"]))


def _clear_cell(draft: Draft, finding: Finding, work: _Work) -> None:
    draft.set(finding.sheet, finding.row, position_of(finding.letter), "")


def _drop_reference(draft: Draft, finding: Finding, work: _Work) -> None:
    """In a text the bare name stays; logic that refers to nothing goes as a whole."""
    table = next(
        (
            each
            for each in (work.book.table(SURVEY), work.book.table(CHOICES))
            if each and each.sheet.name == finding.sheet
        ),
        None,
    )
    column = next((each for each in table.columns if each.letter == finding.letter), None) if table else None
    if column is not None and column.role in _LOGIC:
        _clear_cell(draft, finding, work)
    else:
        _replace(draft, finding, work)


def _replace(draft: Draft, finding: Finding, work: _Work) -> None:
    position = position_of(finding.letter)
    text = draft.text(finding.sheet, finding.row, position)
    draft.set(
        finding.sheet,
        finding.row,
        position,
        text.replace(str(finding.mend_params["old"]), str(finding.mend_params["new"])),
    )


def _clear_row(draft: Draft, finding: Finding, work: _Work) -> None:
    for position in range(draft.width(finding.sheet, finding.row)):
        draft.set(finding.sheet, finding.row, position, "")


def _rename(draft: Draft, finding: Finding, work: _Work) -> None:
    """A name that no other question has: references to it follow."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    if finding.mend_params.get("alone", True) and sum(entry.name == old for entry in work.outline.named()) == 1:
        _refer(draft, work.book, old, new, lambda _row: True)


def _rename_repeated(draft: Draft, finding: Finding, work: _Work) -> None:
    """The later of two with one name: references from inside a section so renamed follow it, all others keep the first."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    entry = next((each for each in work.outline.entries if each.row.number == finding.row), None)
    if entry is None or entry.own is None or not entry.kind.opens:
        return
    inside = {each.row.number for each in work.outline.entries if _within(each.section, entry.own)}
    _refer(draft, work.book, old, new, lambda row: row in inside)


def _tell_apart(draft: Draft, finding: Finding, work: _Work) -> None:
    """Questions of one name in different sections: all but the first get a name of their own; references follow the nearest."""
    old = str(finding.mend_params["old"])
    same = [entry for entry in work.outline.named() if entry.name == old]
    taken = {entry.name for entry in work.outline.named()}
    table = work.book.table(SURVEY)
    if table is None or len(same) < 2:
        return
    names: dict[int, str] = {same[0].row.number: old}
    for entry in same[1:]:
        section = entry.section.name
        names[entry.row.number] = unused(f"{section}_{old}" if section else old, taken)
        taken.add(names[entry.row.number])
    position = table.of("name")[-1].position
    if any(draft.text(table.sheet.name, entry.row.number, position) != old for entry in same[1:]):
        return  # another mend renamed one of them already
    for entry in same[1:]:
        draft.set(table.sheet.name, entry.row.number, position, names[entry.row.number])
    for referring in work.outline.entries:
        nearest = _nearest(same, referring)
        new = names[nearest.row.number] if nearest else old
        if new != old:
            number = referring.row.number
            _refer(draft, work.book, old, new, lambda row, number=number: row == number, only_survey=True)  # type: ignore[misc]


def _nearest(same: list[Entry], entry: Entry) -> Entry | None:
    section: Section | None = entry.section
    while section is not None:
        inside = [each for each in same if each.section is section]
        if inside:
            return inside[0]
        section = section.parent
    return None


def _within(section: Section | None, outer: Section) -> bool:
    while section is not None:
        if section is outer:
            return True
        section = section.parent
    return False


def _refer(
    draft: Draft, book: Workbook, old: str, new: str, wanted: Callable[[int], bool], *, only_survey: bool = False
) -> None:  # fmt: skip
    pattern = re.compile(r"\$\{(\s*(?:last-saved#)?)" + re.escape(old) + r"(\s*)\}")
    for key in (SURVEY,) if only_survey else (SURVEY, CHOICES, "settings", "entities"):
        table = book.table(key)
        if table is None:
            continue
        name = table.sheet.name
        for row in table.rows:
            if key == SURVEY and not wanted(row.number):
                continue
            for position in row.cells:
                text = draft.text(name, row.number, position)
                if "${" in text:
                    draft.set(
                        name, row.number, position, pattern.sub(lambda match: f"${{{match[1]}{new}{match[2]}}}", text)
                    )


def _rename_choice(draft: Draft, finding: Finding, work: _Work) -> None:
    """A choice's name; where logic compares with it in quotation marks, that follows."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    table = work.book.table(SURVEY)
    if table is None:
        return
    for row in table.rows:
        for column in table.columns:
            if column.role not in ("relevant", "constraint", "calculation", "choice_filter", "required", "default"):
                continue
            text = draft.text(table.sheet.name, row.number, column.position)
            changed = text.replace(f"'{old}'", f"'{new}'").replace(f'"{old}"', f'"{new}"')
            draft.set(table.sheet.name, row.number, column.position, changed)


def _join_columns(draft: Draft, finding: Finding, work: _Work) -> None:
    """Two columns of one meaning, nowhere at odds: the second's texts move to the first, and its header goes."""
    first, second = int(finding.mend_params["first"]), int(finding.mend_params["second"])
    for row in range(2, draft.height(finding.sheet) + 1):
        if text := draft.text(finding.sheet, row, second):
            draft.set(finding.sheet, row, first, text)
            draft.set(finding.sheet, row, second, "")
    draft.set(finding.sheet, 1, second, "")


def _to_unicode(draft: Draft, finding: Finding, work: _Work) -> None:
    position = position_of(finding.letter)
    for row in finding.mend_params["rows"]:
        draft.set(finding.sheet, int(row), position, to_unicode(draft.text(finding.sheet, int(row), position)))


def _add_end(draft: Draft, finding: Finding, work: _Work) -> None:
    table = work.book.table(SURVEY)
    column = next(iter(table.of("type")), None) if table else None
    if column is not None:
        draft.set(finding.sheet, draft.height(finding.sheet) + 1, column.position, f"end_{finding.mend_params['kind']}")


def _rename_sheet(draft: Draft, finding: Finding, work: _Work) -> None:
    draft.rename_sheet(finding.sheet, str(finding.mend_params["new"]))


_MENDS: Mapping[str, Callable[[Draft, Finding, _Work], None]] = {
    "set_cell": _set_cell,
    "set_name": _set_name,
    "replace": _replace,
    "set_label": _set_label,
    "set_calculation": _set_calculation,
    "as_text": _set_cell,
    "clear_cell": _clear_cell,
    "drop_reference": _drop_reference,
    "clear_row": _clear_row,
    "rename": _rename,
    "rename_repeated": _rename_repeated,
    "tell_apart": _tell_apart,
    "rename_choice": _rename_choice,
    "join_columns": _join_columns,
    "to_unicode": _to_unicode,
    "add_end": _add_end,
    "rename_sheet": _rename_sheet,
}


def offers(book: Workbook, findings: Iterable[Finding]) -> list[Offer]:
    """What can be offered for these findings, each with the cells it alone would change."""
    work = _Work(book, outline_of(book))
    draft = Draft(book)
    found: list[Offer] = []
    for finding in findings:
        if not finding.mend:
            continue
        _MENDS[finding.mend](draft, finding, work)
        if draft.changes:
            found.append(Offer(finding, tuple(draft.changes)))
        draft.undo_to(0)
    return found


def mended(book: Workbook, accepted: Iterable[Finding]) -> tuple[Workbook, list[Change]]:
    """The workbook with these findings mended, and what changed. Names of sheets change last: places stay valid."""
    work = _Work(book, outline_of(book))
    draft = Draft(book)
    chosen = [finding for finding in accepted if finding.mend]
    # Texts inside a cell before whole cells: a reference is replaced in what stands there, then the cell may be set.
    order = {"replace": 0, "rename_sheet": 9}
    for finding in sorted(chosen, key=lambda one: order.get(one.mend, 1)):
        _MENDS[finding.mend](draft, finding, work)
    return draft.book(), draft.changes


def mended_fully(
    book: Workbook, rounds: int = 6, *, stopgaps: bool = True
) -> tuple[Workbook, list[Change], list[Finding]]:
    """The workbook with every mend of an error accepted, again and again while there is something new to offer.

    Returns it, all changes, and what is still found. For tests, and to look behind the first errors.
    """
    changes: list[Change] = []
    findings = check(book)
    for _round in range(rounds):
        chosen = [
            finding
            for finding in findings
            if finding.mend and finding.severity == "error" and (stopgaps or finding.mend not in STOPGAPS)
        ]
        book, made = mended(book, chosen)
        if not made:
            break
        changes += made
        findings = check(book)
    return book, changes, findings
