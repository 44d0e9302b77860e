"""Pictures of a targeting run and of entitlements as geometry, in the units of an SVG drawing. Templates draw them, tables stand
beside them.

Nothing here asks anybody or knows what it draws. On right-to-left pages bars and curves run from the right.
"""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

# Bars of rows: so wide is the whole.
ROW = 200
# So many shades of one colour tell places apart; more are not seen.
SHADES = 5

_SIDE, _MIDDLE, _BAND, _GAP = 240, 80, 26, 8
_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 240, 56, 12, 10, 40


def bars(figures: Sequence[float]) -> list[float]:
    """Figures as widths on a row of ROW units, the largest the whole row."""
    most = max(figures, default=0)
    return [round(figure / most * ROW, 1) if most else 0.0 for figure in figures]


def pyramid(
    women: Sequence[int], men: Sequence[int], groups: Sequence[str], *, mirrored: bool = False
) -> dict[str, Any] | None:
    """Women and men by group of age, the youngest first, drawn with the oldest on top and to one scale; None for nobody."""
    count = len(groups)
    most = max((*women, *men), default=0)
    if not most:
        return None
    first, second = (men, women) if mirrored else (women, men)
    rows = []
    for place, number in enumerate(reversed(range(count))):
        left, right = (round(side[number] / most * _SIDE, 1) for side in (first, second))
        rows.append(
            {
                "band": groups[number], "women": women[number], "men": men[number], "y": place * (_BAND + _GAP),
                "words": place * (_BAND + _GAP) + _BAND / 2 + 4, "left": left, "left_x": round(_SIDE - left, 1), "right": right,
            }
        )  # fmt: skip
    return {
        "width": 2 * _SIDE + _MIDDLE,
        "height": count * (_BAND + _GAP) - _GAP,
        "thick": _BAND,
        "middle": _SIDE + _MIDDLE / 2,
        "right_x": _SIDE + _MIDDLE,
        "women_left": not mirrored,
        "rows": rows,
    }


def curve(
    points: Sequence[tuple[float, float]], marks: Sequence[float] = (), *, mirrored: bool = False
) -> dict[str, Any] | None:
    """How many stay in (upright) at each threshold (along), as a line of steps from nought; None without two thresholds.

    marks: thresholds to be marked by an upright line. A line of steps, because between two scores nothing changes.
    """
    known = sorted(points)
    if len({x for x, _y in known}) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    top = ceiling(max(y for _x, y in known))

    def across(x: float) -> float:
        place = _LEFT + (min(max(x, first), last) - first) / (last - first) * (_WIDE - _LEFT - _RIGHT)
        return round(_WIDE - place if mirrored else place, 1)

    def up(y: float) -> float:
        return round(_TOP + (1 - y / top) * (_HIGH - _TOP - _BOTTOM), 1)

    places: list[tuple[float, float]] = []
    for x, y in known:
        if places:
            places.append((across(x), places[-1][1]))
        places.append((across(x), up(y)))
    return {
        "width": _WIDE,
        "height": _HIGH,
        "line": " ".join(f"{x:g},{y:g}" for x, y in places),
        "rows": [{"y": up(top * part / 4), "words": up(top * part / 4) + 4, "value": top * part / 4} for part in range(5)],
        "marks": [{"x": across(mark), "value": mark} for mark in marks if first <= mark <= last],
        "ends": [
            {"x": across(x), "value": x, "anchor": "start" if (x == first) != mirrored else "end"} for x in (first, last)
        ],
        "near": _WIDE - _LEFT if mirrored else _LEFT,
        "far": _RIGHT if mirrored else _WIDE - _RIGHT,
        "label": _WIDE - 8 if mirrored else 8,
        "label_anchor": "end" if mirrored else "start",
        "foot": _HIGH - 22,
        "caption": _HIGH - 5,
        "top": _TOP,
        "bottom": _HIGH - _BOTTOM,
    }  # fmt: skip


def ceiling(figure: float) -> float:
    """The next round figure: 1, 2 or 4 with noughts behind it, whose quarters can be written short."""
    if figure <= 4:
        return 4
    step = 10.0 ** floor(log10(figure))
    return next(each * step for each in (1, 2, 4, 8, 10, 20) if each * step >= figure)


def shade(figure: float, most: float) -> int:
    """Which of SHADES shades a figure has, 1 the lightest; 0 for none."""
    return min(SHADES, max(1, ceil(figure / most * SHADES))) if figure > 0 and most > 0 else 0


def steps(most: float) -> list[tuple[int, float]]:
    """The shades with the figure each ends at, for the words under a map."""
    return [(number, most * number / SHADES) for number in range(1, SHADES + 1)]
