"""Which row belongs to which, in tables that KoBo and ODK Central exported as sheets: their index and id columns."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from banyan.people.collection.rules.shapes import Table

_UID = ("meta/rootUuid", "_uuid", "_submission__uuid", "meta/instanceID", "instanceID", "KEY")
_OWN = ("_index", "KEY")
_PARENT = ("_parent_index", "PARENT_KEY")
_PARENT_TABLE = "_parent_table_name"


def with_keys(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The same tables with "uid", "parent" and "own" as far as their columns tell; null (own: null) where they do not."""
    owned: dict[tuple[str, str], str] = {}
    done = []
    for table in tables:
        uid = _column(table, _UID)
        index = _column(table, _OWN)
        parent_index = _column(table, _PARENT)
        parent_table = _column(table, (_PARENT_TABLE,))
        is_child = parent_index is not None
        frame = table.frame.with_columns(
            _text(uid, is_uid=True).alias("uid"),
            pl.lit(None, dtype=pl.String).alias("parent"),
            pl.lit(None, dtype=pl.String).alias("own"),
        )
        if index is not None:
            rows = frame.select(pl.col("uid"), pl.col(index).alias("index")).rows()
            own = [
                None if key is None else (f"{table.name}#{key}" if is_child or not known else known)
                for known, key in rows
            ]
            owned.update(
                {(table.name, key): value for (_uid, key), value in zip(rows, own, strict=True) if key and value}
            )
            frame = frame.with_columns(pl.Series("own", own, dtype=pl.String))
        elif not is_child:
            frame = frame.with_columns(pl.col("uid").alias("own"))
        done.append((replace(table, frame=frame), parent_index, parent_table))
    return tuple(_with_parent(table, column, naming, owned, done[0][0].name) for table, column, naming in done)


def _with_parent(
    table: Table, column: str | None, naming: str | None, owned: dict[tuple[str, str], str], first: str
) -> Table:
    if column is None:
        return table
    names = table.frame[naming].to_list() if naming else [first] * table.frame.height
    parents = [
        owned.get((name or first, key)) or owned.get((first, key)) or (key if key and not key.isdigit() else None)
        for name, key in zip(names, table.frame[column].to_list(), strict=True)
    ]
    return replace(table, frame=table.frame.with_columns(pl.Series("parent", parents, dtype=pl.String)))


def _column(table: Table, names: Sequence[str]) -> str | None:
    found: dict[str, int] = {}
    for header in table.headers:
        found.setdefault(header.name, header.position)
    return next((f"c{found[name]}" for name in names if name in found), None)


def _text(column: str | None, *, is_uid: bool) -> pl.Expr:
    if column is None:
        return pl.lit(None, dtype=pl.String)
    return pl.col(column).str.strip_chars().str.strip_prefix("uuid:") if is_uid else pl.col(column).str.strip_chars()
