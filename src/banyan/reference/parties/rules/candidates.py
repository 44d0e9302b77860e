"""A row of a list of organisations after reading, and what was found wrong with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from banyan.platform.kernel.problems import Location, Problem


class Severity(StrEnum):
    """What a finding does: an error keeps the row out, a warning keeps out one value or nothing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class OtherName:
    """A further name. relation: translation, alias, former or acronym."""

    relation: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Candidate:
    """An organisation as a file tells it; empty values are not told. `row` counts as the spreadsheet shows it."""

    row: int
    name: str
    acronym: str = ""
    code: str = ""
    kind: str = ""
    country: str = ""
    reach: str = ""
    website: str = ""
    parent: str = ""
    names: tuple[OtherName, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON values, for staging."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Inverse of as_dict after a trip through JSON."""
        given = dict(values)
        given["names"] = tuple(OtherName(**name) for name in given["names"])
        given["ids"] = tuple((scheme, value) for scheme, value in given["ids"])
        return cls(**given)


@dataclass(frozen=True)
class Finding:
    """A problem with a row, a value or the file; `value` is what stood there."""

    problem: Problem
    severity: Severity = Severity.ERROR
    value: str = ""

    @property
    def row(self) -> int | None:
        """The row it is about; None for the whole file."""
        return self.problem.at.row if self.problem.at else None


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a file may mean: kinds and countries by code and by any label, in one case."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)

    def kind(self, text: str) -> str | None:
        """Code of a kind of organisation; None when the text names none."""
        return self.kinds.get(text.casefold())

    def country(self, text: str) -> str | None:
        """ISO 3166-1 alpha-3 code; None when the text names no country.

        Lists also write "Tanzania, United Republic of". Where the part before the comma names two countries (Congo,
        Korea) no list of countries has it alone, so nothing is guessed.
        """
        folded = text.casefold()
        return self.countries.get(folded) or self.countries.get(folded.partition(",")[0].strip())


def finding(
    code: str, row: int, column: str, held: str = "", /, *, warning: bool = False, **parameters: Any
) -> Finding:
    """A finding at a row and column; `held` is what stood there. Parameters may be called row or value too."""
    at = Location(row=row, column=column) if column else Location(row=row)
    severity = Severity.WARNING if warning else Severity.ERROR
    return Finding(Problem(code, at=at, **parameters), severity, held)
