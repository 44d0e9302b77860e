"""What is compared, brought up to date with the register: by set, and only what changed is written."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import UUID

import polars as pl
from django.db import connection

from banyan.people.linkage.actions.writing import given
from banyan.people.linkage.models import Feature
from banyan.people.linkage.rules.features import FORMAT, features_of
from banyan.people.registry import queries as registry
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing

RUN = "linkage.run_matching"
AT_ONCE: Final = 20_000
KEYS_AT_ONCE: Final = 200_000
_STAMPS: Final = """
SELECT person_id::text, stamp FROM linkage_feature
WHERE (%(operation)s::uuid IS NULL OR operation_id = %(operation)s) AND (%(ids)s::uuid[] IS NULL OR person_id = ANY(%(ids)s))
"""
# In the order of ids, so that two who refresh the same people wait for each other instead of for ever. Whoever is kept
# already is locked and left as they are (the condition is never met): their keys are read before they are written.
_CLAIM: Final = """
INSERT INTO linkage_feature AS kept
    (person_id, operation_id, scope_id, household, packed, maker, stamp, digest, refreshed_at)
SELECT person, operation, scope_id, household, packed, maker, stamp, digest, clock_timestamp() FROM {given} ORDER BY person
ON CONFLICT (person_id) DO UPDATE SET stamp = kept.stamp WHERE false
RETURNING person_id::text
"""
_CHANGE: Final = """
UPDATE linkage_feature kept SET
    operation_id = given.operation, scope_id = given.scope_id, household = given.household, packed = given.packed,
    maker = given.maker, stamp = given.stamp, digest = given.digest, refreshed_at = clock_timestamp()
FROM {given} WHERE kept.person_id = given.person AND kept.stamp <> given.stamp
"""
_KEPT_KEYS: Final = """
SELECT person_id::text, scope_id, packed::json ->> 'keys' FROM linkage_feature WHERE person_id = ANY(%s::uuid[])
ORDER BY person_id FOR UPDATE
"""
_ADD_KEYS: Final = """
INSERT INTO linkage_key (key, scope_id, person_id) SELECT key, scope_id, person FROM {given} ON CONFLICT DO NOTHING
"""
_DROP_KEYS: Final = """
DELETE FROM linkage_key kept USING {given}
WHERE kept.key = given.key AND kept.scope_id = given.scope_id AND kept.person_id = given.person
"""
_KINDS: Final = {
    "person": "uuid", "operation": "uuid", "scope_id": "int", "household": "uuid", "packed": "text", "maker": "smallint", "stamp": "bigint",
    "digest": "bigint",
}  # fmt: skip
_KEY_KINDS: Final = {"key": "bigint", "scope_id": "int", "person": "uuid"}


@dataclass(frozen=True)
class Refreshed:
    """What moved: whose record is compared anew, and who is not compared any more."""

    changed: frozenset[UUID]
    gone: frozenset[UUID]


@action(RUN)
def refresh(*, by: Viewer, operation_id: UUID | None = None, ids: Collection[UUID] | None = None) -> Refreshed:
    """Make features and keys of everybody in an operation, or of some people and whoever lives with them, from the register.

    Only what differs is written. Whoever was withdrawn or merged into somebody is compared no longer. The engine reads as
    the system: a person out of somebody's reach may be the one they registered again.
    """
    with viewing(system_viewer("linkage")) as engine:
        frames = list(
            registry.linkage_rows(operation=operation_id, ids=ids, with_families=ids is not None, seen_by=engine)
        )
        people = pl.concat(frames) if frames else None
        found = set(people["person"].to_list()) if people is not None else set()
        stamps = _stamps(operation_id, None if ids is None else {*map(str, ids), *found})
        changed = _kept(features_of(people), stamps) if people is not None else frozenset()
        gone = frozenset(UUID(one) for one in stamps.keys() - found)
        _forget(gone)
        return Refreshed(changed, gone)


def _stamps(operation_id: UUID | None, ids: Collection[str] | None) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMPS, {"operation": operation_id, "ids": None if ids is None else sorted(ids)})
        return dict(cursor.fetchall())


def _kept(features: pl.DataFrame, stamps: dict[str, int]) -> frozenset[UUID]:
    """Write what differs from what is kept."""
    whole = pl.concat_str(
        pl.col("packed"), pl.col("household").fill_null(""), pl.col("scope_id").cast(pl.String), pl.col("operation"),
        separator="\x1f",
    )  # fmt: skip
    texts = features.select(whole)["packed"].to_list()
    made = [int.from_bytes(blake2b(f"{FORMAT}{one}".encode(), digest_size=8).digest(), signed=True) for one in texts]
    features = features.with_columns(pl.Series("stamp", made, dtype=pl.Int64), pl.lit(FORMAT).alias("maker"))
    known = pl.DataFrame(list(stamps.items()), schema={"person": pl.String, "stamp": pl.Int64}, orient="row")
    differing = features.join(known, on=["person", "stamp"], how="anti").sort("person")
    # Whose a key is, is told by their place in the frame: of a million people this is a third of the memory of their ids.
    differing = differing.with_row_index("place")
    dropped, added = [_listed(differing.clear())], [_listed(differing.clear())]
    for part in differing.iter_slices(AT_ONCE):
        new = {row[0] for row in given(_CLAIM, part, _KINDS).fetchall()}
        keys = _listed(part)
        others = part.filter(~pl.col("person").is_in(new))
        if others.height:
            before = _listed(others.select("place", "person").join(_kept_keys(others["person"]), on="person"))
            given(_CHANGE, others, _KINDS)
            dropped.append(before.join(keys, on=keys.columns, how="anti"))
            keys = keys.join(before, on=keys.columns, how="anti")
        added.append(keys)
    _write_keys(_DROP_KEYS, pl.concat(dropped), differing["person"])
    _write_keys(_ADD_KEYS, pl.concat(added), differing["person"])
    return frozenset(map(UUID, differing["person"].to_list()))


def _kept_keys(people: pl.Series) -> pl.DataFrame:
    """By which keys these people are found now: their features, which hold them, are locked in the order of ids."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_KEYS, [people.to_list()])
        rows = cursor.fetchall()
    kept = pl.DataFrame(rows, {"person": pl.String, "scope_id": pl.Int64, "keys": pl.String}, orient="row")
    return kept.with_columns(pl.col("keys").str.json_decode(pl.List(pl.Int64)))


def _listed(people: pl.DataFrame) -> pl.DataFrame:
    """One row for each key of each person, who is told by their place."""
    keys = people.select("place", pl.col("scope_id").cast(pl.Int32), pl.col("keys").alias("key"))
    return keys.explode("key").drop_nulls("key")


def _write_keys(statement: str, keys: pl.DataFrame, people: pl.Series) -> None:
    """Write keys in the order of their index, whosesoever they are: so each of its pages is taken up once. In the order of
    people, every stretch of them would take up all pages again. Places are those of people in the order of their ids."""
    for part in keys.sort("key", "scope_id", "place").iter_slices(KEYS_AT_ONCE):
        given(statement, part.with_columns(person=people.gather(part["place"])), _KEY_KINDS)


def _forget(people: Collection[UUID]) -> None:
    if people:
        kept = _kept_keys(pl.Series(sorted(map(str, people)), dtype=pl.String)).with_row_index("place")
        _write_keys(_DROP_KEYS, _listed(kept), kept["person"])
        Feature.objects.filter(pk__in=people).delete()
