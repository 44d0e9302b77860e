"""What this room announces: ids only, never who is taken for whom."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class MatchingFinished(Fact):
    """Registrations of an operation were compared, and what looks alike stands in cases."""

    run_id: UUID
    operation_id: UUID | None


@dataclass(frozen=True)
class CaseDecided(Fact):
    """Somebody decided on suspected duplicates; when it was a merge, two people did."""

    case_id: UUID
    state: str


@dataclass(frozen=True)
class CaseUndone(Fact):
    """The merges of a case were undone."""

    case_id: UUID
