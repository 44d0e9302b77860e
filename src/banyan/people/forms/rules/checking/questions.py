"""The survey sheet row by row: types, names, sections, calculations, triggers."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import cast

from pyxform.parsing.expression import is_xml_tag
from pyxform.utils import default_is_dynamic

from banyan.people.forms.rules.checking.naming import tidy, unused
from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.outline import Entry, Outline, Section
from banyan.people.forms.rules.types import is_setting, likely, meant
from banyan.people.forms.rules.workbook import CHOICES, EXTERNAL, SURVEY, Row, Workbook

RESERVED = "meta"
LONGEST_PATH = 1000
_ROOT = "data"  # the converter's name for the form itself
FILES = (".csv", ".xml", ".geojson")
_CONTROL = {"group": "group", "repeat": "repeat", "loop": "loop"}


def finding(row: Row, role: str, code: str, severity: str = ERROR, **more: object) -> Finding:
    """A finding in the cell of a role; in the row as a whole when there is no such column."""
    column = row.column(role)
    sheet = row.table.sheet.name
    value = row.text(role)
    if column is None:
        return Finding(code, severity, sheet, row.number, value=value, **more)  # type: ignore[arg-type]  # the same keywords
    return Finding(code, severity, sheet, row.number, column.letter, column.header, value, **more)  # type: ignore[arg-type]


def check_questions(book: Workbook, outline: Outline) -> Iterator[Finding]:
    """Types, names and sections of all rows."""
    table = book.table(SURVEY)
    if table is None or not table.has("type"):
        return
    lists = _lists(book)
    taken = {entry.name for entry in outline.named()}
    for row in table.rows:
        # Rows without a type are comments to the converter unless they have a name or label.
        if not row.text("type") and (row.text("name") or row.texts("label")):
            yield finding(row, "type", "type_missing", params={"name": row.text("name") or "–"})
        elif not row.text("type"):
            yield finding(row, "type", "row_skipped", WARNING)
    if not outline.entries and not any(is_setting(row.text("type")) for row in table.rows):
        yield Finding("survey_empty", ERROR, table.sheet.name)
    counts = Counter(entry.name for entry in outline.named())
    seen_repeats: set[str] = set()
    root = book.settings().get("name") or _ROOT
    root_matters = any(f"${{{root}}}" in text for _sheet, _row, _position, text in book.filled())
    for entry in outline.entries:
        yield from _type(entry, lists, book)
        if entry.kind.closes:
            yield from _end(entry)
            continue
        yield from _name(entry, taken, counts)
        if entry.kind.opens == "repeat" and entry.name:
            if entry.name == root or entry.name in seen_repeats:
                new = unused(f"{entry.name}_repeat" if entry.name == root else entry.name, taken | {root})
                taken.add(new)
                yield finding(
                    entry.row, "name", "repeat_name", params={"name": entry.name},
                    mend="rename_repeated", mend_params={"old": entry.name, "new": new, "path": entry.path},
                )  # fmt: skip
            seen_repeats.add(entry.name)
        elif entry.name == root and (root_matters or entry.row.text("trigger")):
            # Harmless until something refers to it: then the converter takes the form itself for a second one.
            new = unused(f"{root}_{entry.kind.opens or 'question'}", taken)
            taken.add(new)
            yield finding(
                entry.row, "name", "name_reserved", params={"value": root}, mend="rename", mend_params={"old": root, "new": new}
            )  # fmt: skip
        yield from _logic(entry)
    for section in outline.open:
        yield finding(
            cast(Row, section.row),  # only the survey itself has none
            "type", "begin_unmatched", params={"name": section.name or "–", "kind": section.kind},
            mend="add_end", mend_params={"kind": section.kind},
        )  # fmt: skip


def _lists(book: Workbook) -> frozenset[str]:
    tables = [table for key in (CHOICES, EXTERNAL) if (table := book.table(key))]
    return frozenset(row.text("list_name") for table in tables for row in table.rows if row.text("list_name"))


def _type(entry: Entry, lists: frozenset[str], book: Workbook) -> Iterator[Finding]:
    kind = entry.kind
    if not kind.known:
        if kind.word in ("select_one", "select_multiple", "rank"):
            yield finding(
                entry.row,
                "type",
                "select_without_list",
                params={"value": entry.type},
                mend="as_text",
                mend_params={"new": "text"},
            )
            return
        new = meant(entry.type, lists)
        params = {"value": entry.type, "likely": new or likely(entry.type) or "–"}
        mend = ("set_cell", {"new": new}) if new else ("as_text", {"new": "text"})
        yield finding(entry.row, "type", "type_unknown", params=params, mend=mend[0], mend_params=mend[1])
        return
    if kind.opens == "loop" or kind.word in ("select_one", "select_multiple", "rank"):
        yield from _list(entry, book)


def _list(entry: Entry, book: Workbook) -> Iterator[Finding]:
    kind, name = entry.kind, entry.kind.list_name
    from_file = name.endswith(FILES)
    if kind.or_other and entry.row.text("choice_filter"):
        yield finding(entry.row, "choice_filter", "other_with_filter")
    if kind.from_file and not from_file:
        yield finding(entry.row, "type", "file_extension", params={"value": name})
        return
    if not name or from_file or "${" in name:
        if kind.opens and not name:
            yield finding(entry.row, "type", "select_without_list", params={"value": entry.type})
        return
    table = book.table(EXTERNAL if kind.external else CHOICES)
    lists = {row.text("list_name") for row in table.rows} if table else set()
    if name in lists:
        return
    close = _close(name, {each for each in lists if each})
    like = close or next(iter(get_close_matches(name, sorted(lists), 1, 0.75)), "–")
    yield finding(
        entry.row, "type", "list_missing", params={"name": name, "likely": like, "sheet": EXTERNAL if kind.external else CHOICES},
        mend="set_cell" if close else ("" if kind.opens else "as_text"),
        mend_params={"new": entry.type.replace(f" {name}", f" {close}", 1) if close else "text"},
    )  # fmt: skip


def _close(name: str, names: set[str]) -> str:
    """The one name that differs only in case, blanks and strokes; "" when there is none or more than one."""
    flat = [each for each in names if _flat(each) == _flat(name)]
    return flat[0] if len(flat) == 1 else ""


def _flat(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())


def _name(entry: Entry, taken: set[str], counts: Counter[str]) -> Iterator[Finding]:
    row, name = entry.row, entry.name
    if entry.kind.word == "audit":
        if row.text("name") not in ("", "audit"):
            yield finding(
                row, "name", "audit_name", params={"value": name}, mend="set_cell", mend_params={"new": "audit"}
            )
        return
    if not name:
        label = next(iter(row.texts("label").values()), "")
        new = unused(tidy(label, f"{entry.kind.opens or 'question'}_{row.number}")[:40], taken)
        taken.add(new)
        yield finding(
            row, "name", "name_missing", params={"type": entry.type}, mend="set_name", mend_params={"new": new}
        )
        return
    if not is_xml_tag(name):
        new = unused(tidy(name), taken)
        taken.add(new)
        # Others of the same wrong name follow in their own findings; references are changed with the first.
        yield finding(
            row, "name", "name_malformed", params={"value": name},
            mend="rename", mend_params={"old": name, "new": new},
        )  # fmt: skip
        return
    if len(entry.path) > LONGEST_PATH:
        yield finding(row, "name", "path_too_long", params={"limit": LONGEST_PATH})
    names = entry.section.names
    if name == RESERVED:
        new = unused(f"{RESERVED}_{entry.kind.opens or 'question'}", taken)
        taken.add(new)
        yield finding(
            row, "name", "name_reserved", params={"value": name},
            mend="rename", mend_params={"old": name, "new": new, "alone": counts[name] == 1},
        )  # fmt: skip
    elif name in names:
        new = unused(name, taken)
        taken.add(new)
        yield finding(
            row, "name", "name_repeated", params={"value": name, "first": names[name].row.number},
            mend="rename_repeated", mend_params={"old": name, "new": new, "path": entry.path},
        )  # fmt: skip
    elif name.lower() in {each.lower() for each in names}:
        yield finding(row, "name", "name_case", WARNING, params={"value": name})
    names.setdefault(name, entry)


def _end(entry: Entry) -> Iterator[Finding]:
    if entry.matched:
        return
    if entry.own is None:
        yield finding(entry.row, "type", "end_unmatched", params={"kind": entry.kind.closes}, mend="clear_row")
        return
    opened: Section = entry.own
    yield finding(
        entry.row, "type", "end_differs",
        params={"kind": entry.kind.closes, "opened": opened.kind, "name": opened.name, "first": cast(Row, opened.row).number},
        mend="set_cell", mend_params={"new": f"end_{_CONTROL[opened.kind]}"},
    )  # fmt: skip


def _logic(entry: Entry) -> Iterator[Finding]:
    row = entry.row
    if entry.kind.word == "calculate" and not row.text("calculation"):
        default = row.text("default")
        if not (default and default_is_dynamic(default, "calculate")):
            yield finding(
                row, "calculation", "calculation_missing", params={"name": entry.name or "–"},
                mend="set_calculation", mend_params={"new": "''"},
            )  # fmt: skip
