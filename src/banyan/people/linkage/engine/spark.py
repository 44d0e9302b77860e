"""The same model on Apache Spark, for registers that one machine cannot hold: see docs/how-to/match-on-spark.md.

Splink on Spark takes the same settings; only their SQL is written in Spark's words. What is imported here needs no Spark: the session,
and Splink's `SparkAPI`, are of whoever runs it.
"""

from typing import Any

import polars as pl
import sqlglot

from banyan.people.linkage.engine import expressions
from banyan.people.linkage.engine.model import Model, comparisons
from banyan.people.linkage.engine.store import load, opened

# What Splink's library for Spark calls them, and functions that Spark has not.
_NAMES = {"JAROWINKLERSIMILARITY": "jaro_winkler", "JAROWINKLER_SIMILARITY": "jaro_winkler"}


def settings_for_spark(model: Model, population: int) -> dict[str, Any]:
    """Splink's settings for so many people, for its SparkAPI. Pairs are those that share a key, without a cap."""
    settings = model.settings_for(population)
    return settings | {"comparisons": [_comparison(each) for each in settings["comparisons"]]}


def contested(predicted: pl.DataFrame, model: Model) -> pl.DataFrame:
    """What Splink predicted (unique_id_l, unique_id_r, match_weight, gamma_…) with relatives set against it."""
    relative = expressions.relative_sql(model)
    with opened() as connection:
        load(connection, "predicted", predicted.select("unique_id_l", "unique_id_r", "match_weight", *_levels(model)))
        return connection.sql(f"""
            SELECT unique_id_l AS "left", unique_id_r AS "right", {expressions.contested_sql("match_weight", "relative")} AS weight,
                   {expressions.levels_list_sql(model)} AS levels
            FROM (SELECT *, {relative} AS relative FROM predicted) ORDER BY 1, 2""").pl()  # noqa: S608


def _levels(model: Model) -> list[str]:
    return [f"gamma_{name}" for name in comparisons(model)]


def _comparison(comparison: dict[str, Any]) -> dict[str, Any]:
    return comparison | {"comparison_levels": [_level(each) for each in comparison["comparison_levels"]]}


def _level(level: dict[str, Any]) -> dict[str, Any]:
    if level["sql_condition"] == "ELSE":
        return level
    return level | {"sql_condition": _in_spark(level["sql_condition"])}


def _in_spark(sql: str) -> str:
    return sqlglot.parse_one(sql, read="duckdb").transform(_renamed).sql(dialect="spark")


def _renamed(node: Any) -> Any:
    name = node.name.upper() if isinstance(node, sqlglot.exp.Anonymous) else node.key.upper()
    if name == "LIST_AVG":
        (values,) = node.expressions
        words = "AGGREGATE({0}, CAST(0 AS DOUBLE), (total, one) -> total + one) / SIZE({0})"
        return sqlglot.parse_one(words.format(values.transform(_renamed).sql(dialect="spark")), read="spark")
    if name in _NAMES:
        return sqlglot.exp.Anonymous(
            this=_NAMES[name], expressions=list(node.args.get("expressions") or _operands(node))
        )
    return node


def _operands(node: Any) -> list[Any]:
    return [node.args[name] for name in ("this", "expression") if node.args.get(name) is not None]
