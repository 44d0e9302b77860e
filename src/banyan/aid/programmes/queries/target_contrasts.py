"""Two runs side by side: alternatives of one targeting, or the same one on two days. Frozen rows against frozen rows."""

# ruff: noqa: S608 — composed of this room's own queries; values are bound

from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from banyan.aid.programmes.models import TargetRow
from banyan.aid.programmes.queries.target_pictures import SexAge, Tally, sex_age_of
from banyan.aid.programmes.queries.targeting import target_rows, targeting_run
from banyan.aid.programmes.rules.targeting import CHOSEN
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem

ABSENT: Final = ""
"""Stands for the verdict of a run that did not look at a record."""

Side = Literal["first", "second"]

_CELLS = """
WITH a AS ({first}), b AS ({second})
SELECT coalesce(b.place_id, a.place_id), coalesce(a.verdict, ''), coalesce(b.verdict, ''), count(*), sum(coalesce(b.size, a.size))
FROM a FULL JOIN b ON b.key = a.key GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class PlaceContrast:
    """A place: how many both runs choose, and how many the first or the second alone."""

    place_id: UUID | None
    both: int
    first: int
    second: int


@dataclass(frozen=True)
class Comparison:
    """Two runs: how many have which verdict in the first and in the second, by place, and who those are that only one chooses."""

    cells: dict[tuple[str, str], Tally]
    places: list[PlaceContrast]
    only_first: SexAge
    only_second: SexAge

    def _sum(self, *, first: bool, second: bool) -> Tally:
        found = (n for (a, b), n in self.cells.items() if ((a in CHOSEN) == first) and ((b in CHOSEN) == second))
        return sum(found, Tally())

    @property
    def both(self) -> Tally:
        """Chosen by both."""
        return self._sum(first=True, second=True)

    @property
    def first(self) -> Tally:
        """Chosen by the first alone."""
        return self._sum(first=True, second=False)

    @property
    def second(self) -> Tally:
        """Chosen by the second alone."""
        return self._sum(first=False, second=True)

    @property
    def neither(self) -> Tally:
        """Chosen by neither."""
        return self._sum(first=False, second=False)


def compare_runs(first_id: UUID, second_id: UUID, *, seen_by: Viewer) -> Comparison:
    """Two runs over the same records, of whichever targetings. Raises Problem not_found, programmes.runs_apart."""
    _comparable(first_id, second_id, seen_by)
    found = _cells(first_id, second_id, seen_by)
    cells: dict[tuple[str, str], Tally] = {}
    places: dict[Any, list[int]] = {}
    for place, a, b, records, people in found:
        cells[a, b] = cells.get((a, b), Tally()) + Tally(records, people)
        counts = places.setdefault(place, [0, 0, 0])
        if a in CHOSEN or b in CHOSEN:
            counts[0 if a in CHOSEN and b in CHOSEN else 1 if a in CHOSEN else 2] += records
    listed = [PlaceContrast(place, *counts) for place, counts in places.items()]
    return Comparison(
        cells,
        sorted(listed, key=lambda one: (-(one.first + one.second), str(one.place_id))),
        sex_age_of(differing(first_id, second_id, "first", seen_by=seen_by)),
        sex_age_of(differing(first_id, second_id, "second", seen_by=seen_by)),
    )


def differing(first_id: UUID, second_id: UUID, chosen_by: Side, *, seen_by: Viewer) -> QuerySet[TargetRow]:
    """Rows of the run that alone chooses them."""
    here, there = (first_id, second_id) if chosen_by == "first" else (second_id, first_id)
    key = "person_id" if targeting_run(here, seen_by=seen_by).for_whom == "person" else "household_id"
    other = target_rows(there, seen_by=seen_by).filter(verdict__in=CHOSEN).values(key)
    # Not EXISTS: of rows just written the planner knows nothing, and would look for each of them by turns.
    return target_rows(here, seen_by=seen_by).filter(verdict__in=CHOSEN).exclude(**{f"{key}__in": other}).order_by("pk")


def _comparable(first_id: UUID, second_id: UUID, viewer: Viewer) -> None:
    first, second = (targeting_run(one, seen_by=viewer) for one in (first_id, second_id))
    if (first.operation_id, first.for_whom) != (second.operation_id, second.for_whom):
        raise Problem("programmes.runs_apart")


def _cells(first_id: UUID, second_id: UUID, viewer: Viewer) -> list[Any]:
    parts: list[Any] = []
    texts = []
    for one in (first_id, second_id):
        key = "person_id" if targeting_run(one, seen_by=viewer).for_whom == "person" else "household_id"
        sql, values = (
            target_rows(one, seen_by=viewer).values(key, "place_id", "verdict", "size").query.sql_with_params()
        )
        texts.append(f"SELECT {key} AS key, place_id, verdict, size FROM ({sql}) AS found")
        parts += values
    with connection.cursor() as cursor:
        cursor.execute(_CELLS.format(first=texts[0], second=texts[1]), parts)
        return list(cursor.fetchall())
