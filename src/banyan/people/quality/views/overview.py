"""The dashboard: composite, dimensions, checks against their targets, and how the composite moved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.people.quality import queries
from banyan.people.quality.declarations import DIMENSIONS
from banyan.people.quality.views import showing
from banyan.people.quality.views.framing import ABOUT, FINDINGS, VIEW, may_see, tabs
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.problems import Problem


@require_GET
@needs(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Scores of one operation within reach; to who sees no records, what is checked and why there is no figure."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        return TemplateResponse(request, "quality/nowhere.html", {"about": ABOUT})
    context: dict[str, Any] = {
        "operations": operations, "operation": operation, "tabs": tabs(viewer, operation, "overview"), "about": ABOUT,
        "may_see": may_see(operation, viewer),
    }  # fmt: skip
    if context["may_see"]:
        context |= _figures(operation, viewer)
    else:
        context["groups"] = showing.catalogue(queries.checks(operation.pk, seen_by=viewer), operation.pk)
    return TemplateResponse(request, "quality/overview.html", context)


def _figures(operation: Any, viewer: Viewer) -> dict[str, Any]:
    scores = queries.scores(operation.pk, seen_by=viewer)
    counted = [each for each in scores.checks if each.score is not None]
    worst = scores.worst and {"label": DIMENSIONS[scores.worst], "score": scores.dimensions[scores.worst]}
    return {
        "day": scores.day,
        "composite": scores.composite,
        "worst": worst,
        "met": sum(bool(each.met) for each in counted),
        "judged": len(counted),
        "waived_share": showing.percent(sum(each.waived for each in counted), sum(each.failed for each in counted)),
        "groups": showing.score_groups(scores, operation.pk),
        "mending": queries.mending(operation.pk, seen_by=viewer),
        "trend_title": _("Composite score over time"),
        **showing.trend(operation, "", viewer),
    }


@require_GET
@needs(FINDINGS)
def trend_file(request: HttpRequest, operation_id: Any, key: str = "") -> HttpResponse:
    """The trend of a check, or of the composite, as a picture to keep."""
    viewer = request.viewer
    operation = operation_of(operation_id, viewer, FINDINGS)
    title = queries.check(operation.pk, key, seen_by=viewer).label if key else _("Composite score over time")
    drawn = showing.trend(operation, key, viewer)
    if drawn["trend"] is None:
        raise Problem("not_found")
    picture = render_to_string("quality/parts/trend_drawing.html", {**drawn, "trend_title": title}).strip()
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="quality-{key or "composite"}.svg"'
    return response
