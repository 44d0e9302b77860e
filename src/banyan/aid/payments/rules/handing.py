"""What may be handed out: no more than is due, no more than lies there, to somebody who is named and has signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

import polars as pl

from banyan.platform.kernel.problems import Location, Problem

# Who takes it: who was written down to collect, the alternate, or somebody else they sent.
COLLECTOR, ALTERNATE, PROXY = "collector", "alternate", "proxy"
WHO: Final = (COLLECTOR, ALTERNATE, PROXY)
# Numbers behind the point that a quantity keeps, as its column does.
PLACES: Final = Decimal("0.0001")
# On the list of one day; nobody hands out to more.
MOST_HOUSEHOLDS: Final = 5000
Outcome = Literal["delivered", "partial"]


@dataclass(frozen=True)
class Due:
    """What one line grants and what was handed out of it before."""

    key: str
    item: str
    unit: str
    granted: Decimal
    handed: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be handed out."""
        return max(self.granted - self.handed, Decimal(0))


def outcome_after(due: Due, quantity: Decimal) -> Outcome:
    """What the line has become once `quantity` more is handed out."""
    return "delivered" if due.handed + quantity >= due.granted else "partial"


def faults(
    dues: Mapping[str, Due],
    quantities: Mapping[str, Decimal],
    on_hand: Mapping[tuple[str, str], Decimal],
    *,
    who: str,
    name: str,
    proof: bool,
) -> list[Problem]:
    """Everything that stands against handing out these quantities, by line; none when it may be done.

    on_hand: what lies at the site, by item and unit. name: who came, where it is neither collector nor alternate.
    proof: whether there is a signature or a photo; somebody who was sent does not take anything without.
    """
    found = [
        Problem("payments.handing_unknown", at=Location(field=f"quantity.{key}"))
        for key in quantities.keys() - dues.keys()
    ]
    known = {key: quantity for key, quantity in quantities.items() if key in dues}
    for key, quantity in known.items():
        due, at = dues[key], Location(field=f"quantity.{key}")
        if quantity < 0 or quantity != quantity.quantize(PLACES):
            found.append(Problem("payments.handing_quantity", quantity=quantity, at=at))
        elif quantity > due.left:
            found.append(Problem("payments.handing_more", item=due.item, left=shown(due.left), unit=due.unit, at=at))
    if not found and not any(known.values()):
        found.append(Problem("payments.handing_nothing"))
    if not found:
        found += _short(dues, known, on_hand)
    if who not in WHO:
        found.append(Problem("payments.handing_who", at=Location(field="who")))
    elif who == PROXY:
        if not name.strip():
            found.append(Problem("payments.handing_proxy", at=Location(field="name")))
        if not proof:
            found.append(Problem("payments.handing_proof", at=Location(field="signature")))
    return found


def _short(
    dues: Mapping[str, Due], quantities: Mapping[str, Decimal], on_hand: Mapping[tuple[str, str], Decimal]
) -> list[Problem]:
    wanted: dict[tuple[str, str], Decimal] = {}
    for key, quantity in quantities.items():
        if not dues[key].item:  # money and vouchers lie in no stock
            continue
        kind = (dues[key].item, dues[key].unit)
        wanted[kind] = wanted.get(kind, Decimal(0)) + quantity
    return [
        Problem("payments.stock_short", item=item, unit=unit, left=shown(on_hand.get((item, unit), Decimal(0))))
        for (item, unit), quantity in wanted.items()
        if quantity > on_hand.get((item, unit), Decimal(0))
    ]


def outcome_rows(told: Sequence[tuple[str, str, str | None, str]], *, on_day: date, reference: str) -> pl.DataFrame:
    """What happened to lines, as record_outcomes takes it: (line, outcome, quantity, cause) each."""
    columns = ("line", "outcome", "amount", "cause_key")
    rows = pl.DataFrame(list(told), schema=dict.fromkeys(columns, pl.String), orient="row")
    return rows.with_columns(on_day=pl.lit(on_day.isoformat()), provider_reference=pl.lit(reference))


def shown(quantity: Decimal) -> str:
    """A quantity without needless noughts, never in powers of ten."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
