"""Words for the codes that records hold, in the reader's language: one query for a page, however many lists it needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from banyan.platform.access.viewers import Viewer
from banyan.reference.codes import queries as codes

SEX: Final = "sex"
RELATIONSHIP: Final = "relationship"
MARITAL: Final = "marital-status"
LEGAL: Final = "legal-status"
EDUCATION: Final = "education"
NEEDS: Final = "specific-needs"
CONTACT: Final = "contact-preference"
DOCUMENTS: Final = "document-types"
REASONS: Final = "inactive-reasons"
RESIDENCE: Final = "residence-status"
DIFFICULTY: Final = "functioning-difficulty"
COUNTRIES: Final = "iso-3166-1"
LANGUAGES: Final = "iso-639-3"
BIOMETRICS: Final = "biometric-status"
LISTS: Final = (
    SEX, RELATIONSHIP, MARITAL, LEGAL, EDUCATION, NEEDS, CONTACT, DOCUMENTS, REASONS, RESIDENCE, DIFFICULTY, COUNTRIES, LANGUAGES,
    BIOMETRICS,
)  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """{list: {code: word}}; a code without a word stands for itself."""

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, code_list: str, code: str | None) -> str:
        """The word for a code; empty for none."""
        return self.words.get(code_list, {}).get(code, code) if code else ""

    def options(self, code_list: str) -> list[tuple[str, str]]:
        """(code, word) in the order of the list."""
        return list(self.words.get(code_list, {}).items())


def labels(lists: Collection[str] = LISTS, *, seen_by: Viewer, codes_used: Collection[str] | None = None) -> Labels:
    """Words of these lists in the reader's language. codes_used: of these codes only. Viewers without lists read codes."""
    if not seen_by.may("codes.view_list"):
        return Labels()
    return Labels(codes.labels(lists, seen_by=seen_by, codes=codes_used))
