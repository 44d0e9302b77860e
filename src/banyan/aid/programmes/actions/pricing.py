"""Prices written out for every place, so that a formula finds one by a single look."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars as pl
from django.db import connection

from banyan.aid.programmes.models import Price, PriceAt
from banyan.aid.programmes.queries.packages import price_list
from banyan.aid.programmes.rules.pricing import spread
from banyan.aid.programmes.states import DESIGN
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer, system_viewer, viewing
from banyan.platform.kernel.arrays import array_text
from banyan.reference.places import queries as places

_WRITE = """
INSERT INTO programmes_priceat (id, operation_id, scope_id, price_list_id, place_id, amount, from_on, until_on)
SELECT banyan_new_id(), %(operation)s, %(scope)s, %(list)s, given.*
FROM unnest(%(places)s::uuid[], %(amounts)s::numeric[], %(from)s::date[], %(until)s::date[]) AS given
"""


@action(DESIGN)
def close_prices(price_list_id: UUID, *, by: Viewer) -> int:
    """Write a list's prices out for every place in which they hold; how many were written. Raises Problem not_found.

    A price holds below its place wherever the tree of places goes, also where `by` does not reach.
    """
    row = price_list(price_list_id, seen_by=by)
    prices: dict[UUID, dict[date, Decimal]] = defaultdict(dict)
    for place, amount, day in Price.objects.filter(price_list=row).values_list("place", "amount", "from_on"):
        prices[place][day] = amount
    children: dict[UUID, list[UUID]] = defaultdict(list)
    with viewing(system_viewer("programmes")) as reader:
        parents = dict(places.places(seen_by=reader).values_list("pk", "parent"))
    for place, parent in parents.items():
        if parent is not None:
            children[parent].append(place)
    PriceAt.objects.filter(price_list=row).delete()
    columns = ["places", "amounts", "from", "until"]
    rows = [
        (str(place), str(one.amount), one.from_on.isoformat(), one.until_on.isoformat() if one.until_on else None)
        for place, one in spread(prices, children, parents)
    ]
    if rows:
        frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
        given = {name: array_text(frame[name]) for name in columns}
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, {"operation": row.operation_id, "scope": row.scope_id, "list": row.pk, **given})
    return len(rows)
