"""References between questions: ${name} of nothing, of more than one, or badly written; lists of triggers."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import get_close_matches

from pyxform.parsing.expression import RE_PYXFORM_REF_INNER, RE_PYXFORM_REF_OUTER

from banyan.people.forms.rules.findings import ERROR, Finding
from banyan.people.forms.rules.outline import Entry, Outline
from banyan.people.forms.rules.workbook import CHOICES, SETTINGS, SURVEY, Column, Row, Table, Workbook

_MEDIA = ("image", "big_image", "audio", "video")
_NAME = re.compile(r"[^${}\s,;]+")


def check_references(book: Workbook, outline: Outline) -> Iterator[Finding]:
    """Every ${…} in every cell in which the converter looks for them."""
    counts = Counter(entry.name for entry in outline.named() if entry.kind.word != "audit")
    counts["instanceID"] += 1
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in outline.named():
        entries[entry.name].append(entry)
    by_row = {entry.row.number: entry for entry in outline.entries}
    names = Names(counts, entries)
    for key in (SURVEY, CHOICES, SETTINGS):
        table = book.table(key)
        if table is None:
            continue
        for row in table.rows:
            for column in table.columns:
                text = row.cells.get(column.position, "")
                if "${" not in text or len(text) < 3 or not _looked_at(key, column):
                    continue
                yield from _cell(table, row, column, text, names, by_row.get(row.number) if key == SURVEY else None)
    survey = book.table(SURVEY)
    questions = {entry.name for entry in outline.questions() if entry.name}
    unseen = {entry.name for entry in outline.questions() if _is_unseen(entry)}
    for row in survey.rows if survey else ():
        for column in survey.of("trigger") if survey else ():
            if text := row.cells.get(column.position, ""):
                yield from _trigger(row, column, text, questions, names)
                own = by_row.get(row.number)
                if own is not None and not own.kind.opens and names.counts[own.name] > 1:
                    # What is triggered is looked for by its name.
                    yield _ambiguous(
                        (table_name(row), row.number, column.letter, column.header, text), own.name, names, own
                    )
                hidden = [name for name in re.findall(r"\$\{([^}\s]+)\}", text) if name in unseen]
                if hidden and own is not None and not own.kind.opens and own.kind.word != "background-geopoint":
                    place = (table_name(row), row.number, column.letter, column.header, text)
                    yield Finding("trigger_unseen", ERROR, *place, {"name": hidden[0]}, "clear_cell")


def table_name(row: Row) -> str:
    """The name of the sheet a row stands in."""
    return row.table.sheet.name


def _is_unseen(entry: Entry) -> bool:
    """Whether nobody can change the answer, so that it triggers nothing."""
    row = entry.row
    computed = bool(row.text("calculation") or row.text("trigger")) and not (row.texts("label") or row.texts("hint"))
    return entry.kind.word == "calculate" or computed


class Names:
    """The names of a form, how often each stands, and where."""

    def __init__(self, counts: Counter[str], entries: dict[str, list[Entry]]) -> None:
        self.counts = counts
        self.entries = entries
        self._flat: dict[str, list[str]] = defaultdict(list)
        for name in counts:
            self._flat[_flat(name)].append(name)

    def surely(self, name: str) -> str:
        """The one name that differs only in case, blanks and strokes."""
        found = self._flat.get(_flat(name), [])
        return found[0] if len(found) == 1 and _flat(name) else ""

    def completed(self, beginning: str) -> str:
        """The one name that begins so; "" when there is none or more than one."""
        found = [name for name in self.counts if name.startswith(beginning) and self.counts[name] == 1]
        return found[0] if len(found) == 1 else ""

    def likely(self, name: str) -> str:
        """The name most like it, for the message."""
        return self.surely(name) or next(iter(get_close_matches(name, list(self.counts), 1, 0.75)), "")


def _flat(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())


def _looked_at(key: str, column: Column) -> bool:
    if key == SURVEY:
        return column.role not in ("type", "name", "trigger")
    if key == CHOICES:
        return column.role == "label" or (column.role in _MEDIA and column.tokens[0] != "media")
    return True


def _cell(
    table: Table, row: Row, column: Column, text: str, names: Names, entry: Entry | None
) -> Iterator[Finding]:  # fmt: skip
    place = (table.sheet.name, row.number, column.letter, column.header, text)
    told: set[str] = set()
    for match in RE_PYXFORM_REF_OUTER.finditer(text):
        inner = match["pyxform_ref"]
        reference = RE_PYXFORM_REF_INNER.fullmatch(inner) if inner else None
        if reference is None:
            yield _malformed(place, match[0], inner or "", names)
            return
        name = reference["ncname"]
        if names.counts[name] == 1 or name in told:
            continue
        told.add(name)
        if not names.counts[name]:
            yield _unknown(place, name, names)
        else:
            yield _ambiguous(place, name, names, entry)


def _malformed(place: tuple[str, int, str, str, str], whole: str, inner: str, names: Names) -> Finding:
    prefix = "last-saved#" if "last-saved#" in inner else ""
    words = _NAME.findall((inner or whole[2:]).replace("last-saved#", ""))
    known = names.surely(words[0]) if len(words) == 1 else ""
    if len(words) == 1 and not whole.endswith("}"):
        # Cut off at the end of the cell: the rest of the name, if only one begins so.
        known = names.completed(words[0])
    params = {"value": whole[:60]}
    if names.counts[inner.strip()] and not RE_PYXFORM_REF_INNER.fullmatch(inner.strip()):
        # The question itself has an impossible name: the reference follows when that is mended.
        return Finding("reference_malformed", ERROR, *place, params)
    if known:
        return Finding(
            "reference_malformed", ERROR, *place, params, "replace", {"old": whole, "new": f"${{{prefix}{known}}}"}
        )
    return Finding("reference_malformed", ERROR, *place, params, "drop_reference", {"old": whole, "new": "…"})


def _unknown(place: tuple[str, int, str, str, str], name: str, names: Names) -> Finding:
    known = names.surely(name)
    params = {"name": name, "likely": names.likely(name) or "–"}
    if known and names.counts[known] == 1:
        return Finding(
            "reference_unknown", ERROR, *place, params, "replace", {"old": f"${{{name}}}", "new": f"${{{known}}}"}
        )
    return Finding("reference_unknown", ERROR, *place, params, "drop_reference", {"old": f"${{{name}}}", "new": name})


def _ambiguous(place: tuple[str, int, str, str, str], name: str, names: Names, entry: Entry | None) -> Finding:
    """${name} of more than one question: the nearest is meant, as XLSForm's own scoping would have it."""
    found = names.entries[name]
    rows = ", ".join(str(each.row.number) for each in found)
    same_section = len({id(each.section) for each in found}) < len(found)
    nearest = _nearest(found, entry) if entry is not None else None
    if nearest is None or same_section:
        # Two in one section are renamed by their own finding; then the reference is unique.
        return Finding("reference_ambiguous", ERROR, *place, {"name": name, "rows": rows})
    mend = {"old": name, "keep": nearest.row.number}
    return Finding("reference_ambiguous", ERROR, *place, {"name": name, "rows": rows}, "tell_apart", mend)


