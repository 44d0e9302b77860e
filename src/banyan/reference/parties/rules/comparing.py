"""Which registered organisation a candidate is, and what it would change there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from banyan.reference.parties.rules.candidates import Candidate, OtherName
from banyan.reference.parties.rules.texts import acronym_key, name_key

# Fields that a file may fill or change.
PLAIN = ("name", "acronym", "kind", "country", "reach", "website")


@dataclass(frozen=True)
class Known:
    """A registered organisation as far as a comparison needs it."""

    id: UUID
    code: str
    name: str
    acronym: str = ""
    kind: str = ""
    country: str = ""
    reach: str = ""
    website: str = ""
    names: frozenset[OtherName] = frozenset()
    ids: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Change:
    """What a candidate adds or changes. Nothing is ever emptied by a file."""

    fields: Mapping[str, str] = field(default_factory=dict)
    names: tuple[OtherName, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.names or self.ids)


def find_known(
    candidate: Candidate,
    *,
    by_code: Mapping[str, Known],
    by_id: Mapping[tuple[str, str], Known],
    by_name: Mapping[str, Collection[Known]],
) -> Known | None:
    """The registered organisation that a candidate is: by our code, else by an identifier, else by name.

    A name alone decides only when exactly one organisation has it, when acronyms do not contradict, and when the
    candidate brings no identifier of a scheme in which that organisation already has another. Acronyms alone never decide.
    """
    if candidate.code:
        return by_code.get(candidate.code)
    for identifier in candidate.ids:
        if identifier in by_id:
            return by_id[identifier]
    same = by_name.get(name_key(candidate.name), ())
    if len(same) != 1:
        return None
    known = next(iter(same))
    if candidate.acronym and known.acronym and acronym_key(candidate.acronym) != acronym_key(known.acronym):
        return None
    schemes = {scheme for scheme, _value in known.ids}
    return None if any(scheme in schemes for scheme, _value in candidate.ids) else known


def compare(candidate: Candidate, known: Known) -> Change:
    """What the candidate changes. A changed name keeps the former one among the aliases."""
    fields = {
        name: getattr(candidate, name)
        for name in PLAIN
        if getattr(candidate, name) and getattr(candidate, name) != getattr(known, name)
    }
    names = [
        name for name in candidate.names if name not in known.names and name.text != fields.get("name", known.name)
    ]
    if "name" in fields:
        former = OtherName("alias", known.name)
        if former not in known.names and former not in names:
            names.append(former)
    return Change(fields, tuple(names), tuple(one for one in candidate.ids if one not in known.ids))
