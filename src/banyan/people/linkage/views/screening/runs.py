"""Comparisons of the register with the lists: when, with what, how it ended, and what could not be compared."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.people.linkage import actions, queries
from banyan.people.linkage.models import ListSource, RunReason
from banyan.people.linkage.views.screening.framing import DECIDE, VIEW, tabs, trail
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import why_not
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

FIGURES = (
    ("people", gettext_lazy("People in the register")),
    ("compared", gettext_lazy("People compared")),
    ("entries", gettext_lazy("People on the lists")),
    ("pairs", gettext_lazy("Pairs looked at")),
    ("hits", gettext_lazy("Hits")),
    ("new", gettext_lazy("New hits")),
    ("reopened", gettext_lazy("Opened again")),
    ("gone", gettext_lazy("Not found any more")),
    ("left_out", gettext_lazy("Left out, because the name is too common")),
)


def run_listing() -> Listing:
    """Comparisons, the newest first."""
    return Listing(
        key="screenings",
        title=gettext_lazy("Comparisons"),
        columns=[
            Column(
                "started_at",
                gettext_lazy("Started"),
                kind="datetime",
                link=lambda row: reverse("linkage:screening-run", args=[row["id"]]),
            ),
            Column("reason", gettext_lazy("Reason"), choices=dict(RunReason.choices)),
            Column("finished_at", gettext_lazy("Finished"), kind="datetime"),
            Column("asked_by_label", gettext_lazy("Asked for by"), wide_only=True),
        ],
        filters=[Filter("reason", gettext_lazy("Reason"), kind="choice", choices=RunReason.choices)],
        sort="-started_at",
        empty=gettext_lazy("The register has never been compared with a list."),
        empty_next=gettext_lazy("Load a list first."),
        empty_url=reverse("linkage:lists"),
    )


@require_GET
@needs(VIEW)
def run_list(request: HttpRequest) -> HttpResponseBase:
    """All comparisons, and whether the last ones were made."""
    viewer = request.viewer
    context = {
        "tabs": tabs("runs"),
        "standing": queries.screening_standing(seen_by=viewer),
        "start_url": reverse("linkage:screening-start"),
        "why_not": why_not(viewer, DECIDE),
    }
    return respond(
        request, run_listing(), queries.screening_runs(seen_by=viewer), "linkage/screening/runs.html", context
    )


@require_GET
@needs(VIEW)
def run_page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One comparison with everything that it could not do."""
    viewer = request.viewer
    run = queries.screening_runs(seen_by=viewer).filter(pk=run_id).first()
    if run is None:
        raise Problem("not_found")
    versions = queries.list_versions(seen_by=viewer).filter(pk__in=run.versions)
    context = {
        "run": run,
        "reason": RunReason(run.reason).label,
        "figures": [(label, run.counts[key]) for key, label in FIGURES if key in run.counts],
        "versions": [(ListSource(version.source).label, version) for version in versions],
        "unnamed": run.counts.get("unnamed", []),
        "too_common": run.counts.get("too_common", []),
        "trail": trail((gettext_lazy("Comparisons"), reverse("linkage:screening-runs"))),
    }
    return TemplateResponse(request, "linkage/screening/run.html", context)


@require_POST
@needs(DECIDE)
def start(request: HttpRequest) -> HttpResponse:
    """Compare everybody now, in the background."""
    actions.start_screening(by=request.viewer)
    messages.success(request, _("The comparison has been started. It goes on when you leave this page."))
    return redirect("linkage:screening-runs")
