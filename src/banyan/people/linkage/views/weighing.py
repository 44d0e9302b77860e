"""What a model makes of each comparison, put into words and rows; and the weight of one pair as steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from banyan.people.linkage import queries, wording
from banyan.people.linkage.rules.weighing import REST, comparisons_of, waterfall
from banyan.people.linkage.views import pictures, showing
from banyan.people.linkage.views.framing import VIEW, trail
from banyan.platform.access.doors import needs

GRADES = {
    "stable": (gettext_lazy("as at training"), "good"),
    "watch": (gettext_lazy("has moved: watch it"), "warn"),
    "shifted": (gettext_lazy("has moved far: train anew"), "bad"),
}

RULES = {
    "document": gettext_lazy("the same document"),
    "name and telephone": gettext_lazy("the same name by its sound, and the same telephone"),
    "birthday": gettext_lazy("born on the same day"),
    "rare name": gettext_lazy("the same name by its sound, which few bear"),
}


def number(value: float | None) -> str:
    """A weight in the reader's digits; a dash when there is none. Its sign stands before it from right to left, too."""
    if value is None:
        return "–"
    return ("\u200e" if value < 0 else "") + number_format(value, 1)


def who_when(who: str, at: datetime | None) -> str:
    """Who did it and when; empty when nobody did."""
    if at is None:
        return ""
    day = date_format(at, "DATETIME_FORMAT")
    return f"{who}, {day}" if who else day


def shown(model: Any, report: Mapping[str, Any]) -> dict[str, Any]:
    """What the page about a version shows of the model itself and of its training."""
    return {
        "comparisons": [
            {
                "label": wording.label(each.name),
                "key": each.name,
                "levels": [
                    {
                        "m": _share(level.m),
                        "u": _share(level.u),
                        **showing.weight_line(wording.words(each.name, level.name), level.weight or 0.0),
                    }
                    for level in each.levels
                ],
            }
            for each in comparisons_of(model.settings)
        ],
        "report": training(report),
    }


def _share(value: float | None) -> str:
    """A probability as people count: of a hundred, or one in so many."""
    if value is None:
        return "–"
    if value >= 0.01:
        return _("%(share)s of 100") % {"share": number_format(100 * value, 0 if value >= 0.1 else 1)}
    return (
        _("1 in %(many)s") % {"many": number_format(round(1 / value), 0, force_grouping=True)} if value else _("never")
    )


def _skipped(why: str) -> str:
    """Why a rule taught nothing; empty when it did."""
    if not why:
        return ""
    known = {"too few pairs": _("too few pairs to learn from"), "not needed": _("not needed: others taught enough")}
    return known.get(why, _("nothing could be learnt from them"))


def training(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """The report of a training in words: on whom, by which rules, how many pairs lie above each weight; None without a training."""
    if "people" not in report:
        return None
    curve = report.get("curve") or {}
    counts, believed = curve.get("counts") or [], curve.get("expected") or []
    above = [sum(counts[place:]) for place in range(len(counts))]
    return {
        "facts": [
            (_("People it learnt from"), number_format(report["people"], 0, force_grouping=True)),
            (_("Registrations too many, per thousand people, as it believes"), number(1000 * report.get("duplicates_per_person", 0.0))),
            (_("Relatives of a person who are registered too, on average"), number(report.get("companions"))),
            (_("Seconds"), number(report.get("seconds"))),
            (_("Seed"), report.get("seed")),
        ],
        "rules": [
            {
                "label": RULES.get(name, name),
                "pairs": rule.get("pairs"),
                "share": None if rule.get("of one person") is None else 100 * rule["of one person"],
                "skipped": _skipped(rule.get("skipped", "")),
            }
            for name, rule in (report.get("rules") or {}).items()
        ],
        "crowded": report.get("crowded") or [],
        "rows": [
            {
                "weight": weight,
                "pairs": above[place],
                "width": width,
                "believed": round(sum(believed[place:])),
                "share": 100 * sum(believed[place:]) / above[place] if above[place] else None,
            }
            for place, (weight, width) in enumerate(zip(curve.get("weights") or [], pictures.bars(above), strict=True))
        ],
    }  # fmt: skip


def drifted(found: Any) -> dict[str, Any] | None:
    """How far records moved since training, comparison by comparison, what moved farthest first; None when nothing is known."""
    if found is None:
        return None
    rows = [
        {
            "label": wording.label(name),
            "psi": one.psi,
            "chance": one.chance,
            "words": GRADES[one.grade][0],
            "tone": GRADES[one.grade][1],
        }
        for name, one in sorted(found.drifts.items(), key=lambda each: -each[1].psi)
    ]
    return {"at": found.at, "pairs": found.pairs, "rows": rows, "run_url": reverse("linkage:run", args=[found.run_id])}


@require_GET
@needs(VIEW)
def pair_page(request: HttpRequest, pair_id: UUID) -> HttpResponse:
    """The weight of one pair as steps: where it began, what each comparison added or took, where it ended."""
    viewer = request.viewer
    pair = queries.weighed_pair(pair_id, seen_by=viewer)
    settings = pair.model.settings_for(pair.people)
    names = {each.name: {level.number: level.name for level in each.levels} for each in comparisons_of(settings)}
    found = waterfall(settings, pair.levels, pair.weight)
    rows = [
        {
            **drawn,
            "text": _step_words(step, names),
            "added": showing.signed(step.end - step.start),
            "end": number(step.end),
        }
        for step, drawn in zip(found, pictures.steps([(step.start, step.end) for step in found]), strict=True)
    ]
    context = {
        "rows": rows,
        "weight": number(pair.weight),
        "words": showing.out_of_hundred(pair.probability),
        "version": pair.version,
        "case_url": reverse("linkage:case", args=[pair.case_id]) if pair.case_id else "",
        "trail": trail(pair.operation_id),
        **showing.zone(pair.zone),
    }
    return TemplateResponse(request, "linkage/models/pair.html", context)


def _step_words(step: Any, names: Mapping[str, Mapping[int, str]]) -> Any:
    if not step.name:
        return _("Before anything is compared: two records taken by chance")
    if step.name == REST:
        return _("How rare the names are, and whether they may be close relatives")
    return wording.words(step.name, names[step.name][step.level])
