"""What the rows of a table are: households, people, both, or nothing to take in."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from banyan.people.collection.rules.recognition.values import share
from banyan.people.collection.rules.recognition.wording import normal
from banyan.people.collection.rules.shapes import PERSON_COLUMN, Header, Table, Target

ENOUGH = 0.6  # from this certainty on a column is taken to feed the field
_SHEETS = {
    "household": frozenset(
        {"household", "households", "hh", "families", "family", "menage", "menages", "hogares", "hogar", "الاسر", "groups",
         "group"}
    ),
    "person": frozenset(
        {"individual", "individuals", "member", "members", "people", "persons", "person", "roster", "individus", "membres",
         "personas", "miembros", "الافراد", "beneficiaries", "registrants"}
    ),
    "ignore": frozenset(
        {"choices", "survey", "settings", "instructions", "instruction", "readme", "read me", "codebook", "lookup", "lookups",
         "lists"}
    ),
}  # fmt: skip
_IDENTITY = frozenset(
    {"person.sex", "person.birth_date", "person.age", "person.relationship", "person.is_head", "person.given_name"}
)


@dataclass
class Column:
    """One column with all it may be: field → (certainty, why)."""

    header: Header
    values: list[str]
    candidates: dict[str, tuple[float, str]] = field(default_factory=dict)
    fixed: Target | None = None
    folded: str = ""  # the question of which the column is one option

    def offer(self, key: str, certainty: float, why: str) -> None:
        if certainty > self.candidates.get(key, (0.0, ""))[0]:
            self.candidates[key] = (certainty, why)


def has_children_in(table: Table, tables: Sequence[Table]) -> bool:
    """Whether rows of other tables name rows of this one as those they belong to."""
    own = table.frame["own"]
    return any(other is not table and own.is_in(other.frame["parent"].drop_nulls().to_list()).any() for other in tables)


def subject_of(table: Table, columns: Sequence[Column], fields: Dictionary[str, Any], *, has_children: bool) -> str:
    """What the rows of a table are, from its name, its columns and its place in the structure."""
    words = {*normal(table.name.rpartition("/")[2]).split(), normal(table.name)}
    if words & _SHEETS["ignore"]:
        return "ignore"
    households, people = _evidence(columns, fields)
    if not households and not people:
        return "ignore"
    if words & _SHEETS["person"] and people:
        marked = sum(column.header.name.startswith("pp_") for column in columns)
        return "both" if marked > len(columns) / 2 else "person"
    if words & _SHEETS["household"]:
        return "household"
    is_child = table.frame["parent"].null_count() < table.frame.height
    if is_child:
        return "person" if people else "household" if households >= 2 else "ignore"
    if people and _names_families(columns):
        return "household"
    if has_children:
        return "both" if len(people & _IDENTITY) >= 2 and "person.full_name" in people else "household"
    if not people:
        return "household"
    return "both" if households > 1 or (people - {"person.phone"} and households) else "person"


def _evidence(columns: Sequence[Column], fields: Dictionary[str, Any]) -> tuple[int, set[str]]:
    """How many columns speak of households alone, and which fields of people they speak of."""
    households, people = 0, set()
    for column in columns:
        if column.fixed is not None:
            keys = [column.fixed.field]
        else:
            keys = [key for key, (certainty, _why) in column.candidates.items() if certainty >= ENOUGH]
        about = {fields[key].subject for key in keys if key in fields} | {
            "person" for key in keys if key == PERSON_COLUMN
        }
        if about == {"household"}:
            households += 1
        elif about == {"person"}:
            people |= set(keys)
    return households, people


def _names_families(columns: Sequence[Column]) -> bool:
    """Whether the column of names names families ("Leon Family"), not people."""
    return any(
        "person.full_name" in column.candidates and share(column.values, "family") > 0.5
        for column in columns
        if column.fixed is None
    )
