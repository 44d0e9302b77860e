"""What registering will miss when nothing feeds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from banyan.people.forms.rules.binding.fields import Field
from banyan.people.forms.rules.binding.subjects import Subjects
from banyan.people.forms.rules.binding.suggesting import Bond

NAME: Final = ("person.full_name", "person.given_name", "person.family_name", "person.name_original")
# Of each line at least one field: without it people can hardly be told apart or counted.
WANTED: Final = (("person.sex",), ("person.birth_date", "person.age"))
WITH_MEMBERS: Final = (("person.relationship", "person.is_head"),)


@dataclass(frozen=True)
class Lack:
    """None of these fields is fed. `blocks` says that rows will be refused without it."""

    fields: tuple[str, ...]
    blocks: bool


def lacking(bonds: Iterable[Bond], whom: Subjects, fields: Mapping[str, Field]) -> list[Lack]:
    """What is missing. A form without people (households alone) misses nothing about people."""
    fed = {bond.field for bond in bonds if bond.field}
    if not whom.members and not whom.is_single and not any(key.startswith("person.") for key in fed):
        return []
    lines: list[tuple[tuple[str, ...], bool]] = [(NAME, fields[NAME[0]].required if NAME[0] in fields else False)]
    lines += [(line, False) for line in WANTED]
    lines += [(line, False) for line in WITH_MEMBERS if whom.members]
    named = {key for line, _ in lines for key in line}
    lines += [((field.key,), True) for field in fields.values() if field.required and field.key not in named]
    known = [(tuple(key for key in line if key in fields), blocks) for line, blocks in lines]
    return [Lack(line, blocks) for line, blocks in known if line and not fed & set(line)]
