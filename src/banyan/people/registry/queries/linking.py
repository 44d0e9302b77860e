"""People as they are compared with each other: by set, in frames, so that a million are read in seconds."""

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import connection
from psycopg import sql

from banyan.people.registry.queries.people import VIEW
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.reference.places import queries as places

AT_ONCE: Final = 100_000
# Telephones and documents of one person stand in one field, with this between them.
_BETWEEN: Final = "\x1f"
_ENDS: Final = """
SELECT p.id FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM registry_person
    WHERE status <> 'withdrawn' AND (%(operation)s::uuid IS NULL OR operation_id = %(operation)s)
) p WHERE p.number %% %(size)s = 0 ORDER BY p.id
"""
_MATES: Final = """
SELECT DISTINCT mate.person_id FROM registry_membership own
JOIN registry_membership mate ON mate.household_id = own.household_id AND mate.until IS NULL
WHERE own.person_id = ANY(%s) AND own.until IS NULL
"""
# As CSV, because reading it by columns costs a fraction of making an object of every value. Every table is narrowed to the
# same people, so that each is one stretch of an index.
_ROWS: Final = """
COPY (
    SELECT p.id, p.operation_id, p.scope_id, m.household_id, p.reference, p.full_name, p.name_original, p.given_name, p.middle_name,
           p.family_name, p.father_name, p.mother_name, p.sex, p.birth_date, p.origin_country, p.nationality,
           coalesce(p.place_id, h.place_id), t.phones, d.documents, m.is_head, m.relationship, p.status, p.batch
    FROM registry_person p
    LEFT JOIN (SELECT * FROM registry_membership WHERE until IS NULL AND {of_person}) m ON m.person_id = p.id
    LEFT JOIN registry_household h ON h.id = m.household_id
    LEFT JOIN (
        SELECT person_id, string_agg(number, {between} ORDER BY position, number) AS phones FROM registry_phone
        WHERE number <> '' AND {of_person} GROUP BY person_id
    ) t ON t.person_id = p.id
    LEFT JOIN (
        SELECT person_id, string_agg(type || ':' || number_key, {between} ORDER BY type, number_key) AS documents
        FROM registry_document WHERE number_key <> '' AND {of_person} GROUP BY person_id
    ) d ON d.person_id = p.id
    WHERE p.status <> 'withdrawn' AND ({operation}::uuid IS NULL OR p.operation_id = {operation}) AND {of_people}
    ORDER BY p.id
) TO STDOUT (FORMAT csv)
"""
COLUMNS: Final[dict[str, Any]] = {
    "person": pl.String, "operation": pl.String, "scope_id": pl.Int64, "household": pl.String, "reference": pl.String,
    "full_name": pl.String, "name_original": pl.String, "given_name": pl.String, "middle_name": pl.String, "family_name": pl.String,
    "father_name": pl.String, "mother_name": pl.String, "sex": pl.String, "birth_date": pl.String, "origin_country": pl.String,
    "nationality": pl.String, "place": pl.String, "phones": pl.String, "documents": pl.String, "is_head": pl.String,
    "relationship": pl.String, "status": pl.String, "batch": pl.String,
}  # fmt: skip


def linkage_rows(
    *,
    operation: UUID | None = None,
    ids: Collection[UUID] | None = None,
    with_families: bool = False,
    at_once: int = AT_ONCE,
    seen_by: Viewer,
) -> Iterator[pl.DataFrame]:
    """Everybody within reach who is not withdrawn, in frames of up to `at_once` people, in the order of their ids.

    operation: only of this one. ids: only these; with_families: and whoever lives in their households. Columns: person,
    operation, household, batch (ids as text), scope_id, reference, full_name, name_original, given_name, middle_name,
    family_name, father_name, mother_name, sex, birth_date (text of a partial date, "~" = estimated), origin_country,
    nationality, place (P-codes from the country down, with "/" between), phones and documents (lists; documents as
    "type:number"), is_head, relationship, status. Empty text is "", what is not known at all null. Two statements a
    frame, and those of places. To be gone through within `viewing(seen_by)`; other statements may run between two frames.
    """
    seen_by.require(VIEW)
    codes: dict[str, str] = {}
    if ids is not None:
        everybody = sorted(set(ids) | (_mates(ids) if with_families else set()))
        for start in range(0, len(everybody), at_once):
            among = sql.Literal(everybody[start : start + at_once])
            one_of = sql.SQL("{} = ANY({}::uuid[])")
            frame = _frame(
                operation,
                one_of.format(sql.Identifier("person_id"), among),
                one_of.format(sql.Identifier("p", "id"), among),
                codes,
            )
            if frame.height:
                yield frame
        return
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, {"operation": operation, "size": at_once})
        ends: list[UUID | None] = [row[0] for row in cursor.fetchall()]
    for after, last in zip([None, *ends], [*ends, None], strict=True):
        frame = _frame(operation, _between("person_id", after, last), _between("p.id", after, last), codes)
        if frame.height:
            yield frame


def _mates(ids: Collection[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_MATES, [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def _between(column: str, after: UUID | None, last: UUID | None) -> sql.Composed:
    """People whose ids lie after one and up to another."""
    name = sql.Identifier(*column.split("."))
    lower = sql.SQL("{} > {}::uuid").format(name, sql.Literal(after)) if after else sql.SQL("true")
    upper = sql.SQL("{} <= {}::uuid").format(name, sql.Literal(last)) if last else sql.SQL("true")
    return sql.SQL("({} AND {})").format(lower, upper)


def _frame(
    operation: UUID | None, of_person: sql.Composed, of_people: sql.Composed, codes: dict[str, str]
) -> pl.DataFrame:
    statement = sql.SQL(_ROWS).format(
        of_person=of_person, of_people=of_people, between=sql.Literal(_BETWEEN), operation=sql.Literal(operation)
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        written = b"".join(copy)
    if not written:
        return pl.DataFrame(schema=COLUMNS)
    rows = pl.read_csv(written, has_header=False, schema=COLUMNS)
    _learn(set(rows["place"].drop_nulls().unique()) - codes.keys(), codes)
    return rows.with_columns(
        pl.col("place").replace_strict(codes, default=None, return_dtype=pl.String),
        *(pl.col(name).str.split(_BETWEEN).fill_null([]) for name in ("phones", "documents")),
        (pl.col("is_head") == "t").fill_null(value=False).alias("is_head"),
    )


def paths_of(ids: Collection[str]) -> dict[str, str]:
    """P-codes from the country down, with "/" between, by the id of a place."""
    codes: dict[str, str] = {}
    _learn(ids, codes)
    return codes


def _learn(unknown: Collection[str], codes: dict[str, str]) -> None:
    """Add the codes of further places, each with those of the places it lies in."""
    if not unknown:
        return
    known: dict[UUID, tuple[str, UUID | None]] = {}
    seeking = {UUID(key) for key in unknown}
    # Reference data is everybody's: whoever may see the people may compare where they live.
    with viewing(system_viewer("registry")) as reader:
        while seeking:
            rows = places.places(seen_by=reader).filter(pk__in=seeking).values_list("pk", "pcode", "parent_id")
            known |= {pk: (pcode, parent) for pk, pcode, parent in rows}
            seeking = {parent for _code, parent in known.values() if parent is not None} - known.keys() - seeking
    for key in unknown:
        path: list[str] = []
        here: UUID | None = UUID(key)
        while here is not None and here in known:
            pcode, here = known[here]
            path.append(pcode)
        codes[key] = "/".join(reversed(path))
