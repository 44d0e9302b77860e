"""The survey sheet as the questions and sections it builds: one pass that checks, conversion and comparison share."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyxform import aliases

from banyan.people.forms.rules.types import Kind, is_setting, kind_of
from banyan.people.forms.rules.workbook import SURVEY, Row, Table, Workbook


@dataclass
class Section:
    """The survey itself, a group, a repeat or a loop, with the names used directly in it."""

    kind: str  # "" for the survey
    name: str
    row: Row | None
    path: str
    repeat: str
    # name → entry that used it first
    names: dict[str, "Entry"] = field(default_factory=dict)
    parent: "Section | None" = None


@dataclass
class Entry:
    """A row of the survey that means something: a question, or the beginning or end of a section."""

    row: Row
    type: str
    kind: Kind
    name: str
    section: Section
    # The section a begin opens; the one an end closes (None when there is none to close).
    own: Section | None = None
    matched: bool = True

    @property
    def path(self) -> str:
        """Its path from the top of the form."""
        return f"{self.section.path}/{self.name}" if self.section.path else self.name


@dataclass(frozen=True)
class Outline:
    """All entries in the order of the sheet, and the sections that were never ended."""

    entries: tuple[Entry, ...]
    open: tuple[Section, ...]
    top: Section

    def questions(self) -> Iterator[Entry]:
        """Entries that are neither beginnings nor ends."""
        return (entry for entry in self.entries if not entry.kind.opens and not entry.kind.closes)

    def named(self) -> Iterator[Entry]:
        """Entries that carry a name in the form: questions and sections."""
        return (entry for entry in self.entries if not entry.kind.closes and entry.name)


def type_text(row: Row) -> str:
    """The type as the converter takes it: runs of spaces count as one."""
    return " ".join(part for part in row.text("type").split(" ") if part)


def outline_of(book: Workbook) -> Outline:
    """The outline of a workbook's survey; empty without one. Rows switched off, comments and settings are left out."""
    table = book.table(SURVEY)
    top = Section("", "", None, "", "")
    return _walk(table, top) if table else Outline((), (), top)


def _walk(table: Table, top: Section) -> Outline:
    entries: list[Entry] = []
    here = top
    for row in table.rows:
        text = type_text(row)
        if aliases.yes_no.get(row.text("disabled")) or not text or is_setting(text):
            continue
        kind = kind_of(text)
        name = row.text("name")
        if not name and kind.word == "note":
            name = f"generated_note_name_{row.number}"
        if kind.word == "audit":
            name = name or "audit"
        entry = Entry(row, text, kind, name, here)
        if kind.closes:
            entry.own = here if here.parent else None
            entry.matched = here.parent is not None and here.kind == kind.closes
            if here.parent is not None:
                here = here.parent
        entries.append(entry)
        if kind.opens:
            path = entry.path
            entry.own = Section(
                kind.opens, name, row, path, path if kind.opens == "repeat" else here.repeat, parent=here
            )
            here = entry.own
    unended = []
    while here.parent is not None:
        unended.append(here)
        here = here.parent
    return Outline(tuple(entries), tuple(unended), top)
