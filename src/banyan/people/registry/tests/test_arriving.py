"""People on their way in, in the columns in which registered people are compared."""

from typing import Any

import polars as pl

from banyan.people.registry import queries
from banyan.people.registry.queries.linking import COLUMNS
from banyan.people.registry.tests.conftest import SYSTEM, chunk
from banyan.platform.access.viewers import viewing


def rows_of(country: Any, *households: dict[str, Any]) -> pl.DataFrame:
    made = chunk(*households)
    with viewing(SYSTEM):
        return queries.arriving_rows(
            made.households, made.people, operation_id=country.operation.pk, scope_id=country.scopes[""], seen_by=SYSTEM
        )


def test_who_arrives_reads_as_who_is_registered(country: Any, register: Any, family: dict[str, Any]) -> None:
    register(family)
    with viewing(SYSTEM):
        there = pl.concat(queries.linkage_rows(operation=country.operation.pk, seen_by=SYSTEM))
    here = rows_of(country, family)
    assert here.columns == there.columns
    assert here.schema == there.schema
    other = ("person", "household", "reference", "scope_id", "batch")
    assert here.drop(other).rows() == there.sort("person").drop(other).rows()
    assert here["household"].n_unique() == 1


def test_who_says_next_to_nothing_is_there_all_the_same(country: Any) -> None:
    here = rows_of(
        country, {"people": [{"person.sex": "female"}, {"person.full_name": "အ"}]}, {"people": [{"person.age": "x"}]}
    )
    assert here["full_name"].to_list() == ["", "အ", ""]
    assert (here["phones"].to_list(), here["place"].to_list()) == ([[]] * 3, [None] * 3)


def test_nobody_gives_an_empty_frame(country: Any) -> None:
    assert rows_of(country).columns == list(COLUMNS)


def test_fields_that_are_read_are_fields_of_the_register() -> None:
    from banyan.people.forms.declarations import register_fields

    assert register_fields().keys() | {"person.birth_date_estimated", "person.registered_on"} >= queries.ARRIVING_FIELDS
