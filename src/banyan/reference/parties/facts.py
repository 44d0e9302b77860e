"""What this room announces."""

from dataclasses import dataclass
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class OrganisationRegistered(Fact):
    """An organisation has a code now."""

    organisation_id: UUID
    code: str


@dataclass(frozen=True)
class OrganisationRenamed(Fact):
    """Name or acronym of an organisation changed; its code did not."""

    organisation_id: UUID
    code: str
    name: str
    acronym: str


@dataclass(frozen=True)
class OrganisationClosed(Fact):
    """An organisation is not active any more; its code stays taken."""

    organisation_id: UUID
    code: str


@dataclass(frozen=True)
class OrganisationsImported(Fact):
    """A file was taken: so many organisations are new, so many changed."""

    import_id: UUID
    added: int
    changed: int
