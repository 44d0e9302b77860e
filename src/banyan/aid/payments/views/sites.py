"""Sites of an operation and what lies there."""

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
from banyan.aid.payments.inputs.distributions import IN, MOVE, SiteForm, StockForm
from banyan.aid.payments.models import Site
from banyan.aid.payments.states import PLAN_DAY
from banyan.aid.payments.views.distributions import VIEW
from banyan.aid.payments.views.framing import at, frame, say_problems, trail
from banyan.aid.payments.views.wording import quantity
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here, problems_of, why_not
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

MOVEMENTS = 50


def listing(new_url: str) -> Listing:
    """Sites by name."""

    def closed(rows: Any, wanted: bool) -> Any:
        return rows.exclude(closed_at=None) if wanted else rows.filter(closed_at=None)

    return Listing(
        key="sites",
        title=gettext_lazy("Sites"),
        columns=[
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("payments:site", args=[row["id"]])),
            Column("code", gettext_lazy("Code"), kind="code"),
            Column("place__name", gettext_lazy("Place"), sortable=False),
            Column("closed_at", gettext_lazy("Closed"), kind="date", wide_only=True),
        ],
        filters=[Filter("closed", gettext_lazy("Closed"), kind="yesno", where=closed)],
        sort="name",
        empty=gettext_lazy("No site yet"),
        empty_next=gettext_lazy("Add a site"),
        empty_url=new_url,
    )


@require_GET
@needs(VIEW)
def site_list(request: HttpRequest) -> HttpResponseBase:
    """The sites of one operation."""
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        raise Problem("not_found")
    new_url = at("payments:site-new", operation.pk)
    reason = why_not(request.viewer, PLAN_DAY)
    context = {
        **frame(request, "distributions", operation, operations),
        "heading": _("Sites and stock"),
        "actions": [{"label": _("Add a site"), "url": new_url, "reason": reason, "style": "btn-primary"}],
    }
    rows = queries.sites(operation.pk, seen_by=request.viewer)
    return respond(request, listing("" if reason else new_url), rows, "payments/list.html", context)


def _trail(operation_id: UUID) -> list[tuple[Any, str]]:
    return trail(operation_id, (gettext_lazy("Sites and stock"), at("payments:sites", operation_id)))


@require_http_methods(["GET", "POST"])
@needs(PLAN_DAY)
def site_new(request: HttpRequest) -> HttpResponse:
    """Add a site to the operation named in the address."""
    viewer = request.viewer
    operation, _all = operations_here(request, PLAN_DAY)
    if operation is None:
        raise Problem("not_found")
    form = SiteForm(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    place = places.chosen(request.POST.get("place", ""), request.POST.get("place_text", ""), seen_by=viewer)
    lost = request.POST.get("place_text", "").strip() and place is None
    if request.method == "POST" and form.is_valid() and not lost:
        try:
            made = actions.add_site(operation.pk, by=viewer, **form.cleaned_data, place_id=place.pk if place else None)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The site is added."))
            return redirect("payments:site", made.pk)
    context = {
        "form": form, "problems": problems, "heading": _("Add a site"), "submit": _("Add the site"), "has_sites": True,
        "trail": _trail(operation.pk), "cancel_url": at("payments:sites", operation.pk), "pick_url": reverse("places:pick"),
        "place_id": request.POST.get("place", ""), "place_text": request.POST.get("place_text", ""),
        "place_error": _("There is no such place.") if lost else "",
    }  # fmt: skip
    wrong = form.errors or problems or lost
    return TemplateResponse(request, "payments/distributions/new.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def site_page(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """What lies at a site and how it came and went; and, for who keeps stock, the next movement."""
    viewer = request.viewer
    site = queries.site(site_id, seen_by=viewer)
    reason = why_not(viewer, PLAN_DAY)
    others = queries.sites(site.operation_id, seen_by=viewer).filter(closed_at=None).exclude(pk=site.pk)
    options = {"sites": [(str(each.pk), each.name) for each in others]}
    form = StockForm(request.POST if request.method == "POST" else None, **options)
    problems: list[Problem] = []
    if request.method == "POST" and reason:
        raise Problem("not_allowed", permission=PLAN_DAY)
    if request.method == "POST" and form.is_valid():
        try:
            _book(site, form.cleaned_data, viewer)
        except Problem as problem:
            problems = problems_of(problem)
        else:
            messages.success(request, _("The movement is booked."))
            return redirect("payments:site", site.pk)
    context = {
        "site": site,
        "form": None if reason else form,
        "problems": problems,
        "levels": [
            (item, quantity(amount, unit)) for (item, unit), amount in queries.on_hand(site.pk, seen_by=viewer).items()
        ],
        "entries": [_entry(each) for each in queries.stock_entries(site.pk, seen_by=viewer)[:MOVEMENTS]],
        "why_not_close": reason or (_("It is closed.") if site.closed_at else ""),
        "close_url": reverse("payments:site-close", args=[site.pk]),
        "trail": _trail(site.operation_id),
    }
    wrong = problems or (request.method == "POST" and form.errors)
    return TemplateResponse(request, "payments/distributions/site.html", context, status=422 if wrong else 200)


def _book(site: Site, said: dict[str, Any], viewer: Viewer) -> None:
    goods = {name: said[name] for name in ("item", "unit", "quantity", "key", "note")}
    if said["kind"] == IN:
        actions.receive_stock(site.pk, by=viewer, **goods)
    elif said["kind"] == MOVE:
        actions.move_stock(site.pk, UUID(said["to"]), by=viewer, **goods)
    else:
        actions.write_off_stock(site.pk, by=viewer, **goods)


def _entry(each: Any) -> dict[str, Any]:
    """What came or went, and why, in words."""
    words = {
        "in": pgettext("stock", "arrived"),
        "move": _("moved"),
        "lost": _("lost or spoilt"),
        "handout": _("handed out"),
    }
    kind, *rest = each.key.split(":")
    what = _("handed back") if rest[0] == "back" else words[kind]
    return {"one": each, "what": what, "quantity": quantity(each.quantity, each.unit)}


@require_POST
@needs(PLAN_DAY)
def site_close(request: HttpRequest, site_id: UUID) -> HttpResponse:
    """Nothing is planned there any more."""
    try:
        actions.close_site(site_id, by=request.viewer)
    except Problem as problem:
        say_problems(request, problem)
    else:
        messages.success(request, _("The site is closed."))
    return redirect("payments:site", site_id)
