"""When a record moves while somebody is writing or waiting: different fields merge, the same field asks.

Two places use it. A form carries the values its writer saw (`seen`), and `compared` tells what others wrote meanwhile. A
request carries its lines, and `overtaken` tells which of them the register has moved away from.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from banyan.people.registry.rules.changing.case import Plan
from banyan.people.registry.rules.changing.records import Line, Records, same


@dataclass(frozen=True)
class Clash:
    """One field that two people gave different values: what it was, what it is now, and what was typed."""

    field: str
    seen: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Comparison:
    """`mine`: values to write. `theirs`: fields that others changed and that are left alone. `clashes`: fields to ask about."""

    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    clashes: tuple[Clash, ...]


def compared(seen: Mapping[str, Any], now: Mapping[str, Any], typed: Mapping[str, Any]) -> Comparison:
    """Three-way comparison, field by field. A field that was typed but not changed against what was seen is no change.

    What both wrote alike is no clash. A field that was not seen counts as seen as it is now.
    """
    mine: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    clashes: list[Clash] = []
    for name, value in typed.items():
        before, current = seen.get(name, now.get(name)), now.get(name)
        moved, meant = not same(before, current), not same(before, value)
        if moved and meant and not same(current, value):
            clashes.append(Clash(name, before, current, value))
        elif moved:
            theirs[name] = current
        elif meant:
            mine[name] = value
    theirs |= {
        name: now.get(name) for name, before in seen.items() if name not in typed and not same(before, now.get(name))
    }
    return Comparison(mine, theirs, tuple(clashes))


Drift = Literal["moved", "gone", "wider", "done"]


@dataclass(frozen=True)
class Moved:
    """A line of a request that no longer fits the register.

    moved: the value is neither as it was nor as proposed. gone: the row is there no more. done: the value is as proposed
    already. wider: the change would now touch this value too.
    """

    drift: Drift
    line: Line
    now: Any = None

    def as_key(self) -> dict[str, str]:
        """Which value it is, without saying it."""
        return {"drift": self.drift, "table": self.line.table, "row": self.line.id, "field": self.line.field}


def overtaken(proposed: Iterable[Line], again: Plan, records: Records) -> list[Moved]:
    """How the register moved away from a request: its lines as proposed, the same plan made again today.

    Lines that are done already do not stand in the way alone; everything else does.
    """
    proposed = tuple(proposed)
    made = {line.key: line.after for line in again.lines if line.kind == "add"}
    added = {key[:2] for key in made}
    found: list[Moved] = []
    for line in proposed:
        if line.kind == "add":
            # What a new row takes over from others may have moved with them.
            if line.key[:2] not in added:
                found.append(Moved("gone", line))
            elif not same(made.get(line.key), line.after):
                found.append(Moved("moved", line, made.get(line.key)))
            continue
        row = records.row(line.table, line.id)
        now = row.get(line.field) if row is not None else None
        if row is None:
            found.append(Moved("gone", line))
        elif not same(now, line.before):
            found.append(Moved("done" if same(now, line.after) else "moved", line, now))
    known = {line.key for line in proposed}
    found += [Moved("wider", line) for line in again.lines if line.key not in known]
    return found


def stands_in_the_way(moved: Iterable[Moved]) -> bool:
    """Whether anything but lines that are done already was found."""
    return any(each.drift != "done" for each in moved)
