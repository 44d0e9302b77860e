"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class BatchAccepted(Fact):
    """Submissions of a batch were accepted: who keeps the register takes them over."""

    batch_id: UUID
    operation_id: UUID


@dataclass(frozen=True)
class BatchChecked(Fact):
    """The people of a batch are ready to be compared, or were corrected since. `asked` counts these requests."""

    batch_id: UUID
    operation_id: UUID
    asked: int


@dataclass(frozen=True)
class BatchUndone(Fact):
    """A batch was taken back: who keeps the register withdraws what it brought and nobody touched since."""

    batch_id: UUID
    operation_id: UUID
