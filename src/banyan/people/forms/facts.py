"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class FormPublished(Fact):
    """A version of a form became the one to fill."""

    form_id: UUID
    version_id: UUID
