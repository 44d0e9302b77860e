"""Pure rules of code lists: reading a data file or a table, finding every fault in it, comparing two versions."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from banyan.platform.kernel.problems import Location, Problem, raise_all

# Codes travel through addresses, file names and spreadsheets: letters and digits of any script, no spaces, no mark with a meaning there.
CODE = re.compile(r"""(?!\.+$)[^\s\x00-\x1f\x7f,;"'`<>&?#%=|\\]{1,64}""")
LIST_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
MAPPING_KINDS = ("exact", "broader", "narrower", "related")
MOST_TERMS = 50_000
_LABEL_COLUMN = re.compile(r"(label|description)[_ :](" + LANGUAGE.pattern + ")")
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!")

Texts = dict[str, str]


@dataclass(frozen=True)
class TermRow:
    """A term as a version holds it. `row` is where it stands in the file it came from, for messages."""

    code: str
    labels: Texts
    parent: str | None = None
    description: Texts = field(default_factory=dict)
    uri: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class MappingRow:
    """A term of this list and the term of another list that it corresponds to."""

    code: str
    to_list: str
    to_code: str
    kind: str
    row: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ListFile:
    """A whole version of a code list, read and free of faults."""

    code: str
    names: Texts
    version: str
    terms: tuple[TermRow, ...]
    description: Texts = field(default_factory=dict)
    authority: str = ""
    uri: str = ""
    licence: str = ""
    published_on: date | None = None
    mappings: tuple[MappingRow, ...] = ()

    def digest(self) -> str:
        """SHA-256 over the terms: two versions with the same digest say the same."""
        rows = sorted([t.code, t.parent or "", t.labels, t.description, t.uri, t.attributes] for t in self.terms)
        return sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_file(data: Any) -> ListFile:
    """Read a data file (the parsed JSON). Raises Problem(s) naming every fault at once.

    The format is described in lists/README.md.
    """
    if not isinstance(data, Mapping):
        raise Problem("codes.not_a_list_file")
    faults: list[Problem] = []
    version = data.get("version")
    version = version if isinstance(version, Mapping) else {}
    published_on = None
    if version.get("published_on"):
        try:
            published_on = date.fromisoformat(str(version["published_on"]))
        except ValueError:
            faults.append(
                Problem("codes.not_a_date", text=str(version["published_on"]), at=Location(field="published_on"))
            )
    label = str(version.get("label") or "").strip()
    if not label:
        faults.append(Problem("codes.version_missing", at=Location(field="version.label")))
    code = str(data.get("list") or "")
    if not LIST_CODE.fullmatch(code):
        faults.append(Problem("codes.list_code_malformed", term=code, at=Location(field="list")))
    names = _texts(data.get("names"), faults, Location(field="names"))
    if not names:
        faults.append(Problem("codes.label_missing", term=code, at=Location(field="names")))
    description = _texts(data.get("description"), faults, Location(field="description"))
    terms = [_term(raw, number, faults) for number, raw in enumerate(_sequence(data.get("terms")), start=1)]
    mappings = [_mapping(raw, number, faults) for number, raw in enumerate(_sequence(data.get("mappings")), start=1)]
    found = [term for term in terms if term]
    faults += term_faults(found)
    codes = {term.code for term in found}
    faults += [
        Problem("codes.mapping_from_unknown", term=mapping.code, at=Location(row=mapping.row, field="from"))
        for mapping in mappings
        if mapping and mapping.code not in codes
    ]
    raise_all(faults)
    return ListFile(
        code=code,
        names=names,
        version=label,
        terms=tuple(found),
        description=description,
        authority=str(data.get("authority") or ""),
        uri=str(data.get("uri") or ""),
        licence=str(data.get("licence") or ""),
        published_on=published_on,
        mappings=tuple(mapping for mapping in mappings if mapping),
    )


def _sequence(value: Any) -> Sequence[Any]:
    # Anything but an array is one malformed entry, so that it is told and not passed over.
    return value if isinstance(value, list | tuple) else [value] if value else []


