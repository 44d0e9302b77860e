"""Scores, trends and groups as pages and the API show them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _

from banyan.people.quality import queries
from banyan.people.quality.declarations import DIMENSIONS
from banyan.people.quality.views import charts
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import id_from
from banyan.reference.places import queries as places

Text = str | Promise

# A group smaller than this says more about chance, or about a person, than about a site.
SMALLEST_GROUP = 30
SMALLEST_AGES = 200
SHOWN_DAYS = timedelta(days=366)
# So far below its target a score is a warning; beyond that it is bad.
NEAR = Decimal(5)

BREAKDOWNS: dict[str, Text] = {
    "place": _("Place"),
    "site": _("Site"),
    "interviewer": _("Interviewer"),
    "source": _("Source"),
}
NOT_KNOWN = _("not recorded")


def tone(score: Decimal | float | None, target: Decimal | float | None) -> str:
    """How a score stands to its target."""
    if score is None or target is None:
        return "plain"
    short = Decimal(target) - Decimal(score)
    return "good" if short <= 0 else "warn" if short <= NEAR else "bad"


def judged(score: Decimal | None, target: Decimal | None, *, hidden: bool = False) -> Text:
    """The same in words."""
    if hidden:
        return _("Not shown to your roles")
    words: dict[str, Text] = {
        "good": _("Target met"),
        "warn": _("Below target"),
        "bad": _("Far below target"),
        "plain": _("No score"),
    }
    return words[tone(score, target)]


def check_url(operation_id: UUID, key: str) -> str:
    """Where a check's page is."""
    return reverse("quality:check", args=[operation_id, key])


def catalogue(checks: Iterable[Any], operation_id: UUID) -> list[dict[str, Any]]:
    """Checks in words, by dimension, without any figure."""
    found: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        if check.asked:
            row = {
                "url": check_url(operation_id, check.key),
                "number": check.number,
                "label": check.label,
                "gate": check.gate,
            }
            found.setdefault(check.dimension, []).append(row)
    return [{"label": label, "rows": found[code]} for code, label in DIMENSIONS.items() if code in found]


def score_groups(scores: Any, operation_id: UUID) -> list[dict[str, Any]]:
    """Scores by dimension, checks in the order of their numbers, own ones last."""
    found: dict[str, list[Any]] = {}
    for each in scores.checks:
        found.setdefault(each.check.dimension, []).append(each)
    return [
        {
            "label": label,
            "score": scores.dimensions.get(code),
            "rows": [
                score_row(each, operation_id)
                for each in sorted(found[code], key=lambda each: (not each.check.number, each.check.number))
            ],
        }
        for code, label in DIMENSIONS.items()
        if code in found
    ]


def score_row(each: Any, operation_id: UUID) -> dict[str, Any]:
    """One check with its score."""
    hidden = each.hidden
    return {
        "url": check_url(operation_id, each.check.key),
        "number": each.check.number,
        "label": each.check.label,
        "gate": each.check.gate,
        "score": rounded(each.score),
        "exact": each.score,
        "target": each.check.target,
        "tone": tone(each.score, each.check.target),
        "judged": judged(each.score, each.check.target, hidden=hidden),
        "failed": None if hidden else each.failed,
        "eligible": None if hidden else each.eligible,
        "waived_share": None if hidden else percent(each.waived, each.failed),
        "unknown_share": None if hidden else percent(each.unknown, each.eligible),
        "filled": each.filled,
    }


def rounded(score: Decimal | None) -> Decimal | None:
    """A score to one place, downwards: what is not quite 100 never reads as 100."""
    return None if score is None else score.quantize(Decimal("0.1"), ROUND_DOWN)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in per cent; None of nothing."""
    return Decimal(part * 100) / whole if whole else None


def trend(operation: Any, key: str, viewer: Viewer, *, by: str = "", value: str = "") -> dict[str, Any]:
    """The last year of a check, or of the composite for "", as picture and table, newest day first in the table."""
    since = timezone.localdate() - SHOWN_DAYS
    points = queries.series(operation.pk, key, by=by, value=value, since=since, seen_by=viewer)
    drawn = charts.trend([trend_point(point) for point in points], mirrored=get_language_bidi())
    versions = {point.version for point in points}
    return {"points": list(reversed(points)), "trend": drawn, "has_versions": len(versions) > 1}


def trend_point(point: Any) -> charts.TrendPoint:
    """A day of a series as the picture takes it."""
    return charts.TrendPoint(
        day=point.day, score=_float(point.score), low=_float(point.low), high=_float(point.high),
        target=_float(point.target), signal=point.signal, version=point.version,
    )  # fmt: skip


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def group_names(by: str, values: Iterable[str], viewer: Viewer) -> dict[str, Text]:
    """What the groups of a breakdown are called."""
    found = list(values)
    if by != "place":
        return {value: value or NOT_KNOWN for value in found}
    named = {str(pk): name for pk, (_pcode, name) in place_names(found, viewer).items()}
    return {value: named.get(value, NOT_KNOWN) for value in found}


def place_names(values: Iterable[str], viewer: Viewer) -> dict[UUID, tuple[str, str]]:
    """P-code and name of the places among these values that the viewer may see."""
    ids = [key for key in map(id_from, values) if key]
    if not ids or not viewer.may("places.view_place"):
        return {}
    rows = places.places(seen_by=viewer).filter(pk__in=ids)
    return {row.pk: (row.pcode, row.name) for row in rows}


def league_rows(rows: Sequence[Any], smallest: int, target: Any) -> tuple[list[dict[str, Any]], int]:
    """Groups big enough to be compared, the worst first; and how many are too small."""
    shown = [
        {
            "value": row.value,
            "eligible": row.eligible,
            "failed": row.failed,
            "score": rounded(row.score),
            "tone": tone(row.score, target),
            "judged": judged(row.score, target),
            "waived_share": percent(row.waived, row.failed),
        }
        for row in rows
        if row.eligible >= smallest and row.score is not None
    ]
    return sorted(shown, key=lambda row: row["score"]), len(rows) - len(shown)
