"""Sites and their stock: goods come in, move, are lost. Every movement has two sides, and the same movement sent twice counts once."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from banyan.aid.payments import queries
from banyan.aid.payments.actions.steps import require_reason
from banyan.aid.payments.models.distributions import Distribution, Site, StockBook, StockEntry
from banyan.aid.payments.rules.handing import PLACES, shown
from banyan.aid.payments.states import PLAN_DAY, DistributionState
from banyan.platform.access.acting import action
from banyan.platform.access.queries import operation_scope, operation_scopes, operations_within
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem
from banyan.reference.places import queries as places


@action(PLAN_DAY)
def add_site(operation_id: UUID, *, by: Viewer, code: str, name: str, place_id: UUID | None = None) -> Site:
    """A place where goods lie and are handed out. Raises Problem not_found, payments.site_taken."""
    if operation_id not in {each.pk for each in operations_within(PLAN_DAY, seen_by=by)}:
        raise Problem("not_found")
    scope = operation_scope(operation_id, seen_by=by)
    if place_id is not None:
        where = places.place(place_id, seen_by=by)
        scope = operation_scopes(operation_id, seen_by=by).get(where.scope_id or 0, scope)
    code = code.strip().upper()[:30]
    try:
        with transaction.atomic():
            return Site.objects.create(
                operation_id=operation_id, scope_id=scope, code=code, name=name.strip()[:120], place_id=place_id,
                made_by=by.id, made_by_label=str(by.label)[:200],
            )  # fmt: skip
    except IntegrityError:
        raise Problem("payments.site_taken", code=code, at=Location(field="code")) from None


@action(PLAN_DAY)
def close_site(site_id: UUID, *, by: Viewer) -> Site:
    """Nothing is planned there any more; what lies there is still moved away. Raises Problem not_found, payments.site_open."""
    site = queries.site(site_id, seen_by=by)
    underway = (DistributionState.PLANNED, DistributionState.OPEN)
    if Distribution.objects.filter(site=site, state__in=underway).exists():
        raise Problem("payments.site_open")
    if site.closed_at is None:
        site.closed_at = timezone.now()
        site.save(update_fields=["closed_at"])
    return site


@action(PLAN_DAY)
def receive_stock(
    site_id: UUID, *, by: Viewer, item: str, unit: str, quantity: Decimal, key: UUID, note: str = ""
) -> UUID:
    """Goods arrive at a site; returns the movement. Raises Problem not_found, payments.stock_quantity."""
    site = queries.site(site_id, seen_by=by)
    sides = [(site, StockBook.SUPPLY, -quantity), (site, StockBook.STOCK, quantity)]
    return _move(sides, item=item, unit=unit, key=f"in:{key}", note=note, by=by)


@action(PLAN_DAY)
def move_stock(
    site_id: UUID, to_site_id: UUID, *, by: Viewer, item: str, unit: str, quantity: Decimal, key: UUID, note: str = ""
) -> UUID:
    """Goods go from one site to another of the same operation; returns the movement.

    Raises Problem not_found, payments.stock_quantity, stock_same, stock_short.
    """
    site, other = queries.site(site_id, seen_by=by), queries.site(to_site_id, seen_by=by)
    if site.operation_id != other.operation_id:
        raise Problem("not_found")
    if site == other:
        raise Problem("payments.stock_same", at=Location(field="to"))
    sides = [(site, StockBook.STOCK, -quantity), (other, StockBook.STOCK, quantity)]
    return _move(sides, item=item, unit=unit, key=f"move:{key}", note=note, by=by)


@action(PLAN_DAY)
def write_off_stock(
    site_id: UUID, *, by: Viewer, item: str, unit: str, quantity: Decimal, key: UUID, note: str
) -> UUID:
    """Goods are lost or spoilt, and why; returns the movement.

    Raises Problem not_found, payments.stock_quantity, stock_short, reason_missing.
    """
    note = require_reason(note)
    site = queries.site(site_id, seen_by=by)
    sides = [(site, StockBook.STOCK, -quantity), (site, StockBook.LOST, quantity)]
    return _move(sides, item=item, unit=unit, key=f"lost:{key}", note=note, by=by)


def _move(sides: Sequence[tuple[Site, str, Decimal]], *, item: str, unit: str, key: str, note: str, by: Viewer) -> UUID:
    quantity = sides[-1][2]
    item, unit = item.strip()[:64], unit.strip()[:40]
    if not item or quantity <= 0 or quantity != quantity.quantize(PLACES):
        raise Problem("payments.stock_quantity", quantity=quantity, at=Location(field="quantity"))
    known = StockEntry.objects.filter(key=f"{key}:0").values_list("movement", flat=True).first()
    if known is not None:
        return known
    movement = new_id()
    try:
        with transaction.atomic():
            StockEntry.objects.bulk_create(
                StockEntry(
                    movement=movement, key=f"{key}:{side}", site=site, item=item, unit=unit, account=account, quantity=part,
                    note=note.strip()[:300], made_by=by.id, made_by_label=str(by.label)[:200],
                )
                for side, (site, account, part) in enumerate(sides)
            )  # fmt: skip
    except IntegrityError as error:
        if "payments_stocklevel" not in str(error):
            raise
        left = queries.on_hand(sides[0][0].pk, seen_by=by).get((item, unit), Decimal(0))
        raise Problem("payments.stock_short", item=item, unit=unit, left=shown(left)) from None
    return movement
