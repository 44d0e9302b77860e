"""Search keys of people whose names, birth date, sex or scope changed, made anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import polars as pl
from django.db import connection

from banyan.people.registry.actions.writing import insert_frame
from banyan.people.registry.models import Person
from banyan.people.registry.rules.shaping import searched
from banyan.platform.kernel.names import stored_key_hashes

# What a key is made of: when one of these changes, so do the keys.
NAMES = ("full_name", "name_original", "given_name", "middle_name", "family_name")
KEYED = (*NAMES, "birth_date", "sex")
_SCHEMA = {"person_id": pl.String, "scope_id": pl.Int64, "sex": pl.String, "birth_date": pl.String}


_FORGET = """
DELETE FROM registry_namekey n USING unnest(%s::bigint[], %s::int[], %s::uuid[]) AS old (key, scope_id, person_id)
WHERE n.key = old.key AND n.scope_id = old.scope_id AND n.person_id = old.person_id
"""


@dataclass(frozen=True)
class Keyed:
    """What the keys of a person were made of before a change: the scope, and the names in the order of NAMES."""

    scope_id: int
    names: tuple[str, ...]


def renew_name_keys(people: Mapping[UUID | str, Keyed | None]) -> int:
    """Make the keys of these people anew from what now stands in the register; four statements. Returns how many.

    people: by id what the keys were made of before, None for people who had none.
    """
    if not people:
        return 0
    before = [(str(pk), one) for pk, one in people.items() if one is not None]
    old = [(key, one.scope_id, pk) for pk, one in before for key in stored_key_hashes(_written(*one.names))]
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [[row[place] for row in old] for place in range(3)])
    rows = list(Person.objects.filter(pk__in=people).values_list("pk", "scope_id", "sex", "birth_date", *NAMES))
    keyed = pl.DataFrame(
        [(str(pk), scope, sex, None if birth is None else str(birth)) for pk, scope, sex, birth, *_names in rows],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip
    names = [list(_written(*row[4:])) for row in rows]
    columns = [[one[place] for one in names] for place in range(3)]
    found = searched(keyed, *columns)
    insert_frame("registry_spelling", found.spelling, but_known=True)
    return insert_frame("registry_namekey", found.namekey)


def _written(full: str, original: str, *parts: str) -> tuple[str, str, str]:
    """The ways in which a name is written, as registering keys them: whole, in the original script, of its parts."""
    return full, original, " ".join(filter(None, parts))
