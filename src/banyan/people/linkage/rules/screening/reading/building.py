"""What the readers of all lists share: entries gathered, with what was doubtful in them."""

from collections.abc import Iterable

from banyan.people.linkage.problems.screening import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.linkage.rules.screening.births import read_birth
from banyan.people.linkage.rules.screening.countries import country_code
from banyan.people.linkage.rules.screening.entries import (
    ListedBirth,
    ListedDocument,
    ListedName,
    Party,
    Quality,
    ReadList,
    document_key,
)
from banyan.platform.kernel.problems import Location, Problem

LONGEST_NAME, LONGEST_REMARKS, MOST_NAMES = 300, 2_000, 200
# What one list notes: a file with ten thousand mistakes is told by its first ones and their number.
MOST_NOTES = 500


class Entry:
    """One entry while it is read."""

    def __init__(self, into: ReadList, key: str, line: int | None) -> None:
        self.into, self.key, self.line = into, key, line
        self.names: dict[str, ListedName] = {}
        self.births: list[ListedBirth] = []
        self.nationalities: list[str] = []
        self.documents: list[ListedDocument] = []
        self.sex = "unknown"

    def note(self, code: str, **parameters: str) -> None:
        """Something doubtful, with its place."""
        if len(self.into.notes) < MOST_NOTES:
            self.into.notes.append(Problem(code, at=Location(row=self.line), entry=self.key, **parameters))

    def name(self, text: str, quality: Quality = "primary") -> None:
        """One name; the same again changes nothing."""
        if text and len(self.names) < MOST_NAMES:
            self.names.setdefault(text[:LONGEST_NAME], ListedName(text[:LONGEST_NAME], quality))

    def born(self, birth: ListedBirth | None, text: str) -> None:
        """A date of birth as it was read; None is noted with the text it was read from."""
        if birth is None:
            self.note("linkage.entry_date", text=text[:80])
        elif birth not in self.births:
            self.births.append(birth)

    def born_as_told(self, text: str) -> None:
        """A date of birth as text; nothing for none."""
        if text:
            self.born(read_birth(text), text)

    def of_country(self, text: str) -> None:
        """A nationality by name or code."""
        for part in text.split(";"):
            if part.strip() and (code := self.country(part)) and code not in self.nationalities:
                self.nationalities.append(code)

    def country(self, text: str) -> str:
        """The code of a country; one that is not known is noted."""
        code = country_code(text)
        if text.strip() and not code:
            self.note("linkage.entry_country", text=text.strip()[:80])
        return code

    def document(self, kind: str, number: str, country: str = "") -> None:
        """A document, if it has a number."""
        if key := document_key(number):
            self.documents.append(ListedDocument(kind[:80], number[:80], key[:80], country_code(country)))

    def of_sex(self, text: str) -> None:
        """M, Male, F, Female; anything else says nothing."""
        self.sex = {"m": "male", "f": "female"}.get(text.strip()[:1].lower(), self.sex)

    def finish(self, *, reference: str = "", programme: str = "", listed_on: str = "", remarks: str = "") -> None:
        """Put the entry on the list, unless it stands there already."""
        if not self.names:
            self.note("linkage.entry_unnamed")
        self.into.parties.append(
            Party(
                key=self.key, names=tuple(self.names.values()), sex=self.sex, births=tuple(self.births),
                nationalities=tuple(self.nationalities), documents=tuple(self.documents), reference=reference[:80],
                programme=programme[:120], listed_on=listed_on[:10], remarks=remarks[:LONGEST_REMARKS], line=self.line,
            )
        )  # fmt: skip


def without_repeats(read: ReadList) -> ReadList:
    """Each entry once: the first of two with one key counts, the other is noted."""
    seen: set[str] = set()
    kept: list[Party] = []
    for party in read.parties:
        if party.key in seen:
            if len(read.notes) < MOST_NOTES:
                read.notes.append(Problem("linkage.entry_twice", at=Location(row=party.line), entry=party.key))
        else:
            seen.add(party.key)
            kept.append(party)
    read.parties = kept
    return read


def joined(parts: Iterable[str]) -> str:
    """Parts of a name in their order."""
    return " ".join(part for part in parts if part)
