"""Pictures as geometry: lines, bands and bars in the units of an SVG drawing. Templates draw them, tables stand behind them.

Nothing here asks anybody or knows what it draws. Right-to-left pages have time and bars run from the right.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import floor
from typing import Any

WIDE, HIGH = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 10, 26
_MOST_DAYS_NAMED = 5
# So many ages are drawn; whoever is older counts to the last bar.
OLDEST = 99


@dataclass(frozen=True)
class TrendPoint:
    """The score of one day with what it is judged by; None where nothing was known. All from 0 to 100."""

    day: date
    score: float | None
    low: float | None = None
    high: float | None = None
    target: float | None = None
    signal: bool = False
    version: int = 1


def trend(points: Sequence[TrendPoint], *, mirrored: bool = False) -> dict[str, Any] | None:
    """A line of scores over time with its band, its target and marks where it left the band; None without two days.

    The line is broken where nothing is known and where the definition changed: such days cannot be compared.
    """
    known = [point for point in points if point.score is not None]
    if len({point.day for point in known}) < 2:
        return None
    figures = [value for point in known for value in (point.score, point.low, point.target) if value is not None]
    bottom = min(90, max(0, floor(min(figures) / 10) * 10))
    first, last = known[0].day, known[-1].day
    across = _across(first, last, mirrored)

    def up(value: float) -> float:
        inside = min(max(value, bottom), 100)
        return round(_TOP + (100 - inside) / (100 - bottom) * (HIGH - _TOP - _BOTTOM), 1)

    return {
        "width": WIDE,
        "height": HIGH,
        "lines": [_path((across(p.day), up(p.score or 0)) for p in run) for run in _runs(points) if len(run) > 1],
        "dots": [
            {"x": across(p.day), "y": up(p.score or 0), "day": p.day, "score": p.score, "signal": p.signal}
            for p in known
        ],
        "bands": [_band(run, across, up) for run in _runs(points) if len(run) > 1 and run[0].low is not None],
        "targets": _steps(list({p.day: p.target for p in known if p.target is not None}.items()), across, up),
        "changes": [across(day) for day in _begun(known)],
        "rows": [{"y": up(value), "words": up(value) + 4, "value": value} for value in _marks(bottom)],
        "days": [
            {"x": across(day), "day": day, "anchor": _anchor(day, first, last, mirrored)} for day in _named(known)
        ],
        "near": WIDE - _LEFT if mirrored else _LEFT,
        "far": _RIGHT if mirrored else WIDE - _RIGHT,
        "label": WIDE - 8 if mirrored else 8,
        "label_anchor": "end" if mirrored else "start",
        "foot": HIGH - 6,
        "top": _TOP,
        "bottom": HIGH - _BOTTOM,
    }


def _across(first: date, last: date, mirrored: bool) -> Callable[[date], float]:
    whole = max((last - first).days, 1)
    room = WIDE - _LEFT - _RIGHT

    def place(day: date) -> float:
        x = _LEFT + (day - first).days / whole * room
        return round(WIDE - x if mirrored else x, 1)

    return place


def _runs(points: Sequence[TrendPoint]) -> list[list[TrendPoint]]:
    """Days that may be joined by a line: known, under one definition, both with a band or both without.

    While a definition changes both versions are computed, so a day may come twice; each version has a line of its own.
    """
    runs: list[list[TrendPoint]] = []
    for version in sorted({point.version for point in points}):
        before: TrendPoint | None = None
        for point in points:
            if point.version != version:
                continue
            if point.score is not None:
                if before is None or before.score is None or (before.low is None) != (point.low is None):
                    runs.append([])
                runs[-1].append(point)
            before = point
    return runs


def _begun(points: Sequence[TrendPoint]) -> list[date]:
    """The days on which a later definition was first computed."""
    first: dict[int, date] = {}
    for point in points:
        first.setdefault(point.version, point.day)
    return [first[version] for version in sorted(first)[1:]]


def _path(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _band(run: Sequence[TrendPoint], across: Callable[[date], float], up: Callable[[float], float]) -> str:
    above = [(across(p.day), up(100 if p.high is None else p.high)) for p in run]
    below = [(across(p.day), up(p.low or 0)) for p in reversed(run)]
    return _path([*above, *below])


def _steps(
    targets: Sequence[tuple[date, float]], across: Callable[[date], float], up: Callable[[float], float]
) -> list[str]:
    """The target as a line with steps on the days it changed."""
    if len(targets) < 2:
        return []
    places: list[tuple[float, float]] = [(across(targets[0][0]), up(targets[0][1]))]
    for (_before, old), (day, new) in pairwise(targets):
        places.append((across(day), up(old)))
        if new != old:
            places.append((across(day), up(new)))
    return [_path(places)]


def _marks(bottom: int) -> list[int]:
    step = 10 if bottom >= 60 else 20 if bottom >= 20 else 25
    return list(range(100, bottom - 1, -step))


def _named(points: Sequence[TrendPoint]) -> list[date]:
    """A few days to write below: always the first and the last."""
    days = sorted({point.day for point in points})
    if len(days) <= _MOST_DAYS_NAMED:
        return days
    return [days[round(number * (len(days) - 1) / (_MOST_DAYS_NAMED - 1))] for number in range(_MOST_DAYS_NAMED)]


def _anchor(day: date, first: date, last: date, mirrored: bool) -> str:
    """Words at the rim grow inwards."""
    if day == first:
        return "end" if mirrored else "start"
    if day == last:
        return "start" if mirrored else "end"
    return "middle"


_AGE, _AGES_HIGH = 7, 190


def comb(counts: Sequence[int], *, mirrored: bool = False) -> dict[str, Any] | None:
    """Single years of age as bars side by side; None for nobody.

    Ages that end in 0 or 5 are marked: where people guess, these stand out like the teeth of a comb.
    """
    shown = [*counts[: OLDEST + 1], *([0] * (OLDEST + 1 - len(counts)))]
    shown[OLDEST] += sum(counts[OLDEST + 1 :])
    most = max(shown)
    if not most:
        return None
    wide = (OLDEST + 1) * _AGE

    def across(age: int) -> int:
        return (OLDEST - age if mirrored else age) * _AGE

    bars = []
    for age, count in enumerate(shown):
        if count:
            height = max(round(count / most * _AGES_HIGH, 1), 0.5)
            bars.append(
                {"x": across(age), "y": round(_AGES_HIGH - height, 1), "height": height, "round": age % 5 == 0,
                 "age": age, "count": count}
            )  # fmt: skip
    return {
        "width": wide,
        "height": _AGES_HIGH + 20,
        "thick": _AGE - 1,
        "bars": bars,
        "line": _AGES_HIGH,
        "foot": _AGES_HIGH + 15,
        "marks": [{"x": across(age) + _AGE / 2, "age": age} for age in range(0, OLDEST + 1, 10)],
    }
