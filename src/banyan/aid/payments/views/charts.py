"""Figures of payments as drawings: bars side by side, and columns over time. Pure: numbers in, places on paper out.

Every drawing is mirrored where people read from right to left; words and figures stand beside it as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Number = int | Decimal
# Width of the whole drawing; height of a bar with its words, and of the bar alone; in units of the drawing.
WIDE, _STEP, _BAR = 420, 46, 16
# Beside the columns a scale finds room for hundreds of millions.
_COLUMNS_WIDE, _COLUMNS_HIGH, _SIDE, _HEAD, _FOOT = 640, 220, 88, 12, 26
_WIDEST_COLUMN, _GAP = 64, 0.25
# A name below a column takes as much room.
_NAME = 80


@dataclass(frozen=True)
class Mark:
    """One figure of a drawing: what it is called, how much it is, and the same in words."""

    label: Text
    value: Number
    words: Text
    url: str = ""


def bars(marks: Sequence[Mark], *, mirrored: bool = False) -> dict[str, Any] | None:
    """Bars below one another, the longest as wide as the drawing; None when there is nothing to draw."""
    most = max((mark.value for mark in marks), default=0)
    if most <= 0:
        return None
    drawn = []
    for number, mark in enumerate(marks):
        width = max(round(float(mark.value) / float(most) * WIDE, 1), 2) if mark.value > 0 else 0
        top = number * _STEP
        drawn.append(
            {"label": mark.label, "words": mark.words, "url": mark.url, "text": top + 14, "y": top + 20,
             "width": width, "x": WIDE - width if mirrored else 0}
        )  # fmt: skip
    return {
        "rows": drawn, "width": WIDE, "height": len(drawn) * _STEP, "thick": _BAR,
        "near": WIDE if mirrored else 0, "far": 0 if mirrored else WIDE,
        "near_anchor": "end" if mirrored else "start", "far_anchor": "start" if mirrored else "end",
    }  # fmt: skip


def columns(marks: Sequence[Mark], *, mirrored: bool = False) -> dict[str, Any] | None:
    """Columns beside one another in the order of time, with a scale; None when there is nothing to draw."""
    most = max((mark.value for mark in marks), default=0)
    if most <= 0:
        return None
    top = scale(most)
    room = _COLUMNS_WIDE - _SIDE
    each = min(room / len(marks), _WIDEST_COLUMN)
    ground = _COLUMNS_HIGH - _FOOT

    def up(value: Number) -> float:
        return round(ground - float(value) / float(top) * (ground - _HEAD), 1)

    drawn = []
    for number, mark in enumerate(marks):
        x = _SIDE + number * each + each * _GAP / 2
        width = each * (1 - _GAP)
        x = _COLUMNS_WIDE - x - width if mirrored else x
        drawn.append(
            {"x": round(x, 1), "y": up(mark.value), "width": round(width, 1), "height": round(ground - up(mark.value), 1),
             "middle": round(x + width / 2, 1), "label": mark.label, "words": mark.words}
        )  # fmt: skip
    apart = ceil(_NAME / each)
    return {
        "columns": drawn, "named": drawn[::apart],
        "width": _COLUMNS_WIDE, "height": _COLUMNS_HIGH, "ground": ground, "foot": _COLUMNS_HIGH - 6,
        "rows": [{"y": up(value), "text": up(value) + 4, "value": value} for value in (0, top / 2, top)],
        "near": _COLUMNS_WIDE - _SIDE if mirrored else _SIDE, "far": 0 if mirrored else _COLUMNS_WIDE,
        "scale": _COLUMNS_WIDE - _SIDE + 8 if mirrored else _SIDE - 8, "scale_anchor": "start" if mirrored else "end",
    }  # fmt: skip


def scale(most: Number) -> Decimal:
    """The end of a scale: the next of 1, 2, 5, 10 … that is not below the largest figure, and can be halved without rest."""
    found = Decimal(2)
    for step in (Decimal("2.5"), Decimal(2), Decimal(2)) * 20:  # 2, 5, 10, 20, 50 …
        if found >= most:
            break
        found *= step
    return found
