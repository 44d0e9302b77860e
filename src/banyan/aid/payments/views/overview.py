"""The overview: how far plans have come, where and when aid arrived, how long it took, what it cost, what nobody claimed."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language_bidi, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from banyan.aid.payments import queries
from banyan.aid.payments.queries import Dashboard, Figure, PlaceFigure
from banyan.aid.payments.rules.waiting import WAITS
from banyan.aid.payments.states import PlanState
from banyan.aid.payments.views import charts
from banyan.aid.payments.views.framing import ABOUT, LINES, PROVIDERS, VIEW, at, frame
from banyan.aid.payments.views.wording import money, share
from banyan.aid.programmes import queries as programmes
from banyan.platform.access.doors import needs
from banyan.platform.access.pages import operations_here
from banyan.platform.access.viewers import Viewer
from banyan.reference.places import queries as places

STAGES = {
    "planned": gettext_lazy("In plans"),
    "submitted": gettext_lazy("Sent for approval"),
    "approved": gettext_lazy("Approved"),
    "released": gettext_lazy("Released"),
}
# As many places are drawn; the table has all of a level that fits on a page.
_MOST_DRAWN, _MOST_ROWS = 12, 60
_MOST_LEFT_OVER = 10


@require_GET
@needs(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """The figures of one operation, in one currency or in kind, of one programme or all."""
    viewer = request.viewer
    operation, operations = operations_here(request, VIEW)
    if operation is None:
        return TemplateResponse(request, "payments/nowhere.html", {"about": ABOUT})
    of_operation = list(programmes.programmes(seen_by=viewer).filter(operation=operation.pk).order_by("name"))
    programme = next((each for each in of_operation if str(each.pk) == request.GET.get("programme")), None)
    today = timezone.localdate()
    told = queries.dashboard(
        operation.pk, seen_by=viewer, today=today, currency=_wanted(request.GET.get("currency")),
        programme_id=programme.pk if programme else None,
    )  # fmt: skip
    context: dict[str, Any] = {
        **frame(request, "overview", operation, operations),
        "programmes": of_operation,
        "programme": programme,
        "currency": told.currency or _KIND,
        "currencies": [(code or _KIND, code or _("in kind")) for code in told.currencies],
        "today": today,
        "plans_url": at("payments:plans", operation.pk),
        "may_see_lines": viewer.may(LINES),
        "states": [(state.label, told.plans[state]) for state in PlanState if told.plans.get(state)],
        "is_money": bool(told.currency),
        **_pictures(told, viewer),
    }
    return TemplateResponse(request, "payments/overview.html", context)


_KIND = "kind"


def _wanted(text: str | None) -> str | None:
    return "" if text == _KIND else text


def _pictures(told: Dashboard, viewer: Viewer) -> dict[str, Any]:
    mirrored = get_language_bidi()
    stages: list[tuple[Any, Figure]] = [(STAGES[key], figure) for key, figure in told.stages.items()]
    if viewer.may(LINES):
        stages.append((_("Reached people"), told.delivered))
    weeks = [(_week(monday), figure) for monday, figure in told.weeks]
    by_place = _by_place(told, viewer)
    waits = _waits(told)
    return {
        "funnel": charts.bars([_mark(label, figure, told) for label, figure in stages], mirrored=mirrored),
        "stages": _rows(stages, told),
        "weeks": charts.columns([_mark(label, figure, told) for label, figure in weeks], mirrored=mirrored),
        "week_rows": _rows(weeks, told),
        "places": charts.bars(
            [_mark(row["name"], row["delivered"], told) for row in by_place[:_MOST_DRAWN] if row["delivered"].lines],
            mirrored=mirrored,
        ),
        "place_rows": by_place,
        "waits": charts.columns(
            [charts.Mark(label, count, counted(count)) for label, count in waits],
            mirrored=mirrored,
        ),
        "wait_rows": waits,
        "median": told.waits.median,
        "delivered": _words(told.delivered, told),
        "delivered_share": share(told.delivered.lines, told.stages["released"].lines),
        "unclaimed": _words(told.unclaimed, told),
        "unclaimed_lines": told.unclaimed.lines,
        "unheard": told.unheard.lines,
        "paid_twice": told.paid_twice,
        "left_over": told.left_over[:_MOST_LEFT_OVER],
        **_prices(told, viewer),
    }


def _mark(label: Any, figure: Figure, told: Dashboard) -> charts.Mark:
    return charts.Mark(label, figure.amount if told.currency else figure.lines, _words(figure, told))


def _words(figure: Figure, told: Dashboard) -> str:
    """An amount with its currency; in kind, where amounts of different items are not added, the number of lines."""
    return money(figure.amount, told.currency) if told.currency else number_format(figure.lines, force_grouping=True)


def _rows(marks: list[tuple[Any, Figure]], told: Dashboard) -> list[dict[str, Any]]:
    return [{"label": label, "lines": figure.lines, "amount": _words(figure, told)} for label, figure in marks]


def counted(count: int) -> str:
    """Lines by their number; languages whose word for one or two says it already leave the number out."""
    return ngettext("%d line", "%d lines", count).replace("%d", str(number_format(count, force_grouping=True)))


def _week(monday: date) -> str:
    return date_format(monday, "MONTH_DAY_FORMAT")


def _by_place(told: Dashboard, viewer: Viewer) -> list[dict[str, Any]]:
    """Places, those where most arrived first; as far up as it takes to have no more than a page of them."""
    ids = [row.place_id for row in told.places if row.place_id]
    names: dict[Any, str] = {}
    figures = told.places
    if ids and viewer.may("places.view_place"):
        names = dict(places.places(seen_by=viewer).filter(pk__in=ids).values_list("pk", "name"))
        if len(ids) > _MOST_ROWS:
            figures, names = gathered(told.places, names, places.breadcrumbs(ids, seen_by=viewer))
    rows = [
        {
            "name": names.get(row.place_id) or _("no place recorded"),
            "planned": row.planned,
            "planned_words": _words(row.planned, told),
            "delivered": row.delivered,
            "delivered_words": _words(row.delivered, told),
            "share": share(row.delivered.lines, row.planned.lines),
        }
        for row in figures
    ]
    return sorted(rows, key=lambda row: (-row["delivered"].amount, -row["planned"].amount, str(row["name"])))


def gathered(
    rows: list[PlaceFigure], names: dict[Any, str], trails: dict[UUID, list[tuple[UUID, str]]]
) -> tuple[list[PlaceFigure], dict[Any, str]]:
    """The figures by the places of the deepest level at which few enough are left, and what these are called."""
    ways = {place: [*trail, (place, names.get(place, ""))] for place, trail in trails.items()}
    deepest = max((len(way) for way in ways.values()), default=1)
    for depth in range(deepest - 1, -1, -1):
        above = {place: way[min(depth, len(way) - 1)] for place, way in ways.items()}
        if len(set(above.values())) <= _MOST_ROWS:
            break
    found: dict[UUID | None, PlaceFigure] = {}
    for row in rows:
        key = above[row.place_id][0] if row.place_id in above else None
        had = found.get(key, PlaceFigure(key, Figure(), Figure()))
        found[key] = PlaceFigure(key, _sum_of(had.planned, row.planned), _sum_of(had.delivered, row.delivered))
    return list(found.values()), dict(above.values())


def _sum_of(one: Figure, other: Figure) -> Figure:
    return Figure(one.lines + other.lines, one.amount + other.amount)


def _waits(told: Dashboard) -> list[tuple[str, int]]:
    """How many lines took how long."""
    if not told.waits.buckets:
        return []
    begins = (0, *(end + 1 for end in WAITS))
    labels = [f"{first}–{end}" for first, end in zip(begins, WAITS, strict=False)] + [f"> {WAITS[-1]}"]
    return list(zip(labels, told.waits.buckets, strict=True))


def _prices(told: Dashboard, viewer: Viewer) -> dict[str, Any]:
    """What a transfer costs by the fees agreed with each provider; nothing for who may not see providers, or in kind."""
    if not told.currency or not told.prices or not viewer.may(PROVIDERS):
        return {"prices": []}
    rows, whole = [], Decimal(0)
    for price in told.prices:
        provider = queries.provider(price.provider_id, seen_by=viewer)
        fees = queries.fee_of(provider, price.amount, price.transfers, seen_by=viewer)
        whole += fees
        rows.append(
            {
                "label": price.provider_label,
                "url": reverse("payments:provider", args=[price.provider_id]),
                "transfers": price.transfers,
                "fees": money(fees, told.currency),
                "each": money(fees / price.transfers, told.currency),
                "share": fees * 100 / price.amount,
            }
        )
    return {"prices": rows, "price": money(whole / sum(price.transfers for price in told.prices), told.currency)}
