"""The lists of choices: names that are missing, stand twice, or cannot be told apart once several are chosen."""

from collections import defaultdict
from collections.abc import Iterator

from pyxform import aliases
from pyxform.parsing.sheet_headers import clean_text_values

from banyan.people.forms.rules.checking.naming import tidy, unused
from banyan.people.forms.rules.checking.questions import FILES, finding
from banyan.people.forms.rules.findings import ERROR, WARNING, Finding
from banyan.people.forms.rules.outline import Outline
from banyan.people.forms.rules.types import Kind
from banyan.people.forms.rules.workbook import CHOICES, Row, Workbook


def check_choices(book: Workbook, outline: Outline) -> Iterator[Finding]:
    """Every list, also those that no question uses: the converter refuses a form for those too."""
    table = book.table(CHOICES)
    if table is None or not (table.has("list_name") and table.has("name")):
        if table is None and (entry := next((each for each in outline.questions() if _needs_list(each.kind)), None)):
            yield finding(
                entry.row,
                "type",
                "choices_missing",
                params={"sheets": ", ".join(sheet.name for sheet in book.sheets)[:200]},
            )
        return
    several = {entry.kind.list_name for entry in outline.questions() if entry.kind.word in ("select_multiple", "rank")}
    used = {entry.kind.list_name for entry in outline.entries if entry.kind.list_name}
    twice_allowed = aliases.yes_no.get(book.settings().get("allow_choice_duplicates", "no"), False)
    lists: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        if name := row.text("list_name"):
            lists[name].append(row)
        elif row.text("name") or row.texts("label"):
            yield finding(row, "list_name", "choice_without_list", WARNING, params={"name": row.text("name") or "–"})
    for list_name, rows in lists.items():
        yield from _list(list_name, rows, several=list_name in several, twice_allowed=twice_allowed)
        if list_name not in used:
            yield finding(rows[0], "list_name", "list_unused", WARNING, params={"name": list_name})


def _needs_list(kind: Kind) -> bool:
    elsewhere = kind.external or kind.from_file or kind.word == "osm"
    return bool(kind.list_name) and not elsewhere and "${" not in kind.list_name and not kind.list_name.endswith(FILES)


def _list(list_name: str, rows: list[Row], *, several: bool, twice_allowed: bool) -> Iterator[Finding]:
    taken = {row.text("name") for row in rows}
    first: dict[str, Row] = {}
    for row in rows:
        name = clean_text_values(row.text("name"))
        if not name:
            label = next(iter(row.texts("label").values()), "")
            new = unused(tidy(label, f"choice_{row.number}")[:40], taken)
            taken.add(new)
            yield finding(
                row,
                "name",
                "choice_name_missing",
                params={"list": list_name},
                mend="set_cell",
                mend_params={"new": new},
            )
            continue
        if " " in name and several:
            new = unused(name.replace(" ", "_"), taken)
            taken.add(new)
            yield finding(
                row, "name", "choice_name_space", params={"value": name, "list": list_name},
                mend="rename_choice", mend_params={"old": name, "new": new},
            )  # fmt: skip
        if name in first and not twice_allowed:
            yield _repeated(list_name, name, row, first[name], taken)
        first.setdefault(name, row)
        if row.table.has("label") and not row.texts("label") and not _shown(row):
            yield finding(row, "label", "choice_label_missing", WARNING, params={"name": name, "list": list_name})


def _repeated(list_name: str, name: str, row: Row, first: Row, taken: set[str]) -> Finding:
    params = {"value": name, "list": list_name, "first": first.number}
    if row.cells == first.cells:
        return finding(row, "name", "choice_repeated", ERROR, params=params, mend="clear_row")
    new = unused(name, taken)
    taken.add(new)
    return finding(row, "name", "choice_conflicting", ERROR, params=params, mend="set_cell", mend_params={"new": new})


def _shown(row: Row) -> bool:
    return any(row.texts(role) for role in ("image", "audio", "video", "big_image"))
