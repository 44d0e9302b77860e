"""What is compared, as frames of the engine; and whoever shares a key with somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from psycopg import sql

from banyan.people.linkage.engine.blocking import FEW
from banyan.people.linkage.models import Feature, Pair
from banyan.people.linkage.rules.features import BROAD, KINDS, unpacked
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.arrays import array_text

VIEW = "registry.view_person"
# A key that more people share than this says little about anybody: it is not followed alone, and reported.
CROWD: Final = 400
# Broad keys bring people only while few share them, as when sets are compared.
_BROAD: Final = [number for number, kind in enumerate(KINDS) if kind in BROAD]
_COLUMNS: Final = {
    "person": pl.String, "operation": pl.String, "scope_id": pl.Int64, "household": pl.String, "packed": pl.String,
    "digest": pl.Int64, "compared": pl.Int64,
}  # fmt: skip
# As CSV, because reading it by columns costs a fraction of making an object of every value.
_ROWS: Final = """
COPY (
    SELECT person_id, operation_id, scope_id, household, packed, digest, compared FROM linkage_feature
    WHERE ({operation}::uuid IS NULL OR operation_id = {operation}) AND {which} ORDER BY person_id
) TO STDOUT (FORMAT csv)
"""
# Each key is counted up to the crowd and not further, so that a key of a hundred thousand costs as little as one of hundreds.
# The row without a person tells how many keys were crowded; broad ones are so by their nature, which tells nobody anything.
_MEETING: Final = """
WITH asked AS (SELECT given.person, given.key FROM unnest(%(people)s::text[], %(keys)s::bigint[]) AS given (person, key)),
counted AS MATERIALIZED (
    SELECT key, most, broad, (
        SELECT count(*) FROM (SELECT FROM linkage_key k WHERE k.key = a.key LIMIT a.most + 1) AS few
    ) AS people
    FROM (
        SELECT key, broad, CASE WHEN broad THEN %(few)s ELSE %(crowd)s END AS most
        FROM (SELECT DISTINCT key, (key & 31)::int = ANY(%(broad)s) AS broad FROM asked) d
    ) a
), met AS (
    SELECT a.person, k.person_id FROM asked a
    JOIN counted c ON c.key = a.key AND c.people <= c.most
    JOIN linkage_key k ON k.key = a.key
    WHERE k.person_id::text <> a.person
    GROUP BY a.person, k.person_id
)
SELECT m.person, m.person_id::text FROM met m
JOIN linkage_feature f ON f.person_id = m.person_id
WHERE %(operation)s::uuid IS NULL OR f.operation_id = %(operation)s
UNION ALL
SELECT NULL, count(*)::text FROM counted WHERE people > most AND NOT broad
"""


@dataclass(frozen=True)
class Candidates:
    """Who may be whom: pairs of ids as text (left asked for, right registered), what is kept of the rights, and how many
    keys were too common to be followed."""

    pairs: pl.DataFrame
    rows: pl.DataFrame
    crowded: int

    @property
    def frame(self) -> pl.DataFrame:
        """The wide frame of the rights."""
        return unpacked(self.rows)


def feature_rows(
    operation_id: UUID | None, *, seen_by: Viewer, ids: Collection[UUID] | None = None, waiting: bool = False
) -> pl.DataFrame:
    """What is kept of the people of an operation (all operations: None), or of some of them, with digests.

    waiting: only those who have not been compared since they changed.
    """
    seen_by.require(VIEW)
    which: sql.Composable = sql.SQL("true")
    if ids is not None:
        which = sql.SQL("person_id = ANY({}::uuid[])").format(sql.Literal(sorted(ids)))
    if waiting:
        which = sql.SQL("{} AND (compared IS NULL OR NOT compared = digest)").format(which)
    statement = sql.SQL(_ROWS).format(operation=sql.Literal(operation_id), which=which)
    text = BytesIO()
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for block in stream:
            text.write(block)
    if not text.tell():
        return pl.DataFrame(schema=_COLUMNS)
    text.seek(0)
    return pl.read_csv(text, has_header=False, new_columns=list(_COLUMNS), schema=_COLUMNS)


def frame(operation_id: UUID | None, *, seen_by: Viewer, ids: Collection[UUID] | None = None) -> pl.DataFrame:
    """The wide frame of the engine for the people of an operation (all operations: None), or for some of them."""
    return unpacked(feature_rows(operation_id, seen_by=seen_by, ids=ids))


def uncompared(operation_id: UUID | None, *, seen_by: Viewer) -> int:
    """How many people have not been compared since they were registered or changed."""
    seen_by.require(VIEW)
    found = Feature.objects.filter(Q(compared=None) | ~Q(compared=F("digest")))
    return (found if operation_id is None else found.filter(operation=operation_id)).count()


def orphans(operation_id: UUID, *, seen_by: Viewer) -> bool:
    """Whether a pair waits of which one has been withdrawn, or merged into somebody."""
    seen_by.require(VIEW)
    rows = Pair.objects.filter(operation=operation_id, decision="")
    there = [Exists(Feature.objects.filter(pk=OuterRef(side))) for side in ("first_id", "second_id")]
    return rows.filter(~there[0] | ~there[1]).exists()


def partners(people: Collection[UUID], *, seen_by: Viewer) -> set[UUID]:
    """Whom these people were found to be like, as far as nobody has decided. One statement."""
    seen_by.require(VIEW)
    rows = Pair.objects.filter(Q(first__in=people) | Q(second__in=people), decision="")
    return {one for pair in rows.values_list("first_id", "second_id") for one in pair} - set(people)


def candidates(
    asked: pl.DataFrame, operation_id: UUID | None, *, seen_by: Viewer, besides: Collection[UUID] = ()
) -> Candidates:
    """Whoever shares a key with these: by the index of keys, for the desk and for small batches. Two statements.

    besides: people who are read as well.

    asked: a frame with person and keys (as features_of gives it). People already registered do not meet themselves.
    """
    seen_by.require(VIEW)
    keys = asked.select(pl.col("person").cast(pl.String), "keys").explode("keys").drop_nulls()
    values: dict[str, Any] = {
        "people": array_text(keys["person"]), "keys": array_text(keys["keys"]), "crowd": CROWD, "few": min(FEW, CROWD),
        "broad": _BROAD, "operation": operation_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MEETING, values)
        met = pl.DataFrame(cursor.fetchall(), schema={"left": pl.String, "right": pl.String}, orient="row")
    crowded = int(met.filter(pl.col("left").is_null())["right"].item())
    pairs = met.drop_nulls("left")
    others = feature_rows(operation_id, seen_by=seen_by, ids={*besides, *map(UUID, pairs["right"].unique())})
    return Candidates(pairs, others, crowded)


def population(operation_id: UUID | None, *, seen_by: Viewer) -> int:
    """How many people are compared in an operation, or in all."""
    seen_by.require(VIEW)
    found = Feature.objects.all() if operation_id is None else Feature.objects.filter(operation=operation_id)
    return found.count()
