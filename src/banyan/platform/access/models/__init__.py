"""Tables of the access room."""

from banyan.platform.access.models.accounts import Account, AccountInvitation, ApiToken
from banyan.platform.access.models.areas import Area, Operation, Scope
from banyan.platform.access.models.grants import AccessVersion, BreakGlass, Grant, ProtectedTable, SealKey
from banyan.platform.access.models.reading import ReadChain, ReadEntry

__all__ = [
    "AccessVersion",
    "Account",
    "AccountInvitation",
    "ApiToken",
    "Area",
    "BreakGlass",
    "Grant",
    "Operation",
    "ProtectedTable",
    "ReadChain",
    "ReadEntry",
    "Scope",
    "SealKey",
]
