"""A list in a workbook of one's own: one row for each person, columns named in the first row."""

import re

import fastexcel
import polars as pl

from banyan.people.linkage.problems.screening import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.linkage.rules.screening.entries import ReadList, digest_of
from banyan.people.linkage.rules.screening.reading.building import Entry, joined
from banyan.platform.kernel.problems import Location, Problem
from banyan.platform.kernel.uploads import Unreadable, check_archive

MOST_ROWS = 200_000
_NAMES = re.compile(r"(first|second|third|fourth|given|middle|last|family|sur)[ _]?name")
_COLUMNS = {
    "name": {"name", "full name", "whole name", "primary name"},
    "original": {"name in original script", "original script", "name original script"},
    "alias": {"alias", "aliases", "aka", "a k a", "also known as"},
    "birth": {"date of birth", "birth date", "dob", "born", "year of birth"},
    "sex": {"sex", "gender"},
    "nationality": {"nationality", "citizenship", "country"},
    "document": {"document", "document number", "passport", "passport number", "id number", "national id"},
    "reference": {"reference", "reference number", "id", "uid", "number"},
    "remarks": {"remarks", "comments", "remark", "comment"},
}  # fmt: skip


def read(content: bytes) -> ReadList:
    """Everybody in the first sheet. Raises Problem linkage.list_unreadable, linkage.list_column_missing."""
    try:
        check_archive(content)
        book = fastexcel.read_excel(content)
        frame = book.load_sheet(0, dtypes="string", n_rows=MOST_ROWS).to_polars()
    except Unreadable as error:
        raise Problem("linkage.list_unreadable", reason=str(error.reason)) from None
    except (fastexcel.FastExcelError, ValueError) as error:
        raise Problem("linkage.list_unreadable", reason=str(error).splitlines()[0][:200]) from None
    roles, parts = _roles(frame)
    if "name" not in roles and not parts:
        raise Problem("linkage.list_column_missing", at=Location(sheet=book.sheet_names[0], row=1))
    found = ReadList("own")
    for number, row in enumerate(frame.iter_rows(named=True), 2):
        told = {role: _cell(row[column]) for role, column in roles.items()}
        name = told.get("name") or joined(_cell(row[column]) for column in parts)
        if name or any(told.values()):
            _read_row(number, name, told, found)
    return found


def _roles(frame: pl.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Which column says what, and the columns that hold parts of a name, in their order."""
    roles: dict[str, str] = {}
    parts: list[str] = []
    for column in frame.columns:
        plain = " ".join(re.sub(r"[^a-z]+", " ", column.lower()).split())
        if _NAMES.fullmatch(plain):
            parts.append(column)
        for role, names in _COLUMNS.items():
            if plain in names:
                roles.setdefault(role, column)
    return roles, parts


def _read_row(number: int, name: str, told: dict[str, str], found: ReadList) -> None:
    # Without a reference of its own a row is known by what it says of the person.
    key = told.get("reference") or f"{digest_of(joined((name, told.get('birth', '')))) & (2**63 - 1):x}"
    entry = Entry(found, key[:80], number)
    entry.name(name)
    entry.name(told.get("original", ""), "original")
    for alias in told.get("alias", "").split(";"):
        entry.name(alias.strip(), "good")
    for birth in told.get("birth", "").split(";"):
        # A day in a workbook comes with a time of midnight.
        entry.born_as_told(re.sub(r"[ T]00:00:00(\.0+)?$", "", birth.strip()))
    entry.of_sex(told.get("sex", ""))
    entry.of_country(told.get("nationality", ""))
    for paper in told.get("document", "").split(";"):
        entry.document("", paper.strip())
    entry.finish(reference=told.get("reference", ""), remarks=told.get("remarks", ""))


def _cell(value: str | None) -> str:
    return " ".join((value or "").split())
