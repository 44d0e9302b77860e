"""Reads of imports: what was sent, what was found, and the words a file may use."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from banyan.platform.access.viewers import Viewer, system_viewer
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.codes import queries as codes
from banyan.reference.parties.models import Import, ImportFinding, ImportRow
from banyan.reference.parties.queries.organisations import COUNTRIES_LIST, KINDS_LIST
from banyan.reference.parties.rules import Vocabulary

_IMPORT = "parties.import_organisations"


def imports(*, seen_by: Viewer) -> QuerySet[Import]:
    """All imports."""
    seen_by.require(_IMPORT)
    return Import.objects.all()


def import_named(import_id: UUID, *, seen_by: Viewer) -> Import:
    """One import. Raises Problem not_found."""
    found = imports(seen_by=seen_by).filter(id=import_id).first()
    if found is None:
        raise Problem("not_found")
    return found


def import_rows(import_id: UUID, *, seen_by: Viewer) -> QuerySet[ImportRow]:
    """Rows that can be taken, in the file's order."""
    seen_by.require(_IMPORT)
    return ImportRow.objects.filter(batch=import_id).order_by("number")


def import_findings(import_id: UUID, *, seen_by: Viewer) -> QuerySet[ImportFinding]:
    """Findings of an import in the file's order."""
    seen_by.require(_IMPORT)
    return ImportFinding.objects.filter(batch=import_id)


def finding_texts(code: str, parameters: dict[str, Any], row: int | None, column: str, *, seen_by: Viewer) -> Problem:
    """A stored finding as the Problem it was, in the reader's language."""
    seen_by.require(_IMPORT)
    return Problem(code, at=Location(row=row, column=column or None), **parameters)


def vocabulary(*, seen_by: Viewer) -> Vocabulary:
    """Words of a file for kinds and countries: codes and labels of the two code lists in every language."""
    seen_by.require(_IMPORT)
    return Vocabulary(kinds=_words(KINDS_LIST), countries=_words(COUNTRIES_LIST))


def _words(code_list: str) -> dict[str, str]:
    reader = system_viewer("labels")
    words: dict[str, str] = {}
    try:
        version = codes.version(code_list, seen_by=reader)
    except Problem:
        return words  # the list is not loaded: no word means anything yet
    for term in codes.rows(version, seen_by=reader):
        for label in term.labels.values():
            words.setdefault(label.casefold(), term.code)
        if alpha_2 := term.attributes.get("alpha_2"):
            words.setdefault(str(alpha_2).casefold(), term.code)
    for term in codes.rows(version, seen_by=reader):
        words[term.code.casefold()] = term.code
    return words
