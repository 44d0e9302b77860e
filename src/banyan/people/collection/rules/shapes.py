"""What passes from step to step on the way from a file to staged submissions.

file → `Reading` (tables as a person would read them) → `Mapping` (which column feeds which register field)
→ `Canonical` (households and people, one column per field) → `Checked` (clean values beside the raw ones, findings).
All columns of all frames are String unless said; empty is null.
"""

from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import polars as pl

from banyan.platform.kernel.problems import Problem

HOUSEHOLD_COLUMN = "@household"
PERSON_COLUMN = "@person"
UID_COLUMN = "@uid"
SUBMITTED_COLUMN = "@submitted_at"
IGNORED = "@ignore"
EXTRA = "extra:"
RAW = "raw:"

KINDS = ("xlsx", "xls", "csv", "kobo-json", "xml", "hope", "browser")
SUBJECTS = ("household", "person", "both", "ignore")
SEVERITIES = ("error", "warning", "quarantine")


@dataclass(frozen=True, slots=True)
class Header:
    """One column as the file names it: 0-based position, spreadsheet letter, name, label, group path, HXL tag."""

    position: int
    letter: str
    name: str
    label: str = ""
    path: str = ""
    hxl: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, CSV file or repeat.

    `frame` has the columns "c0".."cN" (String: text as a person would read it; whole numbers without ".0", dates ISO,
    booleans "TRUE" and "FALSE"), "row" (Int32: 1-based row of the sheet, or ordinal of the submission), "uid"
    (String: `_uuid` or instanceID) and "parent" (String: uid or household key that the structure gives).
    """

    name: str
    headers: tuple[Header, ...]
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from the files of one batch. `notes` say what the reader found doubtful but could read."""

    tables: tuple[Table, ...]
    kind: str
    media: dict[str, bytes] = field(default_factory=dict)
    encoding: str = ""
    delimiter: str = ""
    form_hint: str = ""
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where one column goes.

    `field` is "" (nowhere known), the key of a register field, or one of the columns beginning with "@";
    `extra` the key of an extra attribute. `why` says by what it was recognised: name, label, path, hxl, binding,
    remembered or values; `certainty` runs from 0 to 1.
    """

    field: str = ""
    extra: str = ""
    certainty: float = 0.0
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored with the batch and remembered with the source."""
        return {"field": self.field, "extra": self.extra, "certainty": self.certainty, "why": self.why}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            field=str(stored.get("field", "")),
            extra=str(stored.get("extra", "")),
            certainty=float(stored.get("certainty", 0.0)),
            why=str(stored.get("why", "")),
        )


@dataclass(frozen=True, slots=True)
class TableMapping:
    """What the rows of one table are, and where each column goes (by position of the header)."""

    table: str
    subject: str
    targets: tuple[Target, ...]
    header_rows: int = 1
    skipped_rows: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As stored with the batch and remembered with the source."""
        return {
            "table": self.table,
            "subject": self.subject,
            "targets": [target.to_json() for target in self.targets],
            "header_rows": self.header_rows,
            "skipped_rows": list(self.skipped_rows),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            table=str(stored["table"]),
            subject=str(stored["subject"]),
            targets=tuple(Target.from_json(target) for target in stored["targets"]),
            header_rows=int(stored.get("header_rows", 1)),
            skipped_rows=tuple(int(row) for row in stored.get("skipped_rows", ())),
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """Where every column of every table goes."""

    tables: tuple[TableMapping, ...]

    def to_json(self) -> dict[str, Any]:
        """As stored with the batch and remembered with the source."""
        return {"tables": [table.to_json() for table in self.tables]}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(tables=tuple(TableMapping.from_json(table) for table in stored.get("tables", ())))


@dataclass(frozen=True, slots=True)
class Canonical:
    """Households and people as they came, by register field.

    Both frames have one column per field present ("household.place", "person.full_name", "extra:<key>") and "key"
    (household key within the batch, never null: a person without household has one of their own), "uid", "sheet",
    "row" (Int32), "number" (the submitter's own id) and "submitted_at" (ISO, null where unknown). `cells` says from
    which (sheet, letter) a field came, `paths` which column a question of the form (by its path) became: what the form's
    own expressions are evaluated over. `media` holds attachments by the file name that cells mention.
    """

    households: pl.DataFrame
    people: pl.DataFrame
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The same households and people with clean values, and everything found.

    Where a clean value differs from what came, the column "raw:<field>" holds the raw text (else null). `findings`
    has subject ("household" or "person"), index (UInt32: row of that frame, from 0), sheet, row (Int32), letter, field,
    severity, code (of the problem catalogue), raw, proposed, params (JSON text of the message's parameters).
    `evidence` is what columns as a whole told (order of day and month, Zawgyi, when ages were reckoned), as plain data:
    whoever checks a few of the rows again hands it to `Lookups`.
    """

    households: pl.DataFrame
    people: pl.DataFrame
    findings: pl.DataFrame
    evidence: dict[str, Any] = field(default_factory=dict)


FINDING_COLUMNS: dict[str, Any] = {
    "subject": pl.String,
    "index": pl.UInt32,
    "sheet": pl.String,
    "row": pl.Int32,
    "letter": pl.String,
    "field": pl.String,
    "severity": pl.String,
    "code": pl.String,
    "raw": pl.String,
    "proposed": pl.String,
    "params": pl.String,
}


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place that exists under a P-code; `names` holds every name it is known by, in any script."""

    code: str
    id: str
    name: str
    names: tuple[str, ...]
    level: int
    status: str


@dataclass(frozen=True, slots=True)
class ListedCode:
    """One entry of a code list: its code and every word people write for it (labels in all languages, aliases)."""

    code: str
    words: tuple[str, ...] = ()


class ChecksAnswers(Protocol):
    """The form's own required, constraint, relevant and choices (forms.queries.evaluation.FormChecker)."""

    def check_frame(self, households: pl.DataFrame, people: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
        """Faults of all rows at once."""
        ...


@dataclass(frozen=True, slots=True)
class Lookups:
    """All that the check of rows must know, fetched once per batch by the action.

    `country` is ISO 3166-1 alpha-3 of the operation, `today` an ISO date. `places` holds the P-codes that occur;
    `near(codes)` gives for each unknown code the existing places one slip of the pen away. `codes` is code list → its
    entries, `choices` extra key or field → the entries of the form's own list. `forbidden` are the kinds of data
    the operation's policy forbids, `fields` is key → forms.declarations.RegisterField. `checker` is the form's own
    evaluation, None where the batch has no form.
    `named` holds the places meant by names that stand where a P-code should, by the text as it came; `outside` the codes
    that lie outside of the batch's area; `kinds` the kinds of data that a column holds by its heading ("extra:church" →
    religion), beside those its register field declares. `evidence` is what an earlier check of the batch's columns told.
    """

    country: str = ""
    places: Dictionary[str, KnownPlace] = field(default_factory=dict)
    near: Callable[[list[str]], dict[str, tuple[KnownPlace, ...]]] = lambda _codes: {}
    codes: Dictionary[str, tuple[ListedCode, ...]] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    fields: Dictionary[str, Any] = field(default_factory=dict)
    choices: Dictionary[str, tuple[ListedCode, ...]] = field(default_factory=dict)
    checker: ChecksAnswers | None = None
    today: str = ""
    named: Dictionary[str, tuple[KnownPlace, ...]] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    kinds: Dictionary[str, frozenset[str]] = field(default_factory=dict)
    evidence: Dictionary[str, Any] = field(default_factory=dict)
