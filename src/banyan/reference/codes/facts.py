"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class CodeListPublished(Fact):
    """A version of a code list became the one in force."""

    list_id: UUID
    version_id: UUID
    code: str
    label: str


@dataclass(frozen=True)
class TermsMapped(Fact):
    """Two terms of different lists were said to correspond."""

    source_id: UUID
    target_id: UUID
    kind: str
