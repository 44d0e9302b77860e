"""What a run of targeting would cost by the approved packages, as its page and the comparison of two runs show it."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from banyan.aid.programmes import queries
from banyan.aid.programmes.views.framing import VIEW_ENTITLEMENT, Text
from banyan.platform.access.viewers import Viewer

# Of more people than these it is reckoned only when somebody asks: it takes seconds.
MOST_AT_ONCE = 20_000


def run_costs(
    run: Any, chosen: int, cuts: list[dict[str, Any]], request: HttpRequest, viewer: Viewer
) -> dict[str, Any]:
    """What the page of a run says of money: by package, and in `cuts` beside each threshold."""
    if not asked(chosen, request, viewer):
        return {"cost_url": _url(request) if viewer.may(VIEW_ENTITLEMENT) else ""}
    found = queries.target_costs(run.pk, seen_by=viewer, cuts=[each["cut"].threshold for each in cuts])
    sums = [each for each in found if each.package.is_money and each.problem is None]
    for each in cuts:
        each["costs"] = [cost.at[each["cut"].threshold] for cost in sums]
    return {"costs": [told(each) for each in found], "cost_sums": sums, "reckoned": True}


def contrasts(first: Any, second: Any, chosen: int, request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What two runs would cost by the packages of the first one's programme."""
    if not asked(chosen, request, viewer):
        return {"cost_url": _url(request) if viewer.may(VIEW_ENTITLEMENT) else ""}
    programme_id = first.targeting.programme_id
    both = [queries.target_costs(one.pk, seen_by=viewer, programme_id=programme_id) for one in (first, second)]
    return {"costs": [_beside(*pair) for pair in zip(*both, strict=True)], "reckoned": True}


def asked(chosen: int, request: HttpRequest, viewer: Viewer) -> bool:
    """Whether it is reckoned with the page: for few, or when it is asked for."""
    return viewer.may(VIEW_ENTITLEMENT) and (chosen <= MOST_AT_ONCE or bool(request.GET.get("cost")))


def told(cost: queries.PackageCost) -> dict[str, Any]:
    """One package: its sums with their units, what is left, or why nothing can be said."""
    return {
        "cost": cost,
        "package": cost.package,
        "sums": sums_of(cost),
        "problem": _words(cost),
    }


def sums_of(cost: queries.PackageCost) -> list[tuple[Text, Decimal]]:
    """Amount with its currency, or each item with its quantity."""
    if cost.package.is_money:
        return [(cost.package.currency, cost.amount)]
    return [(f"{item}, {unit}" if unit else item, sum_) for (item, unit), sum_ in sorted(cost.sums.items())]


def _beside(first: queries.PackageCost, second: queries.PackageCost) -> dict[str, Any]:
    then = dict(sums_of(second))
    now = dict(sums_of(first))
    rows = []
    for unit in dict.fromkeys([*now, *then]):
        before, after = now.get(unit, Decimal(0)), then.get(unit, Decimal(0))
        rows.append({"unit": unit, "first": before, "second": after, "change": after - before})
    return {"package": first.package, "rows": rows, "problem": _words(first) or _words(second)}


def _words(cost: queries.PackageCost) -> str:
    return "" if cost.problem is None else f"{_('Cannot be decided')}: {cost.problem.detail} {cost.problem.mend}"


def _url(request: HttpRequest) -> str:
    given = request.GET.copy()
    given["cost"] = "yes"
    return f"?{given.urlencode()}"
