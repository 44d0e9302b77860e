"""One change being planned: what is asked, the records as they stand, and what has been gathered so far."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from banyan.people.registry.problems import PROBLEMS  # noqa: F401 — raised below, so declared before
from banyan.people.registry.rules.changing.records import (
    DOCUMENT,
    HOUSEHOLD,
    MEMBERSHIP,
    NEED,
    NOTICE,
    PERSON,
    PHONE,
    Edit,
    Line,
    Records,
    Row,
    lines,
    merged,
)
from banyan.platform.kernel.problems import Location, Problem

Mint = Callable[[], str]
HEAD = "head"
UNKNOWN = "unknown"
# Columns that a row has from the beginning, when nobody says otherwise.
_BARE_PERSON: Row = {
    "number": "", "full_name": "", "given_name": "", "middle_name": "", "family_name": "", "name_original": "",
    "mother_name": "", "father_name": "", "sex": UNKNOWN, "birth_date": None, "nationality": "", "origin_country": "",
    "marital_status": "", "legal_status": "", "arrived_on": None, "education": "", "occupation": "", "difficulties": {},
    "place": None, "address": "", "language": "", "contact_preference": "", "email": "", "photo": "", "extras": {},
    "status_decided_on": None, "born_in_asylum": False, "photo_taken_on": None, "biometric_status": "",
    "needs_screened_on": None, "verified_on": None,
    "status": "active", "status_reason": "", "status_since": None,
}  # fmt: skip
_BARE_HOUSEHOLD: Row = {
    "number": "", "place": None, "address": "", "lat": None, "lon": None, "phone": "", "interviewed_on": None,
    "interviewer": "", "registration_group": "", "language": "", "size_reported": None, "residence_status": "",
    "origin_country": "", "extras": {}, "status": "active", "status_reason": "", "status_since": None,
}  # fmt: skip
_BARE: dict[str, Row] = {
    PERSON: _BARE_PERSON,
    HOUSEHOLD: _BARE_HOUSEHOLD,
    MEMBERSHIP: {
        "relationship": "", "said": "", "is_head": False, "is_collector": False, "is_alternate": False, "until": None, "reason": "",
    },
    DOCUMENT: {"issuer": "", "issued_on": None, "expires_on": None, "is_current": True},
    PHONE: {"raw": "", "position": 0},
    NEED: {"since": None, "until": None, "note": "", "sensitive": False},
    NOTICE: {
        "person": None, "household": None, "version": "", "language": "", "purposes": {}, "legal_basis": "consent",
        "withdrawn_on": None,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What a change would do: edits row by row, the same as lines of values, and everything that stands against it."""

    edits: tuple[Edit, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass
class Case:
    """Gathers edits, problems and facts while a kind of change is planned."""

    asked: Mapping[str, Any]
    records: Records
    mint: Mint
    today: date
    problems: list[Problem] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    facts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def wrong(self, code: str, at: str = "", **parameters: Any) -> None:
        """Note what stands against the change; planning goes on, so that everything is told at once."""
        self.problems.append(Problem(f"registry.{code}", at=Location(field=at) if at else None, **parameters))

    def change(self, table: str, key: str, **values: Any) -> None:
        """Write these columns of a row."""
        self.edits.append(Edit("change", table, key, values))

    def add(self, table: str, **values: Any) -> str:
        """A new row with these columns, the others as they are in the beginning; gives its id."""
        key = self.mint()
        self.edits.append(Edit("add", table, key, {**_BARE[table], **values}))
        return key

    def remove(self, table: str, key: str) -> None:
        """Take a row out; history keeps it."""
        self.edits.append(Edit("remove", table, key))

    def announce(self, fact: str, *ids: str) -> None:
        """Remember what is to be announced once the change has been made."""
        if (fact, ids) not in self.facts:
            self.facts.append((fact, ids))

    @property
    def then(self) -> Records:
        """The records as they would be after what was gathered so far."""
        return self.records.after(self.edits)

    @property
    def on(self) -> str:
        """The day from which the change counts: the one asked for, else today."""
        return str(self.asked.get("on") or self.today.isoformat())

    def person(self, name: str = "person", *, active: bool = True) -> tuple[str, Row] | None:
        """The person asked for, not closed (if `active`); notes what is wrong otherwise."""
        return self._record(PERSON, str(self.asked.get(name) or ""), name, active=active)

    def household(self, name: str = "household", *, active: bool = True) -> tuple[str, Row] | None:
        """The household asked for, not closed (if `active`); notes what is wrong otherwise."""
        return self._record(HOUSEHOLD, str(self.asked.get(name) or ""), name, active=active)

    def _record(self, table: str, key: str, at: str, *, active: bool) -> tuple[str, Row] | None:
        row = self.records.row(table, key)
        if row is None:
            self.wrong("change_record_missing", at)
            return None
        if active and row["status"] in ("closed", "withdrawn"):
            self.wrong("change_record_closed", at, reference=row["reference"])
            return None
        return key, row

    def finish(self) -> Plan:
        """The plan; a change that changes nothing is noted as wrong."""
        edits = merged(self.edits)
        told = lines(self.records, edits)
        if not told and not self.problems:
            self.wrong("change_nothing")
        touched = {(line.table, line.id) for line in told}
        kept = tuple(edit for edit in edits if (edit.table, edit.id) in touched)
        return Plan(kept, told, tuple(self.problems), tuple(self.facts))