def _nearest(found: list[Entry], entry: Entry) -> Entry | None:
    """Of questions with one name, the one in the innermost section around the reference; None if several are as near."""
    section = entry.section
    while section is not None:
        inside = [each for each in found if each.section is section]
        if len(inside) == 1:
            return inside[0]
        if inside:
            return None
        section = section.parent  # type: ignore[assignment]  # the loop ends with it
    return None


def _trigger(row: Row, column: Column, text: str, questions: set[str], names: Names) -> Iterator[Finding]:
    place = (row.table.sheet.name, row.number, column.letter, column.header, text)
    if "${" not in text:
        words = [names.surely(word) for word in _NAME.findall(text)]
        known = all(word in questions for word in words)
        new = ", ".join(f"${{{word}}}" for word in words)
        yield Finding(
            "trigger_malformed",
            ERROR,
            *place,
            {"value": text[:60]},
            "set_cell" if known else "",
            {"new": new} if known else {},
        )
        return
    parts = text.split(",")
    if any(len(RE_PYXFORM_REF_OUTER.findall(part)) > 1 for part in parts):
        found = re.findall(r"\$\{\s*([^}\s]+)\s*\}", text)
        good = found and all(name in questions for name in found)
        new = ", ".join(f"${{{name}}}" for name in dict.fromkeys(found))
        yield Finding(
            "trigger_commas",
            ERROR,
            *place,
            {"value": text[:60]},
            "set_cell" if good else "",
            {"new": new} if good else {},
        )
        return
    for part in parts:
        for match in RE_PYXFORM_REF_OUTER.finditer(part):
            inner = RE_PYXFORM_REF_INNER.fullmatch(match["pyxform_ref"] or "")
            if inner is None:
                yield _malformed(place, match[0], match["pyxform_ref"] or "", names)
            elif inner["ncname"] not in questions:
                yield _unknown(place, inner["ncname"], names)
