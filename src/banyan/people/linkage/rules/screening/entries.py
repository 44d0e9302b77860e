"""What a sanctions list says of somebody, whichever list it is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Literal, Self

from banyan.platform.kernel.problems import Problem

Quality = Literal["primary", "good", "low", "original"]
# Shorter numbers of documents are shared by chance.
SHORTEST_NUMBER = 5
BirthKind = Literal["exact", "approximate", "range"]


@dataclass(frozen=True, slots=True)
class ListedName:
    """One of the names somebody is listed under. "low": the list itself calls it weak; "original": in its own script."""

    text: str
    quality: Quality = "primary"


@dataclass(frozen=True, slots=True)
class ListedBirth:
    """When somebody may have been born: from the first day to the last, as the list knows it."""

    first: date
    last: date
    kind: BirthKind = "exact"

    @property
    def is_day(self) -> bool:
        """Whether the list names one day."""
        return self.first == self.last

    def __str__(self) -> str:
        if self.is_day:
            text = self.first.isoformat()
        elif (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            text = str(self.first.year) if self.first.year == self.last.year else f"{self.first.year}–{self.last.year}"
        else:
            text = f"{self.first:%Y-%m}" if self.first.month == self.last.month else f"{self.first}–{self.last}"
        return f"{text}~" if self.kind == "approximate" else text


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document of somebody who is listed. `key` is the number as documents are compared: capitals and digits."""

    kind: str
    number: str
    key: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One person on a list. `key` tells the entry from all others of the list, in every version."""

    key: str
    names: tuple[ListedName, ...]
    sex: str = "unknown"
    births: tuple[ListedBirth, ...] = ()
    nationalities: tuple[str, ...] = ()  # ISO 3166, three letters
    documents: tuple[ListedDocument, ...] = ()
    reference: str = ""
    programme: str = ""
    listed_on: str = ""
    remarks: str = ""
    line: int | None = None  # where it stands in the file; of no meaning for the entry

    @property
    def name(self) -> str:
        """The name by which lists show it."""
        return self.names[0].text if self.names else self.key

    def as_dict(self) -> dict[str, Any]:
        """What is compared, as JSON values."""
        return {
            "names": [asdict(each) for each in self.names],
            "sex": self.sex,
            "births": [[str(each.first), str(each.last), each.kind] for each in self.births],
            "nationalities": list(self.nationalities),
            "documents": [asdict(each) for each in self.documents],
        }

    @classmethod
    def from_dict(cls, key: str, told: Mapping[str, Any]) -> Self:
        """The entry again from what `as_dict` gave."""
        return cls(
            key=key,
            names=tuple(ListedName(**each) for each in told["names"]),
            sex=told["sex"],
            births=tuple(
                ListedBirth(date.fromisoformat(first), date.fromisoformat(last), kind)
                for first, last, kind in told["births"]
            ),
            nationalities=tuple(told["nationalities"]),
            documents=tuple(ListedDocument(**each) for each in told["documents"]),
        )

    @property
    def digest(self) -> int:
        """A number that changes whenever something that is compared changes."""
        return digest_of(repr(self.as_dict()))


@dataclass
class ReadList:
    """A list as it was read: everybody on it, how many organisations and ships were left out, and what was doubtful."""

    source: str
    generated: str = ""
    parties: list[Party] = field(default_factory=list)
    others: int = 0
    notes: list[Problem] = field(default_factory=list)


def digest_of(text: str) -> int:
    """A text as a signed number of 64 bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)


def document_key(text: str) -> str:
    """A number as documents are compared: capital letters and digits, nothing between."""
    return "".join(each for each in text.upper() if each.isalnum())
