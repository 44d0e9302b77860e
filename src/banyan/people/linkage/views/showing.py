"""How cases are put into words: when they are due, how alike two records are and why, where two names differ."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.people.linkage.models import Zone
from banyan.people.linkage.states import CaseState
from banyan.platform.kernel.dates import PartialDate

Text = str | Promise

ZONE_TONES = {Zone.PROBABLE: "warn", Zone.POSSIBLE: "info", Zone.UNLIKELY: "plain"}
STATE_TONES = {
    CaseState.OPEN: "warn",
    CaseState.PROPOSED: "info",
    CaseState.MERGED: "good",
    CaseState.SEPARATE: "good",
    CaseState.SHELVED: "plain",
    CaseState.UNDONE: "plain",
    CaseState.LAPSED: "plain",
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# A weight is a power of two: from three on the odds grow eightfold, from seven on more than a hundredfold.
STRONG, SOME = 7.0, 3.0
LITTLE = 0.5
# A bar that fills its half; heavier comparisons do not stretch the others to nothing.
FULL = 12.0
_HALF = 100


def due(day: date | None, today: date) -> dict[str, Any] | None:
    """When a case is to be decided, in words, and whether that day has passed."""
    if day is None:
        return None
    days = (day - today).days
    if days == 0:
        words = _("due today")
    elif days == 1:
        words = _("due tomorrow")
    elif days > 0:
        words = ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
    else:
        words = ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}
    return {"words": words, "late": days < 0}


def born(day: PartialDate) -> str:
    """A birth date: what is known of it, and whether it is estimated."""
    shape = "DATE_FORMAT" if day.day else "YEAR_MONTH_FORMAT" if day.month else "Y"
    words = date_format(day.earliest, shape)
    return _("%(date)s (estimated)") % {"date": words} if day.estimated else words


def zone(value: str) -> dict[str, Any]:
    """Label and tone of a zone."""
    return {"zone_label": Zone(value).label, "zone_tone": ZONE_TONES[Zone(value)]}


def state(value: str) -> dict[str, Any]:
    """Label and tone of a state."""
    return {"state_label": CaseState(value).label, "state_tone": STATE_TONES[CaseState(value)]}


def out_of_hundred(probability: float) -> str:
    """A probability as people count: of a hundred such pairs so many are one person."""
    if probability >= 0.995:
        return _("Of 100 such pairs more than 99 are one person.")
    if probability < 0.005:
        return _("Of 100 such pairs fewer than 1 is one person.")
    count = round(probability * 100)
    return ngettext(
        "Of 100 such pairs about %(n)d is one person.", "Of 100 such pairs about %(n)d are one person.", count
    ) % {"n": count}


def signed(weight: float) -> str:
    """A weight with its sign, in the reader's digits."""
    rounded = round(weight, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number_format(abs(rounded), 1)


def judged(weight: float) -> Text:
    """What a weight says, in words."""
    size = abs(weight)
    if size < LITTLE:
        return gettext_lazy("says little")
    if weight > 0:
        words = {
            2: gettext_lazy("speaks strongly for it"),
            1: gettext_lazy("speaks for it"),
            0: gettext_lazy("hints at it"),
        }
    else:
        words = {
            2: gettext_lazy("speaks strongly against it"),
            1: gettext_lazy("speaks against it"),
            0: gettext_lazy("hints against it"),
        }
    return words[(size >= STRONG) + (size >= SOME)]


def weight_line(text: Text, weight: float) -> dict[str, Any]:
    """One comparison with its bar: from the middle to the end for, to the beginning against."""
    width = round(min(abs(weight) / FULL, 1.0) * _HALF, 1)
    return {
        "text": text,
        "judged": judged(weight),
        "signed": signed(weight),
        "side": "for" if weight >= 0 else "against",
        "x": _HALF if weight >= 0 else round(_HALF - width, 1),
        "width": width,
    }


def parts(value: str, others: Iterable[str]) -> list[tuple[str, bool]]:
    """A value as pieces of text, each with whether the word stands in none of the other values.

    Only a value that shares a word with another is taken apart: altogether different ones differ as a whole.
    """
    if not value:
        return []
    known = {word.casefold() for other in others for word in other.split()}
    if not known & {word.casefold() for word in value.split()}:
        return [(value, False)]
    pieces = [(piece, bool(piece.strip()) and piece.casefold() not in known) for piece in re.split(r"(\s+)", value)]
    return [(piece, differs) for piece, differs in pieces if piece]


def letters(count: int) -> Sequence[str]:
    """The letters by which records of a case are told apart."""
    return LETTERS[:count]
