"""Few pairs at once: the same levels and weights as Splink's, from the same settings, without Splink's preparations.

For the desk, where somebody waits, and for single pairs that are weighed again. `tests.test_engine` holds both against
each other.
"""

from functools import lru_cache
from os import getpid
from typing import Any

import duckdb
import polars as pl

from banyan.people.linkage.engine import expressions
from banyan.people.linkage.engine.model import Model
from banyan.people.linkage.engine.store import load, load_people

SCHEMA: dict[str, Any] = {"left": pl.String, "right": pl.String, "weight": pl.Float64, "probability": pl.Float64,
          "levels": pl.List(pl.Int8), "document": pl.Boolean}  # fmt: skip


def score(
    one: pl.DataFrame, others: pl.DataFrame, model: Model, *, population: int, floor: float | None = None
) -> pl.DataFrame:
    """Every record of `one` (left) with every record of `others` (right) but itself, from the floor upwards.

    population: how many people are registered. How common names are is taken from the model.
    """
    both = pl.concat([one.with_columns(side=pl.lit(0)), others.with_columns(side=pl.lit(1))], how="vertical_relaxed")
    pairs = "SELECT l.unique_id AS a, r.unique_id AS b FROM people l JOIN people r ON l.side = 0 AND r.side = 1 AND l.person <> r.person"
    return _scored(both, pairs, None, model, population, model.review if floor is None else floor)


def score_pairs(frame: pl.DataFrame, pairs: pl.DataFrame, model: Model, *, population: int) -> pl.DataFrame:
    """Named pairs (columns left and right, people of the frame), whatever they weigh."""
    chosen = """
        SELECT l.unique_id AS a, r.unique_id AS b FROM named
        JOIN people l ON l.person = named."left" JOIN people r ON r.person = named."right" """
    return _scored(frame, chosen, pairs.select("left", "right"), model, population, None)


def _scored(
    frame: pl.DataFrame, pairs: str, named: pl.DataFrame | None, model: Model, population: int, floor: float | None
) -> pl.DataFrame:
    if frame.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    # Temporary tables are the cursor's own: nobody else sees them, and they go with it.
    with _database(getpid()).cursor() as connection:
        load_people(connection, "people", frame.drop("keys"), model, temporary=True)
        if named is not None:
            load(connection, "named", named, temporary=True)
        found = connection.sql(_statement(pairs, _Settings(model), population, floor)).pl()
    return found.cast(SCHEMA)


@lru_cache(maxsize=1)
def _database(_process: int) -> duckdb.DuckDBPyConnection:
    """One for each process, so that nobody at the desk waits until it is open."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    return connection


class _Settings:
    """A model by which statements are remembered: models hold dictionaries, which cannot be hashed."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __hash__(self) -> int:
        return id(self.model)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings) and other.model is self.model


@lru_cache(maxsize=32)
def _statement(pairs: str, settings: _Settings, population: int, floor: float | None) -> str:
    model = settings.model
    contest = expressions.contested_sql("stranger", "relative")
    at_least = "" if floor is None else f"WHERE weight >= {floor}"
    return f"""
        WITH levelled AS MATERIALIZED (
            SELECT l.person AS "left", r.person AS "right", l.tf_sound_bag AS tf_sound_bag_l, r.tf_sound_bag AS tf_sound_bag_r,
                   {", ".join(expressions.levels_sql(model))}
            FROM ({pairs}) JOIN people l ON l.unique_id = a JOIN people r ON r.unique_id = b),
        odds AS (
            SELECT *, {expressions.weight_sql(model, population)} AS stranger, {expressions.relative_sql(model)} AS relative
            FROM levelled),
        weighed AS (SELECT *, {contest} AS weight FROM odds)
        SELECT "left", "right", weight, {expressions.probability_sql("weight")} AS probability,
               {expressions.levels_list_sql(model)} AS levels, gamma_document = 1 AS document
        FROM weighed {at_least} ORDER BY weight DESC, 1, 2"""  # noqa: S608 (numbers of the model and names of the engine)
