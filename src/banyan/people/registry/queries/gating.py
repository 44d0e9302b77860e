"""What stands against giving out a household's card: the gate checks of data quality, of the household and its members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from banyan.people.quality import queries as quality
from banyan.people.quality.queries import GateFinding
from banyan.people.registry.queries.records import HouseholdRecord
from banyan.platform.access.viewers import Viewer


@dataclass(frozen=True)
class Stop:
    """A record that a gate stops, and the checks that do. `label` is a name or a reference."""

    subject: Literal["household", "person"]
    record: UUID
    label: str
    findings: Sequence[GateFinding]


def card_stops(record: HouseholdRecord, *, seen_by: Viewer) -> list[Stop]:
    """Everything that stops the card of a household: of itself, then of its members in their order; empty when nothing does."""
    home = record.household
    of_home = quality.gate("household", [home.pk], seen_by=seen_by)
    of_people = quality.gate("person", [each.person_id for each in record.members], seen_by=seen_by)
    found = [Stop("household", home.pk, home.reference, of_home[home.pk])] if home.pk in of_home else []
    return found + [
        Stop("person", each.person_id, each.person.full_name, of_people[each.person_id])
        for each in record.members
        if each.person_id in of_people
    ]
