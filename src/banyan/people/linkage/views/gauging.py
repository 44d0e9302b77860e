"""What a labelled sample says of linkage, in words that need no statistics, in rows and in pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banyan.people.linkage.models import Sample
from banyan.people.linkage.rules.estimating.agreement import Agreement
from banyan.people.linkage.rules.estimating.groups import FEWEST, GroupQuality
from banyan.people.linkage.rules.estimating.intervals import Estimate
from banyan.people.linkage.views import pictures
from banyan.people.linkage.views.weighing import number, who_when

KINDS = {
    "sex": gettext_lazy("Sex"),
    "origin": gettext_lazy("Country of origin"),
    "age": gettext_lazy("Age"),
    "script": gettext_lazy("Script of the name"),
}
GROUPS = {
    "female": gettext_lazy("women and girls"),
    "male": gettext_lazy("men and boys"),
    "other": gettext_lazy("others"),
    "0-4": gettext_lazy("0 to 4 years"),
    "5-17": gettext_lazy("5 to 17 years"),
    "18-59": gettext_lazy("18 to 59 years"),
    "60+": gettext_lazy("60 years and older"),
    "latin": gettext_lazy("Latin"),
    "burmese": gettext_lazy("Burmese"),
    "arabic": gettext_lazy("Arabic"),
    "mixed": gettext_lazy("several scripts"),
}
VERDICTS = {
    "gap": (gettext_lazy("a gap"), "bad"),
    "none": (gettext_lazy("no gap that matters"), "good"),
    "unknown": (gettext_lazy("too few to say"), "plain"),
}
GRADES = {
    "poor": gettext_lazy("no better than chance"),
    "slight": gettext_lazy("slight"),
    "fair": gettext_lazy("fair"),
    "moderate": gettext_lazy("moderate"),
    "substantial": gettext_lazy("substantial"),
    "almost perfect": gettext_lazy("almost perfect"),
}


def facts(row: Sample) -> list[tuple[Any, Any]]:
    """The sample itself."""
    version = (
        _("version %(number)s") % {"number": row.model_version}
        if row.model_version
        else _("the model that comes with Banyan")
    )
    return [
        (_("Weighed by"), version),
        (_("Look from weight"), number(row.review)),
        (_("Probable from weight"), number(row.probable)),
        (_("Pairs wanted"), number_format(row.wanted, 0)),
        (_("Seed"), str(row.seed)),
        (_("Asked for by"), who_when(row.made_by_label, row.made_at)),
        (_("Drawn by lot"), date_format(row.drawn_at, "DATETIME_FORMAT") if row.drawn_at else ""),
        (_("Closed by"), who_when(row.closed_by_label, row.closed_at)),
    ]  # fmt: skip


def percent(share: float) -> str:
    """A share in per cent, one digit behind the point."""
    return number_format(100 * share, 1)


def estimate(told: Estimate | None) -> dict[str, Any] | None:
    """An estimate with its interval, in words and as a line with a dot; None where nothing can be told."""
    if told is None:
        return None
    return {
        "value": percent(told.value),
        "low": percent(told.low),
        "high": percent(told.high),
        "between": _("between %(low)s and %(high)s") % {"low": percent(told.low), "high": percent(told.high)},
        **pictures.span(told.low, told.value, told.high),
    }


def told(quality: Any) -> list[dict[str, Any]]:
    """The figures at both thresholds, each with a sentence about what it means."""
    return [
        {
            "title": title,
            "precision": estimate(one.precision),
            "recall": estimate(one.recall),
            "precision_words": _right(one.precision),
            "recall_words": _found(one.recall),
            "span": _span(one),
            "pairs": one.pairs,
            "judged": one.judged,
            "open": one.open,
            "unlabelled": len(one.unlabelled),
        }
        for title, one in (
            (_("Pairs that somebody looks at"), quality.review),
            (_("Probable pairs"), quality.probable),
        )
    ]


def _right(precision: Estimate | None) -> str:
    if precision is None:
        return _("Not to be told yet: some layers above the threshold have no judged pair.")
    count = round(100 * precision.value)
    return ngettext(
        "Of 100 pairs that are shown, about %(n)d is one person.", "Of 100 pairs that are shown, about %(n)d are one person.", count
    ) % {"n": count}  # fmt: skip


def _found(recall: Estimate | None) -> str:
    if recall is None:
        return _("Not to be told yet: some layers have no judged pair, or no pair is one person.")
    count = round(100 * recall.value)
    return ngettext(
        "Of 100 people registered twice, about %(n)d is shown; the others are missed.",
        "Of 100 people registered twice, about %(n)d are shown; the others are missed.",
        count,
    ) % {"n": count}


def _span(one: Any) -> str:
    """What the open pairs could still change; empty when there are none."""
    if not one.open or one.precision_span is None or one.recall_span is None:
        return ""
    words = {
        "low": percent(one.precision_span[0]), "high": percent(one.precision_span[1]),
        "least": percent(one.recall_span[0]), "most": percent(one.recall_span[1]),
    }  # fmt: skip
    return (
        _(
            "Pairs that are open could still move what is right to between %(low)s and %(high)s per cent, and what is found to"
            " between %(least)s and %(most)s."
        )
        % words
    )


def rows(quality: Any, row: Sample) -> list[dict[str, Any]]:
    """Each layer of weights with its pairs, and what holds if its lower edge were the threshold."""
    widths = pictures.bars([layer["size"] for layer in row.strata])
    return [
        {
            "low": number(layer["low"]),
            "high": number(layer["high"]) if layer["high"] is not None else "",
            "size": layer["size"],
            "drawn": layer["drawn"],
            "width": width,
            "precision": estimate(one.precision),
            "recall": estimate(one.recall),
            "mark": _mark(layer["low"], row),
        }
        for layer, width, one in zip(row.strata, widths, quality.curve, strict=True)
    ]  # fmt: skip


def _mark(low: float, row: Sample) -> str:
    if low == row.review:
        return _("threshold of review")
    return _("threshold of probable") if low == row.probable else ""


def curve(quality: Any, row: Sample, *, mirrored: bool = False) -> dict[str, Any] | None:
    """What is right and what is found over the thresholds, as a picture; None before there is anything to draw."""
    points = [
        pictures.CurvePoint(one.threshold, *_three(one.precision), *_three(one.recall))
        for one in quality.curve
        if one.precision is not None or one.recall is not None
    ]
    return pictures.curve(points, [row.review, row.probable], mirrored=mirrored)


def _three(one: Estimate | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if one is None else (one.value, one.low, one.high)


def agreed(one: Agreement | None) -> dict[str, Any] | None:
    """How far two labellers agree, in words; None before any pair has two labels."""
    if one is None:
        return None
    kappa = one.kappa
    return {
        "pairs": one.pairs,
        "agreed": one.agreed,
        "share": percent(one.agreed / one.pairs),
        "kappa": number_format(kappa.value, 2) if kappa else "",
        "between": _("between %(low)s and %(high)s")
        % {"low": number_format(kappa.low, 2), "high": number_format(kappa.high, 2)}
        if kappa
        else "",
        "grade": GRADES.get(one.grade, ""),
        "is_weak": kappa is not None and kappa.value <= 0.6,
    }


def groups(
    found: Mapping[str, Sequence[GroupQuality]], countries: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Each kind of group with its rows: what is found and right for it, and whether others fare better.

    countries: their names by code, in the reader's language.
    """
    known = {**GROUPS, **(countries or {})}
    order = {group: place for place, group in enumerate(GROUPS)}
    return [
        {
            "kind": kind,
            "label": KINDS[kind],
            "rows": [
                {
                    "label": known.get(one.group, one.group),
                    # So few would tell about single people.
                    "matches": number_format(one.matches, 0)
                    if one.matches >= FEWEST
                    else _("fewer than %(n)d") % {"n": FEWEST},
                    "recall": estimate(one.recall),
                    "precision": estimate(one.precision),
                    "gap": _gap(one.gap),
                    "words": VERDICTS[one.verdict][0],
                    "tone": VERDICTS[one.verdict][1],
                }
                for one in sorted(rows, key=lambda each: order.get(each.group, len(order)))
            ],
        }
        for kind, rows in found.items()
        if rows
    ]


def _gap(gap: Estimate | None) -> dict[str, Any] | None:
    if gap is None:
        return None
    sign = "+" if gap.value > 0 else ""
    return {
        "value": f"{sign}{percent(gap.value)}",
        "between": _("between %(low)s and %(high)s") % {"low": percent(gap.low), "high": percent(gap.high)},
        **pictures.gap_span(max(gap.low, -1.0), gap.value, min(gap.high, 1.0)),
    }
