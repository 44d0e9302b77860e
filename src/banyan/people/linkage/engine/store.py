"""DuckDB as linkage uses it: one connection for one task, bounded memory, spilling into a folder that goes with it."""

from collections.abc import Iterable, Iterator
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


def load(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, *, more: bool = False, temporary: bool = False
) -> None:  # fmt: skip
    """A frame as a table, which may go with the cursor (temporary), or as more rows of one."""
    connection.register("frame_to_load", frame)
    begin = f"INSERT INTO {name}" if more else f"CREATE OR REPLACE {'TEMP' if temporary else ''} TABLE {name} AS"
    connection.execute(f"{begin} SELECT * FROM frame_to_load")  # noqa: S608 (names are the engine's own)
    connection.unregister("frame_to_load")


def load_people(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    people: pl.DataFrame | Iterable[pl.DataFrame],
    model: Model | None = None,
    *,
    temporary: bool = False,
) -> int:
    """The records with a number of their own, `unique_id`, and how common their names are: counted, or as the model knows it.

    people: all of them; or, with a model, part by part in the order of `person`, so that no more than one part stands in memory
    beside the table. A column `side` tells new records from registered ones where both are there. Returns how many there are.
    """
    columns = ["unique_id", "side", "person", "household"]
    count = 0
    # In one order, whatever order they came in: likeness of letters is not quite the same read from the other side.
    for frame in [people.sort("person")] if isinstance(people, pl.DataFrame) else people:
        numbered = frame.with_columns(
            unique_id=pl.int_range(count, count + pl.len(), dtype=pl.Int32),
            side=pl.col("side") if "side" in frame.columns else pl.lit(0),
        )
        rest = [column for column in frame.columns if column not in (*columns, "operation", "scope_id")]
        told = numbered.select(*columns, *rest).with_columns(frequency(frame, model))
        load(connection, name, told, more=count > 0, temporary=temporary)
        count += frame.height
    return count


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
