"""Turns a workbook into an XForm (by pyxform, the converter of ODK and KoBo) and into a Schema."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as pyxform_convert

from banyan.people.forms.rules.findings import ADVICE, ERROR, Finding
from banyan.people.forms.rules.outline import Entry, Outline, outline_of
from banyan.people.forms.rules.schema import Choice, Group, Question, Schema
from banyan.people.forms.rules.workbook import CHOICES, EXTERNAL, FORM_SHEETS, SURVEY, Row, Table, Workbook

_PLACE = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile(r"On the '(\w+)' sheet, the '([^']+)'")


@dataclass(frozen=True)
class Conversion:
    """What came of a workbook: the XForm ("" when refused), choices kept outside of it as CSV, what the converter said."""

    xform: str
    itemsets: str
    refusals: tuple[Finding, ...]
    remarks: tuple[Finding, ...]


def converted(book: Workbook, fallback_name: str = "") -> Conversion:
    """Convert. Never raises: what the converter refuses comes back as refusals, with the place read from its message."""
    remarks: list[str] = []
    data = converter_input(book, fallback_name)
    try:
        result = pyxform_convert(xlsform=data, warnings=remarks)
        etree.fromstring(
            result.xform.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except PyXFormError as error:
        return Conversion("", "", tuple(_refusals(book, str(error))), _remarks(book, remarks))
    except Exception as error:  # noqa: BLE001 — a form it was not made for may break the converter anywhere; that is told, not thrown
        reason = f"{type(error).__name__}: {error}"[:300]
        return Conversion(
            "", "", (Finding("converter_failed", ERROR, SURVEY, params={"reason": reason}),), _remarks(book, remarks)
        )
    return Conversion(result.xform, result.itemsets or "", (), _remarks(book, remarks))


def converter_input(book: Workbook, fallback_name: str = "") -> dict[str, Any]:
    """The workbook as the converter wants it: rows by header, empty ones kept so that its row numbers are ours."""
    data: dict[str, Any] = {
        "sheet_names": [sheet.name for sheet in book.sheets],
        "fallback_form_name": fallback_name or None,
    }
    for key in sorted(FORM_SHEETS):
        table = book.table(key)
        if table is None:
            continue
        headers = {column.position: column.header for column in table.columns}
        rows: list[dict[str, str]] = []
        for row in table.rows:
            rows.extend({} for _gap in range(row.number - 2 - len(rows)))
            rows.append({headers[position]: text for position, text in row.cells.items()})
        data[key] = rows
        data[f"{key}_header"] = [dict.fromkeys(headers.values())] if headers else []
    return data


def _refusals(book: Workbook, message: str) -> list[Finding]:
    """The converter's refusal, one finding for each row it names."""
    lines = [line for line in message.splitlines() if line.strip()]
    placed = [line for line in lines if _PLACE.search(line)]
    return [_placed(book, line, ERROR) for line in placed] or [_placed(book, " ".join(lines), ERROR)]


def _remarks(book: Workbook, remarks: list[str]) -> tuple[Finding, ...]:
    return tuple(_placed(book, remark, ADVICE) for remark in dict.fromkeys(remarks))


def _placed(book: Workbook, message: str, severity: str) -> Finding:
    place, cell = _PLACE.search(message), _SHEET.search(message)
    text = " ".join(_PLACE.sub("", message).split())[:600]
    row = int(place[1]) if place else 0
    key = cell[1] if cell else SURVEY
    table = book.table(key)
    letter = header = value = ""
    if table is not None and cell:
        for column in table.columns:
            if cell[2] in (column.header, column.role):
                letter, header, value = column.letter, column.header, table.sheet.text(row, column.position)
    name = table.sheet.name if table else key
    return Finding(
        "converter_refused" if severity == ERROR else "converter_remark",
        severity,
        name,
        row,
        letter,
        header,
        value,
        {"message": text},
    )


def schema_of(book: Workbook, file_name: str = "") -> Schema:
    """What the form asks, from its rows; as complete as they allow while errors stand in them."""
    settings = book.settings()
    outline = outline_of(book)
    survey = book.table(SURVEY)
    default = settings.get("default_language", "")
    languages = dict.fromkeys(
        language
        for key in (SURVEY, CHOICES)
        if (table := book.table(key))
        for role in ("label", "hint")
        for language in table.languages(role)
    )
    for role, text in ((row.text("type"), row.text("name")) for row in (survey.rows if survey else ())):
        # Older forms name form and title in the survey sheet.
        if role in ("form_title", "set form title", "set_form_title"):
            settings.setdefault("title", text)
        elif role in ("form_id", "set form id", "set_form_id"):
            settings.setdefault("id_string", text)
    form_id = settings.get("id_string") or file_name.rpartition(".")[0] or "data"
    walker = _Walker(book, outline)
    return Schema(
        form_id=form_id,
        title=settings.get("title") or form_id,
        version=settings.get("version", ""),
        default_language=default,
        languages=tuple(languages),
        questions=tuple(walker.questions),
        choices=_choices(book, outline),
        repeats=tuple(walker.repeats),
        groups=tuple(walker.groups),
    )


