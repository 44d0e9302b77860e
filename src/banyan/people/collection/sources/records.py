"""Nested submissions to tables: one row per submission, one table per repeat, joined by their keys.

A submission is a nest of dictionaries: answers are text or null, groups are dictionaries, repeats are lists of
dictionaries. Names may be relative ("age") or paths from the top ("household/member/age"), as KoBo writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from banyan.people.collection.rules.shapes import Header, Table
from banyan.platform.kernel.uploads import letter_of

MOST_DEPTH = 30
_UID = ("meta/rootUuid", "meta/deprecatedID", "_uuid", "meta/instanceID", "instanceID", "__id")
"""Where a submission says which it is. An edit names what it replaces, so that it meets the original."""
_DROPPED = frozenset(
    {"_attachments", "_notes", "_tags", "_validation_status", "_supplementalDetails", "_bamboo_dataset_id", "__system"}
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission as it came, with the id it claims ("" when none)."""

    answers: dict[str, Any]
    uid: str = ""


@dataclass
class _Rows:
    columns: dict[str, dict[int, str]] = field(default_factory=dict)
    row: list[int] = field(default_factory=list)
    uid: list[str | None] = field(default_factory=list)
    parent: list[str | None] = field(default_factory=list)
    own: list[str] = field(default_factory=list)


def uid_of(answers: dict[str, Any]) -> str:
    """The id of a submission without the prefix "uuid:"; "" when it has none."""
    for name in _UID:
        value: Any = answers.get(name)
        if value is None and "/" in name:
            group, _slash, rest = name.partition("/")
            inner = answers.get(group)
            value = inner.get(rest) if isinstance(inner, dict) else None
        if isinstance(value, str) and value.strip():
            return value.strip().removeprefix("uuid:")
    return ""


def text_of(value: Any) -> str | None:
    """A plain value as a person writes it: no ".0", no exponent, TRUE and FALSE; empty is null."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, list):
        return " ".join(filter(None, map(text_of, value))) or None
    text = str(value).strip()
    return text or None


def tables_of(submissions: Sequence[Submission]) -> tuple[Table, ...]:
    """The tables of the submissions: first the submissions themselves (named ""), then every repeat by its path.

    Frames have, beside what shapes.Table promises, "own": the key of the row, which "parent" of other tables names.
    """
    gathered: dict[str, _Rows] = {"": _Rows()}
    for ordinal, submission in enumerate(submissions, 1):
        uid = submission.uid or uid_of(submission.answers)
        _gather(gathered, "", submission.answers, ordinal, uid, None, uid or f"#{ordinal}", 0)
    return tuple(_table(name, rows) for name, rows in gathered.items() if rows.own)


def _gather(
    gathered: dict[str, _Rows],
    table: str,
    answers: dict[str, Any],
    ordinal: int,
    uid: str,
    parent: str | None,
    own: str,
    depth: int,
) -> None:
    rows = gathered.setdefault(table, _Rows())
    index = len(rows.own)
    rows.row.append(ordinal)
    rows.uid.append(uid or None)
    rows.parent.append(parent)
    rows.own.append(own)
    nested: list[tuple[str, list[dict[str, Any]]]] = []
    _walk(rows, table, answers, index, nested)
    if depth >= MOST_DEPTH:
        return
    for path, items in nested:
        for number, item in enumerate(items, 1):
            _gather(gathered, path, item, ordinal, uid, own, f"{own}/{path.rpartition('/')[2]}[{number}]", depth + 1)


def _walk(
    rows: _Rows, prefix: str, group: dict[str, Any], index: int, nested: list[tuple[str, list[dict[str, Any]]]]
) -> None:
    for name, value in group.items():
        if not prefix and name in _DROPPED:
            continue
        path = name if not prefix or name.startswith(f"{prefix}/") else f"{prefix}/{name}"
        if isinstance(value, dict):
            if path.count("/") < MOST_DEPTH:
                _walk(rows, path, value, index, nested)
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            nested.append((path, [item for item in value if isinstance(item, dict)]))
        else:
            column = rows.columns.setdefault(path, {})
            text = text_of(value)
            if text is not None:
                column[index] = text


def _table(name: str, rows: _Rows) -> Table:
    height = len(rows.own)
    # What is an empty element in every submission but a group in some is the group.
    groups = {path[:cut] for path in rows.columns for cut in _cuts(path)}
    paths = [path for path, values in rows.columns.items() if values or path not in groups]
    headers = tuple(
        Header(
            position,
            letter_of(position),
            path.rpartition("/")[2],
            path=path,
            hxl=path if path.startswith("#") else "",
        )
        for position, path in enumerate(paths)
    )
    columns: dict[str, Any] = {}
    for position, path in enumerate(paths):
        values = rows.columns[path]
        columns[f"c{position}"] = pl.Series([values.get(index) for index in range(height)], dtype=pl.String)
    frame = pl.DataFrame(
        {
            "row": pl.Series(rows.row, dtype=pl.Int32),
            "uid": pl.Series(rows.uid, dtype=pl.String),
            "parent": pl.Series(rows.parent, dtype=pl.String),
            "own": pl.Series(rows.own, dtype=pl.String),
            **columns,
        }
    )
    return Table(name, headers, frame)


def _cuts(path: str) -> list[int]:
    return [index for index, character in enumerate(path) if character == "/"]
