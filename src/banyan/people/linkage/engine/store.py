"""DuckDB as linkage uses it: one connection for one task, bounded memory, spilling into a folder that goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from banyan.people.linkage.engine.model import Model

MEMORY = "6GB"
THREADS = 2


@contextmanager
def opened(memory: str = MEMORY, threads: int = THREADS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, emptied at the end. What does not fit is written to a temporary folder."""
    with TemporaryDirectory(prefix="banyan-linkage-") as folder, duckdb.connect() as connection:
        connection.execute("SET temp_directory = ?", [folder])
        connection.execute("SET memory_limit = ?", [memory])
        connection.execute("SET threads = ?", [threads])
        connection.execute("SET enable_progress_bar = false")
        yield connection


def load(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """A frame as a table."""
    connection.register("frame_to_load", frame)
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM frame_to_load")  # noqa: S608 (names are the engine's own)
    connection.unregister("frame_to_load")


def load_people(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    frame: pl.DataFrame,
    model: Model | None = None,
    *,
    sides: str = "side",
) -> None:
    """The records with a number of their own, `i`, and how common their names are: counted, or as the model knows it.

    A column `side` tells new records from registered ones where both are there.
    """
    columns = ["unique_id", "side", "person", "household"]
    # In one order, whatever order they came in: likeness of letters is not quite the same read from the other side.
    frame = frame.sort("person")
    numbered = frame.with_columns(
        unique_id=pl.int_range(pl.len(), dtype=pl.Int32), side=pl.col(sides) if sides in frame.columns else pl.lit(0)
    )
    rest = [column for column in frame.columns if column not in (*columns, "operation", "scope_id")]
    load(connection, name, numbered.select(*columns, *rest).with_columns(frequency(frame, model)))


def frequency(frame: pl.DataFrame, model: Model | None) -> pl.Expr:
    """How common each name is among all: `tf_sound_bag`."""
    if model is None:
        column = pl.col("sound_bag")
        return (pl.len().over("sound_bag") / column.count()).cast(pl.Float64).alias("tf_sound_bag")
    known = model.frequencies.get("sound_bag", {})
    # What the model does not name is rarer than the rarest it does.
    least = min(known.values(), default=1e-6)
    common = pl.col("sound_bag").replace_strict(known, default=least, return_dtype=pl.Float64)
    return pl.when(pl.col("sound_bag").is_not_null()).then(common).alias("tf_sound_bag")
