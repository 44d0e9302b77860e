"""Distributions: the days of an operation or a plan, the list of one, its sheet for paper, and moving it on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from banyan.aid.payments import actions, queries
from banyan.aid.payments.inputs.distributions import DistributionForm
from banyan.aid.payments.models import Distribution
from banyan.aid.payments.states import DISTRIBUTION, HAND_OUT, PLAN_DAY, DistributionState
from banyan.aid.payments.views.framing import at, frame, trail
from banyan.aid.payments.views.stories import story
from banyan.aid.payments.views.wording import quantity
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operation_of, operations_here, problems_of, why_not
from banyan.platform.access.reads import log_read
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

VIEW = "payments.view_distribution"
TONES = {
    DistributionState.PLANNED: "plain", DistributionState.OPEN: "info", DistributionState.CLOSED: "good",
    DistributionState.CANCELLED: "bad",
}  # fmt: skip
# Names on one page; the sheet for paper has all of them.
SHOWN = 200


def listing(new_url: str = "") -> Listing:
    """Distributions, the latest day first."""
    return Listing(
        key="distributions",
        title=gettext_lazy("Distributions"),
        columns=[
            Column("day", gettext_lazy("Day"), kind="date", link=lambda row: reverse("payments:distribution", args=[row["id"]])),
            Column("site_name", gettext_lazy("Site"), sortable=False),
            Column("plan_reference", gettext_lazy("Plan"), kind="code", sortable=False, wide_only=True),
            Column("state", gettext_lazy("State"), kind="badge", choices=dict(DistributionState.choices), tones=TONES),
            Column("households", gettext_lazy("Households"), kind="number"),
        ],
        filters=[
            Filter("state", gettext_lazy("State"), kind="choice", where="state", choices=DistributionState.choices),
            Filter("day", gettext_lazy("Day"), kind="dates", where="day"),
        ],
        sort="-day",
        empty=gettext_lazy("No distribution is planned"),
        empty_next=gettext_lazy("Plan a distribution")
        if new_url
        else gettext_lazy("Open a payment plan that was released, and plan one there."),
        empty_url=new_url,
    )  # fmt: skip


@require_GET
@needs(VIEW)
def distribution_list(request: HttpRequest) -> HttpResponseBase:
    """The distributions of one operation."""
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        raise Problem("not_found")
    context = {
        **frame(request, "distributions", operation, operations),
        "heading": _("Distributions"),
        "actions": [{"label": _("Sites and stock"), "url": at("payments:sites", operation.pk)}],
    }
    rows = queries.distributions(operation.pk, seen_by=request.viewer)
    return respond(request, listing(), rows, "payments/list.html", context)


@require_GET
@needs(VIEW)
def plan_list(request: HttpRequest, plan_id: UUID) -> HttpResponseBase:
    """The distributions of one plan."""
    plan = queries.plan(plan_id, seen_by=request.viewer)
    new_url = reverse("payments:distribution-new", args=[plan.pk])
    reason = why_not(request.viewer, PLAN_DAY)
    context = {
        "heading": _("Distributions of %(plan)s") % {"plan": plan.reference},
        "trail": _trail(plan.operation_id),
        "actions": [{"label": _("Plan a distribution"), "url": new_url, "reason": reason, "style": "btn-primary"}],
    }
    rows = queries.distributions(plan.operation_id, seen_by=request.viewer).filter(plan=plan)
    return respond(request, listing("" if reason else new_url), rows, "payments/list.html", context)


def _trail(operation_id: UUID, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return trail(operation_id, (gettext_lazy("Distributions"), at("payments:distributions", operation_id)), *more)


@require_http_methods(["GET", "POST"])
@needs(PLAN_DAY)
def distribution_new(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Say where and when, and for which places; the list is drawn up from what stands on no other."""
    viewer = request.viewer
    plan = queries.plan(plan_id, seen_by=viewer)
    operation_of(plan.operation_id, viewer, PLAN_DAY)
    sites = queries.sites(plan.operation_id, seen_by=viewer).filter(closed_at=None)
    form = DistributionForm(
        request.POST if request.method == "POST" else None, sites=[(str(each.pk), each.name) for each in sites]
    )
    problems: list[Problem] = []
    place = places.chosen(request.POST.get("place", ""), request.POST.get("place_text", ""), seen_by=viewer)
    lost = request.POST.get("place_text", "").strip() and place is None
    if request.method == "POST" and form.is_valid() and not lost:
        said = form.cleaned_data
        try:
            made = actions.plan_distribution(
                plan.pk, by=viewer, site_id=UUID(said["site"]), day=said["day"], most=said["most"], note=said["note"],
                place_ids=[place.pk] if place else [],
            )  # fmt: skip
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The list is drawn up."))
            return redirect("payments:distribution", made.pk)
    context = {
        "form": form, "problems": problems, "heading": _("Plan a distribution"), "submit": _("Draw up the list"),
        "trail": _trail(plan.operation_id), "cancel_url": reverse("payments:plan-distributions", args=[plan.pk]),
        "sites_url": at("payments:sites", plan.operation_id), "has_sites": bool(form.fields["site"].choices),
        "pick_url": reverse("places:pick"), "place_id": request.POST.get("place", ""),
        "place_text": request.POST.get("place_text", ""),
        "place_error": _("There is no such place.") if lost else "",
    }  # fmt: skip
    wrong = form.errors or problems or lost
    return TemplateResponse(request, "payments/distributions/new.html", context, status=422 if wrong else 200)


