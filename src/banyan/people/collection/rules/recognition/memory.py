"""What a source remembers of a mapping that a person confirmed: which header of which table goes where."""

import hashlib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

from banyan.people.collection.rules.shapes import Header, Mapping, Reading, Table, Target


@dataclass(frozen=True, slots=True)
class Remembered:
    """One table as it was confirmed: what its rows are, and the target of each header by its name."""

    subject: str
    targets: dict[str, Target]

    def target(self, header: Header) -> Target | None:
        """Where a header went; None when it was not there."""
        return self.targets.get(_name(header))

    def fits(self, table: Table) -> bool:
        """Whether most headers of a table were there."""
        known = sum(_name(header) in self.targets for header in table.headers)
        return known >= len(table.headers) * 0.5


def signature(reading: Reading) -> str:
    """A digest of the headers of each table, in their order: the same for the next file, whatever it or its sheets are called."""
    lines = [list(map(_name, table.headers)) for table in reading.tables]
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def remember(reading: Reading, mapping: Mapping) -> dict[str, Any]:
    """What to keep with the source: the mapping with the names of its headers. Mapping.from_json reads it too."""
    names = {table.name: [_name(header) for header in table.headers] for table in reading.tables}
    stored = mapping.to_json()
    for table in stored["tables"]:
        table["headers"] = names.get(table["table"], [])
    return stored


def remembered_tables(stored: Mapping | Dictionary[str, Any] | None) -> dict[str, Remembered]:
    """The tables of what `remember` kept, by name; nothing for a mapping that does not know its headers."""
    if not stored or isinstance(stored, Mapping):
        return {}
    found = {}
    for table in stored.get("tables", ()):
        targets = [Target.from_json(target) for target in table.get("targets", ())]
        found[str(table["table"])] = Remembered(
            str(table["subject"]), dict(zip(table.get("headers", ()), targets, strict=False))
        )
    return found


def recall(known: Dictionary[str, Remembered], table: Table) -> Remembered | None:
    """What is remembered of a table: by its name, else of one that had all of its headers."""
    if table.name in known:
        return known[table.name]
    names = {_name(header) for header in table.headers}
    return next((each for each in known.values() if names <= each.targets.keys()), None)


def _name(header: Header) -> str:
    return header.path or header.name or header.label or header.letter
