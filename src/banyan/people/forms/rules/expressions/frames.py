"""Many submissions as two tables, households and people: how rows and questions meet, and the slow way of checking them.

Three layouts: people as the instances of one repeat; one person per row with the household's questions beside
(no repeat at all); households alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import polars as pl

from banyan.people.forms.rules.expressions.checking import Fault, faults
from banyan.people.forms.rules.expressions.instance import Outline

COLUMNS: Final[dict[str, Any]] = {
    "subject": pl.String,
    "index": pl.UInt32,
    "path": pl.String,
    "kind": pl.String,
    "message": pl.String,
}
"""What a check of tables gives: subject (household or person), index (row of that table, from 0), path, kind, message."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which question is answered by which column: `above` by columns of households, `below` by columns of people.

    `repeat` is the path of the repeat whose instances the people are; "" where each person is a submission of their own.
    """

    above: dict[str, str]
    below: dict[str, str]
    repeat: str

    @property
    def present(self) -> frozenset[str]:
        """The questions whose answers came."""
        return frozenset(self.above) | frozenset(self.below)

    @property
    def is_flat(self) -> bool:
        """Whether each person is a submission of their own."""
        return bool(self.below) and not self.repeat


def laid_out(outline: Outline, households: pl.DataFrame, people: pl.DataFrame, columns: dict[str, str]) -> Layout:
    """Find the layout from the questions (path → column). Questions of other repeats, and unknown paths, are left out."""
    schema = outline.schema
    asked = {path: column for path, column in columns.items() if path in schema.by_path}
    repeats = Counter(
        schema.by_path[path].repeat
        for path, column in asked.items()
        if column in people.columns and schema.by_path[path].repeat
    )
    repeat = next((path for path, _ in repeats.most_common() if "/" not in path or not _nested(outline, path)), "")
    above: dict[str, str] = {}
    below: dict[str, str] = {}
    for path, column in asked.items():
        within = schema.by_path[path].repeat
        if within == "" and column in households.columns:
            above[path] = column
        elif column in people.columns and within == repeat:
            below[path] = column
    return Layout(above, below, repeat)


def _nested(outline: Outline, repeat: str) -> bool:
    return any(shape.is_repeat for shape in outline.by_path[repeat].line()[:-1])


def check_rows(
    outline: Outline,
    layout: Layout,
    households: pl.DataFrame,
    people: pl.DataFrame,
    now: datetime,
    *,
    told: bool = False,
    keys: frozenset[str] | None = None,
    only: frozenset[str] | None = None,
) -> list[tuple[str, int, Fault]]:
    """Every fault, submission by submission, as (subject, row of that table, fault).

    `keys` restricts to the households of these keys, `only` to these questions.
    """
    found: dict[tuple[str, int, str, str], tuple[str, int, Fault]] = {}
    for answers, household, rows in submissions(layout, households, people, keys):
        for fault in faults(outline, answers, now, present=layout.present, only=only, told=told):
            if fault.path in layout.above:
                place = ("household", household)
            else:
                place = ("person", rows[fault.index or 0] if rows else -1)
            if place[1] >= 0:
                found.setdefault((*place, fault.path, fault.kind), (*place, fault))
    return list(found.values())


def submissions(
    layout: Layout, households: pl.DataFrame, people: pl.DataFrame, keys: frozenset[str] | None
) -> Iterator[tuple[dict[str, Any], int, list[int]]]:
    """Each submission as (answers, row of its household or -1, rows of its people)."""
    members: dict[str, list[int]] = defaultdict(list)
    if layout.below:
        for place, key in enumerate(people["key"].to_list()):
            members[key].append(place)
    above = {path: households[column].to_list() for path, column in layout.above.items()}
    below = {path: people[column].to_list() for path, column in layout.below.items()}
    first_seen: set[str] = set()
    for place, key in enumerate(households["key"].to_list()):
        # Of households with the same key the first is the one its people belong to.
        rows = members.get(key, []) if key not in first_seen else []
        first_seen.add(key)
        if keys is not None and key not in keys:
            continue
        top = {path: values[place] for path, values in above.items()}
        yield from _one(layout, top, place, rows, below)
    for key, rows in members.items():
        if key not in first_seen and (keys is None or key in keys):
            yield from _one(layout, {}, -1, rows, below)


def _one(
    layout: Layout, top: dict[str, Any], place: int, rows: list[int], below: dict[str, list[Any]]
) -> Iterator[tuple[dict[str, Any], int, list[int]]]:
    people = [{path: values[row] for path, values in below.items()} for row in rows]
    if layout.repeat:
        yield {**top, layout.repeat: people}, place, rows
    elif layout.is_flat and rows:
        for row, person in zip(rows, people, strict=True):
            yield {**top, **person}, place, [row]
    else:
        yield top, place, []


def as_frame(found: list[tuple[str, int, Fault]]) -> pl.DataFrame:
    """Faults as a table with COLUMNS."""
    rows = [(subject, place, fault.path, fault.kind, fault.message) for subject, place, fault in found]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")
