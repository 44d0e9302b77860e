"""Sheets and their headers: what is missing, stands twice, or is misspelt."""

from collections.abc import Iterator
from difflib import get_close_matches

from pyxform.parsing.sheet_headers import to_snake_case

from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.workbook import (
    CHOICES,
    EXTERNAL,
    FORM_SHEETS,
    SETTINGS,
    SURVEY,
    TRANSLATED,
    Column,
    Table,
    Workbook,
)
from banyan.platform.kernel.uploads import letter_of

_NEEDED = {SURVEY: ("type",), CHOICES: ("list_name", "name"), EXTERNAL: ("list_name", "name")}
_SPELLINGS = {
    SURVEY: ("type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message",
             "calculation", "choice_filter", "appearance", "default", "repeat_count", "parameters", "trigger", "read_only",
             "guidance_hint"),
    CHOICES: ("list_name", "name", "label", "image"),
    EXTERNAL: ("list_name", "name", "label"),
    SETTINGS: ("form_title", "form_id", "version", "default_language", "style", "instance_name", "allow_choice_duplicates"),
}  # fmt: skip


def check_headers(book: Workbook) -> Iterator[Finding]:
    """Sheets under another name, missing columns, columns that stand twice, headers that look misspelt."""
    yield from _sheets(book)
    for key in (SURVEY, CHOICES, EXTERNAL, SETTINGS):
        table = book.table(key)
        if table is None or not table.sheet.rows:
            continue
        filled = bool(table.rows)
        for role in _NEEDED.get(key, ()):
            if not table.has(role) and (filled or key == SURVEY):
                yield _missing(table, role)
        yield from _twice(table)
        yield from _unusable(table)
        yield from _misspelt(table)
        if table.first_beyond:
            yield Finding(
                "rows_beyond_gap", WARNING, table.sheet.name, table.first_beyond, params={"row": table.first_beyond}
            )


def _sheets(book: Workbook) -> Iterator[Finding]:
    for key, severity in ((SURVEY, ERROR), (CHOICES, WARNING), (SETTINGS, WARNING)):
        if book.table(key) is not None:
            continue
        for sheet in book.sheets:
            flat = to_snake_case(sheet.name).strip("_").replace("_", "")
            if (
                sheet.name.startswith("_")
                or sheet.name.lower() in FORM_SHEETS
                or not get_close_matches(flat, [key], 1, 0.85)
            ):
                continue
            yield Finding(
                "sheet_misspelt", severity, sheet.name, value=sheet.name, params={"value": sheet.name, "meant": key},
                mend="rename_sheet", mend_params={"new": key},
            )  # fmt: skip
            break
        else:
            if key == SURVEY:
                names = ", ".join(sheet.name for sheet in book.sheets)
                yield Finding("sheet_missing", ERROR, SURVEY, params={"sheets": names[:200]})


def _missing(table: Table, role: str) -> Finding:
    unknown = {to_snake_case(column.header): column for column in table.columns if not column.known}
    close = get_close_matches(role, list(unknown), 1, 0.7)
    # Without lists the converter passes over the choices; it is the questions that then miss them.
    severity = WARNING if role == "list_name" else ERROR
    if close:
        column = unknown[close[0]]
        return Finding(
            "header_missing", severity, table.sheet.name, 1, column.letter, column.header, column.header,
            {"what": role, "likely": column.header}, "set_cell", {"new": role},
        )  # fmt: skip
    return Finding("header_missing", severity, table.sheet.name, 1, params={"what": role, "likely": "–"})


def _twice(table: Table) -> Iterator[Finding]:
    by_header = {column.header: column for column in table.columns}
    for position, header in table.repeated:
        yield _same(table, by_header[header].position, position, header, header)
    seen: dict[tuple[str, ...], Column] = {}
    for column in table.columns:
        earlier = seen.get(column.tokens)
        # The converter's own rule: a header in its plain spelling silently replaces the earlier one.
        plain = column.tokens == (column.header,)
        if earlier is not None:
            harmless = plain or (table.key == SETTINGS and column.role == "id_string")
            yield _same(
                table, earlier.position, column.position, column.header, earlier.header, WARNING if harmless else ERROR
            )
        seen[column.tokens] = column


def _same(table: Table, first: int, second: int, header: str, other: str, severity: str = ERROR) -> Finding:
    rows = table.sheet.rows[1:]
    pairs = [(row[first] if first < len(row) else "", row[second] if second < len(row) else "") for row in rows]
    conflict = any(one and two and one != two for one, two in pairs)
    return Finding(
        "header_repeated", severity, table.sheet.name, 1, letter_of(second), header, header,
        {"value": header, "other": other, "other_letter": letter_of(first)},
        "" if conflict else "join_columns", {} if conflict else {"first": first, "second": second},
    )  # fmt: skip


def _unusable(table: Table) -> Iterator[Finding]:
    """Attributes by which the converter would stumble over its own."""
    for column in table.columns:
        if table.key == SURVEY and column.tokens == ("instance", "tag"):
            yield Finding(
                "header_unusable", ERROR, table.sheet.name, 1, column.letter, column.header, column.header, {"value": column.header},
                "set_cell", {"new": "instance_tag"},
            )  # fmt: skip


def _misspelt(table: Table) -> Iterator[Finding]:
    roles = {column.role for column in table.columns}
    double = any("::" in column.header for column in table.columns)
    for column in table.columns:
        if column.known:
            continue
        first, colon, language = column.header.partition(":")
        if double and colon and to_snake_case(first) in TRANSLATED | {"media", "bind", "body", "control"}:
            new = f"{first.strip()}::{language.strip(': ')}"
            if not any(other.header == new for other in table.columns):
                yield Finding(
                    "header_single_colon", WARNING, table.sheet.name, 1, column.letter, column.header, column.header,
                    {"value": column.header, "meant": new}, "set_cell", {"new": new},
                )  # fmt: skip
            continue
        close = get_close_matches(to_snake_case(first if colon else column.header), _SPELLINGS[table.key], 1, 0.82)
        if close and (close[0] not in roles or close[0] in TRANSLATED) and close[0] not in _NEEDED.get(table.key, ()):
            new = close[0] + (column.header[len(first) :] if colon else "")
            yield Finding(
                "header_misspelt", WARNING, table.sheet.name, 1, column.letter, column.header, column.header,
                {"value": column.header, "meant": new}, "set_cell", {"new": new},
            )  # fmt: skip
