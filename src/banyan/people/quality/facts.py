"""What this room announces: that an operation was looked over, and that a gate was opened. Never who fails what."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class PassFinished(Fact):
    """Every record of an operation was checked, and the scores of the day are written."""

    operation_id: UUID


@dataclass(frozen=True)
class OverrideConfirmed(Fact):
    """A gate was opened for one record by two people."""

    override_id: UUID
    record_id: UUID


@dataclass(frozen=True)
class OwnCheckPublished(Fact):
    """A version of an operation's own check went live."""

    version_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class OwnCheckRetired(Fact):
    """An operation's own check is asked no longer."""

    check_id: UUID
    operation_id: UUID
