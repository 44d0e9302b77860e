"""What the access room announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from banyan.platform.kernel.facts import Fact


@dataclass(frozen=True)
class AccountInvited(Fact):
    """An account was made and its invitation link handed out."""

    account_id: UUID


@dataclass(frozen=True)
class AccountClosed(Fact):
    """An account can no longer sign in."""

    account_id: UUID


@dataclass(frozen=True)
class RoleGranted(Fact):
    """Somebody was given a role."""

    grant_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True)
class RoleEnded(Fact):
    """A grant was ended."""

    grant_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True)
class GlassBroken(Fact):
    """Somebody took emergency access; supervisors review it."""

    breakglass_id: UUID
    account_id: UUID
    ends_at: datetime


@dataclass(frozen=True)
class GlassReviewed(Fact):
    """A supervisor reviewed an emergency access."""

    breakglass_id: UUID
    justified: bool
