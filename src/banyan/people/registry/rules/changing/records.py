"""Rows of the register as plain values, and what a change would do to them.

Ids are text; dates are ISO text, partial dates the text of kernel.dates, choices their codes. Nothing is None but what
is not known. Only open memberships are held: those that ended are history.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

Row = Mapping[str, Any]
EditKind = Literal["change", "add", "remove"]

HOUSEHOLD, PERSON, MEMBERSHIP = "household", "person", "membership"
DOCUMENT, PHONE, NEED, NOTICE = "document", "phone", "need", "notice"
PARTS = (DOCUMENT, PHONE, NEED, NOTICE)
TABLES = (HOUSEHOLD, PERSON, MEMBERSHIP, *PARTS)
# Columns that no change request shows or compares: they follow from others.
BOOKKEEPING = frozenset(
    {
        "operation",
        "scope_id",
        "reference",
        "version",
        "batch",
        "submission",
        "staged_row",
        "entered_on",
        "odd_codes",
        "located",
    }
)


@dataclass(frozen=True)
class Edit:
    """What happens to one row: `values` holds the columns written (all of them when it is added)."""

    kind: EditKind
    table: str
    id: str
    values: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One value before and after a change. `person` and `household` are the records it belongs to, "" for none.

    `topic` is what two changes must not both touch: the column, "membership", or the part and its id.
    """

    kind: EditKind
    table: str
    id: str
    field: str
    before: Any
    after: Any
    person: str
    household: str
    topic: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The value that the line is about."""
        return self.table, self.id, self.field


class Records:
    """Some rows of the register as they stand, by table and id. Never changed: `after` gives another one."""

    def __init__(self, rows: Mapping[str, Mapping[str, Row]]) -> None:
        self._rows = {table: dict(rows.get(table, {})) for table in TABLES}

    def all(self, table: str) -> Mapping[str, Row]:
        """The rows of a table by id."""
        return MappingProxyType(self._rows[table])

    def row(self, table: str, key: str) -> Row | None:
        """One row; None when it is not there, or out of the asker's sight."""
        return self._rows[table].get(key)

    def members(self, household: str) -> dict[str, Row]:
        """Open memberships of a household by id, the head first, then in the order of ids."""
        found = [(key, row) for key, row in self._rows[MEMBERSHIP].items() if row["household"] == household]
        return dict(sorted(found, key=lambda pair: (not pair[1]["is_head"], pair[0])))

    def membership(self, person: str) -> tuple[str, Row] | None:
        """The open membership of a person; None when the person belongs to no household."""
        for key, row in self._rows[MEMBERSHIP].items():
            if row["person"] == person:
                return key, row
        return None

    def member(self, person: str, household: str) -> tuple[str, Row] | None:
        """The open membership of a person in this very household."""
        found = self.membership(person)
        return found if found is not None and found[1]["household"] == household else None

    def head(self, household: str) -> str | None:
        """The person at the head of a household; None when there is none."""
        for row in self.members(household).values():
            return str(row["person"]) if row["is_head"] else None
        return None

    def parts(self, table: str, owner: str) -> dict[str, Row]:
        """Documents, phones, needs or notices of a person (or, of notices, a household)."""
        return {
            key: row
            for key, row in self._rows[table].items()
            if row.get("person") == owner or row.get("household") == owner
        }

    def around(self, households: Iterable[str], people: Iterable[str]) -> "Records":
        """The records around these households and people alone: who lives there or with them, and what belongs to them.

        What is done with a few of many records costs no more for the many.
        """
        chosen = {table: dict[str, Row]() for table in TABLES}
        named = list(people)
        homes = {
            *households,
            *(str(row["household"]) for one in named for _key, row in self._of(MEMBERSHIP, PERSON, one)),
        }
        owners = {(HOUSEHOLD, home) for home in homes} | {(PERSON, one) for one in named}
        for home in homes:
            for key, row in self._of(MEMBERSHIP, HOUSEHOLD, home):
                chosen[MEMBERSHIP][key] = row
                owners.add((PERSON, str(row["person"])))
        for table, owner in owners:
            if (found := self.row(table, owner)) is not None:
                chosen[table][owner] = found
            for part in PARTS:
                chosen[part].update(self._of(part, table, owner))
        return Records(chosen)

    def _of(self, table: str, owners: str, owner: str) -> Sequence[tuple[str, Row]]:
        return self._owned[table, owners].get(owner, ())

    @cached_property
    def _owned(self) -> Mapping[tuple[str, str], Mapping[str, Sequence[tuple[str, Row]]]]:
        """Rows of each table by the household, and by the person, that they name."""
        found: dict[tuple[str, str], dict[str, list[tuple[str, Row]]]] = {
            (table, owner): defaultdict(list) for table in (MEMBERSHIP, *PARTS) for owner in (HOUSEHOLD, PERSON)
        }
        for (table, owner), rows in found.items():
            for key, row in self._rows[table].items():
                if row.get(owner):
                    rows[str(row[owner])].append((key, row))
        return found

    def after(self, edits: Iterable[Edit]) -> "Records":
        """The records as they would be. A membership that ends is no longer held."""
        rows: dict[str, dict[str, Row]] = {table: dict(held) for table, held in self._rows.items()}
        for edit in edits:
            held = rows[edit.table]
            if edit.kind == "remove":
                held.pop(edit.id, None)
                continue
            held[edit.id] = {**held.get(edit.id, {}), **edit.values}
            if edit.table == MEMBERSHIP and held[edit.id].get("until"):
                del held[edit.id]
        return Records(rows)


def merged(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """One edit per row, in the order in which rows were first touched; what was added and removed again is left out."""
    found: dict[tuple[str, str], Edit] = {}
    for edit in edits:
        key = (edit.table, edit.id)
        earlier = found.get(key)
        if earlier is None:
            found[key] = edit
        elif edit.kind == "remove" and earlier.kind == "add":
            del found[key]
        elif edit.kind == "remove":
            found[key] = edit
        else:
            found[key] = Edit(earlier.kind, edit.table, edit.id, {**earlier.values, **edit.values})
    return tuple(found.values())


def lines(records: Records, edits: Iterable[Edit]) -> tuple[Line, ...]:
    """What edits change, value by value; values that stay as they are give no line."""
    return tuple(line for edit in edits for line in _lines(records, edit))


def _lines(records: Records, edit: Edit) -> Iterator[Line]:
    old = records.row(edit.table, edit.id) or {}
    whole = {**old, **edit.values}
    person = edit.id if edit.table == PERSON else str(whole.get("person") or "")
    household = edit.id if edit.table == HOUSEHOLD else str(whole.get("household") or "")
    names = (
        list(edit.values) if edit.kind != "remove" else [name for name in old if name not in ("person", "household")]
    )
    for name in names:
        before = old.get(name) if edit.kind != "add" else None
        after = edit.values.get(name) if edit.kind != "remove" else None
        if name in BOOKKEEPING or same(before, after):
            continue
        yield Line(
            edit.kind, edit.table, edit.id, name, before, after, person, household, topic(edit.table, edit.id, name)
        )


def topic(table: str, key: str, name: str) -> str:
    """What two open requests must not both touch."""
    if table == MEMBERSHIP:
        return MEMBERSHIP
    if table in PARTS:
        return f"{table}:{key}"
    return "status" if name.startswith("status") else name


def same(one: Any, other: Any) -> bool:
    """Whether two plain values mean the same: empty text, an empty list and nothing do."""
    return one == other or (empty(one) and empty(other))


def empty(value: Any) -> bool:
    """Whether a value says nothing; False and 0 do say something."""
    return value is None or value == "" or value == [] or value == {}
