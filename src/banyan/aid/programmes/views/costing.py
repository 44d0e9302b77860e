"""What another formula would cost for the people of a reckoning, asked before anything is changed."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.aid.programmes import queries
from banyan.aid.programmes.inputs.entitlements import OtherForm
from banyan.aid.programmes.views.entitled import run_way
from banyan.aid.programmes.views.framing import ENTITLE, place_names
from banyan.aid.programmes.views.targeting import askable
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of
from banyan.platform.kernel.problems import Problem

# Places named in the table, those that differ most.
_MOST_PLACES = 50


@require_GET
@needs(ENTITLE)
def other_formula(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The formulas of a reckoning beside others: sums, by place, and how many would get more, less or the same."""
    viewer = request.viewer
    run = queries.entitlement_run(run_id, seen_by=viewer)
    form = OtherForm(request.GET or None, lines=run.lines, currency=run.currency)
    problems: list[Problem] = []
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        other = queries.Alternative(_("Other formula"), form.formulas())
        try:
            costs = queries.compare_formulas(run.pk, [other], seen_by=viewer)
        except Problem as problem:
            problems = problems_of(problem)
            for each in problems:
                each.at = None  # the place names the alternative, of which there is one
        else:
            context = _told(costs, run, viewer)
    context |= {
        "run": run,
        "form": form,
        "problems": problems,
        "described": askable(run.subject, run.operation_id, viewer, "entitlement"),
        "trail": run_way(run),
    }
    return TemplateResponse(
        request, "programmes/other_formula.html", context, status=422 if problems or form.errors else 200
    )


def _told(costs: Any, run: Any, viewer: Any) -> dict[str, Any]:
    now, then = costs[0], costs[-1]
    names = place_names([*now.places, *then.places], viewer)
    moved = {
        pk: (now.places.get(pk, Decimal(0)), then.places.get(pk, Decimal(0))) for pk in {*now.places, *then.places}
    }
    ranked = sorted(moved.items(), key=lambda each: -abs(each[1][1] - each[1][0]))[:_MOST_PLACES]
    return {
        "costs": [
            {"label": _("As it stands") if each is now else each.label, "cost": each, "items": sorted(each.item_sums.items())}
            for each in (now, then)
        ],
        "places": [
            {"name": names.get(pk, "–"), "now": before, "then": after, "change": after - before}
            for pk, (before, after) in ranked
        ]
        if run.currency
        else [],
    }  # fmt: skip
