"""What things cost, by place and from a day on."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars as pl
from django.db import connection

from banyan.aid.programmes import queries
from banyan.aid.programmes.actions.faults import Faults
from banyan.aid.programmes.actions.pricing import close_prices
from banyan.aid.programmes.actions.reaching import own
from banyan.aid.programmes.models import PriceList
from banyan.aid.programmes.rules.designing import NAMES
from banyan.aid.programmes.states import DESIGN
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.arrays import array_text
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import queries as places

_PRICES = """
INSERT INTO programmes_price (id, operation_id, scope_id, price_list_id, place_id, amount, from_on)
SELECT banyan_new_id(), %(operation)s, %(scope)s, %(list)s, given.*
FROM unnest(%(places)s::uuid[], %(amounts)s::numeric[], %(days)s::date[]) AS given
ON CONFLICT (price_list_id, place_id, from_on) DO UPDATE SET amount = excluded.amount
WHERE programmes_price.amount IS DISTINCT FROM excluded.amount
"""


@action(DESIGN)
def write_price_list(
    operation_id: UUID, *, by: Viewer, code: str, name: str, currency: str, area_key: str = ""
) -> PriceList:
    """Make a price list, or name an existing one otherwise; its currency stays. Formulas ask for it as extras.price_<code>.

    Raises Problem programmes.beyond_reach where `by` does not reach the area, and every fault at once: programmes.missing, code_odd,
    kernel.currency_unknown.
    """
    scope_id = operation_scope(operation_id, seen_by=by, area_key=area_key)
    if scope_id not in by.reach(DESIGN):
        raise Problem("programmes.beyond_reach")
    faults = Faults()
    code = faults.code(code, "code", NAMES)
    name, currency = faults.text(name, "name", 200), faults.currency(currency)
    faults.tell()
    made, new = PriceList.objects.get_or_create(
        operation_id=operation_id, code=code, defaults={"scope_id": scope_id, "name": name, "currency": currency}
    )
    if not new:
        made = own(PriceList, made.pk, DESIGN, by=by)
        made.name = name
        made.save(update_fields=["name"])
    return made


@action(DESIGN)
def set_prices(price_list_id: UUID, given: Collection[tuple[UUID, Decimal, date]], *, by: Viewer) -> int:
    """Note what it costs in these places from a day on, (place, amount, day); how many were given. By set, however many.

    Raises Problem not_found, and every fault at once, at "prices.0": number_low, and not_found for a place out of reach.
    """
    row = own(PriceList, price_list_id, DESIGN, by=by)
    faults = Faults()
    known = set(
        places.places(seen_by=by).filter(pk__in={place for place, *_rest in given}).values_list("pk", flat=True)
    )
    for number, (place, amount, _day) in enumerate(given):
        faults.number(amount, f"prices.{number}")
        if place not in known:
            faults.note("not_found", f"prices.{number}")
    faults.tell()
    # Of the same place and day the last one counts.
    last = {(place, day): amount for place, amount, day in given}
    if last:
        columns = [(str(place), str(amount), str(day)) for (place, day), amount in last.items()]
        frame = pl.DataFrame(columns, schema=["place", "amount", "day"], orient="row")
        with connection.cursor() as cursor:
            cursor.execute(
                _PRICES,
                {
                    "operation": row.operation_id, "scope": row.scope_id, "list": row.pk,
                    "places": array_text(frame["place"]), "amounts": array_text(frame["amount"]),
                    "days": array_text(frame["day"]),
                },
            )  # fmt: skip
        close_prices(row.pk, by=by)
    return len(last)


@action(DESIGN)
def remove_price(price_list_id: UUID, price_id: UUID, *, by: Viewer) -> None:
    """Take back a price that was written by mistake. Raises Problem not_found."""
    row = own(PriceList, price_list_id, DESIGN, by=by)
    gone, _each = queries.prices(row.pk, seen_by=by).filter(pk=price_id).delete()
    if not gone:
        raise Problem("not_found")
    close_prices(row.pk, by=by)
