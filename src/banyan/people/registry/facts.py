"""What this room announces: ids only, never what is written about anybody."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class PersonAdded(Fact):
    """A person was registered into a household by a change request."""

    person_id: UUID
    household_id: UUID


@dataclass(frozen=True)
class PersonChanged(Fact):
    """What is written about a person was corrected, or what belongs to the person."""

    person_id: UUID


@dataclass(frozen=True)
class HouseholdChanged(Fact):
    """What is written about a household was corrected."""

    household_id: UUID


@dataclass(frozen=True)
class MembershipChanged(Fact):
    """A person joined, left or changed households; None where there was or is none."""

    person_id: UUID
    left_household_id: UUID | None
    joined_household_id: UUID | None


@dataclass(frozen=True)
class HeadChanged(Fact):
    """A household has another head."""

    household_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class HouseholdSplit(Fact):
    """Some members left a household and formed a new one."""

    household_id: UUID
    new_household_id: UUID


@dataclass(frozen=True)
class HouseholdsMerged(Fact):
    """All members of a household moved into another one; the household they left is closed."""

    household_id: UUID
    closed_household_id: UUID


@dataclass(frozen=True)
class PersonClosed(Fact):
    """A person's registration was ended or set aside."""

    person_id: UUID


@dataclass(frozen=True)
class HouseholdClosed(Fact):
    """A household's registration was ended or set aside."""

    household_id: UUID


@dataclass(frozen=True)
class PersonReactivated(Fact):
    """A person's registration was opened again."""

    person_id: UUID


@dataclass(frozen=True)
class HouseholdReactivated(Fact):
    """A household's registration was opened again."""

    household_id: UUID


@dataclass(frozen=True)
class ChangeProposed(Fact):
    """Somebody asked for a change that waits for another person."""

    request_id: UUID


@dataclass(frozen=True)
class ChangeDecided(Fact):
    """A change request was approved, rejected or taken back."""

    request_id: UUID
    state: str


@dataclass(frozen=True)
class HouseholdRegistered(Fact):
    """A household was registered by hand."""

    household_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class BatchRegistered(Fact):
    """The people of an accepted batch stand in the register."""

    batch_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class BatchWithdrawn(Fact):
    """The people of an undone batch were withdrawn, as far as nothing else touched them."""

    batch_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class PeopleMerged(Fact):
    """Registrations were found to be one person: these lead to the survivor from now on."""

    survivor_id: UUID
    merged_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PeopleUnmerged(Fact):
    """A merge was undone: these registrations stand for themselves again."""

    survivor_id: UUID
    merged_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PairNoted(Fact):
    """Somebody noticed that two registrations may be one person."""

    pair_id: UUID
