"""Packages by version, written and tried, approved by somebody else; and prices by place that formulas use."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from banyan.aid.programmes import actions, queries
from banyan.aid.programmes.inputs.packages import ItemForm, PackageForm, PriceForm, PriceListForm
from banyan.aid.programmes.models import Kind, Package, RoundingName
from banyan.aid.programmes.states import PackageState
from banyan.aid.programmes.views.framing import (
    APPROVE,
    DESIGN,
    TONES,
    VIEW,
    lines_of,
    own,
    picker,
    place_chosen,
    place_names,
    plain,
    programme_of,
    trail,
    trimmed,
    why_not_there,
    written,
)
from banyan.aid.programmes.views.stories import story
from banyan.aid.programmes.views.targeting import askable
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import problems_of, why_not
from banyan.platform.access.queries import operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.listing import Column, Filter, Listing, respond
from banyan.platform.kernel.problems import Problem

MOST_ITEMS = 30
ItemLines = formset_factory(ItemForm, extra=3, max_num=MOST_ITEMS, validate_max=True)
_KEPT = ("code", "name", "kind", "currency", "formula", "rounding", "step", "cap")


@needs(DESIGN)
def package_new(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """Write a package of a programme."""
    found = programme_of(programme_id, request.viewer)
    return _write(request, found, {"currency": found.currency}, [], _("Add a package"))


@needs(DESIGN)
def package_change(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Write a package anew: a draft is overwritten, of an approved one it is the next version."""
    viewer = request.viewer
    package = queries.package(package_id, seen_by=viewer)
    items = [
        {name: getattr(each, name) for name in ("code", "name", "unit", "formula")}
        for each in queries.items(package.pk, seen_by=viewer)
    ]
    initial = {name: getattr(package, name) for name in _KEPT}
    initial |= {"step": trimmed(package.step), "cap": trimmed(package.cap)}
    more = (package.name, reverse("programmes:package", args=[package.pk]))
    return _write(request, package.programme, initial, items, _("Change the package"), more, of=package)


def _write(
    request: HttpRequest, programme: Any, initial: dict[str, Any], items: Sequence[Any], heading: Any, *more: Any, of: Any = None
) -> HttpResponse:  # fmt: skip
    viewer = request.viewer
    data = request.POST if request.method == "POST" else None
    form = PackageForm(data, initial=initial, fixed=of is not None)
    hint = _("In kind: what is given, and how many of it. Quantities are formulas too, such as 1 or members.size().")
    lines = {"items": lines_of(ItemLines, data, "items", _("Items"), hint, "formula", items)}

    def save(given: dict[str, Any]) -> str:
        if of is not None:
            given |= {"code": of.code, "kind": of.kind}
        filled = [each.cleaned_data for each in lines["items"] if any(each.cleaned_data.values())]
        things = [actions.Item(**{name: each[name] for name in ("code", "name", "unit", "formula")}) for each in filled]
        made = actions.write_package(programme.pk, by=viewer, items=things, **given)
        return reverse("programmes:package", args=[made.pk])

    return written(
        request, form, save, heading=heading, way=trail(programme, *more), lines=lines,
        said=_("Saved as a draft. Somebody else approves it."),
        described=askable(programme.for_whom, programme.operation_id, viewer, "entitlement"),
    )  # fmt: skip


