"""Pictures of models and of their quality as geometry, in the units of an SVG drawing. Templates draw them, tables stand behind them.

Nothing here asks anybody or knows what it draws. Rows of bars turn by the style sheet on right-to-left pages, curves by `mirrored`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDE, HIGH = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 10, 40
# Bars of rows: so wide is the whole, so high one row.
ROW = 200


@dataclass(frozen=True)
class CurvePoint:
    """A threshold with two shares from 0 to 1, each with its limits; None where nothing is known."""

    weight: float
    one: float | None
    one_low: float | None
    one_high: float | None
    other: float | None
    other_low: float | None
    other_high: float | None


def span(low: float, value: float, high: float) -> dict[str, float]:
    """A share with its interval as a line with a dot, on a row of ROW units from 0 to 1."""
    return {"x1": round(low * ROW, 1), "x2": round(high * ROW, 1), "dot": round(value * ROW, 1)}


def gap_span(low: float, value: float, high: float) -> dict[str, float]:
    """A difference with its interval, on a row of ROW units from -1 to 1; what matters is whether it crosses the middle."""
    return {
        "x1": round((low + 1) / 2 * ROW, 1),
        "x2": round((high + 1) / 2 * ROW, 1),
        "dot": round((value + 1) / 2 * ROW, 1),
        "axis": ROW / 2,
    }


def bars(counts: Sequence[int]) -> list[float]:
    """Counts as widths on a row of ROW units; the square root, so that a few hundred beside a million can be seen."""
    most = max(counts, default=0)
    return [round((count / most) ** 0.5 * ROW, 1) if most else 0.0 for count in counts]


def steps(ends: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    """A waterfall: each step from where to where, on rows of ROW units that hold them all and nought."""
    low = min([0.0, *(min(step) for step in ends)])
    high = max([0.0, *(max(step) for step in ends)])
    scale = ROW / ((high - low) or 1)
    return [
        {
            "x": round((min(start, end) - low) * scale, 1),
            "width": round(abs(end - start) * scale, 1),
            "side": "for" if end >= start else "against",
            "axis": round(-low * scale, 1),
        }
        for start, end in ends
    ]


def curve(
    points: Sequence[CurvePoint], marks: Sequence[float] = (), *, mirrored: bool = False
) -> dict[str, Any] | None:
    """Two lines over the thresholds with the bands of their intervals, and upright lines at `marks`; None without two points."""
    known = sorted(points, key=lambda point: point.weight)
    if len(known) < 2:
        return None
    first, last = known[0].weight, known[-1].weight

    def across(weight: float) -> float:
        x = _LEFT + (min(max(weight, first), last) - first) / (last - first) * (WIDE - _LEFT - _RIGHT)
        return round(WIDE - x if mirrored else x, 1)

    def up(share: float) -> float:
        return round(_TOP + (1 - share) * (HIGH - _TOP - _BOTTOM), 1)

    def drawn(name: str) -> dict[str, Any]:
        told = [
            (across(p.weight), getattr(p, name), getattr(p, f"{name}_low"), getattr(p, f"{name}_high"))
            for p in known
            if getattr(p, name) is not None
        ]
        return {
            "line": _path([(x, up(value)) for x, value, _low, _high in told]) if len(told) > 1 else "",
            "band": _path([(x, up(high)) for x, _v, _l, high in told] + [(x, up(low)) for x, _v, low, _h in reversed(told)]),
            "dots": [{"x": x, "y": up(value), "share": value} for x, value, _low, _high in told],
        }  # fmt: skip

    return {
        "width": WIDE,
        "height": HIGH,
        "one": drawn("one"),
        "other": drawn("other"),
        "marks": [across(mark) for mark in marks if first <= mark <= last],
        "rows": [{"y": up(part / 4), "words": up(part / 4) + 4, "value": part * 25} for part in range(5)],
        "weights": [{"x": across(p.weight), "weight": p.weight} for p in known],
        "near": WIDE - _LEFT if mirrored else _LEFT,
        "far": _RIGHT if mirrored else WIDE - _RIGHT,
        "label": WIDE - 8 if mirrored else 8,
        "label_anchor": "end" if mirrored else "start",
        "foot": HIGH - 22,
        "caption": HIGH - 5,
        "top": _TOP,
        "bottom": HIGH - _BOTTOM,
    }


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)
