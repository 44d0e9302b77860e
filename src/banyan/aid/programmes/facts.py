"""What this room announces: ids only, never what is written about anybody."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class ProgrammeActivated(Fact):
    """A programme was approved by a second person and may enrol."""

    programme_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class ProgrammeSuspended(Fact):
    """A programme stands still for a while."""

    programme_id: UUID


@dataclass(frozen=True)
class ProgrammeResumed(Fact):
    """A programme that stood still goes on."""

    programme_id: UUID


@dataclass(frozen=True)
class ProgrammeClosed(Fact):
    """A programme is over."""

    programme_id: UUID


@dataclass(frozen=True)
class CycleOpened(Fact):
    """Entitlements may be computed for this cycle."""

    cycle_id: UUID


@dataclass(frozen=True)
class CycleClosed(Fact):
    """A cycle is over."""

    cycle_id: UUID


@dataclass(frozen=True)
class PackageApproved(Fact):
    """A version of a package was approved by a second person; a former one is retired."""

    package_id: UUID


@dataclass(frozen=True)
class HouseholdsEnrolled(Fact):
    """Whom a run of targeting found was enrolled, or put on the waiting list."""

    programme_id: UUID
    targeting_run_id: UUID


@dataclass(frozen=True)
class EnrolmentStarted(Fact):
    """Households or people were enrolled by hand, or admitted from the waiting list."""

    programme_id: UUID
    enrolment_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class EnrolmentEnded(Fact):
    """Households or people graduated from a programme or left it."""

    programme_id: UUID
    enrolment_ids: tuple[UUID, ...]
    state: str


@dataclass(frozen=True)
class AppealDecided(Fact):
    """An appeal was upheld or refused by a second person."""

    appeal_id: UUID
    state: str


@dataclass(frozen=True)
class TargetingApproved(Fact):
    """A run of targeting was approved by a second person: whom it chose may be enrolled."""

    targeting_id: UUID
    run_id: UUID
    programme_id: UUID


@dataclass(frozen=True)
class EntitlementsApproved(Fact):
    """Entitlements were approved by a second person, and stand; perhaps as an amendment of others."""

    run_id: UUID
    programme_id: UUID
    cycle_id: UUID
