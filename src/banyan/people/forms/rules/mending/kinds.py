"""What each mend does to a workbook. All are changes of cells: a row or column that goes is emptied, so that every row
keeps its number; what is new comes after the last row or column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from banyan.people.forms.rules.checking.naming import unused
from banyan.people.forms.rules.findings import Finding
from banyan.people.forms.rules.mending.drafts import Draft, position_of
from banyan.people.forms.rules.outline import Entry, Outline, Section
from banyan.people.forms.rules.workbook import CHOICES, SURVEY, Table, Workbook
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


@dataclass(frozen=True)
class Work:
    """What a mend may look at: the form as it was checked."""

    book: Workbook
    outline: Outline

    @property
    def survey(self) -> Table:
        """The survey: every mend of a question or of logic has one."""
        return cast(Table, self.book.table(SURVEY))


def _set_cell(draft: Draft, finding: Finding, work: Work) -> None:
    draft.set(finding.sheet, finding.row, position_of(finding.letter), str(finding.mend_params["new"]))


def _set_name(draft: Draft, finding: Finding, work: Work) -> None:
    if finding.letter:
        _set_cell(draft, finding, work)
    else:
        _set_in_new_column(draft, finding, "name")


def _set_label(draft: Draft, finding: Finding, work: Work) -> None:
    """A label where there is none, in every language the column of labels has one."""
    table = work.book.table(SURVEY)
    for column in table.of("label") if table else ():
        draft.set(finding.sheet, finding.row, column.position, str(finding.mend_params["new"]))
    if table is not None and not table.has("label"):
        _set_in_new_column(draft, finding, "label")


def _set_calculation(draft: Draft, finding: Finding, work: Work) -> None:
    if finding.letter:
        _set_cell(draft, finding, work)
    else:
        _set_in_new_column(draft, finding, "calculation")


def _set_in_new_column(draft: Draft, finding: Finding, header: str) -> None:
    width = draft.width(finding.sheet, 1)
    position = next((each for each in range(width) if draft.text(finding.sheet, 1, each) == header), width)
    draft.set(finding.sheet, 1, position, header)
    draft.set(finding.sheet, finding.row, position, str(finding.mend_params["new"]))


def _clear_cell(draft: Draft, finding: Finding, work: Work) -> None:
    draft.set(finding.sheet, finding.row, position_of(finding.letter), "")


def _drop_reference(draft: Draft, finding: Finding, work: Work) -> None:
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


def _replace(draft: Draft, finding: Finding, work: Work) -> None:
    position = position_of(finding.letter)
    text = draft.text(finding.sheet, finding.row, position)
    draft.set(
        finding.sheet,
        finding.row,
        position,
        text.replace(str(finding.mend_params["old"]), str(finding.mend_params["new"])),
    )


def _clear_row(draft: Draft, finding: Finding, work: Work) -> None:
    for position in range(draft.width(finding.sheet, finding.row)):
        draft.set(finding.sheet, finding.row, position, "")


def _rename(draft: Draft, finding: Finding, work: Work) -> None:
    """A name that no other question has: references to it follow."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    if finding.mend_params.get("alone", True) and sum(entry.name == old for entry in work.outline.named()) == 1:
        _refer(draft, work.book, old, new, lambda _row: True)


def _rename_repeated(draft: Draft, finding: Finding, work: Work) -> None:
    """The later of two with one name: references from inside a section so renamed follow it, all others keep the first."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    entry = next((each for each in work.outline.entries if each.row.number == finding.row), None)
    if entry is None or entry.own is None or not entry.kind.opens:
        return
    inside = {each.row.number for each in work.outline.entries if _within(each.section, entry.own)}
    _refer(draft, work.book, old, new, lambda row: row in inside)


def _tell_apart(draft: Draft, finding: Finding, work: Work) -> None:
    """Questions of one name in different sections: all but the first get a name of their own; references follow the nearest."""
    old = str(finding.mend_params["old"])
    same = [entry for entry in work.outline.named() if entry.name == old]
    taken = {entry.name for entry in work.outline.named()}
    table = work.survey
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


def _rename_choice(draft: Draft, finding: Finding, work: Work) -> None:
    """A choice's name; where logic compares with it in quotation marks, that follows."""
    old, new = str(finding.mend_params["old"]), str(finding.mend_params["new"])
    _set_cell(draft, finding, work)
    table = work.survey
    for row in table.rows:
        for column in table.columns:
            if column.role not in ("relevant", "constraint", "calculation", "choice_filter", "required", "default"):
                continue
            text = draft.text(table.sheet.name, row.number, column.position)
            changed = text.replace(f"'{old}'", f"'{new}'").replace(f'"{old}"', f'"{new}"')
            draft.set(table.sheet.name, row.number, column.position, changed)


def _join_columns(draft: Draft, finding: Finding, work: Work) -> None:
    """Two columns of one meaning, nowhere at odds: the second's texts move to the first, and its header goes."""
    first, second = int(finding.mend_params["first"]), int(finding.mend_params["second"])
    for row in range(2, draft.height(finding.sheet) + 1):
        if text := draft.text(finding.sheet, row, second):
            draft.set(finding.sheet, row, first, text)
            draft.set(finding.sheet, row, second, "")
    draft.set(finding.sheet, 1, second, "")


def _to_unicode(draft: Draft, finding: Finding, work: Work) -> None:
    position = position_of(finding.letter)
    for row in finding.mend_params["rows"]:
        draft.set(finding.sheet, int(row), position, to_unicode(draft.text(finding.sheet, int(row), position)))


def _add_end(draft: Draft, finding: Finding, work: Work) -> None:
    position = work.survey.of("type")[0].position
    draft.set(finding.sheet, draft.height(finding.sheet) + 1, position, f"end_{finding.mend_params['kind']}")


def _rename_sheet(draft: Draft, finding: Finding, work: Work) -> None:
    draft.rename_sheet(finding.sheet, str(finding.mend_params["new"]))


MENDS: Mapping[str, Callable[[Draft, Finding, Work], None]] = {
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
