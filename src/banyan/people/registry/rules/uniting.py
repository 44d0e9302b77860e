"""Two registrations of one person put together, value by value: what a merge writes.

Rows are plain values as `rules.changing.records` has them. Nothing is thrown away: what the survivor has already stays with
the registration that leads to it, everything else moves. `rules.parting` takes the two apart again from what is noted here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from banyan.people.registry.rules.changing.records import (
    DOCUMENT,
    HOUSEHOLD,
    MEMBERSHIP,
    NEED,
    NOTICE,
    PERSON,
    PHONE,
    Row,
)
from banyan.people.registry.rules.marks import CODED

PAIR, REQUEST = "pair", "request"
MERGED: Final = "merged"
"""The reason that stands at a registration that leads to another one, and at a household that nobody is left in."""
HOME: Final = "household"
STATUS: Final = "status"
TAKEABLE: Final[Mapping[str, tuple[str, ...]]] = {
    **{
        name: (name,)
        for name in (
            "number", "full_name", "given_name", "middle_name", "family_name", "name_original", "mother_name", "father_name",
            "sex", "birth_date", "nationality", "origin_country", "marital_status", "arrived_on", "born_in_asylum", "education",
            "occupation", "difficulties", "place", "address", "language", "contact_preference", "email", "biometric_status",
            "needs_screened_on", "registered_on", "verified_on", "extras",
        )
    },
    "legal_status": ("legal_status", "status_decided_on"),
    "photo": ("photo", "photo_taken_on"),
    STATUS: (STATUS, "status_reason", "status_since"),
    HOME: (),
}  # fmt: skip
"""What may be taken from one registration or another, with the columns that go along. "household": where the person lives."""


@dataclass(frozen=True)
class Change:
    """What one row was and what it became, for the columns that changed."""

    table: str
    id: str
    before: Row
    after: Row

    @property
    def key(self) -> tuple[str, str]:
        """The row."""
        return self.table, self.id

    def as_json(self) -> dict[str, Any]:
        """The change as it is noted."""
        return {"table": self.table, "id": self.id, "before": dict(self.before), "after": dict(self.after)}


def changes_of(noted: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes from how they were noted."""
    return tuple(Change(each["table"], each["id"], each["before"], each["after"]) for each in noted)


@dataclass(frozen=True)
class Held:
    """A registration and all that belongs to it: rows by id. `memberships` are the past ones as well."""

    id: str
    person: Row
    parts: Mapping[str, Mapping[str, Row]] = field(default_factory=dict)

    def of(self, table: str) -> Mapping[str, Row]:
        """Rows of a table that belong to this registration."""
        return self.parts.get(table, {})

    @property
    def stay(self) -> tuple[str, Row] | None:
        """The open membership."""
        return next(((key, row) for key, row in self.of(MEMBERSHIP).items() if row["until"] is None), None)


@dataclass(frozen=True)
class Home:
    """A household that is touched, and how many people besides the two live there now."""

    row: Row
    others: int


@dataclass
class _Writing:
    """Values to be written, gathered row by row."""

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    after: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def write(self, table: str, key: str, row: Row, **values: Any) -> None:
        self.rows[table, key] = row
        self.after.setdefault((table, key), {}).update(values)

    def changes(self) -> list[Change]:
        found = []
        for (table, key), values in self.after.items():
            row = self.rows[table, key]
            moved = {name: value for name, value in values.items() if row[name] != value}
            if moved:
                found.append(Change(table, key, {name: row[name] for name in moved}, moved))
        return found


def unite(
    survivor: Held, merged: Held, *, homes: Mapping[str, Home], aliases: Mapping[str, Row], pairs: Mapping[str, Row],
    requests: Mapping[str, Row], take: Collection[str], today: str, decided: Row,
) -> list[Change]:  # fmt: skip
    """Everything that leading `merged` to `survivor` writes.

    homes: the households of the two. aliases: registrations that lead to `merged` already. pairs: open suspicions about
    either. requests: open change requests about `merged`. take: names of TAKEABLE whose values come from `merged`.
    decided: what is written to a pair that is decided with this: by whom and when.
    """
    writing = _Writing()
    writing.write(
        PERSON,
        merged.id,
        merged.person,
        status="withdrawn",
        status_reason=MERGED,
        status_since=today,
        merged_into=survivor.id,
    )
    for key, row in aliases.items():
        writing.write(PERSON, key, row, merged_into=survivor.id)
    _take(writing, survivor, merged, take)
    home = _stays(writing, survivor, merged, HOME in take, today)
    scope = _scope(survivor, merged, homes.get(home or ""), "place" in take)
    _move(writing, survivor, merged, scope)
    _suspicions(writing, survivor, merged, pairs, scope, decided)
    for key, row in requests.items():
        moved = [*row["moved"], {"drift": "problem", "code": "registry.record_merged"}]
        writing.write(REQUEST, key, row, state="stale", moved=moved)
    _emptied(writing, homes, home, today)
    return writing.changes()


