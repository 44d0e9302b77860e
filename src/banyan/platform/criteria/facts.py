"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class CriterionChanged(Fact):
    """A saved criterion was written, or has a new version."""

    criterion_id: UUID
    version: int


@dataclass(frozen=True)
class CriterionRetired(Fact):
    """A saved criterion shall select nobody any more."""

    criterion_id: UUID