def _texts(value: Any, faults: list[Problem], at: Location) -> Texts:
    """Texts by language; a fault for a language tag that is none or a text that is no text. Blank texts are left out."""
    if value is None:
        return {}
    if isinstance(value, str):
        value = {"en": value}
    if not isinstance(value, Mapping):
        faults.append(Problem("codes.texts_malformed", at=at))
        return {}
    texts = {}
    for language, text in value.items():
        if not LANGUAGE.fullmatch(str(language)):
            faults.append(Problem("codes.language_unknown", language=str(language), at=at))
        elif not isinstance(text, str):
            faults.append(Problem("codes.texts_malformed", at=at))
        elif text.strip():
            texts[str(language)] = text.strip()
    return texts


def _term(raw: Any, row: int, faults: list[Problem]) -> TermRow | None:
    if not isinstance(raw, Mapping):
        faults.append(Problem("codes.term_malformed", at=Location(row=row)))
        return None
    attributes = raw.get("attributes")
    return TermRow(
        code=str(raw.get("code", "")).strip(),
        labels=_texts(raw.get("labels"), faults, Location(row=row, field="labels")),
        parent=str(raw["parent"]).strip() if raw.get("parent") else None,
        description=_texts(raw.get("description"), faults, Location(row=row, field="description")),
        uri=str(raw.get("uri") or ""),
        attributes=dict(attributes) if isinstance(attributes, Mapping) else {},
        row=row,
    )


def _mapping(raw: Any, row: int, faults: list[Problem]) -> MappingRow | None:
    if not isinstance(raw, Mapping) or raw.get("kind") not in MAPPING_KINDS:
        faults.append(
            Problem("codes.mapping_malformed", kinds=", ".join(MAPPING_KINDS), at=Location(row=row, field="mappings"))
        )
        return None
    return MappingRow(
        code=str(raw.get("from", "")), to_list=str(raw.get("to_list", "")), to_code=str(raw.get("to", "")), kind=raw["kind"], row=row
    )  # fmt: skip


def term_faults(terms: Sequence[TermRow]) -> list[Problem]:
    """Every fault of a set of terms: codes malformed, doubled, without label; parents unknown or in a circle."""
    faults: list[Problem] = []
    if not terms:
        faults.append(Problem("codes.no_terms"))
    if len(terms) > MOST_TERMS:
        faults.append(Problem("codes.too_many_terms", most=MOST_TERMS, count=len(terms)))
    count = Counter(term.code for term in terms)
    parents = {term.code: term.parent for term in terms}
    circular = _in_circles(parents)
    for term in terms:
        at = Location(row=term.row, field="code")
        if not CODE.fullmatch(term.code):
            faults.append(Problem("codes.code_malformed", term=term.code, at=at))
        elif count[term.code] > 1:
            faults.append(Problem("codes.code_doubled", term=term.code, at=at))
        if not term.labels:
            faults.append(Problem("codes.label_missing", term=term.code, at=Location(row=term.row, field="labels")))
        if term.parent is not None and term.parent not in parents:
            faults.append(
                Problem(
                    "codes.parent_unknown",
                    term=term.code,
                    parent=term.parent,
                    at=Location(row=term.row, field="parent"),
                )
            )
        elif term.code in circular:
            faults.append(Problem("codes.parent_circular", term=term.code, at=Location(row=term.row, field="parent")))
    return faults


def _in_circles(parents: Mapping[str, str | None]) -> set[str]:
    """Codes from which following parents comes back to the same code."""
    circular: set[str] = set()
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        seen: set[str] = set()
        code: str | None = start
        while code is not None and code in parents and code not in seen and code not in done:
            path.append(code)
            seen.add(code)
            code = parents[code]
        if code is not None and code in seen:
            circular.update(path[path.index(code) :])
        done.update(path)
    return circular


