"""Pairs that may be one person: within a set of records, or of new records with registered ones. Splink weighs them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from warnings import catch_warnings, simplefilter

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from banyan.people.linkage.engine import expressions
from banyan.people.linkage.engine.blocking import CAP, Blocked, block
from banyan.people.linkage.engine.model import Model, comparisons, zone
from banyan.people.linkage.engine.store import MEMORY, load_people, opened
from banyan.people.linkage.rules.features import KINDS

Say = Callable[[str], None]
_PAIRS: dict[str, Any] = {"left": pl.String, "right": pl.String, "weight": pl.Float64, "probability": pl.Float64,
          "levels": pl.List(pl.Int8), "keys": pl.List(pl.String), "document": pl.Boolean}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Pairs from the floor upwards, the heaviest first, and what was done to find them."""

    pairs: pl.DataFrame
    report: dict[str, Any]


def pairs_within(
    frame: pl.DataFrame, model: Model, *, population: int | None = None, floor: float | None = None, cap: int = CAP,
    memory: str = MEMORY, say: Say = lambda _text: None,
) -> Found:  # fmt: skip
    """Pairs of one set of records.

    population: how many people are registered, when the records are few of them; how common names are is then taken from the
    model instead of counted.
    """
    return _found(frame, model, False, population or len(frame), floor, cap, memory, say, population is None)


def pairs_within_parts(
    parts: Iterable[pl.DataFrame], model: Model, *, population: int, floor: float | None = None, cap: int = CAP,
    memory: str = MEMORY, say: Say = lambda _text: None,
) -> Found:  # fmt: skip
    """The same of records that come part by part in the order of `person`, so that only one part stands in memory at a time."""
    return _found(parts, model, False, population, floor, cap, memory, say, counted=False)


def pairs_between(
    new: pl.DataFrame, register: pl.DataFrame, model: Model, *, population: int | None = None, floor: float | None = None,
    cap: int = CAP, memory: str = MEMORY, say: Say = lambda _text: None,
) -> Found:  # fmt: skip
    """Pairs of a new record (left) with a registered one (right).

    population: how many people are registered, when `register` holds only those who share a key with a new record; how common
    names are is then taken from the model instead of counted.
    """
    both = pl.concat([new.with_columns(side=pl.lit(0)), register.with_columns(side=pl.lit(1))], how="vertical_relaxed")
    return _found(both, model, True, population or len(register), floor, cap, memory, say, population is None)


def _found(
    people: pl.DataFrame | Iterable[pl.DataFrame], model: Model, between: bool, population: int, floor: float | None, cap: int, memory: str,
    say: Say, counted: bool = True,
) -> Found:  # fmt: skip
    start = perf_counter()
    floor = model.review if floor is None else floor
    with opened(memory) as connection:
        count = load_people(connection, "people", people, None if counted else model)
        say("looking for candidates")
        blocked = block(connection, between=between, cap=cap)
        blocking = perf_counter()
        connection.execute("ALTER TABLE people DROP COLUMN keys")
        say("weighing candidates")
        pairs = (
            _weighed(connection, model, population, floor, between) if blocked.pairs else pl.DataFrame(schema=_PAIRS)
        )
    report = _report(count, blocked, pairs, model)
    report["seconds"] = {"blocking": round(blocking - start, 2), "weighing": round(perf_counter() - blocking, 2)}
    return Found(pairs, report)


def _weighed(
    connection: duckdb.DuckDBPyConnection, model: Model, population: int, floor: float, between: bool
) -> pl.DataFrame:
    connection.execute("""
        CREATE OR REPLACE TABLE blocked_ids AS
        SELECT '0' AS match_key, a AS join_key_l, b AS join_key_r FROM blocked""")
    with catch_warnings():
        simplefilter("ignore")
        linker = linker_of(connection, model, population)
        table = linker._db_api.register("blocked_ids")
        linker.table_management.register_blocked_pairs_for_predict(table)
        # Odds against strangers bound the odds of the contest from above.
        predicted = linker.inference.predict(threshold_match_weight=floor, warning_mode="never").physical_name
    relative = expressions.relative_sql(model)
    kinds = " || ".join(
        f"CASE WHEN kinds & {1 << number} > 0 THEN ['{kind}'] ELSE [] END" for number, kind in enumerate(KINDS)
    )
    connection.execute(f"""
        CREATE OR REPLACE TABLE contested AS
        SELECT *, {expressions.contested_sql("match_weight", "relative")} AS weight
        FROM (SELECT *, {relative} AS relative FROM {predicted})""")  # noqa: S608
    swap = "false" if between else "l.person > r.person"
    found = connection.sql(f"""
        SELECT CASE WHEN {swap} THEN r.person ELSE l.person END AS "left",
               CASE WHEN {swap} THEN l.person ELSE r.person END AS "right",
               weight, {expressions.probability_sql("weight")} AS probability,
               {expressions.levels_list_sql(model)} AS levels, {kinds} AS keys, gamma_document = 1 AS document
        FROM contested
        JOIN blocked ON a = unique_id_l AND b = unique_id_r
        JOIN people l ON l.unique_id = a JOIN people r ON r.unique_id = b
        WHERE weight >= {floor} ORDER BY weight DESC, 1, 2""").pl()  # noqa: S608
    return found.cast(_PAIRS)


def linker_of(connection: duckdb.DuckDBPyConnection, model: Model, population: int) -> Linker:
    """Splink over the table `people`."""
    # The pairs are registered, so Splink need not carry the keys along.
    settings = model.settings_for(population) | {"blocking_rules_to_generate_predictions": []}
    # The settings are ours: Splink would look through all their SQL for columns that are not there.
    api = DuckDBAPI(connection).register("people")
    return Linker(api, settings, log_level="ERROR", validate_settings=False)


def _report(people: int, blocked: Blocked, pairs: pl.DataFrame, model: Model) -> dict[str, Any]:
    zones = [zone(weight, model) for weight in pairs["weight"].to_list()]
    return {
        "people": people,
        "pairs_met": blocked.met,
        "pairs_compared": blocked.pairs,
        "pairs_found": len(pairs),
        "keys": blocked.keys,
        "capped": blocked.capped,
        "broad_keys_left_out": blocked.broad,
        "capped_pairs_left_out": blocked.left_out,
        "zones": {name: zones.count(name) for name in ("unlikely", "possible", "probable")},
        "comparisons": comparisons(model),
    }
