"""Two submissions of the same household held against each other: who is who, and which fields differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAME, SEX, BIRTH, NUMBER = "person.full_name", "person.sex", "person.birth_date", "person.number"
_NAMES = (NAME, "person.given_name", "person.middle_name", "person.family_name")
CAME, WENT = "came", "went"


@dataclass(frozen=True, slots=True)
class Row:
    """A household or person with its values by field; further attributes under "extra:<key>"."""

    subject: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs. For people on one side only `field` is "came" or "went", and the name stands on that side."""

    subject: str
    label: str
    field: str
    old: str
    new: str
    old_index: int | None
    new_index: int | None


def differing(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """All differences, the household's first, then person by person in the order of the new submission."""
    found: list[Difference] = []
    pairs = [*_households(old, new), *_people(old, new)]
    for before, after in pairs:
        if before is not None and after is not None:
            found += _fields(old[before], new[after], before, after)
        elif after is not None:
            name = name_of(new[after].values)
            found.append(Difference("person", name, CAME, "", name, None, after))
        else:
            assert before is not None  # noqa: S101 — a pair has at least one side
            name = name_of(old[before].values)
            found.append(Difference("person", name, WENT, name, "", before, None))
    return found


def name_of(values: Mapping[str, str]) -> str:
    """The name a row goes by: the full one, else its parts."""
    return values.get(NAME) or " ".join(filter(None, (values.get(part) for part in _NAMES[1:])))


def _fields(before: Row, after: Row, old_index: int, new_index: int) -> list[Difference]:
    label = name_of(after.values) or name_of(before.values)
    names = [*after.values, *(name for name in before.values if name not in after.values)]
    return [
        Difference(
            after.subject, label, name, before.values.get(name, ""), after.values.get(name, ""), old_index, new_index
        )
        for name in names
        if before.values.get(name, "") != after.values.get(name, "")
    ]


def _households(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[int | None, int | None]]:
    olds = [index for index, row in enumerate(old) if row.subject == "household"]
    news = [index for index, row in enumerate(new) if row.subject == "household"]
    return list(zip(olds, news, strict=False))


def _people(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[int | None, int | None]]:
    """Pairs of the same person: by number, by name with birth, by name, by birth with sex; each person once."""
    olds = [index for index, row in enumerate(old) if row.subject == "person"]
    news = [index for index, row in enumerate(new) if row.subject == "person"]
    partner: dict[int, int] = {}
    for signs in _SIGNS:
        waiting: dict[tuple[str, ...], list[int]] = {}
        for index in olds:
            sign = signs(old[index].values)
            if index not in partner.values() and all(sign):
                waiting.setdefault(sign, []).append(index)
        for index in news:
            sign = signs(new[index].values)
            if index not in partner and waiting.get(sign):
                partner[index] = waiting[sign].pop(0)
    gone: list[tuple[int | None, int | None]] = [(index, None) for index in olds if index not in partner.values()]
    return [*((partner.get(index), index) for index in news), *gone]


_SIGNS = (
    lambda values: (values.get(NUMBER, ""),),
    lambda values: (name_of(values), values.get(BIRTH, "")),
    lambda values: (name_of(values),),
    lambda values: (values.get(BIRTH, ""), values.get(SEX, "")),
)
