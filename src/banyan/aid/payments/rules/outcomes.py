"""What became of a line, from everything that was recorded of it: a set, so the order in which it came does not matter.

The statement of actions.recording says the same for many lines at once; tests hold the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ZERO: Final = Decimal(0)
# What is recorded, as the table of outcomes has it.
DELIVERED, PARTIAL, RETURNED, FAILED, UNCLAIMED, LOST = (
    "delivered",
    "partial",
    "returned",
    "failed",
    "unclaimed",
    "lost",
)
RESULTS: Final = (DELIVERED, PARTIAL, RETURNED, FAILED, UNCLAIMED, LOST)
# These need no amount: they say that nothing more arrives.
WITHOUT_AMOUNT: Final = (FAILED, UNCLAIMED)


@dataclass(frozen=True)
class Happened:
    """One thing recorded of a line."""

    result: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Settled:
    """State and amounts of a line, and where its money is: what was delivered stays with people, what came back waits to be freed."""

    state: str
    delivered: Decimal
    returned: Decimal
    lost: Decimal
    excess: Decimal
    in_delivered: Decimal
    in_returned: Decimal
    in_released: Decimal


def settle(amount: Decimal, happened: Iterable[Happened]) -> Settled:
    """What became of a line of this amount.

    What was delivered beyond the amount is an excess: it is shown, and never booked. What arrived, arrived, whatever else was said;
    a return lowers what people have. Failed or unclaimed, whatever did not arrive is on its way back.
    """
    told = list(happened)

    def total(*results: str) -> Decimal:
        return sum((one.amount for one in told if one.result in results and one.amount is not None), ZERO)

    said = {one.result for one in told}
    gross, back = total(DELIVERED, PARTIAL), total(RETURNED)
    excess = max(gross - back - amount, ZERO)
    delivered = gross - excess
    returned = min(back, max(delivered, amount))
    kept = min(max(gross - back, ZERO), amount)
    lost = min(total(LOST), amount - kept)
    left = amount - kept - lost
    in_returned = left if said & set(WITHOUT_AMOUNT) else min(returned, left)
    return Settled(
        state=_state(said, kept, amount, returned, lost),
        delivered=delivered, returned=returned, lost=lost, excess=excess,
        in_delivered=kept, in_returned=in_returned, in_released=left - in_returned,
    )  # fmt: skip


def _state(said: set[str], kept: Decimal, amount: Decimal, returned: Decimal, lost: Decimal) -> str:
    if kept == amount:
        return DELIVERED
    if kept:
        return PARTIAL
    if returned:
        return RETURNED
    if lost:
        return LOST
    if FAILED in said:
        return FAILED
    return UNCLAIMED if UNCLAIMED in said else "sent"
