"""Two models on the same people: which pairs change their zone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.people.linkage import actions, queries
from banyan.people.linkage.inputs.models import NONE, CompareForm
from banyan.people.linkage.models import Zone
from banyan.people.linkage.states import TRAIN
from banyan.people.linkage.views.framing import VIEW_RUNS
from banyan.people.linkage.views.models import progress, trail, version_name
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of
from banyan.platform.kernel.problems import Problem

ZONES = (Zone.UNLIKELY, Zone.POSSIBLE, Zone.PROBABLE)


@needs(TRAIN)
def compare(request: HttpRequest) -> HttpResponse:
    """Choose two versions; both weigh the same people in the background."""
    viewer = request.viewer
    versions = [(NONE, version_name(0))]
    versions += [
        (str(row.pk), version_name(row.version)) for row in queries.model_versions(seen_by=viewer) if row.settings
    ]
    form = CompareForm(
        request.POST if request.method == "POST" else None,
        operations=[(each.pk, each.name) for each in queries.training_operations(seen_by=viewer)],
        versions=versions,
        initial={"former": NONE, "latter": (versions[1:] or versions)[0][0]},
    )
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        both = [None if given[name] == NONE else UUID(given[name]) for name in ("former", "latter")]
        try:
            made = actions.compare_models(UUID(given["operation"]), both[0], both[1], by=viewer)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("Started. You may leave this page."))
            return redirect("linkage:model-comparison", made.pk)
    context = {
        "form": form, "problems": problems, "cancel_url": reverse("linkage:models"), "trail": trail(),
        "heading": _("Compare two versions"), "submit": _("Compare them"),
        "lead": _("Both weigh the same records. The page shows how many pairs would come up for looking that do not now, and the other"
                  " way round."),
    }  # fmt: skip
    return TemplateResponse(request, "shell/form.html", context, status=422 if form.errors or problems else 200)


@require_GET
@needs(VIEW_RUNS)
def comparison(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """Pairs by their zone under one version and under the other."""
    viewer = request.viewer
    row = queries.model_comparison(comparison_id, seen_by=viewer)
    cells = {
        (former, latter): row.moved.get(f"{former.value}>{latter.value}", 0) for former in ZONES for latter in ZONES
    }
    context = {
        "row": row,
        "operation": row.operation,
        "former": version_name(row.former_version),
        "latter": version_name(row.latter_version),
        "job": progress(row.job, viewer) if row.done_at is None else None,
        "columns": [zone.label for zone in ZONES],
        "cells": [
            {
                "label": former.label,
                "counts": [
                    # What neither shows is not counted: it is everybody with everybody else.
                    {"count": cells[former, latter], "moved": former != latter, "known": {former, latter} != {Zone.UNLIKELY}}
                    for latter in ZONES
                ],
            }
            for former in ZONES
        ],
        "more": sum(cells[Zone.UNLIKELY, zone] for zone in ZONES[1:]),
        "fewer": sum(cells[zone, Zone.UNLIKELY] for zone in ZONES[1:]),
        "trail": trail(),
    }  # fmt: skip
    return TemplateResponse(request, "linkage/models/comparison.html", context)
