"""Search keys of people whose names, birth date, sex or scope changed, made anew."""

from collections.abc import Collection
from uuid import UUID

import polars as pl

from banyan.people.registry.actions.writing import insert_frame
from banyan.people.registry.models import NameKey, Person
from banyan.people.registry.rules.shaping import name_keys

# What a key is made of: when one of these changes, so do the keys.
KEYED = ("full_name", "name_original", "given_name", "middle_name", "family_name", "birth_date", "sex")
_SCHEMA = {"person_id": pl.String, "scope_id": pl.Int64, "sex": pl.String, "birth_date": pl.String}


def renew_name_keys(person_ids: Collection[UUID | str]) -> int:
    """Make the keys of these people anew from what now stands in the register; three statements. Returns how many."""
    if not person_ids:
        return 0
    NameKey.objects.filter(person__in=person_ids).delete()
    columns = (
        "pk",
        "scope_id",
        "sex",
        "birth_date",
        "full_name",
        "name_original",
        "given_name",
        "middle_name",
        "family_name",
    )
    rows = list(Person.objects.filter(pk__in=person_ids).values_list(*columns))
    people = pl.DataFrame(
        [(str(pk), scope, sex, None if birth is None else str(birth)) for pk, scope, sex, birth, *_names in rows],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip
    names = ([row[4] for row in rows], [row[5] for row in rows], [" ".join(filter(None, row[6:])) for row in rows])
    return insert_frame("registry_namekey", name_keys(people, *names))
