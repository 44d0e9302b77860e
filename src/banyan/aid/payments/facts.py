"""What this room announces: ids and states only, never who is paid."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class PlanMoved(Fact):
    """Somebody took a step of a payment plan."""

    plan_id: UUID
    state: str


@dataclass(frozen=True)
class OutcomesRecorded(Fact):
    """What became of lines of a plan was recorded."""

    plan_id: UUID
    lines: int
