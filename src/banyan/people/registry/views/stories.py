"""What happened to people, households and change requests, as their pages tell it: in words, without bookkeeping."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from banyan.people.registry import queries
from banyan.people.registry.queries.labels import (
    BIOMETRICS,
    CONTACT,
    COUNTRIES,
    DOCUMENTS,
    EDUCATION,
    LANGUAGES,
    LEGAL,
    MARITAL,
    NEEDS,
    REASONS,
    RELATIONSHIP,
    RESIDENCE,
    SEX,
    Labels,
)
from banyan.people.registry.views.changing.wording import KIND_LABELS
from banyan.people.registry.vocabulary import LEGAL_BASES, PURPOSES
from banyan.platform.access.viewers import Viewer
from banyan.platform.history.queries import FieldChange, Telling, TimelineEntry, timeline

# That a photo came is said by the day it was taken; the rest is of use to programs only.
_SILENT = (
    "version", "photo", "number_key", "raw", "position", "said", "odd_codes", "located", "operation", "source", "batch",
    "submission", "staged_row", "asked", "minted", "basis", "moved", "makers", "what", "kept", "sensitive",
)  # fmt: skip
_CODED: Final = {
    "sex": SEX,
    "relationship": RELATIONSHIP,
    "marital_status": MARITAL,
    "legal_status": LEGAL,
    "education": EDUCATION,
    "code": NEEDS,
    "contact_preference": CONTACT,
    "type": DOCUMENTS,
    "status_reason": REASONS,
    "reason": REASONS,
    "residence_status": RESIDENCE,
    "nationality": COUNTRIES,
    "origin_country": COUNTRIES,
    "issuer": COUNTRIES,
    "language": LANGUAGES,
    "biometric_status": BIOMETRICS,
}
"""Fields of records and their parts that hold a code, and the list that has its word."""


def _agreed(purposes: dict[str, bool]) -> str:
    return ", ".join(
        f"{PURPOSES.get(code, code)}: {_('yes') if agreed else _('no')}" for code, agreed in purposes.items()
    )


TOLD: Final = {
    **{name: Telling(left_out=True) for name in _SILENT},
    "kind": Telling(words=lambda kind: str(KIND_LABELS.get(kind, kind))),
    "purposes": Telling(words=_agreed),
    "legal_basis": Telling(words=lambda basis: str(LEGAL_BASES.get(basis, basis))),
    "household": Telling(_("Household")),
    "person": Telling(_("Person")),
    "second": Telling(_("Record")),
}


def story(model: Any, record_id: UUID, viewer: Viewer, *, limit: int = 20) -> Sequence[TimelineEntry]:
    """The latest changes of a record of this room and of its parts; codes in the words of their lists, with one query."""
    entries = timeline(model, record_id, seen_by=viewer, limit=limit, told=TOLD)
    coded = [change for entry in entries for change in entry.changes if change.name in _CODED and not change.hidden]
    used = {code for change in coded for code in (change.old, change.new) if code}
    if not used:
        return entries
    words = queries.labels({_CODED[change.name] for change in coded}, seen_by=viewer, codes_used=used)
    return [replace(entry, changes=tuple(_worded(change, words) for change in entry.changes)) for entry in entries]


def _worded(change: FieldChange, words: Labels) -> FieldChange:
    known = _CODED.get(change.name)
    if known is None or change.hidden:
        return change
    return replace(change, old=words.of(known, change.old), new=words.of(known, change.new))
