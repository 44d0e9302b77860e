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
_STAMPS: Final = """
SELECT person_id::text, stamp FROM linkage_feature
WHERE (%(operation)s::uuid IS NULL OR operation_id = %(operation)s) AND (%(ids)s::uuid[] IS NULL OR person_id = ANY(%(ids)s))
"""
# In the order of ids, so that two who refresh the same people wait for each other instead of for ever.
_KEEP: Final = """
INSERT INTO linkage_feature AS kept
    (person_id, operation_id, scope_id, household, packed, maker, stamp, digest, refreshed_at)
SELECT person, operation, scope_id, household, packed, maker, stamp, digest, clock_timestamp() FROM {given} ORDER BY person
ON CONFLICT (person_id) DO UPDATE SET
    operation_id = excluded.operation_id, scope_id = excluded.scope_id, household = excluded.household,
    packed = excluded.packed, maker = excluded.maker, stamp = excluded.stamp, digest = excluded.digest,
    refreshed_at = excluded.refreshed_at
WHERE kept.stamp <> excluded.stamp
"""
_KEY: Final = """
INSERT INTO linkage_key (key, scope_id, person_id) SELECT key, scope_id, person FROM {given} ON CONFLICT DO NOTHING
"""
_FORGET_KEYS: Final = "DELETE FROM linkage_key WHERE person_id = ANY(%s::uuid[])"
_KINDS: Final = {
    "person": "uuid", "operation": "uuid", "scope_id": "int", "household": "uuid", "packed": "text", "maker": "smallint", "stamp": "bigint",
    "digest": "bigint",
}  # fmt: skip


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
    for start in range(0, differing.height, AT_ONCE):
        part = differing.slice(start, AT_ONCE)
        given(_KEEP, part, _KINDS)
        old = [one for one in part["person"].to_list() if one in stamps]
        if old:
            with connection.cursor() as cursor:
                cursor.execute(_FORGET_KEYS, [old])
        keys = part.select("person", "scope_id", pl.col("keys").alias("key")).explode("key").drop_nulls().sort("key")
        given(_KEY, keys, {"key": "bigint", "scope_id": "int", "person": "uuid"})
    return frozenset(map(UUID, differing["person"].to_list()))


def _forget(people: Collection[UUID]) -> None:
    if people:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_KEYS, [sorted(people)])
        Feature.objects.filter(pk__in=people).delete()
