"""What is the same for all rows of a batch, and what can be wrong with them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl


@dataclass(frozen=True)
class Spot:
    """A place as registering needs it: its id and the scope that the operation's rows carry there."""

    id: str
    scope_id: int


@dataclass(frozen=True)
class Setting:
    """What is the same for all rows of a batch.

    `spots` are the places by P-code, `fresh_ids` gives so many new ids as text, `sensitive` are the needs to be masked,
    `codes` the codes in force by list, of those that these rows use, `source` the name of the batch.
    """

    operation_id: UUID
    batch_id: UUID | None
    scope_id: int
    today: date
    spots: Mapping[str, Spot]
    fresh_ids: Callable[[int], list[str]]
    sensitive: Collection[str] = ()
    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class Fault:
    """Why rows cannot be registered: a problem of registry with its parameters."""

    code: str
    parameters: dict[str, Any]


def spots_frame(setting: Setting) -> pl.DataFrame:
    """The places by code, to join with: code, place_id, place_scope."""
    return pl.DataFrame(
        {
            "code": list(setting.spots),
            "place_id": [spot.id for spot in setting.spots.values()],
            "place_scope": [spot.scope_id for spot in setting.spots.values()],
        },
        schema={"code": pl.String, "place_id": pl.String, "place_scope": pl.Int64},
    )


def place_codes(households: pl.DataFrame, people: pl.DataFrame) -> set[str]:
    """Every P-code that these rows name."""
    found: set[str] = set()
    for frame, column in ((households, "household.place"), (people, "person.place")):
        if column in frame.columns:
            found |= {code for code in frame[column].unique() if code}
    return found