def _take(writing: _Writing, survivor: Held, merged: Held, take: Collection[str]) -> None:
    columns = [column for name in take for column in TAKEABLE[name]]
    values = {column: merged.person[column] for column in columns}
    coded = {*columns, *(("relationship",) if HOME in take else ())} & CODED.keys()
    mark = [name for name in survivor.person["odd_codes"].split() if name not in coded]
    mark += [name for name in merged.person["odd_codes"].split() if name in coded]
    writing.write(PERSON, survivor.id, survivor.person, **values, odd_codes=" ".join(mark))


def _stays(writing: _Writing, survivor: Held, merged: Held, moves: bool, today: str) -> str | None:
    """The memberships of both, of which one stays open. Returns the household in which the survivor is then."""
    own, other = survivor.stay, merged.stay
    for key, row in merged.of(MEMBERSHIP).items():
        if row["until"] is not None:
            writing.write(MEMBERSHIP, key, row, person=survivor.id)
    if other is None:
        return str(own[1][HOME]) if own is not None else None
    key, row = other
    if own is None:
        writing.write(MEMBERSHIP, key, row, person=survivor.id)
        return str(row[HOME])
    own_key, own_row = own
    if own_row[HOME] == row[HOME]:
        # One person counted twice in one household: the second time is over, and was never anybody else.
        writing.write(MEMBERSHIP, key, row, until=max(today, row["since"]), reason=MERGED)
        roles = {name: own_row[name] or row[name] for name in ("is_head", "is_collector", "is_alternate")}
        chosen = row if moves else own_row
        heads = roles["is_head"]
        roles |= {"relationship": "head" if heads else chosen["relationship"], "said": chosen["said"]}
        writing.write(MEMBERSHIP, own_key, own_row, **roles)
        return str(own_row[HOME])
    left, kept = (own, other) if moves else (other, own)
    writing.write(MEMBERSHIP, left[0], left[1], until=max(today, left[1]["since"]), reason=MERGED)
    writing.write(MEMBERSHIP, key, row, person=survivor.id)
    return str(kept[1][HOME])


def _scope(survivor: Held, merged: Held, home: Home | None, takes_place: bool) -> int:
    """Where the survivor lies from now on: where the place is, or without one of their own, the household."""
    placed = merged if takes_place else survivor
    if placed.person["place"] is None and home is not None:
        return int(home.row["scope_id"])
    return int(placed.person["scope_id"])


def _move(writing: _Writing, survivor: Held, merged: Held, scope: int) -> None:
    """What belongs to `merged` belongs to the survivor, except what the survivor has already; all of it lies in one scope."""
    writing.write(PERSON, survivor.id, survivor.person, scope_id=scope)
    for table in (MEMBERSHIP, DOCUMENT, PHONE, NEED, NOTICE):
        for key, row in survivor.of(table).items():
            writing.write(table, key, row, scope_id=scope)
    papers = {(row["type"], row["number_key"]) for row in survivor.of(DOCUMENT).values() if row["is_current"]}
    for key, row in merged.of(DOCUMENT).items():
        if not (row["is_current"] and (row["type"], row["number_key"]) in papers):
            writing.write(DOCUMENT, key, row, person=survivor.id)
    numbers = {row["number"] for row in survivor.of(PHONE).values()}
    last = max((row["position"] for row in survivor.of(PHONE).values()), default=-1)
    for key, row in sorted(merged.of(PHONE).items(), key=lambda each: (each[1]["position"], each[0])):
        if row["number"] not in numbers:
            numbers.add(row["number"])
            last += 1
            writing.write(PHONE, key, row, person=survivor.id, position=last)
    open_needs = {row["code"] for row in survivor.of(NEED).values() if row["until"] is None}
    for key, row in merged.of(NEED).items():
        if row["until"] is not None or row["code"] not in open_needs:
            writing.write(NEED, key, row, person=survivor.id)
    for key, row in merged.of(NOTICE).items():
        writing.write(NOTICE, key, row, person=survivor.id)
    for (table, key), values in list(writing.after.items()):
        if values.get("person") == survivor.id:
            writing.write(table, key, writing.rows[table, key], scope_id=scope)


def _suspicions(
    writing: _Writing, survivor: Held, merged: Held, pairs: Mapping[str, Row], scope: int, decided: Row
) -> None:
    """What was suspected of the two is decided; what is suspected of one of them and somebody else goes on."""
    both = {survivor.id, merged.id}
    known = {
        (row["first"], row["second"])
        for row in pairs.values()
        if survivor.id in (row["first"], row["second"]) and merged.id not in (row["first"], row["second"])
    }
    for key, row in sorted(pairs.items()):
        people = {row["first"], row["second"]}
        if people == both:
            writing.write(PAIR, key, row, resolution="same", **decided)
        elif merged.id in people:
            first, second = sorted({survivor.id, *(people - both)})
            if (first, second) in known:
                writing.write(PAIR, key, row, resolution="folded", **decided)
            else:
                known.add((first, second))
                lies = scope if first == survivor.id else row["scope_id"]
                writing.write(PAIR, key, row, first=first, second=second, scope_id=lies)


def _emptied(writing: _Writing, homes: Mapping[str, Home], home: str | None, today: str) -> None:
    for key, there in homes.items():
        if key != home and not there.others and there.row["status"] == "active":
            writing.write(HOUSEHOLD, key, there.row, status="inactive", status_reason=MERGED, status_since=today)
