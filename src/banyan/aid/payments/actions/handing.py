"""Handing out: what a household takes, who took it, and what is handed back. Line, ledger and stock move in one transaction."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from banyan.aid.payments import queries
from banyan.aid.payments.actions.recording import record_outcomes
from banyan.aid.payments.actions.steps import require_reason
from banyan.aid.payments.models.distributions import (
    Distribution,
    DistributionLine,
    Handout,
    HandoutItem,
    StockBook,
    StockEntry,
)
from banyan.aid.payments.rules.handing import ALTERNATE, COLLECTOR, PROXY, Due, faults, outcome_after, outcome_rows
from banyan.aid.payments.states import DISTRIBUTION, HAND_OUT, DistributionState
from banyan.people.registry.photos import photo_from
from banyan.platform.access.acting import action
from banyan.platform.access.viewers import Viewer
from banyan.platform.kernel import vault
from banyan.platform.kernel.ids import new_id
from banyan.platform.kernel.problems import Location, Problem, raise_all

FOLDER = "handouts"


@action(HAND_OUT)
def hand_out(
    distribution_id: UUID, household_id: UUID, quantities: Mapping[UUID, Decimal], *, by: Viewer, key: UUID,
    who: str = COLLECTOR, name: str = "", signature: bytes = b"", photo: bytes = b"",
) -> Handout:  # fmt: skip
    """Hand a household these quantities, by line. The same key again hands out nothing more.

    Raises Problem not_found, not_allowed, payments.distribution_state, handing_held, all that rules.handing.faults finds at once, and
    those of registry.photos.photo_from.
    """
    if by.id is None:
        raise Problem("not_allowed", permission=HAND_OUT)  # people hand out, machines do not
    day = queries.distribution(distribution_id, seen_by=by)
    rows = {str(row.line_id): row for row in _locked_lines(day, household_id)}
    if not rows:
        raise Problem("not_found")
    # Only now: who sent it twice at once waited for the first of the two.
    if (known := Handout.objects.filter(key=key, distribution=day, household=household_id).first()) is not None:
        return known
    _open(day)
    if (hold := queries.standing_hold(household_id, seen_by=by)) is not None:
        raise Problem("payments.handing_held", reason=hold.reason)
    given = {str(line): quantity for line, quantity in quantities.items()}
    dues = {line: Due(line, row.item, row.unit, row.granted, row.handed) for line, row in rows.items()}
    lying = queries.on_hand(day.site_id, seen_by=by)
    raise_all(faults(dues, given, lying, who=who, name=name, proof=bool(signature or photo)))
    first = next(iter(rows.values()))
    collector = {COLLECTOR: first.line.collector_id, ALTERNATE: first.line.alternate_id}.get(who)
    if who != PROXY and collector is None:
        raise Problem("payments.handing_who", at=Location(field="who"))  # the plan names nobody to come as such
    pictures = _pictures(signature, photo)
    handout = Handout.objects.create(
        distribution=day, household_id=household_id, scope_id=first.scope_id, key=key, who=who, collector_id=collector,
        name=name.strip()[:200] if who == PROXY else "", handed_by=by.id, handed_by_label=str(by.label)[:200], **pictures,
    )  # fmt: skip
    taken = [(rows[line], quantity) for line, quantity in given.items() if quantity]
    HandoutItem.objects.bulk_create(
        HandoutItem(handout=handout, line_id=row.line_id, scope_id=row.scope_id, quantity=quantity)
        for row, quantity in taken
    )
    _write(handout, day, taken, sign=1, by=by)
    return handout


@action(HAND_OUT)
def take_goods_back(handout_id: UUID, *, by: Viewer, reason: str) -> Handout:
    """What was handed out by mistake comes back, while the distribution is open. Its trail stays.

    Raises Problem not_found, payments.distribution_state, handing_over, reason_missing.
    """
    reason = require_reason(reason)
    handout = queries.handout(handout_id, seen_by=by)
    day = handout.distribution
    rows = {row.line_id: row for row in _locked_lines(day, handout.household_id)}
    handout.refresh_from_db(fields=["back_at"])
    if handout.back_at is not None:
        raise Problem("payments.handing_over")
    _open(day)
    handout.back_at, handout.back_by_label = timezone.now(), str(by.label)[:200]
    handout.back_reason = reason[:300]
    handout.save(update_fields=["back_at", "back_by_label", "back_reason"])
    items = HandoutItem.objects.filter(handout=handout).values_list("line_id", "quantity")
    _write(handout, day, [(rows[line], quantity) for line, quantity in items], sign=-1, by=by)
    return handout


def _locked_lines(day: Distribution, household_id: UUID) -> list[DistributionLine]:
    rows = DistributionLine.objects.filter(distribution=day, household=household_id).select_related("line")
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def _open(day: Distribution) -> None:
    """Nobody hands out before the day is opened, or after its end."""
    # Shared: many hand out at once, but not while somebody closes.
    if Distribution.objects.select_for_update(of=("self",), no_key=True).get(pk=day.pk).state != DistributionState.OPEN:
        day.refresh_from_db(fields=["state"])
        raise Problem("payments.distribution_state", state=DISTRIBUTION.labels[day.state])


def _pictures(signature: bytes, photo: bytes) -> dict[str, str]:
    """Both checked before either is kept; each problem says which it is about."""
    found, problems = {}, []
    for name, content in (("signature", signature), ("photo", photo)):
        if content:
            try:
                found[name] = photo_from(content)
            except Problem as problem:
                problems.append(problem.placed(Location(field=name)))
    raise_all(problems)
    return {name: vault.keep(made, folder=FOLDER) for name, made in found.items()}


def _write(
    handout: Handout, day: Distribution, taken: list[tuple[DistributionLine, Decimal]], *, sign: int, by: Viewer
) -> None:
    """Lines, outcomes and stock, out (1) or back (-1)."""
    back = "" if sign == 1 else "back:"
    told = []
    for row, quantity in taken:
        due = Due(str(row.line_id), row.item, row.unit, row.granted, row.handed)
        result = outcome_after(due, quantity) if sign == 1 else "returned"
        told.append((str(row.line_id), result, str(quantity), f"handout:{back}{handout.pk}:{row.line_id}"))
        row.handed += sign * quantity
    DistributionLine.objects.bulk_update([row for row, _quantity in taken], ["handed"])
    record_outcomes(day.plan_id, outcome_rows(told, on_day=timezone.localdate(), reference=day.site.code), by=by)
    movement = new_id()
    sides = ((StockBook.STOCK, -sign), (StockBook.HANDED, sign))
    try:
        with transaction.atomic():
            StockEntry.objects.bulk_create(
                StockEntry(
                    movement=movement, key=f"handout:{back}{handout.pk}:{row.line_id}:{side}", site_id=day.site_id,
                    item=row.item, unit=row.unit, account=side, quantity=part * quantity, handout=handout,
                    made_by=by.id, made_by_label=str(by.label)[:200],
                )
                for row, quantity in taken if row.item for side, part in sides
            )  # fmt: skip
    except IntegrityError as error:
        if "payments_stocklevel" not in str(error):
            raise
        # Somebody else took the last of it between the look and the hand.
        short = next(row for row, _quantity in taken if row.item)
        raise Problem("payments.stock_short", item=short.item, unit=short.unit, left="0") from None
