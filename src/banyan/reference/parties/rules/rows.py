"""Reading a table of organisations row by row: every row becomes a candidate or says why not."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.parties.rules.candidates import Candidate, Finding, OtherName, Severity, Vocabulary, finding
from banyan.reference.parties.rules.columns import Columns, recognise
from banyan.reference.parties.rules.texts import LONGEST_ACRONYM, acronym_key, is_sentence, name_key, tidy

MOST_ROWS = 50_000
REACHES = ("international", "regional", "national", "local")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./:_\-]{0,99}")
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_SEPARATORS = re.compile(r"[;|\n]")


def read_rows(table: Sequence[Sequence[Any]], words: Vocabulary) -> tuple[list[Candidate], list[Finding]]:
    """Candidates and findings of a table whose first row with anything in it holds the headings.

    Raises Problem parties.empty_file, no_name_column or too_many_rows, which concern the whole file.
    """
    start = next((number for number, row in enumerate(table) if any(tidy(cell) for cell in row)), None)
    if start is None:
        raise Problem("parties.empty_file")
    if len(table) - start > MOST_ROWS:
        raise Problem("parties.too_many_rows", count=len(table) - start - 1, most=MOST_ROWS)
    headings = [tidy(cell) for cell in table[start]]
    columns = recognise(headings)
    if "name" not in columns.fields:
        found = ", ".join(filter(None, headings[:20])) or "–"
        raise Problem("parties.no_name_column", found=found, at=Location(row=start + 1))
    findings = [
        *(finding("parties.column_doubled", start + 1, heading, warning=True) for heading in columns.doubled),
        *(finding("parties.column_ignored", start + 1, heading, warning=True) for heading in columns.unknown),
    ]
    candidates = []
    for number, row in enumerate(table[start + 1 :], start=start + 2):
        cells = [tidy(cell) for cell in row]
        if any(cells):
            candidate, found_here = _read_row(number, cells, headings, columns, words)
            findings += found_here
            if candidate:
                candidates.append(candidate)
    unique, doubled = without_doubles(candidates)
    if not unique and not findings:
        raise Problem("parties.empty_file")
    return unique, [*findings, *doubled]


def _read_row(
    number: int, cells: Sequence[str], headings: Sequence[str], columns: Columns, words: Vocabulary
) -> tuple[Candidate | None, list[Finding]]:
    def cell(field: str) -> str:
        place = columns.fields.get(field)
        return cells[place] if place is not None and place < len(cells) else ""

    def heading(field: str) -> str:
        return headings[columns.fields[field]]

    found: list[Finding] = []
    for place, text in enumerate(cells):
        if text in _ERRORS and place < len(headings):
            found.append(finding("parties.cell_error", number, headings[place], text, value=text))
    name, findings = checked_name(number, cell("name"), heading("name"))
    found += findings
    kind = country = ""
    if cell("kind"):
        kind = words.kind(cell("kind")) or ""
        if not kind:
            found.append(finding("parties.kind_unknown", number, heading("kind"), cell("kind"), kind=cell("kind")))
    if cell("country"):
        country = words.country(cell("country")) or ""
        if not country:
            found.append(
                finding("parties.country_unknown", number, heading("country"), cell("country"), text=cell("country"))
            )
    website, findings = checked_website(number, cell("website"), heading("website") if cell("website") else "")
    found += findings
    acronym, findings = checked_acronym(number, cell("acronym"), heading("acronym") if cell("acronym") else "")
    found += findings
    reach = cell("reach").casefold()
    ids = [(scheme, cells[place]) for scheme, place in columns.ids.items() if place < len(cells) and cells[place]]
    for scheme, value in ids:
        if not _ID.fullmatch(value):
            found.append(
                finding(
                    "parties.id_malformed", number, headings[columns.ids[scheme]], value, scheme=scheme, value=value
                )
            )
    names = [
        OtherName("translation", cells[place], language)
        for language, place in columns.languages.items()
        if place < len(cells) and cells[place]
    ]
    for relation, field in (("alias", "aliases"), ("former", "former")):
        names += [OtherName(relation, text) for text in map(tidy, _SEPARATORS.split(cell(field))) if text]
    kept, findings = checked_names(number, names, name, acronym)
    found += findings
    if any(one.severity is Severity.ERROR for one in found):
        return None, found
    return Candidate(
        row=number,
        name=name,
        acronym=acronym,
        code=cell("code").upper(),
        kind=kind,
        country=country,
        reach=reach if reach in REACHES else "",
        website=website,
        parent=cell("parent"),
        names=kept,
        ids=tuple(ids),
    ), found


def checked_name(row: int, text: str, column: str) -> tuple[str, list[Finding]]:
    """The name, or why it is none."""
    if not any(letter.isalpha() for letter in text):
        return "", [finding("parties.name_missing", row, column, text)]
    if is_sentence(text):
        return "", [finding("parties.name_is_sentence", row, column, text, text=_short(text))]
    return text, []


def checked_acronym(row: int, text: str, column: str) -> tuple[str, list[Finding]]:
    """The acronym, empty with a warning when it cannot be one."""
    if len(text) > LONGEST_ACRONYM or is_sentence(text) or (text and not acronym_key(text)):
        return "", [finding("parties.acronym_malformed", row, column, text, warning=True, text=_short(text))]
    return text, []


def checked_website(row: int, text: str, column: str) -> tuple[str, list[Finding]]:
    """The address with its scheme, empty with a warning when it is none."""
    if not text:
        return "", []
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or "." not in (parts.hostname or "")
        or " " in address
        or len(address) > 300
    ):
        return "", [finding("parties.website_malformed", row, column, text, warning=True, text=_short(text))]
    return address, []


def checked_names(
    row: int, names: Iterable[OtherName], name: str, acronym: str
) -> tuple[tuple[OtherName, ...], list[Finding]]:
    """Further names without sentences (each a warning), without repetitions and without the name itself."""
    kept: dict[tuple[str, str, str], OtherName] = {}
    found = []
    for other in names:
        if is_sentence(other.text):
            found.append(
                finding("parties.alias_is_sentence", row, "", other.text, warning=True, text=_short(other.text))
            )
        elif other.relation == "translation" or other.text not in (name, acronym):
            kept.setdefault((other.relation, other.language, other.text), other)
    return tuple(kept.values()), found


def without_doubles(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Finding]]:
    """Candidates without those that repeat a code, an identifier, or name and acronym of an earlier row."""
    seen: dict[tuple[str, ...], int] = {}
    unique, found = [], []
    for candidate in candidates:
        marks: list[tuple[str, ...]] = [("id", *one) for one in candidate.ids]
        if candidate.code:
            marks.append(("code", candidate.code))
        if not marks:
            marks.append(("name", name_key(candidate.name), acronym_key(candidate.acronym)))
        earlier = [seen[mark] for mark in marks if mark in seen]
        if earlier:
            found.append(
                finding("parties.row_doubled", candidate.row, "", candidate.name, name=candidate.name, row=earlier[0])
            )
            continue
        for mark in marks:
            seen[mark] = candidate.row
        unique.append(candidate)
    return unique, found


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