@require_GET
@needs(VIEW)
def distribution_page(request: HttpRequest, distribution_id: UUID) -> HttpResponse:
    """One distribution: how far it is, what it takes, who is on its list, what was handed out."""
    return _show(request, distribution_id)


def _show(request: HttpRequest, distribution_id: UUID, problems: list[Problem] | None = None) -> HttpResponse:
    viewer = request.viewer
    day = queries.distribution(distribution_id, seen_by=viewer)
    listed = queries.listed(day.pk, seen_by=viewer, first=SHOWN)
    note_read(viewer, [each.household for each in listed])
    context = {
        "day": day,
        "state": day.get_state_display(),
        "tone": TONES[DistributionState(day.state)],
        "problems": problems or [],
        "counts": queries.distribution_counts(day.pk, seen_by=viewer),
        "needs": need_rows(day, viewer),
        "listed": [listed_row(day, each) for each in listed],
        "more": max(day.households - len(listed), 0),
        "facts": [
            (_("Plan"), day.plan.reference), (_("Site"), day.site.name), (_("Day"), day.day), (_("Note"), day.note),
            (_("Planned by"), day.made_by_label), (_("Closed by"), day.closed_by_label),
        ],
        "entries": _entries(day, viewer),
        "hand_url": reverse("payments:distribution-hand", args=[day.pk]),
        "why_not_hand": _why_not_hand(day, viewer),
        "sheet_url": reverse("payments:distribution-sheet", args=[day.pk]),
        "may_close": day.state == DistributionState.OPEN and viewer.may(HAND_OUT),
        "close_url": reverse("payments:distribution-move", args=[day.pk, "close"]),
        "timeline": story(Distribution, day.pk, viewer),
        "trail": _trail(day.operation_id),
    }  # fmt: skip
    return TemplateResponse(request, "payments/distributions/page.html", context, status=422 if problems else 200)


def note_read(viewer: Viewer, households: list[UUID], kind: Any = "list") -> None:
    """Enter in the log of reads whose names a list showed."""
    if households:
        log_read(viewer, kind=kind, subject="registry.household", ids=households, purpose="payments: distribution")


def need_rows(day: Distribution, viewer: Viewer) -> list[dict[str, Any]]:
    """What the day still takes of each item, in words."""
    return [
        {
            "item": each.item or _("Amount"),
            "granted": quantity(each.granted, each.unit),
            "handed": quantity(each.handed, each.unit),
            "on_hand": quantity(each.on_hand, each.unit) if each.item else "–",
            "missing": quantity(each.missing, each.unit) if each.item and each.missing else "",
        }
        for each in queries.needs(day.pk, seen_by=viewer)
    ]


def listed_row(day: Distribution, each: Any) -> dict[str, Any]:
    """A household of a list in words."""
    state, tone = (_("done"), "good") if each.done else (_("in part"), "warn") if each.begun else (_("waits"), "plain")
    return {
        "one": each,
        "url": reverse("payments:distribution-household", args=[day.pk, each.household]),
        "due": ", ".join(f"{due.item} {quantity(due.granted, due.unit)}".strip() for due in each.dues),
        "state": state,
        "tone": tone,
    }


def _why_not_hand(day: Distribution, viewer: Viewer) -> Any:
    if day.state != DistributionState.OPEN:
        return _("It is not open.")
    return why_not(viewer, HAND_OUT)


def _entries(day: Distribution, viewer: Viewer) -> list[dict[str, Any]]:
    """Buttons that move it on, greyed where they are somebody else's; those that do not fit are left out."""
    words = {
        "open": (pgettext("verb", "Open"), _("Begin to hand out?")),
        "cancel": (_("Cancel it"), _("Cancel this distribution? Its lines are free for another.")),
    }
    return [
        {
            "label": words[verb][0], "confirm": words[verb][1], "post": "yes",
            "url": reverse("payments:distribution-move", args=[day.pk, verb]),
            "reason": why_not(viewer, DISTRIBUTION.permission_for(verb)),
        }
        for verb in DISTRIBUTION.verbs(day.state) if verb in words
    ]  # fmt: skip


@require_POST
@needs(VIEW)
def move(request: HttpRequest, distribution_id: UUID, verb: str) -> HttpResponse:
    """Open, close or cancel a distribution."""
    viewer = request.viewer
    try:
        if verb == "open":
            actions.open_distribution(distribution_id, by=viewer)
            messages.success(request, _("The distribution is open."))
        elif verb == "close":
            actions.close_distribution(distribution_id, by=viewer, unclaimed=request.POST.get("unclaimed") == "yes")
            messages.success(request, _("The distribution is closed."))
        elif verb == "cancel":
            actions.cancel_distribution(distribution_id, by=viewer)
            messages.success(request, _("The distribution is cancelled."))
        else:
            raise Problem("not_found")
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _show(request, distribution_id, problems_of(problem))
    return redirect("payments:distribution", distribution_id)


@require_GET
@needs(VIEW)
def sheet(request: HttpRequest, distribution_id: UUID) -> HttpResponse:
    """The list for paper, A4: one line for each household, with room to sign. Printing it is an entry in the log of reads."""
    viewer = request.viewer
    day = queries.distribution(distribution_id, seen_by=viewer)
    listed = queries.listed(day.pk, seen_by=viewer)
    note_read(viewer, [each.household for each in listed], kind="export")
    context = {"day": day, "listed": [listed_row(day, each) for each in listed], "needs": need_rows(day, viewer)}
    return TemplateResponse(request, "payments/distributions/sheet.html", context)
