"""How pairs become groups that somebody looks at together: by the strongest links first, and never larger than can be shown."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

# More records than this nobody compares side by side. What is left over is looked at once these have become one.
MOST: Final = 12


@dataclass(frozen=True)
class Edge:
    """Two people who may be one, and how strongly."""

    first: UUID
    second: UUID
    weight: float


@dataclass(frozen=True)
class Group:
    """People looked at together. `keeps`: the case that goes on; `joins`: cases that are looked at in it from now on.

    `split`: links lead from it to people of other groups, because all of them together would be too many.
    """

    members: tuple[UUID, ...]
    keeps: UUID | None = None
    joins: tuple[UUID, ...] = ()
    split: bool = False


@dataclass
class _Sets:
    """Sets that grow together, each with its members and the cases it began with."""

    root: dict[UUID, UUID] = field(default_factory=dict)
    members: dict[UUID, list[UUID]] = field(default_factory=dict)

    def of(self, one: UUID) -> UUID:
        if one not in self.root:
            self.root[one] = one
            self.members[one] = [one]
        return self.root[one]

    def join(self, one: UUID, other: UUID) -> None:
        one, other = self.of(one), self.of(other)
        if one == other:
            return
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        moved = self.members.pop(other)
        self.members[one] += moved
        for each in moved:
            self.root[each] = one


def grouped(edges: Iterable[Edge], units: Mapping[UUID, Collection[UUID]], *, most: int = MOST) -> list[Group]:
    """Groups of at least two people, in a lasting order.

    units: cases that stand already, with their members; they are never torn apart. The strongest link joins first, and one
    that would make a group too large joins nothing: so large groups part where they hang together least.
    """
    sets = _Sets()
    for people in units.values():
        first, *others = sorted(people)
        sets.of(first)
        for other in others:
            sets.join(first, other)
    crossing = []
    for edge in sorted(edges, key=lambda one: (-one.weight, one.first, one.second)):
        one, other = sets.of(edge.first), sets.of(edge.second)
        if one != other and len(sets.members[one]) + len(sets.members[other]) > most:
            crossing.append(edge)
        else:
            sets.join(one, other)
    loose = [edge for edge in crossing if sets.of(edge.first) != sets.of(edge.second)]
    split = {sets.of(person) for edge in loose for person in (edge.first, edge.second)}
    cases: dict[UUID, list[UUID]] = defaultdict(list)
    for case, people in units.items():
        cases[sets.of(min(people))].append(case)
    found = []
    for root, people in sets.members.items():
        if len(people) < 2:
            continue
        # The larger case goes on; of two alike, the older one: ids grow with time.
        standing = sorted(cases[root], key=lambda one: (-len(units[one]), one))
        kept = standing[0] if standing else None
        found.append(Group(tuple(sorted(people)), kept, tuple(standing[1:]), root in split))
    return sorted(found, key=lambda group: group.members)