@require_GET
@needs(VIEW)
def package_page(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """One version of a package: what is given by it, and what may be done with it."""
    return _show(request, package_id)


def _show(request: HttpRequest, package_id: UUID, problems: Sequence[Problem] = ()) -> HttpResponse:
    viewer = request.viewer
    package = queries.package(package_id, seen_by=viewer)
    programme = package.programme
    moves = []
    if package.state == PackageState.DRAFT:
        moves.append(
            (
                "approve",
                _("Approve"),
                why_not_there(viewer, APPROVE, package) or own(viewer, package.made_by),
                "btn-primary",
            )
        )
    if package.state != PackageState.RETIRED:
        moves.append(("retire", _("Retire"), why_not_there(viewer, APPROVE, package), "btn-quiet"))
    context = {
        "package": package,
        "programme": programme,
        "state_label": PackageState(package.state).label,
        "tone": TONES[package.state],
        "facts": [
            (_("Code"), package.code),
            (_("Kind"), Kind(package.kind).label),
            (_("Version"), package.version),
            (_("Currency"), package.currency),
            (_("Rounding"), RoundingName(package.rounding).label),
            (_("Smallest unit"), plain(package.step)),
            (_("At most"), plain(package.cap)),
            (_("Written by"), package.made_by_label),
            (_("Approved by"), package.approved_by_label),
            (_("What changed, and why"), package.note),
        ],
        "items": list(queries.items(package.pk, seen_by=viewer)),
        "moves": [
            {"label": label, "url": reverse("programmes:package-move", args=[package.pk, verb]), "reason": reason, "style": style}
            for verb, label, reason, style in moves
        ],
        "change_url": reverse("programmes:package-change", args=[package.pk]),
        "why_not_change": why_not_there(viewer, DESIGN, package),
        "problems": list(problems),
        "timeline": story(Package, package.pk, viewer),
        "trail": trail(programme),
    }  # fmt: skip
    return TemplateResponse(request, "programmes/package.html", context, status=422 if problems else 200)


@require_POST
@needs(APPROVE)
def package_move(request: HttpRequest, package_id: UUID, verb: str) -> HttpResponse:
    """Approve a version of a package that somebody else wrote, or retire one."""
    try:
        if verb == "approve":
            actions.approve_package(package_id, by=request.viewer)
        elif verb == "retire":
            actions.retire_package(package_id, by=request.viewer)
        else:
            raise Problem("not_found")
    except Problem as problem:
        return _show(request, package_id, problems_of(problem))
    messages.success(request, _("Done."))
    return redirect("programmes:package", package_id)


def price_listing(viewer: Viewer) -> Listing:
    """The price lists within reach."""
    return Listing(
        key="price-lists",
        title=gettext_lazy("Price lists"),
        columns=[
            Column("name", gettext_lazy("Name"), link=lambda row: reverse("programmes:prices", args=[row["id"]])),
            Column("code", gettext_lazy("In formulas"), kind="code", show=lambda row: f"extras.price_{row['code']}"),
            Column("currency", gettext_lazy("Currency"), kind="code"),
            Column("operation__name", gettext_lazy("Operation"), wide_only=True),
        ],
        filters=[Filter("q", gettext_lazy("Name"), where="name__icontains")],
        sort="name",
        empty=_("No price list yet. Formulas may use prices that differ by place."),
        empty_next=_("Add a price list") if viewer.may(DESIGN) else "",
        empty_url=reverse("programmes:price-list-new") if viewer.may(DESIGN) else "",
    )


@require_GET
@needs(VIEW)
def price_lists(request: HttpRequest) -> HttpResponseBase:
    """What has a price by place."""
    viewer = request.viewer
    context = {
        "trail": trail(),
        "lead": _("What something costs, by place and day. A place without a price has that of the place around it."),
        "action": {
            "label": _("Add a price list"),
            "url": reverse("programmes:price-list-new"),
            "reason": why_not(viewer, DESIGN),
        },
    }
    rows = queries.price_lists(seen_by=viewer)
    return respond(request, price_listing(viewer), rows, "programmes/list_of.html", context)


@needs(DESIGN)
def price_list_new(request: HttpRequest) -> HttpResponse:
    """Add a price list to an operation."""
    viewer = request.viewer
    operations = [(each.pk, each.name) for each in operations_within(DESIGN, seen_by=viewer)]
    form = PriceListForm(request.POST if request.method == "POST" else None, operations=operations)

    def save(given: dict[str, Any]) -> str:
        made = actions.write_price_list(UUID(given.pop("operation")), by=viewer, **given)
        return reverse("programmes:prices", args=[made.pk])

    way = trail(None, (gettext_lazy("Price lists"), reverse("programmes:price-lists")))
    return written(request, form, save, heading=_("Add a price list"), way=way, said=_("Saved."))


@needs(VIEW)
def prices(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """The prices of a list; who may design adds one here."""
    viewer = request.viewer
    found = queries.price_list(list_id, seen_by=viewer)
    if request.method == "POST":
        viewer.require(DESIGN)
    rows = list(queries.prices(found.pk, seen_by=viewer))
    named = place_names([row.place_id for row in rows], viewer)
    place: Any = place_chosen(request) if request.method == "POST" else None
    missing = request.method == "POST" and place is None
    form = PriceForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        actions.set_prices(found.pk, [(place.pk, given["amount"], given["from_on"])], by=viewer)
        return reverse("programmes:prices", args=[found.pk])

    return written(
        request, form, save, heading=found.name, said=_("Saved."), also=not missing, template="programmes/prices.html",
        way=trail(None, (gettext_lazy("Price lists"), reverse("programmes:price-lists"))), list=found,
        rows=[{"price": row, "place": named.get(row.place_id, "–")} for row in rows], may_write=viewer.may(DESIGN),
        **picker(request, _("Choose a place of the list.") if missing else ""),
    )  # fmt: skip
