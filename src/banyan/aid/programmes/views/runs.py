"""One run of a targeting as pictures: whom it chose, where, of which sex and age, by which rule, at which threshold; and two runs
side by side.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.aid.programmes import queries
from banyan.aid.programmes.inputs.targeting import CompareForm
from banyan.aid.programmes.models import ForWhom, Verdict
from banyan.aid.programmes.rules.targeting import GROUPS
from banyan.aid.programmes.views import charts
from banyan.aid.programmes.views.framing import ENROL, VIEW_TARGETING, place_names, plain, programme_of, progress, trail
from banyan.aid.programmes.views.mapping import mapped
from banyan.aid.programmes.views.target_costs import contrasts, run_costs
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import asked_id

VERDICT_TONES = {"in": "good", "included": "good", "unknown": "warn", "out": "plain", "excluded": "plain"}
# Places named beside a comparison, those that differ most.
_MOST_PLACES = 50


@require_GET
@needs(VIEW_TARGETING)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What a run found: figures, map, sex and age, rules, thresholds. While it is at work, how far it is."""
    viewer = request.viewer
    run = queries.targeting_run(run_id, seen_by=viewer)
    programme = run.targeting.programme
    context: dict[str, Any] = {
        "run": run,
        "programme": programme,
        "job": progress(run.job, viewer) if run.done_at is None else None,
        "who": ForWhom(run.for_whom).label,
        "trail": run_trail(run, programme),
        "facts": [
            (_("As of"), run.day),
            (_("Started by"), run.started_by_label),
            (_("Threshold"), plain(run.threshold)),
        ],
    }
    if run.done_at is not None:
        context |= _pictures(run, request, viewer) | _next_steps(run, viewer)
    return TemplateResponse(request, "programmes/run.html", context)


def run_trail(run: Any, programme: Any) -> list[tuple[Any, str]]:
    """Where a page about a run lies."""
    return trail(
        programme,
        (gettext_lazy("Targeting"), reverse("programmes:targetings", args=[programme.pk])),
        (run.targeting.name, reverse("programmes:targeting", args=[run.targeting_id])),
    )


def _pictures(run: Any, request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    totals = queries.target_totals(run.pk, seen_by=viewer)
    rows = queries.target_places(run.pk, seen_by=viewer)
    who = queries.target_sex_age(run.pk, seen_by=viewer)
    rules = queries.target_rules(run.pk, seen_by=viewer)
    cuts = queries.sensitivity(run.pk, seen_by=viewer)
    marks = [] if run.threshold is None else [float(run.threshold)]
    widths = charts.bars([rule.met for rule in rules])
    shown = [{"cut": cut, "words": plain(cut.threshold), "holds": cut.threshold == run.threshold} for cut in cuts]
    return {
        "chosen": totals.chosen,
        "all": totals.all,
        "verdicts": [
            {"code": code, "label": label, "tone": VERDICT_TONES[code], "tally": totals.by_verdict[code]}
            for code, label in Verdict.choices
            if code in totals.by_verdict
        ],
        "pyramid": charts.pyramid(who.female, who.male, GROUPS, mirrored=get_language_bidi()),
        "unknown_people": who.unknown,
        "rules": [{"rule": rule, "width": width} for rule, width in zip(rules, widths, strict=True)],
        "row": charts.ROW,
        "cuts": shown,
        **run_costs(run, totals.chosen.records, shown, request, viewer),
        "curve": charts.curve([(float(cut.threshold), cut.records) for cut in cuts], marks, mirrored=get_language_bidi()),
        "figure_label": _("Targeted"),
        **mapped({row.place_id: row.chosen for row in rows if row.place_id}, request.GET.get("within", ""), viewer),
    }  # fmt: skip


def _next_steps(run: Any, viewer: Viewer) -> dict[str, Any]:
    """What may be done with a run that is over."""
    approved = run.targeting.state == "approved" and run.targeting.run_id == run.pk
    others = [
        (each.pk, f"{each.targeting.name}, {each.number}")
        for targeting in queries.targetings(run.targeting.programme_id, seen_by=viewer)
        for each in queries.targeting_runs(targeting.pk, seen_by=viewer)
        if each.done_at is not None and each.pk != run.pk
    ]
    return {
        "enrol_url": reverse("programmes:enrol-run", args=[run.pk]),
        "why_not_enrol": why_not(viewer, ENROL)
        or ("" if approved else _("Only a run that was proposed by one and approved by another can be enrolled.")),
        "compare_form": CompareForm(runs=others) if others else None,
        "rows_url": reverse("programmes:run-rows", args=[run.pk]),
        "borderline_url": reverse("programmes:borderline", args=[run.pk]),
    }


@require_GET
@needs(VIEW_TARGETING)
def compare(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Two runs over the same households or people: how many both choose, or only one, where, and who these are."""
    viewer = request.viewer
    first = queries.targeting_run(run_id, seen_by=viewer)
    second = queries.targeting_run(asked_id(request.GET.get("other", "")), seen_by=viewer)
    found = queries.compare_runs(first.pk, second.pk, seen_by=viewer)
    programme = programme_of(first.targeting.programme_id, viewer)
    shown = found.places[:_MOST_PLACES]
    named = place_names([row.place_id for row in shown], viewer)
    verdicts = dict(Verdict.choices) | {"": _("not looked at")}
    mirrored = get_language_bidi()
    context = {
        **contrasts(first, second, (found.both + found.first + found.second).records, request, viewer),
        "first": first,
        "second": second,
        "programme": programme,
        "found": found,
        "parts": [
            (_("Targeted by both"), found.both),
            (_("Only by the first"), found.first),
            (_("Only by the second"), found.second),
            (_("By neither"), found.neither),
        ],
        "cells": [
            {"first": verdicts[a], "second": verdicts[b], "tally": tally, "moved": a != b}
            for (a, b), tally in sorted(found.cells.items(), key=lambda each: -each[1].records)
        ],
        "places": [{"name": named.get(row.place_id, "–"), "row": row} for row in shown],
        "only": [
            (_("Only by the first"), charts.pyramid(found.only_first.female, found.only_first.male, GROUPS, mirrored=mirrored)),
            (_("Only by the second"), charts.pyramid(found.only_second.female, found.only_second.male, GROUPS, mirrored=mirrored)),
        ],
        "trail": [*run_trail(first, programme), (str(first.number), reverse("programmes:run", args=[first.pk]))],
    }  # fmt: skip
    return TemplateResponse(request, "programmes/comparison.html", context)
