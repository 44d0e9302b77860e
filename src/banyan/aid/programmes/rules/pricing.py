"""The price that holds in a place on a day: its own, else that of the nearest place above it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


class Stretch(NamedTuple):
    """A price from a day on, until the day on which another begins (None: until further notice)."""

    amount: Decimal
    from_on: date
    until_on: date | None


def stretches(inherited: Sequence[Stretch], own: Mapping[date, Decimal]) -> list[Stretch]:
    """What holds in a place: the prices of the place above, until its own begin."""
    days = sorted(own)
    if not days:
        return list(inherited)
    kept = [
        one if one.until_on is not None and one.until_on <= days[0] else one._replace(until_on=days[0])
        for one in inherited
        if one.from_on < days[0]
    ]
    ends = [*days[1:], None]
    return [*kept, *(Stretch(own[day], day, end) for day, end in zip(days, ends, strict=True))]


def spread(
    prices: Mapping[UUID, Mapping[date, Decimal]],
    children: Mapping[UUID, Collection[UUID]],
    parents: Mapping[UUID, UUID | None],
) -> Iterator[tuple[UUID, Stretch]]:
    """Every place in which a price holds, with each of its stretches. Places that know no price are left out."""
    tops = [place for place in prices if not _below_another(place, prices, parents)]
    waiting: list[tuple[UUID, Sequence[Stretch]]] = [(place, ()) for place in tops]
    while waiting:
        place, inherited = waiting.pop()
        here = stretches(inherited, prices.get(place, {}))
        yield from ((place, one) for one in here)
        waiting += [(child, here) for child in children.get(place, ())]


def _below_another(place: UUID, prices: Mapping[UUID, object], parents: Mapping[UUID, UUID | None]) -> bool:
    above = parents.get(place)
    while above is not None:
        if above in prices:
            return True
        above = parents.get(above)
    return False
