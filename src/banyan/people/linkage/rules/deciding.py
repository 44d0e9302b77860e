"""What people say about the records of a case, in a form in which it can be checked and carried out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final
from uuid import UUID

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
# How many days ahead a case may be put aside.
LONGEST: Final = 365
# Whatever the weight: two people who bear one document, and what somebody noted, come before likeness.
_DOCUMENT, _NOTED = 200, 100


@dataclass(frozen=True)
class Cluster:
    """Records that are one person: which of them stays, and whose value is taken for each field where it is not that one's."""

    ids: tuple[UUID, ...]
    survivor: UUID
    take: Mapping[str, UUID] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As decisions keep it."""
        return {
            "survivor": str(self.survivor),
            "ids": [str(one) for one in self.ids],
            "take": {key: str(one) for key, one in self.take.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Cluster":
        """As decisions keep it, read again."""
        return cls(
            tuple(UUID(one) for one in kept["ids"]), UUID(kept["survivor"]), {key: UUID(one) for key, one in kept["take"].items()}
        )  # fmt: skip

    @property
    def losers(self) -> tuple[UUID, ...]:
        """Whoever becomes part of the survivor."""
        return tuple(one for one in self.ids if one != self.survivor)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a partition, as a code of the room's problems and its parameters."""

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def faults(clusters: Sequence[Cluster], members: Collection[UUID], fields: Collection[str]) -> list[Fault]:
    """Everything wrong with sorting the members of a case into these clusters.

    fields: those whose value may be taken from another record.
    """
    named = [one for cluster in clusters for one in cluster.ids]
    found = []
    if strangers := set(named) - set(members):
        found.append(Fault("partition_strangers", {"count": len(strangers)}))
    if twice := len(named) - len(set(named)):
        found.append(Fault("partition_twice", {"count": twice}))
    if not any(len(cluster.ids) > 1 for cluster in clusters):
        found.append(Fault("partition_apart"))
    for cluster in clusters:
        if cluster.survivor not in cluster.ids or not set(cluster.take.values()) <= set(cluster.ids):
            found.append(Fault("survivor_elsewhere"))
        found += [Fault("field_unknown", {"field": key}) for key in sorted(set(cluster.take) - set(fields))]
    return found


def verdicts(clusters: Sequence[Cluster], members: Collection[UUID]) -> Iterator[tuple[UUID, UUID, str]]:
    """What a partition says of each two members, the smaller id first. Who stands in no cluster could not be judged."""
    place = {one: number for number, cluster in enumerate(clusters) for one in cluster.ids}
    for first, second in combinations(sorted(members), 2):
        if first not in place or second not in place:
            yield first, second, UNSURE
        else:
            yield first, second, SAME if place[first] == place[second] else DIFFERENT


def stays_apart(clusters: Sequence[Cluster]) -> Iterator[tuple[UUID, UUID]]:
    """The survivors, two by two: they were said to be different people, whatever their records look like when joined."""
    yield from combinations(sorted(cluster.survivor for cluster in clusters), 2)


def priority(*, probability: float, size: int, exact_document: bool, noted: bool) -> int:
    """What is looked at first: the same document, then what somebody noted, then the likelier and the larger."""
    return _DOCUMENT * exact_document + _NOTED * noted + round(100 * probability) + min(size, 12)


def best_filled(values: Sequence[Any]) -> int | None:
    """Which of the records knows most about one field: a place in the row; None when they say the same or nothing.

    Longer says more, of two alike the first; nothing is chosen by it, it is only proposed.
    """
    if len({str(one) for one in values if one not in (None, "")}) < 2 and all(one not in (None, "") for one in values):
        return None
    lengths = [len(str(one)) if one not in (None, "") else 0 for one in values]
    return lengths.index(max(lengths)) if max(lengths, default=0) else None
