"""How many of those who ask for a place there is room for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

P = TypeVar("P")
# Verdicts of targeting by which somebody is enrolled.
CHOSEN: Final = ("in", "included")


def crowded(places: Iterable[P | None], nearest: Mapping[P, P], rooms: Mapping[P, int]) -> bool:
    """Whether the quotas leave no room for one more at each of these places. Where quotas stand, a place under none has no room."""
    if not rooms:
        return False
    asked = Counter(nearest.get(place) if place is not None else None for place in places)
    return any(bound is None or count > rooms[bound] for bound, count in asked.items())
