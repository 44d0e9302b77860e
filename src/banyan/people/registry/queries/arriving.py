"""People who are not registered yet, as they are compared with those who are."""

from typing import Final
from uuid import UUID

import polars as pl
from django.utils import timezone

from banyan.people.registry.queries.linking import COLUMNS, paths_of
from banyan.people.registry.rules.shaping import Setting, Spot, place_codes, shape
from banyan.people.registry.rules.shaping.belongings import DOCUMENTS
from banyan.platform.access.queries import operations
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.ids import new_ids
from banyan.reference.places import queries as places

ARRIVING_FIELDS: Final = frozenset(
    {
        *(f"person.{name}" for name in (
            "full_name", "given_name", "middle_name", "family_name", "name_original", "father_name", "mother_name", "sex", "age",
            "birth_date", "birth_date_estimated", "registered_on", "phone", "phone_2", "is_head", "relationship", "place",
            "origin_country", "nationality",
        )),
        *(f"person.document.{kind}.number" for kind in DOCUMENTS),
        *(f"household.{name}" for name in ("place", "registered_on", "interviewed_on")),
    }
)  # fmt: skip
"""The fields of collection that say who somebody is; others need not be read for comparing."""


def arriving_rows(
    households: pl.DataFrame, people: pl.DataFrame, *, operation_id: UUID, scope_id: int, seen_by: Viewer
) -> pl.DataFrame:
    """People who were submitted, or stand on a form, in the columns of `linkage_rows`, in their order.

    households: submission_id and fields "household.…"; people: submission_id, staged_row_id and fields "person.…", as
    collection hands them over. `person` is the staged row, `household` stands for the submission; who has no name has an
    empty one, and nothing else is asked of the rows. Three queries, none of them about people.
    """
    operation = operations(seen_by=seen_by).filter(pk=operation_id).first()
    if operation is None or not people.height:
        return pl.DataFrame(schema=COLUMNS | _LISTS)
    wanted = place_codes(households, people)
    # Reference data is seen whole: where somebody says they live may lie outside of the areas of who looks.
    with viewing(system_viewer("registry")) as reader:
        found = places.coded(wanted, operation.country, seen_by=reader) if wanted else {}
    spots = {
        code: Spot(str(place.id), scope_id) for code in wanted if (place := found.get(code.strip().upper())) is not None
    }
    rows = shape(
        households, people, Setting(operation_id, None, scope_id, timezone.localdate(), spots, fresh_ids=new_ids)
    )
    paths = paths_of({spot.id for spot in spots.values()})
    living = rows.household.select(pl.col("id").alias("household"), pl.col("place_id").alias("home"))
    belonging = rows.membership.select(
        pl.col("person_id").alias("id"), pl.col("household_id").alias("household"), "is_head", "relationship"
    )
    told = (
        rows.person.join(belonging, on="id", how="left", maintain_order="left")
        .join(living, on="household", how="left", maintain_order="left")
        .join(_gathered(rows.phone, pl.col("number"), "phones"), on="id", how="left", maintain_order="left")
        .join(
            _gathered(rows.document, pl.concat_str("type", pl.lit(":"), "number_key"), "documents"),
            on="id", how="left", maintain_order="left",
        )
    )  # fmt: skip
    where = pl.coalesce("place_id", "home").replace_strict(paths, default=None, return_dtype=pl.String)
    return told.select(
        *(
            pl.lit(None, kind).alias(name) if name in ("batch", "reference") else _column(name, where)
            for name, kind in COLUMNS.items()
        )
    ).with_columns(pl.col("phones").fill_null([]), pl.col("documents").fill_null([]))


_LISTS: Final = {"phones": pl.List(pl.String), "documents": pl.List(pl.String), "is_head": pl.Boolean()}


def _column(name: str, where: pl.Expr) -> pl.Expr:
    if name == "person":
        return pl.col("staged_row").alias(name)
    if name == "operation":
        return pl.col("operation_id").alias(name)
    if name == "full_name":
        return pl.col(name).fill_null("")
    return where.alias(name) if name == "place" else pl.col(name)


def _gathered(rows: pl.DataFrame, text: pl.Expr, name: str) -> pl.DataFrame:
    """What belongs to each person as a list."""
    if not rows.height:
        return pl.DataFrame(schema={"id": pl.String, name: pl.List(pl.String)})
    found = rows.select(pl.col("person_id").cast(pl.String).alias("id"), text.cast(pl.String).alias(name))
    return found.drop_nulls().group_by("id", maintain_order=True).agg(name)