class _Walker:
    """Collects questions and sections; the rows of a loop once for each of its choices, as the converter writes them out."""

    def __init__(self, book: Workbook, outline: Outline) -> None:
        self.questions: list[Question] = []
        self.groups: list[Group] = []
        self.repeats: list[str] = []
        choices = book.table(CHOICES)
        rows = _rows_by_list(choices) if choices else {}
        self._lists = {name: [row.text("name") for row in listed if row.text("name")] for name, listed in rows.items()}
        for name in _with_other(outline) & self._lists.keys():
            if "other" not in self._lists[name]:
                self._lists[name].append("other")
        loops = {id(entry.own): entry for entry in outline.entries if entry.kind.opens == "loop"}
        for entry in outline.entries:
            if entry.kind.closes or not entry.name or entry.kind.word in ("xml-external", "csv-external", "audit"):
                continue
            for path, repeat in self._places(entry, loops):
                self._take(entry, path, repeat)

    def _places(self, entry: Entry, loops: dict[int, Entry]) -> list[tuple[str, str]]:
        """Paths of an entry and of the repeat around it: one, or one for each choice of the loops around it."""
        pairs: list[tuple[list[str], str]] = [([], "")]
        chain = []
        section = entry.section
        while section.parent is not None:
            chain.append(section)
            section = section.parent
        for section in reversed(chain):
            pairs = [([*path, section.name], repeat) for path, repeat in pairs]
            if section.kind == "repeat":
                pairs = [(path, "/".join(path)) for path, _repeat in pairs]
            if section.kind == "loop":
                names = self._lists.get(loops[id(section)].kind.list_name, [])
                pairs = [([*path, name], repeat) for path, repeat in pairs for name in names]
        return [("/".join([*path, entry.name]), repeat) for path, repeat in pairs]

    def _take(self, entry: Entry, path: str, repeat: str) -> None:
        row = entry.row
        if entry.kind.opens:
            kind = "repeat" if entry.kind.opens == "repeat" else "group"
            if kind == "repeat":
                self.repeats.append(path)
            self.groups.append(
                Group(
                    path,
                    kind,
                    row.texts("label"),
                    row.text("relevant"),
                    row.text("repeat_count"),
                    row.text("appearance"),
                    row.number,
                )
            )
            return
        self.questions.append(_question(entry, path, repeat))
        if entry.kind.or_other:
            # The converter adds a question for what "other" is.
            relevant = f"selected(${{{entry.name}}}, 'other')"
            other = Question(
                f"{path}_other",
                f"{entry.name}_other",
                "text",
                {"": "Specify other."},
                repeat=repeat,
                relevant=relevant,
                row=row.number,
            )
            self.questions.append(other)


def _question(entry: Entry, path: str, repeat: str) -> Question:
    row = entry.row
    required = row.text("required")
    return Question(
        path=path,
        name=entry.name,
        type=entry.kind.word,
        labels=row.texts("label"),
        hints=row.texts("hint"),
        repeat=repeat,
        list_name=entry.kind.list_name,
        or_other=entry.kind.or_other,
        required="" if required.lower() in ("no", "false", "false()") else required,
        required_message=row.texts("required_message"),
        relevant=row.text("relevant"),
        constraint=row.text("constraint"),
        constraint_message=row.texts("constraint_message"),
        calculation=row.text("calculation"),
        choice_filter=row.text("choice_filter"),
        appearance=row.text("appearance"),
        hxl=row.text("hxl"),
        row=row.number,
    )


def _rows_by_list(table: Table) -> dict[str, list[Row]]:
    lists: dict[str, list[Row]] = {}
    for row in table.rows:
        if name := row.text("list_name"):
            lists.setdefault(name, []).append(row)
    return lists


def _with_other(outline: Outline) -> set[str]:
    """Lists to which the converter adds "other", because a question lets people write one."""
    return {entry.kind.list_name for entry in outline.questions() if entry.kind.or_other}


def _choices(book: Workbook, outline: Outline) -> dict[str, tuple[Choice, ...]]:
    with_other = _with_other(outline)
    lists: dict[str, tuple[Choice, ...]] = {}
    for key in (CHOICES, EXTERNAL):
        table = book.table(key)
        for name, rows in _rows_by_list(table).items() if table else ():
            choices = [Choice(row.text("name"), row.texts("label"), _further(row)) for row in rows if row.text("name")]
            if name in with_other and not any(choice.name == "other" for choice in choices):
                choices.append(Choice("other", {"": "Other"}))
            lists.setdefault(name, tuple(choices))
    return lists


def _further(row: Row) -> dict[str, str]:
    """Cells of a choice beyond list, name, label and media: what choices are filtered by."""
    return {
        column.header: row.cells[column.position]
        for column in row.table.columns
        if column.position in row.cells
        and column.role not in ("list_name", "name", "label", "image", "big_image", "audio", "video")
    }