def read_table(rows: Iterable[Sequence[Any]]) -> tuple[TermRow, ...]:
    """Terms of a table (first row: column names). Raises Problem(s) naming every fault at once.

    Columns: code; label_en, label_fr, …; optional parent, uri, description_en, …; further columns become attributes.
    Empty rows are passed over wherever they stand.
    """
    lines = enumerate(([_cell(cell) for cell in cells] for cells in rows), start=1)
    first, header = next(((number, cells) for number, cells in lines if any(cells)), (1, []))
    names = [name.casefold() for name in header]
    faults: list[Problem] = []
    if "code" not in names:
        raise Problem(
            "codes.column_missing", column="code", found=", ".join(filter(None, header)) or "–", at=Location(row=first)
        )
    if "label" not in names and not any(_LABEL_COLUMN.fullmatch(name) and name.startswith("label") for name in names):
        raise Problem(
            "codes.column_missing", column="label_en", found=", ".join(filter(None, header)), at=Location(row=first)
        )
    faults += [
        Problem("codes.column_doubled", column=name, at=Location(row=first, column=name))
        for name, count in Counter(filter(None, names)).items()
        if count > 1
    ]
    terms = []
    for number, values in lines:
        if not any(values):
            continue
        for name, value in zip(header, values, strict=False):
            if value in _ERRORS:
                faults.append(Problem("codes.cell_error", value=value, at=Location(row=number, column=name)))
        faults += [
            Problem("codes.cell_without_column", value=value[:80], at=Location(row=number))
            for name, value in zip_longest(header, values, fillvalue="")
            if value and not name
        ]
        terms.append(_term_of_cells(dict(zip(names, values, strict=False)), header, number))
    raise_all(faults + term_faults(terms))
    return tuple(terms)


def _term_of_cells(cells: Mapping[str, str], header: Sequence[str], row: int) -> TermRow:
    texts: dict[str, Texts] = {"label": {}, "description": {}}
    attributes = {}
    for name in header:
        value = cells.get(name.casefold(), "")
        column = _LABEL_COLUMN.fullmatch(name.casefold())
        if not value or name.casefold() in ("code", "parent", "uri"):
            continue
        if column:
            texts[column[1]][column[2]] = value
        elif name.casefold() in texts:
            texts[name.casefold()]["en"] = value
        else:
            attributes[name] = value
    return TermRow(
        code=cells["code"],
        labels=texts["label"],
        parent=cells.get("parent") or None,
        description=texts["description"],
        uri=cells.get("uri", ""),
        attributes=attributes,
        row=row,
    )


def _cell(value: Any) -> str:
    """A cell as text; a whole number that a spreadsheet stored as 12.0 is the code "12"."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


@dataclass(frozen=True)
class Change:
    """A term that both versions have and that differs; `fields` names what differs."""

    code: str
    fields: tuple[str, ...]
    before: TermRow
    after: TermRow


@dataclass(frozen=True)
class Difference:
    """What a version adds, drops and changes against another."""

    added: tuple[TermRow, ...]
    removed: tuple[TermRow, ...]
    changed: tuple[Change, ...]

    @property
    def nothing(self) -> bool:
        """True when both versions say the same."""
        return not (self.added or self.removed or self.changed)


def difference(before: Iterable[TermRow], after: Iterable[TermRow]) -> Difference:
    """Compare two versions term by term, in the order of codes."""
    old = {term.code: term for term in before}
    new = {term.code: term for term in after}
    compared = ("labels", "parent", "description", "uri", "attributes")
    changed = []
    for code in sorted(old.keys() & new.keys()):
        fields = tuple(name for name in compared if getattr(old[code], name) != getattr(new[code], name))
        if fields:
            changed.append(Change(code, fields, old[code], new[code]))
    return Difference(
        added=tuple(new[code] for code in sorted(new.keys() - old.keys())),
        removed=tuple(old[code] for code in sorted(old.keys() - new.keys())),
        changed=tuple(changed),
    )


def label_in(texts: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """The text in the language, else in its base language, in English, in any language, else `otherwise`."""
    for wanted in (language, language.split("-")[0], "en"):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), otherwise)
